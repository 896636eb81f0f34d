"""``python -m convarith_cli`` is ``convarith``."""

from convarith_cli.main import main

if __name__ == "__main__":  # a process that draws for the gallery imports this, too
    main(prog_name="convarith")
