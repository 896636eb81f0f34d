"""``gallery``: many pictures at once, and the page that shows them."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

import click

from convarith_cli.file_options import theme
from convarith_cli.groups import Group
from convarith_cli.output import say_json, say_plainly
from convarith_cli.parameters import ParamType, with_options

if TYPE_CHECKING:
    from collections.abc import Callable

    Command = Callable[..., Any]


class Formats(ParamType):
    """Names of formats with commas between them."""

    name = "formats"

    def convert(self, value: Any, _param: click.Parameter | None, _ctx: click.Context | None) -> Any:
        return tuple(word for word in value.replace(",", " ").split()) if isinstance(value, str) else value


folder = click.argument("folder", metavar="[DIR]", type=click.Path(), default="gallery")
scenes = click.option(
    "--scenes",
    type=click.Path(),
    metavar="FILE",
    help="Your own scenes, a .toml file.  [default: the guide's figures and more]",
)


def _drawn(command: Command) -> Command:
    """The options of commands that draw a whole gallery."""
    return with_options(
        command,
        scenes,
        theme,
        click.option(
            "--format",
            "formats",
            type=Formats(),
            default="gif,png",
            show_default=True,
            metavar="NAMES",
            help="What is written of each picture: gif, png, svg, pdf, apng, webp, mp4, tex, json.",
        ),
        click.option("--jobs", type=int, metavar="N", help="Processes that draw.  [default: one for each core]"),
    )


@click.group(cls=Group)
def gallery() -> None:
    """Many pictures at once, and a page that shows them.

    \b
    Examples:
      convarith gallery build gallery
      convarith gallery list
    """


@gallery.command()
@folder
@click.option("--only", multiple=True, metavar="NAME", help="Only this picture; may be repeated.")
@_drawn
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def build(folder: str, as_json: bool, jobs: int | None, **wishes: Any) -> None:
    """Build the pictures and the page index.html into DIR, "gallery" if none is given.

    Files of the same names are replaced, each whole; what else is there stays.

    --json prints the keys folder, page, pictures, files and bytes.

    \b
    Examples:
      convarith gallery build
      convarith gallery build pictures --only dilation --format gif,svg --theme guide
    """
    from convarith.render import gallery as library

    with _Progress() as progress:
        built = library.build(folder, jobs=_cores() if jobs is None else jobs, progress=progress.moved, **wishes)
    if as_json:
        say_json(
            {
                "folder": str(built.folder),
                "page": str(built.page),
                "pictures": built.pictures,
                "files": built.files,
                "bytes": built.size,
            }
        )
    else:
        say_plainly(built)


@gallery.command("list")
@scenes
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_(scenes: str | None, as_json: bool) -> None:
    """List the pictures by topic, with the figure of the guide that each corresponds to.

    --json prints a list with the keys name, topic, title, figure and notice.

    \b
    Examples:
      convarith gallery list
    """
    from convarith.render.gallery import collection

    entries = collection(scenes).entries
    if as_json:
        say_json(
            [{key: getattr(entry, key) for key in ("name", "topic", "title", "figure", "notice")} for entry in entries]
        )
        return
    width = max(len(entry.name) for entry in entries)
    topics: dict[str, list[str]] = {}
    for entry in entries:
        figure = f" (figure {entry.figure})" if entry.figure else ""
        topics.setdefault(entry.topic, []).append(f"  {entry.name:{width}}  {entry.title}{figure}")
    say_plainly("\n\n".join("\n".join([topic, *lines]) for topic, lines in topics.items()))


@gallery.command()
@folder
@_drawn
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def check(ctx: click.Context, /, folder: str, as_json: bool, jobs: int | None, **wishes: Any) -> None:
    """Check that DIR holds what build would write now, without writing anything.

    Files are compared byte for byte if the versions of its constraints.txt are installed, and scene by scene if not.
    Exit code 1 if anything differs.

    --json prints the keys folder, pictures, compared (how) and differences.

    \b
    Examples:
      convarith gallery check
    """
    from convarith.render import gallery as library

    with _Progress() as progress:
        checked = library.check(folder, jobs=_cores() if jobs is None else jobs, progress=progress.moved, **wishes)
    if as_json:
        say_json(
            {
                "folder": str(checked.folder),
                "pictures": checked.pictures,
                "compared": checked.how,
                "differences": list(checked.differences),
            }
        )
    else:
        say_plainly(checked)
    if not checked:
        ctx.exit(1)


class _Progress:
    """A bar on a terminal's standard error, and nothing elsewhere."""

    def __init__(self) -> None:
        self._bar: Any = None
        self._shown = sys.stderr.isatty()

    def __enter__(self) -> _Progress:
        return self

    def moved(self, done: int, count: int, _name: str) -> None:
        if not self._shown:
            return
        if self._bar is None:
            self._bar = click.progressbar(length=count, label="drawing", file=sys.stderr)
            self._bar.__enter__()
        self._bar.update(done - self._bar.pos)

    def __exit__(self, *error: object) -> None:
        if self._bar is not None:
            self._bar.__exit__(*error)


def _cores() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
