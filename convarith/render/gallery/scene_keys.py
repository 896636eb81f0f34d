"""The tables of a scenes file: every key with what it is, the form that editors are told, and what reads its value.

The readers live in `scene_values`, and the JSON Schema that is made of these tables in `scene_schema`.
"""

from __future__ import annotations

from dataclasses import dataclass
from inspect import signature
from typing import TYPE_CHECKING, Any

from convarith.arithmetic.layers import Conv, ConvTranspose, Pool
from convarith.arithmetic.padding import NAMES as PADDING_NAMES
from convarith.render.composers.composing import SHOWS
from convarith.render.composers.contents import CELLS
from convarith.render.composers.limits import AXIS_LIMIT
from convarith.render.composers.wishes import PADDING_MODES, REDUCTIONS
from convarith.render.gallery.entries import COMPARE, STACK
from convarith.render.gallery.scene_values import (
    FIGURES,
    LONGEST_NAME,
    NO_LETTERS,
    as_it_is,
    read_figure,
    read_flag,
    read_frame_ms,
    read_headings,
    read_line,
    read_name,
    read_numbers,
    read_paragraph,
    read_position,
    read_shape,
    whole_between,
    whole_from,
    word_of,
)
from convarith.render.views import VIEWS
from convarith.render.writing import FRAME_MS, WIDTH_PX

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from convarith.arithmetic.layer import Layer
    from convarith.render.gallery.scene_places import Place

LAYERS: dict[str, type[Layer]] = {"conv": Conv, "pool": Pool, "transpose": ConvTranspose}
VERBS = (*LAYERS, COMPARE, STACK)
FEWEST_LAYERS = 2


@dataclass(frozen=True, slots=True)
class Key:
    """A key of a table: what it is, for people and for editors, and what reads its value or refuses it."""

    says: str
    schema: Mapping[str, Any]
    read: Callable[[Any, str, Place], Any]
    verbs: tuple[str, ...] = VERBS
    """The kinds of scenes that it means something in."""
    example: str = ""
    """How it is written, for who has forgotten it; only of keys that every scene has."""


_TEXT = {"type": "string", "pattern": r"\S"}
_LINE = {"type": "string", "pattern": rf"^[^{NO_LETTERS}]*[^\s{NO_LETTERS}][^{NO_LETTERS}]*$"}
_NUMBERS = {
    "oneOf": [
        _LINE,
        {"type": "array", "items": {"type": "number"}, "minItems": 1},
        {"type": "array", "items": {"type": "array", "items": {"type": "number"}}, "minItems": 1},
    ]
}
_SIDES = {"type": "array", "items": {"type": "integer"}, "minItems": 2, "maxItems": 2}
_NAMED = {"type": "string", "enum": list(PADDING_NAMES)}
_ENTRY = {"oneOf": [{"type": "integer"}, _NAMED, _SIDES]}
_PADDING = {"oneOf": [{"type": "integer"}, _NAMED, {"type": "array", "items": _ENTRY, "minItems": 1}]}


def _at_least(least: int) -> dict[str, Any]:
    return {"type": "integer", "minimum": least}


def _per_axis(least: int) -> dict[str, Any]:
    return {"oneOf": [_at_least(least), {"type": "array", "items": _at_least(least), "minItems": 1}]}


def _spelled(least: int) -> dict[str, Any]:
    """A shape or a position, which can be written in one word, too."""
    several = {"type": "array", "items": _at_least(least), "minItems": 1, "maxItems": AXIS_LIMIT}
    return {"oneOf": [_at_least(least), several, {"type": "string", "pattern": "^[0-9]+([xX×][0-9]+)*$"}]}


def _one_of(known: tuple[str, ...]) -> dict[str, Any]:
    return {"type": "string", "enum": list(known)}


LAYER_KEYS: dict[str, Key] = {
    "kernel_size": Key(
        "The kernel's size: a number for every axis, or a list with one for each.", _per_axis(1), as_it_is, example="3"
    ),
    "stride": Key("The stride, 1 if not given; of a pooling, the kernel size.", _per_axis(1), as_it_is),
    "padding": Key(
        "The padding: a number, a name, or a list with an entry for each axis: a number, a name or [before, after].",
        _PADDING,
        as_it_is,
    ),
    "dilation": Key("The dilation of the kernel.", _per_axis(1), as_it_is),
    "input_dilation": Key("Stretches the input: e - 1 zeros between neighbours.", _per_axis(1), as_it_is),
    "ceil_mode": Key("Whether the size is rounded up.", {"type": "boolean"}, as_it_is),
    "output_padding": Key("Added zeros at the end, below the larger of stride and dilation.", _per_axis(0), as_it_is),
}
"""An argument of a layer -> what it is. The layers themselves check them."""

