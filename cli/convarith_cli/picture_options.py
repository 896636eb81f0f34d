"""The options of the commands that draw layers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from convarith_cli.file_options import (
    caption,
    force,
    frame,
    frame_ms,
    frames_as,
    loop,
    scale,
    strip,
    theme,
    words_option,
)
from convarith_cli.framework_words import LayerCommand
from convarith_cli.groups import Group, Sectioned
from convarith_cli.parameters import Numbers, as_json, with_options

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


class Picture(Sectioned):
    """A command that draws a layer."""

    first_heading = "Layer"
    headings = HEADINGS


class PictureOfLayer(LayerCommand, Picture):
    """A command that draws a layer, in a framework's words, too."""

    shown_as = Picture


class Pictures(Group):
    """The group of the commands that write pictures."""

    command_class = Picture


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
        frames_as,
        force,
        click.option("--max-frames", type=int, metavar="N", help="At most N frames, evenly spaced.  [default: all]"),
        frame,
        strip,
        frame_ms,
        loop,
        words_option("--view", ["flat", "sheets"], "Grids side by side, or the guide's oblique sheets."),
        theme,
        click.option(
            "--width",
            type=int,
            metavar="PX",
            help="Width on the page. Numbers are left out, and it says so, where cells get too small for them.  "
            "[default: what it needs, up to what a README shows]",
        ),
        scale,
        caption,
        click.option("--markdown", is_flag=True, help="Print the Markdown that embeds the picture."),
        click.option("--html", is_flag=True, help="Print the HTML that embeds the picture."),
        as_json,
    )
