"""The options of the commands that write pictures, and how a help shows so many of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from convarith_cli.framework_words import LayerCommand
from convarith_cli.groups import Group
from convarith_cli.parameters import FrameNumber, Numbers, Word, as_json, with_options

if TYPE_CHECKING:
    from collections.abc import Callable

    Command = Callable[..., Any]

HEADINGS = {
    "input": "Contents",
    "at": "Contents",
    "output": "File",
    "max_frames": "Frames",
    "view": "Look",
    "markdown": "Answer",
}
"""The option that begins each part of a help -> the part's heading; what comes before is the layer's."""


class Picture(click.Command):
    """A command whose help has its many options under headings."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        parts: dict[str, list[tuple[str, str]]] = {}
        heading = "Layer"
        for parameter in self.get_params(ctx):
            heading = HEADINGS.get(parameter.name or "", heading)
            record = parameter.get_help_record(ctx)
            if record is not None and isinstance(parameter, click.Option):
                parts.setdefault(heading, []).append(record)
        for heading, records in parts.items():
            with formatter.section(heading):
                formatter.write_dl(records)


class PictureOfLayer(LayerCommand, Picture):
    """A command that draws a layer, in a framework's words, too."""

    shown_as = Picture


class Pictures(Group):
    """The group of the commands that write pictures."""

    command_class = Picture


def words_option(name: str, words: list[str], help_text: str) -> Callable[[Command], Command]:
    """An option that takes one of a few words, the first unless given."""
    return click.option(name, type=Word(words), default=words[0], show_default=True, help=help_text)


input_numbers = click.option(
    "--input",
    type=Numbers(),
    metavar="NUMBERS",
    help="The input: rows such as '1,2;3,4', or a .npy, .csv or .txt file, or an image.  [default: small numbers]",
)
kernel_numbers = click.option(
    "--kernel", type=Numbers(), metavar="NUMBERS", help="The weights, given as the input is.  [default: small numbers]"
)
seed = click.option(
    "--seed",
    type=int,
    default=0,
    show_default=True,
    metavar="N",
    help="Another seed makes other numbers where none are given.",
)
cells = words_option("--cells", ["numbers", "symbols", "blank"], "What stands in the cells.")
reduction = words_option("--reduce", ["max", "avg"], "What a pooling takes: the maximum or the average.")
padding_mode = words_option(
    "--padding-mode", ["zeros", "reflect", "replicate", "circular"], "What the padding of a convolution holds."
)
headings = click.option(
    "--heading",
    multiple=True,
    metavar="TEXT",
    help="What stands above each layer, once for each.  [default: its parameters]",
)


def channels(command: Command) -> Command:
    """The options of how many maps a convolution has."""
    return with_options(
        command,
        click.option("--in-channels", type=int, default=1, show_default=True, metavar="N", help="Input maps, up to 8."),
        click.option(
            "--out-channels", type=int, default=1, show_default=True, metavar="N", help="Output maps, up to 8."
        ),
        click.option(
            "--groups",
            type=int,
            default=1,
            show_default=True,
            metavar="N",
            help="Groups of maps; as many as input maps for depthwise.",
        ),
    )


theme = click.option(
    "--theme",
    default="default",
    show_default=True,
    metavar="THEME",
    help="Colours: default, guide, dark, print, or a .toml file of your own.",
)


def picture_options(command: Command) -> Command:
    """The options of every picture."""
    return with_options(
        command,
        click.option(
            "-o",
            "--output",
            type=click.Path(),
            required=True,
            metavar="PATH",
            help="Where to write it. The suffix picks the format: .gif .apng .webp .mp4 .svg (animations), "
            ".png .pdf .tex (stills), .json (the scene as data); a name that ends in / is a folder of numbered frames.",
        ),
        words_option("--frames-as", ["png", "pdf", "svg"], "The format of the frames in a folder."),
        click.option("--force", is_flag=True, help="Replace files that exist."),
        click.option("--max-frames", type=int, metavar="N", help="At most N frames, evenly spaced.  [default: all]"),
        click.option(
            "--frame",
            type=FrameNumber(),
            metavar="N",
            help="Only frame N, counted from 0; or 'poster', the frame that tells the whole story.  "
            "[default: all, and the poster in a still]",
        ),
        click.option("--strip", type=int, metavar="N", help="Only a contact sheet of N key frames."),
        click.option(
            "--frame-ms",
            type=int,
            metavar="MS",
            help="How long a frame stands, in milliseconds, a multiple of 10.  [default: about 10 s for all of them]",
        ),
        click.option(
            "--loop", type=int, default=0, show_default=True, metavar="N", help="How often it plays; 0 is for ever."
        ),
        words_option("--view", ["flat", "sheets"], "Grids side by side, or the guide's oblique sheets."),
        theme,
        click.option(
            "--width",
            type=int,
            metavar="PX",
            help="Width on the page. Numbers are left out, and it says so, where cells get too small for them.  "
            "[default: what it needs, up to what a README shows]",
        ),
        click.option(
            "--scale",
            type=int,
            default=1,
            show_default=True,
            metavar="N",
            help="Pixels in the file for each on the page, 1 to 4; 2 for sharp displays.",
        ),
        click.option(
            "--caption/--no-caption",
            default=True,
            help="With title, formulas, sums and legend, or without.  [default: with]",
        ),
        click.option("--markdown", is_flag=True, help="Print the Markdown that embeds the picture."),
        click.option("--html", is_flag=True, help="Print the HTML that embeds the picture."),
        as_json,
    )