_COMPOSED = ("conv", "pool", "transpose")

SCENE_KEYS: dict[str, Key] = {
    "name": Key(
        "The beginning of its files' names: letters, digits, - and _; no two are the same.",
        {"type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9_-]*$", "maxLength": LONGEST_NAME},
        read_name,
        example='"odd"',
    ),
    "title": Key("Its title on the page.", _LINE, read_line, example='"Padding, odd sizes"'),
    "topic": Key("The heading that it stands under.", _LINE, read_line, example='"Convolution"'),
    "notice": Key("One sentence: what to look at.", _LINE, read_line, example='"One sentence: what to look at."'),
    "figure": Key("The guide's figure that it corresponds to.", _one_of(FIGURES), read_figure),
    "input_shape": Key(
        'The input: a number for one axis, a list such as [6, 6], or "6x6".',
        _spelled(1),
        read_shape,
        example="[6, 6]",
    ),
    "show": Key(
        "What is shown of the layer, as the show of animate.", _one_of(tuple(SHOWS)), word_of(tuple(SHOWS)), _COMPOSED
    ),
    "reduce": Key("What a pooling takes of a window.", _one_of(REDUCTIONS), word_of(REDUCTIONS), ("pool", COMPARE)),
    "padding_mode": Key(
        "What the padding of a convolution holds.",
        _one_of(PADDING_MODES),
        word_of(PADDING_MODES),
        ("conv", COMPARE),
    ),
    "cells": Key("What stands in cells.", _one_of(CELLS), word_of(CELLS)),
    "input": Key(
        "The numbers in the input: a list, rows of them, or a file beside this one.",
        _NUMBERS,
        read_numbers,
        (*_COMPOSED, COMPARE),
    ),
    "kernel": Key("The weights, given as the input is.", _NUMBERS, read_numbers, ("conv", "transpose", COMPARE)),
    "in_channels": Key("Maps that a convolution reads.", _at_least(1), whole_from(1), ("conv",)),
    "out_channels": Key("Maps that it gives.", _at_least(1), whole_from(1), ("conv",)),
    "groups": Key("Groups that these are in.", _at_least(1), whole_from(1), ("conv",)),
    "seed": Key(
        "Another seed makes other numbers where none are given.",
        _at_least(0),
        whole_from(0),
        (*_COMPOSED, COMPARE),
    ),
    "headings": Key(
        "A text above each layer of a comparison.",
        {"type": "array", "items": _LINE, "minItems": FEWEST_LAYERS},
        read_headings,
        (COMPARE,),
    ),
    "at": Key("The output whose receptive field is shown.", _spelled(0), read_position, (STACK,)),
    "max_frames": Key("At most so many steps, evenly spaced.", _at_least(1), whole_from(1)),
}
"""A key of a scene -> what it is. Those after input_shape are arguments of what composes it."""

LOOK_KEYS: dict[str, Key] = {
    "view": Key("Grids side by side, or the guide's oblique sheets.", _one_of(tuple(VIEWS)), word_of(tuple(VIEWS))),
    "width": Key(
        "The picture's width on the page, in pixels.",
        {"type": "integer", "minimum": WIDTH_PX[0], "maximum": WIDTH_PX[1]},
        whole_between(*WIDTH_PX),
    ),
    "frame_ms": Key(
        "How long a frame stands, in milliseconds.",
        {"type": "integer", "minimum": FRAME_MS[0], "maximum": FRAME_MS[1], "multipleOf": 10},
        read_frame_ms,
    ),
    "caption": Key("Whether there are title, formulas, sums and legend.", {"type": "boolean"}, read_flag),
}
"""A key of a scene that says how it is drawn -> what it is."""

FILE_KEYS: dict[str, Key] = {
    "title": Key("The title of the page.", _LINE, read_line),
    "introduction": Key("A paragraph at the top of the page.", _TEXT, read_paragraph),
}

VERB_SAYS = {
    "conv": "A convolution, with its arguments.",
    "pool": "A pooling, with its arguments.",
    "transpose": "A transposed convolution, with its arguments.",
    COMPARE: "Two or three layers on one input, side by side.",
    STACK: "Layers one after the other.",
}
"""What a scene shows; each has exactly one of them."""


def layer_keys(verb: str) -> dict[str, Key]:
    """The arguments that such a layer has."""
    return {name: LAYER_KEYS[name] for name in signature(LAYERS[verb]).parameters}
