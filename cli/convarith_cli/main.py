"""The group of commands, and what an error becomes: one sentence on standard error and an exit code."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, NoReturn

import click

from convarith.errors import ParameterError, ShapeError
from convarith_cli.groups import Group, OnFirstTouch

if TYPE_CHECKING:
    from collections.abc import Callable

FAILED, WRONG_USAGE, INTERRUPTED = 1, 2, 130


class Failure(click.ClickException):
    """A refusal of the library or the system, as click prints it."""

    exit_code = FAILED


class Misuse(click.ClickException):
    """An argument that is never right."""

    exit_code = WRONG_USAGE


class Commands(Group):
    """The group that turns the library's and the system's errors into sentences and exit codes."""

    def invoke(self, ctx: click.Context) -> Any:
        if os.environ.get("NO_COLOR"):
            ctx.color = False
        return _translated(lambda: super(Commands, self).invoke(ctx))


def _translated(call: Callable[[], Any]) -> Any:
    try:
        return call()
    except ShapeError as error:
        raise Failure(str(error)) from error
    except ParameterError as error:
        raise Misuse(str(error)) from error
    except KeyboardInterrupt:
        click.echo("interrupted", err=True)
        raise click.exceptions.Exit(INTERRUPTED) from None
    except BrokenPipeError:
        raise  # click ends quietly
    except OSError as error:
        raise Failure(_sentence(error)) from error
    except ModuleNotFoundError as error:
        if error.name is not None:
            raise  # what is missing is no extra of ours, which comes with the line that installs it
        raise Failure(str(error)) from error
    except ValueError as error:
        if "integer string conversion" not in str(error):
            raise
        raise Failure("the numbers are too long to print; give smaller ones") from None
    except MemoryError:
        raise Failure("this needs more memory than there is; make the input or the kernel smaller") from None


def _sentence(error: OSError) -> str:
    if error.strerror is None:
        return str(error)
    return f"{error.filename}: {error.strerror}" if error.filename else error.strerror


def _print_version(ctx: click.Context, _: click.Parameter, value: bool) -> None:
    if value and not ctx.resilient_parsing:
        from importlib.metadata import version  # costs as much as the rest together

        click.echo(f"convarith {version('convarith')}")
        ctx.exit()


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--version", is_flag=True, expose_value=False, is_eager=True, callback=_print_version, help="Print the version."
)
def cli() -> None:
    """Convolution arithmetic: what size comes out, why, and what it looks like.

    Sizes are written 6x6. A parameter is one number for every axis or one for each (-k 3x5 -s 2x1); padding also takes
    sides (-p 0:1), both (-p 0:1x1:1), and names (-p same).

    \b
    Examples:
      convarith conv 6x6 -k 3 -s 2 -p 1
      convarith transpose 3x3 -k 3 -s 2 -p 1 -a 1
      convarith solve conv --input 6x6 --output 3x3 -k 3
      convarith compare 6x6 -k 3 -s 2 --same
      convarith network vgg16 --input 3x224x224
      convarith animate conv 6x6 -k 3 -s 2 -p 1 -o odd.gif
      convarith gallery build gallery

    Exit codes: 0 done, 1 impossible geometry, a file that cannot be read or written, or a mismatch found by verify,
    2 wrong usage, 130 interrupted.
    """


cli.commands = OnFirstTouch(
    {
        "conv": "layers",
        "pool": "layers",
        "transpose": "layers",
        "solve": "inverse",
        "matrix": "tables",
        "relationships": "tables",
        "compare": "frameworks",
        "code": "frameworks",
        "network": "network",
        "verify": "verification",
        "animate": "pictures",
        "gallery": "gallery",
    }
)


def main(prog_name: str | None = None) -> NoReturn:
    """Run the command line and exit."""
    try:
        cli(prog_name=prog_name)
    except KeyboardInterrupt:  # before a command had begun
        _leave_interrupted()
    except SystemExit as end:
        if end.code == INTERRUPTED:
            _leave_interrupted()
        raise
    raise SystemExit(0)


def _leave_interrupted() -> NoReturn:
    """Exit as interrupted; who presses Ctrl-C again meanwhile sees no traceback of it."""
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    raise SystemExit(INTERRUPTED)
