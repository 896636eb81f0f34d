"""How a picture of a gallery is made by hand: the command line, the Python, and its settings in words."""

from __future__ import annotations

import os
import re
import shlex
from dataclasses import dataclass
from inspect import signature
from math import isfinite
from typing import TYPE_CHECKING, Any

from convarith.render import making
from convarith.render.composers.wishes import HELD
from convarith.render.composers.words import settings_text, shape_label
from convarith.render.gallery.entries import COMPARE, STACK

if TYPE_CHECKING:
    from collections.abc import Sequence

    from convarith.arithmetic.layer import Layer
    from convarith.render.gallery.entries import Entry

COLUMNS = 88
"""As wide as lines of Python are."""

INDENT = "    "
LAYER_COMMANDS = {"convolution": "conv", "pooling": "pool", "transposed convolution": "transpose"}
"""Kind of a layer -> what the command line calls it."""

LAYER_OPTIONS = {
    "kernel_size": "-k",
    "stride": "-s",
    "padding": "-p",
    "dilation": "-d",
    "input_dilation": "-e",
    "ceil_mode": "--ceil",
    "output_padding": "-a",
}
"""Parameter of a layer -> the option that sets it."""

FUNCTIONS = {COMPARE: "compare", STACK: "stack"}
"""Kind of a picture -> the function that makes it, if it is not `animate`."""


def command(entry: Entry, output: str, theme: str = "default") -> str:
    """The shell command that makes a picture.

    Files of numbers are named as the scenes file names them: it works where those are.

    >>> import convarith as ca
    >>> from convarith.render.gallery.entries import Entry
    >>> entry = Entry("odd", "Odd", "Padding", "Look.", "", "conv", (ca.Conv(3, padding=1),), (6, 6))
    >>> command(entry, "odd.gif")
    'convarith animate conv 6x6 -k 3 -p 1 -o odd.gif'
    """
    words = ["convarith", "animate", entry.verb, "x".join(map(str, entry.input_shape))]
    if entry.verb in FUNCTIONS:
        words += [" ".join([LAYER_COMMANDS[layer.kind], *_layer_words(layer)]) for layer in entry.layers]
    else:
        words += _layer_words(entry.layers[0])
    for name, value in _said(entry, theme).items():
        words += _option_words(name, value)
    return " ".join(map(_quoted, [*words, "-o", output]))


def python(entry: Entry, output: str, theme: str = "default") -> str:
    """The Python that makes a picture, in lines of at most `COLUMNS`.

    >>> import convarith as ca
    >>> from convarith.render.gallery.entries import Entry
    >>> entry = Entry("odd", "Odd", "Padding", "Look.", "", "conv", (ca.Conv(3, padding=1),), (6, 6))
    >>> print(python(entry, "odd.gif"))
    import convarith as ca
    ca.render.animate(ca.Conv(3, padding=1), (6, 6), "odd.gif")
    """
    layers = [_constructed(layer) for layer in entry.layers]
    what = _Group("[", tuple(layers), "]") if entry.verb in FUNCTIONS else layers[0]
    arguments = [what, _literal(entry.input_shape), _literal(output)]
    arguments += [_literal(value, f"{name}=") for name, value in _said(entry, theme).items()]
    call = _Group(f"ca.render.{_function(entry)}(", tuple(arguments), ")")
    return "\n".join(["import convarith as ca", *_wrapped(call, "", "")])


def settings_of(entry: Entry) -> tuple[tuple[str, str], ...]:
    """The input and the parameters in words, as (name, value).

    >>> import convarith as ca
    >>> from convarith.render.gallery.entries import Entry
    >>> entry = Entry("odd", "Odd", "Padding", "Look.", "", "conv", (ca.Conv(3, padding=1),), (6, 6))
    >>> settings_of(entry)
    (('input', '6×6'), ('kernel', '3×3'), ('padding', '1'))
    """
    said = [("input", shape_label(entry.input_shape))]
    if entry.verb in FUNCTIONS:
        said += [
            (f"layer {number}", f"{layer.kind}, {settings_text(layer)}")
            for number, layer in enumerate(entry.layers, start=1)
        ]
    else:
        said += _parameter_words(entry.layers[0], len(entry.input_shape))
    wishes = entry.wishes
    if wishes.get("show", "equivalent") != "equivalent":
        said.append(("shown", wishes["show"]))
    if any(layer.kind == "pooling" for layer in entry.layers) and entry.verb != STACK:
        said.append(("pooling", "average" if wishes.get("reduce") == "avg" else "maximum"))
    if wishes.get("padding_mode", "zeros") != "zeros":
        said.append(("padding holds", HELD[wishes["padding_mode"]]))
    if wishes.get("groups", 1) != 1 or wishes.get("in_channels", 1) != 1 or wishes.get("out_channels", 1) != 1:
        said.append(("channels", f"{wishes.get('in_channels', 1)} to {wishes.get('out_channels', 1)}"))
    if wishes.get("groups", 1) != 1:
        said.append(("groups", str(wishes["groups"])))
    if "at" in wishes:
        said.append(("output shown", str(wishes["at"]) if len(wishes["at"]) > 1 else str(wishes["at"][0])))
    return tuple(said)


