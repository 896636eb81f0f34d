"""``network``: layers in sequence and branches, from a line of text, a file or a name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import click

from convarith_cli.file_options import caption, force, frame, frame_ms, frames_as, loop, scale, strip, theme
from convarith_cli.groups import Sectioned
from convarith_cli.network_words import (
    Index,
    list_text,
    one_source,
    say_blocks,
    say_warnings,
    terminal_width,
    whole_input,
)
from convarith_cli.output import encodable, say, say_json, say_picture, say_plainly
from convarith_cli.parameters import Shape, Word, as_json

if TYPE_CHECKING:
    from collections.abc import Callable

    from convarith.network import Network, Region, Table

    Sizes = tuple[int, ...] | None

PICTURES = ("boxes", "field", "depth")
LOOKS = {
    **dict.fromkeys(("picture", "fold", "width", "frame", "strip", "frame_ms")),
    "theme": "default",
    "scale": 1,
    "caption": True,
    "loop": 0,
    "frames_as": "png",
    "force": False,
}
"""What only pictures take, with what it is where it is not given."""

WRITERS = ("text", "toml", "json", "torch", "keras")

GOES_WITH = {
    "wanted": ("fits",),
    "layer": ("unit", "reached", "o"),
    "half_pixel": ("table", "unit"),
    "markdown": ("table", "o"),
    "as_json": ("table", "fits", "unit", "reached", "o"),
    **dict.fromkeys(("flops", "every", "csv"), ("table",)),
    **dict.fromkeys(LOOKS, ("o",)),
}
"""Options that do not go with everything -> what they go with."""

NAMES = {"wanted": "--output", "as_json": "--json", "every": "--all", "caption": "--no-caption"}
"""What an option is called, where that is not its name here."""


class Asked(Sectioned):
    """The command, its options by what they are for."""

    first_heading = "Questions"
    headings: ClassVar[dict[str, str]] = {"flops": "Answer", "path": "Picture"}


@click.command(cls=Asked)
@click.argument("words", nargs=-1, metavar="SPEC|FILE|NAME")
@click.option("--input", "input_shape", type=Shape(), metavar="SIZE", help="Channels and sizes, as 3x224x224.")
@click.option("--table", is_flag=True, help="A row for each layer; this is the default.")
@click.option("--fits", is_flag=True, help="Which input sizes run, and lose no row.")
@click.option("--output", "wanted", type=Shape(), metavar="SIZE", help="With --fits: the inputs that give it.")
@click.option("--unit", type=Index(), metavar="I,J", help="What one unit reads of the input.")
@click.option("--reached", type=Index(), metavar="I,J", help="Which units one position of the input reaches.")
@click.option("--layer", metavar="NAME", help="Units of this layer.  [default: the last with several]")
@click.option("--mirror", is_flag=True, help="The decoder that goes back to the input's shape.")
@click.option("--to", "target", type=Word(WRITERS), metavar="FORMAT", help="As text, toml, json, torch or keras.")
@click.option("--flops", is_flag=True, help="FLOPs besides, two for each MAC.")
@click.option("--half-pixel", is_flag=True, help="Centres from 0.5, that of the first pixel.")
@click.option("--all", "every", is_flag=True, help="Also layers that keep everything.")
@click.option("--markdown", is_flag=True, help="Print the table as Markdown.")
@click.option("--csv", is_flag=True, help="Print the table as comma-separated values.")
@as_json
@click.option("--list", "listed", is_flag=True, help="List the named networks.")
@click.option("-o", "path", type=click.Path(), metavar="PATH", help="Write a picture; the suffix picks the format.")
@click.option("--picture", type=Word(PICTURES), metavar="KIND", help="boxes, field (one unit's) or depth (plots).")
@click.option("--fold/--no-fold", default=None, help="Repeated boxes once.  [default: where there are many]")
@click.option("--width", type=int, metavar="PX", help="Width on the page.")
@theme
@scale
@caption
@frame
@strip
@frame_ms
@loop
@frames_as
@force
def network(words: tuple[str, ...], listed: bool, **asked: Any) -> None:
    """Shapes, parameters, MACs and receptive fields of a network, and which inputs fit.

    The network is a line of text, a file (.toml, .json, .onnx, a Keras model.to_json(), a torch module as it prints
    itself), or a name such as vgg16.

    \b
    Examples:
      convarith network "11-4Conv96 -> 3-2MaxPool -> FC10" --input 3x224x224
      convarith network unet-same --fits --input 1x500x500
      convarith network resnet18 --unit 3,4 --layer layer4.1.sum
      convarith network "3-2-1Conv16 -> 3-2-1Conv32" --input 3x28x28 --mirror
      convarith network vgg16 --to torch
      convarith network vgg16 -o vgg16.png
      convarith network --list

    Exit code 1 where a layer does not fit: the table ends there, and the error says which inputs do.

    --json prints the keys title, input_shape, output_shape, layers (name, kind, output_shape, parameters, weights,
    biases, norm, macs, memory; and per axis receptive_field, receptive_field_sizes, jump, start, varies), totals,
    conventions, unread (layers, of, count, between), mends (input_shape, output_shape, layer, padding), warnings and
    refusal (a sentence, or null). With --fits they are warnings and axes (axes, output_layer, runs, exact, whole,
    smallest, fails_below, given, inputs), with --unit and --reached layer, unit, within, shape, span, size, count,
    nominal_span, nominal_size, centre, exact and warnings, with -o path, frames, width, height (in pixels), alt_text
    and notes; --list prints a list with name, title, input_shape, output_shape, parameters and macs.
    """
    if listed:
        _list(words, asked)
        return
    from convarith.network import load

    action = _action(asked)
    found = load(one_source(words))
    shape = whole_input(found, asked["input_shape"])
    if shape is None and (asked["mirror"] or action not in ("fits", "to")):
        raise click.UsageError("of which input? Give --input, channels and sizes, as --input 3x224x224")
    if asked["mirror"]:
        if action in ("fits", "unit", "reached"):
            raise click.UsageError(f"--mirror writes a decoder, and --{action} asks something else; give one of them")
        found = found.mirror(shape)
        shape = found.input_shape
    ACTIONS[action](found, shape, asked)


def _action(asked: dict[str, Any]) -> str:
    """What is asked for.

    Raises:
        click.UsageError: it is several things at once, or an option is given that goes with another one.
    """
    given = [name for name in ("table", "fits", "unit", "reached") if _is_given(name, asked[name])]
    given += ["to"] if asked["target"] else []
    if asked["path"] is not None:
        given = ["o", *(name for name in given if name != "unit")]
    if len(given) > 1:
        names = " and ".join("-o" if name == "o" else f"--{name}" for name in given)
        raise click.UsageError(f"{names} exclude each other; give one")
    action = given[0] if given else "table"
    for option, actions in GOES_WITH.items():
        if _is_given(option, asked[option]) and action not in actions:
            name = NAMES.get(option, f"--{option.replace('_', '-')}")
            *others, last = ["-o" if each == "o" else f"--{each}" for each in actions]
            known = f"{', '.join(others)} or {last}" if others else last
            raise click.UsageError(f"{name} goes with {known}; leave it out")
    formats = [f"--{name}" for name in ("markdown", "csv") if asked[name]] + ["--json"] * asked["as_json"]
    if len(formats) > 1:
        raise click.UsageError(f"{' and '.join(formats)} exclude each other; give one")
    return action


def _is_given(name: str, value: Any) -> bool:
    return bool(value != LOOKS[name]) if name in LOOKS else value is not None and value is not False


def _table(found: Network, shape: Sizes, asked: dict[str, Any]) -> None:
    from convarith.network import reports
    from convarith.network.table import tabulate

    table = tabulate(found, shape, partial=True)
    wishes: dict[str, Any] = {"flops": asked["flops"]}
    wishes["centres"] = "half-pixel" if asked["half_pixel"] else "index"
    if asked["as_json"]:
        if asked["half_pixel"]:
            raise click.UsageError("--json gives centres as indices from 0; leave --half-pixel out")
        say_json(reports.table_data(table))
    elif asked["csv"]:
        click.echo(encodable(reports.table_csv(table, **wishes)), nl=False)
        say_warnings(table.warnings)
    elif asked["markdown"]:
        say_plainly(reports.table_markdown(table, every=asked["every"], **wishes))
    else:
        say_blocks(reports.table_text(table, width=terminal_width(), every=asked["every"], **wishes))
    _refuse(table)


def _refuse(table: Table) -> None:
    if table.refusal is not None:
        from convarith.network.advice import advised

        raise advised(table.trace)


def _fits(found: Network, shape: Sizes, asked: dict[str, Any]) -> None:
    from convarith.network.fit_reports import fits_data, fits_report

    answers, wanted = found.fits(shape), asked["wanted"] or ()
    if asked["as_json"]:
        say_json({"axes": fits_data(answers, wanted), "warnings": list(found.warnings)})
        return
    say(fits_report(answers, wanted))
    say_warnings(found.warnings)


def _unit(found: Network, shape: Sizes, asked: dict[str, Any]) -> None:
    _say_region(found.unit(asked["unit"], asked["layer"], shape), found, asked)


def _reached(found: Network, shape: Sizes, asked: dict[str, Any]) -> None:
    _say_region(found.reached(asked["reached"], asked["layer"], shape), found, asked)


def _say_region(region: Region, found: Network, asked: dict[str, Any]) -> None:
    from convarith.network.reports import region_text

    if asked["as_json"]:
        say_json({**region.to_dict(), "warnings": list(found.warnings)})
        return
    say(region_text(region, "half-pixel" if asked["half_pixel"] else "index"))
    say_warnings(found.warnings)


def _to(found: Network, shape: Sizes, asked: dict[str, Any]) -> None:
    writers: dict[str, Callable[[], str]] = {
        "text": found.to_text,
        "toml": found.to_toml,
        "json": found.to_json,
        "torch": lambda: found.to_torch(shape),
        "keras": lambda: found.to_keras(shape),
    }
    say_plainly(writers[asked["target"]]().rstrip("\n"))
    say_warnings(found.warnings)


def _draw(found: Network, shape: Sizes, asked: dict[str, Any]) -> None:
    if asked["markdown"]:
        from convarith.render.embedding import check_shown

        check_shown(asked["path"])
    from convarith.render import draw_network  # NumPy and Pillow: for those who want a picture

    wishes = {name: asked[name] for name in ("layer", "unit", *LOOKS)}
    if wishes["picture"] is None:
        wishes["picture"] = "boxes" if wishes["layer"] is None and wishes["unit"] is None else "field"
    written = draw_network(found, asked["path"], shape, **wishes)
    say_picture(written, asked["markdown"], False, asked["as_json"])
    say_warnings(found.warnings)


ACTIONS: dict[str, Callable[[Network, Sizes, dict[str, Any]], None]] = {
    "table": _table,
    "fits": _fits,
    "unit": _unit,
    "reached": _reached,
    "to": _to,
    "o": _draw,
}


def _list(words: tuple[str, ...], asked: dict[str, Any]) -> None:
    """The named networks, with what they were made for and their numbers."""
    from convarith.network import named, names

    others = [name for name, value in asked.items() if _is_given(name, value) and name != "as_json"]
    if words or others:
        raise click.UsageError("--list takes no network and no other option but --json; leave them out")
    rows = []
    for name in names():
        table = named(name).table()
        rows.append((name, table))
    if asked["as_json"]:
        say_json(
            [
                {
                    "name": name,
                    "title": table.network.title,
                    "input_shape": list(table.input_shape),
                    "output_shape": list(table.output_shape),
                    "parameters": table.parameters,
                    "macs": table.macs,
                }
                for name, table in rows
            ]
        )
        return
    say_plainly(list_text([table for _, table in rows], [name for name, _ in rows], terminal_width()))
