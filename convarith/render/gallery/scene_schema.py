"""The JSON Schema of a scenes file, which tells editors what the tables of `scene_keys` say.

`scenes.schema.json` is this schema as a file; a test compares the two.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from convarith.render.gallery.entries import COMPARE, STACK
from convarith.render.gallery.scene_keys import (
    FEWEST_LAYERS,
    FILE_KEYS,
    LAYERS,
    LOOK_KEYS,
    SCENE_KEYS,
    VERB_SAYS,
    VERBS,
    layer_keys,
)

if TYPE_CHECKING:
    from collections.abc import Mapping


def schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a scenes file.

    >>> schema()["required"]
    ['scene']
    """
    layers = {verb: {"$ref": f"#/$defs/{verb}"} for verb in LAYERS}
    one_layer = {
        "type": "object",
        "properties": layers,
        "additionalProperties": False,
        "minProperties": 1,
        "maxProperties": 1,
    }
    several = {"type": "array", "items": {"$ref": "#/$defs/layer"}, "minItems": FEWEST_LAYERS}
    drawn: dict[str, dict[str, Any]] = {**layers, COMPARE: several, STACK: several}
    scene = {
        "type": "object",
        "properties": {
            **{name: _described(key.says, key.schema) for name, key in SCENE_KEYS.items()},
            **{verb: _described(VERB_SAYS[verb], form) for verb, form in drawn.items()},
            **{name: _described(key.says, key.schema) for name, key in LOOK_KEYS.items()},
        },
        "required": [name for name, key in SCENE_KEYS.items() if key.example],
        "oneOf": [{"required": [verb]} for verb in VERBS],
        "additionalProperties": False,
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Scenes of a convarith gallery",
        "type": "object",
        "properties": {
            **{name: _described(key.says, key.schema) for name, key in FILE_KEYS.items()},
            "scene": {
                "description": "The pictures, each a [[scene]].",
                "type": "array",
                "items": {"$ref": "#/$defs/scene"},
                "minItems": 1,
            },
        },
        "required": ["scene"],
        "additionalProperties": False,
        "$defs": {"scene": scene, "layer": one_layer, **{verb: _layer_schema(verb) for verb in LAYERS}},
    }


def _layer_schema(verb: str) -> dict[str, Any]:
    keys = layer_keys(verb)
    return {
        "type": "object",
        "properties": {name: _described(key.says, key.schema) for name, key in keys.items()},
        "required": [name for name, key in keys.items() if key.example],
        "additionalProperties": False,
    }


def _described(says: str, form: Mapping[str, Any]) -> dict[str, Any]:
    return {"description": says, **form}
