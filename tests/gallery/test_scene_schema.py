"""The JSON Schema that editors use: it is the one of the table, and says what the reader does."""

from __future__ import annotations

import json
import re
import tomllib
from importlib.resources import files
from pathlib import Path

import pytest
from test_scene_files import REFUSED, instead, scene

from convarith.render.gallery.scene_keys import FILE_KEYS, LAYERS, LOOK_KEYS, SCENE_KEYS, VERBS, layer_keys
from convarith.render.gallery.scene_schema import schema

PACKAGE = files("convarith.render.gallery")
PAGE = Path(__file__).parents[2] / "docs" / "gallery.md"
TYPES = {"object": dict, "array": list, "string": str, "boolean": bool, "integer": int, "number": (int, float)}
RULES = {"type", "enum", "pattern", "minimum", "maximum", "multipleOf", "maxLength", "minItems", "maxItems", "items"}
RULES |= {"properties", "required", "additionalProperties", "minProperties", "maxProperties", "oneOf", "$ref"}
SAYS_NOTHING = {"$schema", "$defs", "title", "description"}


def is_of(value, name):
    """Whether a value is of a JSON type, where true is no number."""
    return isinstance(value, TYPES[name]) and (name == "boolean" or not isinstance(value, bool))


def fits(value, form, whole):
    """Whether a value is what a schema allows, by the few rules that are used here."""
    assert set(form) <= RULES | SAYS_NOTHING, set(form) - RULES
    if "$ref" in form:
        form = whole["$defs"][form["$ref"].removeprefix("#/$defs/")]
    checks = [
        "type" not in form or is_of(value, form["type"]),
        value in form.get("enum", [value]),
    ]
    if isinstance(value, str):
        checks += [re.search(form.get("pattern", ""), value), len(value) <= form.get("maxLength", len(value))]
    if is_of(value, "number"):
        checks += [form.get("minimum", value) <= value <= form.get("maximum", value)]
        checks += [value % form.get("multipleOf", 1) == 0 or "multipleOf" not in form]
    if isinstance(value, list):
        checks += [form.get("minItems", 0) <= len(value) <= form.get("maxItems", len(value))]
        checks += [fits(item, form.get("items", {}), whole) for item in value]
    if isinstance(value, dict):
        known = form.get("properties", {})
        checks += [key in known for key in value if not form.get("additionalProperties", True)]
        checks += [key in value for key in form.get("required", ())]
        checks += [form.get("minProperties", 0) <= len(value) <= form.get("maxProperties", len(value))]
        checks += [fits(inner, known[key], whole) for key, inner in value.items() if key in known]
    if "oneOf" in form:
        checks += [sum(fits(value, each, whole) for each in form["oneOf"]) == 1]
    return all(checks)


def allows(text):
    whole = schema()
    return fits(tomllib.loads(text), whole, whole)


def test_the_file_is_the_schema_of_the_table():
    """Written by json.dumps(schema(), indent=2, ensure_ascii=False), and a newline."""
    text = PACKAGE.joinpath("scenes.schema.json").read_text("utf-8")
    assert json.loads(text) == schema()
    assert text == json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


def test_it_has_every_key_with_what_it_is():
    whole = schema()
    one = whole["$defs"]["scene"]["properties"]
    assert set(one) == {*SCENE_KEYS, *VERBS, *LOOK_KEYS}
    assert set(whole["properties"]) == {*FILE_KEYS, "scene"}
    described = [*one.values(), *whole["properties"].values()]
    for verb in LAYERS:
        arguments = whole["$defs"][verb]["properties"]
        assert set(arguments) == set(layer_keys(verb))
        described += arguments.values()
    assert all(form["description"].endswith(".") for form in described)


def test_it_allows_the_gallery_of_the_package_and_the_examples_of_the_page():
    assert allows(PACKAGE.joinpath("scenes.toml").read_text("utf-8"))
    for example in re.findall(r"```toml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL):
        assert allows(example)


@pytest.mark.parametrize("text", [mended for *_, mended in REFUSED])
def test_it_allows_what_is_mended(text):
    assert allows(text)


BEYOND_IT = {  # what several keys together show
    "means nothing",
    "out of range",
    "show 'stamp'",
    "some are given",
    "there is no output",
    "give one text for each",
    "do not divide",
    "do not fit into a width",
    "the picture would have",
    "give input that shape",
    "give kernel that shape",
    "rows of different lengths",
    "unknown suffix",
}


@pytest.mark.parametrize(("text", "sentence"), [(text, sentence) for text, _, sentence, _ in REFUSED])
def test_it_refuses_what_is_refused(text, sentence):
    """But for what a schema does not see."""
    beyond = any(words in sentence for words in BEYOND_IT)
    assert allows(text) <= beyond


@pytest.mark.parametrize(
    "text",
    [
        scene(padding_mode='"reflect"', seed="3", view='"sheets"', caption="false", width="300", frame_ms="100"),
        scene(in_channels="2", out_channels="2", groups="1", figure='"1.3"'),
        scene(input="[1, 2.5]", kernel='"w.npy"'),
        scene(conv='{ kernel_size = [3, 3], padding = [[0, 1], "same"] }', input_shape='"6x6"'),
        instead("stack", "[{ conv = { kernel_size = 3 } }, { transpose = { kernel_size = 3 } }]", at='"3x3"'),
        instead("compare", "[{ conv = { kernel_size = 3 } }, { pool = { kernel_size = 3 } }]", headings='["a", "b"]'),
    ],
)
def test_it_allows_every_key(text):
    assert allows(text)
