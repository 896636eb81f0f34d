"""The options that all pictures have: the file, its frames, its look."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from convarith_cli.parameters import FrameNumber, Word

if TYPE_CHECKING:
    from collections.abc import Callable

    Command = Callable[..., Any]


def words_option(name: str, words: list[str], help_text: str) -> Callable[[Command], Command]:
    """An option that takes one of a few words, the first unless given."""
    return click.option(name, type=Word(words), default=words[0], show_default=True, help=help_text)


frames_as = words_option("--frames-as", ["png", "pdf", "svg"], "The format of the frames in a folder.")
force = click.option("--force", is_flag=True, help="Replace files that exist.")
frame = click.option(
    "--frame",
    type=FrameNumber(),
    metavar="N",
    help="Only frame N, counted from 0; or 'poster', the frame that tells the whole story.  "
    "[default: all, and the poster in a still]",
)
strip = click.option("--strip", type=int, metavar="N", help="Only a contact sheet of N key frames.")
frame_ms = click.option(
    "--frame-ms",
    type=int,
    metavar="MS",
    help="How long a frame stands, in milliseconds, a multiple of 10.  [default: about 10 s for all of them]",
)
loop = click.option(
    "--loop", type=int, default=0, show_default=True, metavar="N", help="How often it plays; 0 is for ever."
)
theme = click.option(
    "--theme",
    default="default",
    show_default=True,
    metavar="THEME",
    help="Colours: default, guide, dark, print, or a .toml file of your own.",
)
scale = click.option(
    "--scale",
    type=int,
    default=1,
    show_default=True,
    metavar="N",
    help="Pixels in the file for each on the page, 1 to 4; 2 for sharp displays.",
)
caption = click.option(
    "--caption/--no-caption",
    default=True,
    help="With title, formulas, sums and legend, or without.  [default: with]",
)