def _said(entry: Entry, theme: str) -> dict[str, Any]:
    """The arguments besides layer, shape and file that differ from the defaults, by name."""
    arguments = signature(getattr(making, _function(entry))).parameters
    given = {**entry.wishes, **entry.look, "theme": theme}
    return {name: value for name, value in given.items() if value != arguments[name].default}


def _function(entry: Entry) -> str:
    return FUNCTIONS.get(entry.verb, "animate")


# The command line


def _layer_words(layer: Layer) -> list[str]:
    words = []
    for name, value in layer.settings.items():
        words.append(LAYER_OPTIONS[name])
        if value is not True:
            words.append(_joined(value))
    return words


def _joined(value: Any) -> str:
    """One number or name, or one for each axis: ``3x5``, ``0:1x1:1``."""
    if isinstance(value, tuple):
        return "x".join(":".join(map(str, part)) if isinstance(part, tuple) else str(part) for part in value)
    return str(value)


def _option_words(name: str, value: Any) -> list[str]:
    option = f"--{name.replace('_', '-')}"
    if name == "headings":
        return [word for heading in value for word in ("--heading", heading)]
    if name == "caption":
        return ["--no-caption"]
    if name in ("input", "kernel") and isinstance(value, list):
        rows = value if isinstance(value[0], list) else [value]
        return [option, ";".join(",".join(map(repr, row)) for row in rows)]
    return [option, _joined(value)]


def _quoted(word: str) -> str:
    """A word as a shell takes it: in double quotes where that is enough, which Windows knows, too."""
    quoted = shlex.quote(word)
    if quoted == word or re.search(r'["$`\\!%^]', word):
        return quoted
    return f'"{word}"'


# Python


@dataclass(frozen=True, slots=True)
class _Group:
    """Something in brackets, whose items can stand on lines of their own."""

    opening: str
    items: tuple[str | _Group, ...]
    closing: str

    def __str__(self) -> str:
        return f"{self.opening}{', '.join(map(str, self.items))}{self.closing}"


def _constructed(layer: Layer) -> _Group:
    parameters = layer.settings
    size = parameters.pop("kernel_size")
    named = (f"{name}={_literal(value)}" for name, value in parameters.items())
    return _Group(f"ca.{type(layer).__name__}(", (str(_literal(size)), *named), ")")


def _literal(value: Any, lead: str = "") -> str | _Group:
    """A value as Python writes it; a list can be broken into lines."""
    if isinstance(value, list):
        return _Group(f"{lead}[", tuple(_literal(item) for item in value), "]")
    if isinstance(value, os.PathLike):
        value = str(value)
    if isinstance(value, str):
        written = repr(value)
        return lead + (f'"{written[1:-1]}"' if '"' not in written else written)
    if isinstance(value, float) and not isfinite(value):
        return f'{lead}float("{value}")'
    if isinstance(value, tuple):
        items = [str(_literal(item)) for item in value]
        return f"{lead}({items[0]},)" if len(items) == 1 else f"{lead}({', '.join(items)})"
    return f"{lead}{value!r}"


def _wrapped(part: str | _Group, indent: str, after: str) -> list[str]:
    """Lines for something and what follows it: one if it fits, its items in one, or each in its own."""
    line = f"{indent}{part}{after}"
    if len(line) <= COLUMNS or isinstance(part, str):
        return [line]
    inner = indent + INDENT
    together = f"{inner}{', '.join(map(str, part.items))}"
    if len(together) <= COLUMNS:
        body = [together]
    else:
        body = [line for item in part.items for line in _wrapped(item, inner, ",")]
    return [f"{indent}{part.opening}", *body, f"{indent}{part.closing}{after}"]


def _parameter_words(layer: Layer, ndim: int) -> Sequence[tuple[str, str]]:
    """A layer's parameters that differ from the defaults, and the stride of a pooling."""
    parameters = layer.settings
    if layer.kind == "pooling":  # whose default is not 1
        parameters = {"kernel_size": parameters.pop("kernel_size"), "stride": layer.stride, **parameters}
    size = parameters.pop("kernel_size")
    words = [("kernel", shape_label(size if isinstance(size, tuple) else (size,) * ndim))]
    for name, value in parameters.items():
        spoken = name.replace("_", " ")
        if value is True:
            words.append((spoken, "yes"))
        elif isinstance(value, tuple):
            sign = " × " if isinstance(value[0], tuple) else "×"
            words.append((spoken, sign.join(map(str, value))))
        else:
            words.append((spoken, str(value).replace("_", " ")))
    return words
