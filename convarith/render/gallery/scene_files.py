"""A gallery from a TOML file of scenes: everything in it is checked before anything is drawn."""

from __future__ import annotations

import os
from dataclasses import replace
from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from convarith.errors import RefusedError, nearest
from convarith.render.gallery.entries import STACK, Collection, Entry, FileBeside
from convarith.render.gallery.scene_keys import (
    FEWEST_LAYERS,
    FILE_KEYS,
    LAYERS,
    LOOK_KEYS,
    SCENE_KEYS,
    VERBS,
    layer_keys,
)
from convarith.render.gallery.scene_places import Place
from convarith.render.themes import THEMES
from convarith.render.toml_files import TomlFile
from convarith.render.toml_lines import line_of, lines_of_keys

if TYPE_CHECKING:
    from collections.abc import Mapping

    from convarith.arithmetic.layer import Layer
    from convarith.render.gallery.scene_keys import Key
    from convarith.render.scene import Scene

    Placed = tuple[Layer, Place]

SIZE_LIMIT = 1_000_000
"""Bytes that a scenes file may have. A scene has about 300."""

OWN = "scenes.toml"
"""The file of the gallery that comes with the package."""

TITLE = "Convolution arithmetic"
"""Of a page that is not given one."""

ABOUT = ("name", "title", "topic", "notice", "figure", "input_shape")
"""The keys of a scene that are fields of its entry; the others in the table are wishes."""

NUMBERS = ("input", "kernel")
"""The keys that can name a file."""


def collection(path: str | os.PathLike[str] | None = None) -> Collection:
    """The gallery that a file of scenes describes; without a path, the one that comes with the package.

    The format is described in docs/gallery.md. Every scene is composed and laid out once, so that what is returned can
    be drawn.

    Raises:
        ParameterError: the file says what no gallery can mean; the sentence names file, line, scene, key and value.
        ShapeError: a layer does not fit its input, or a scene would be too large, or its grids do not fit its width.
        OSError: the file, or a file of numbers that it names, cannot be read; of the latter the sentence begins with
            file, line and scene.
    """
    if path is not None:
        return _read(Path(path))
    with as_file(files("convarith.render.gallery") / OWN) as own:
        return _read(own)


def _read(path: Path) -> Collection:
    file = TomlFile(path, "list of scenes", SIZE_LIMIT)
    text = file.text()
    document = file.document(text)
    place = Place(file, lines_of_keys(text))
    _refuse_unknown(document, (*FILE_KEYS, "scene"), place)
    said = {key: FILE_KEYS[key].read(value, key, place) for key, value in document.items() if key in FILE_KEYS}
    scenes = document.get("scene", [])
    if not isinstance(scenes, list) or not all(isinstance(scene, dict) for scene in scenes):
        raise place.bad("scene", scenes, "is no list of tables; write [[scene]], in two pairs of brackets")
    if not scenes:
        raise place.refused(" has no scene; write [[scene]], and below it its keys")
    places = [_place_of(scene, number, place) for number, scene in enumerate(scenes)]
    entries = [_entry(scene, at) for scene, at in zip(scenes, places, strict=True)]
    _refuse_twins(entries, places)
    return Collection(said.get("title", TITLE), said.get("introduction", ""), tuple(entries))


def _place_of(scene: Mapping[str, Any], number: int, place: Place) -> Place:
    """A scene's place, which is called by its name, or by its number while it has none."""
    name = scene.get("name")
    called = name if isinstance(name, str) and name.strip() else number + 1
    return Place(place.file, place.lines, ("scene", number), called)


def _entry(scene: Mapping[str, Any], place: Place) -> Entry:
    _refuse_unknown(scene, (*SCENE_KEYS, *VERBS, *LOOK_KEYS), place)
    _require(scene, SCENE_KEYS, place)
    verb = _verb(scene, VERBS, place)
    known = {**SCENE_KEYS, **LOOK_KEYS}
    for key, value in scene.items():
        if key in known and verb not in known[key].verbs:
            raise place.bad(key, value, f"means nothing for {verb}; leave it out")
    said = {key: known[key].read(value, key, place) for key, value in scene.items() if key in known}
    layers = _layers(scene[verb], verb, place)
    _meet(layers, verb, said["input_shape"])
    wishes = {key: value for key, value in said.items() if key in SCENE_KEYS and key not in ABOUT}
    for key in NUMBERS:
        if isinstance(wishes.get(key), str):
            wishes[key] = FileBeside(wishes[key], place.file.path.parent)
    entry = Entry(
        said["name"],
        said["title"],
        said["topic"],
        said["notice"],
        said.get("figure", ""),
        verb,
        tuple(layer for layer, _ in layers),
        said["input_shape"],
        wishes,
        {key: said[key] for key in LOOK_KEYS if key in said},
    )
    _check_drawn(entry, _composed(entry, place), place)
    return replace(entry, source=place.source())


def _composed(entry: Entry, place: Place) -> Scene:
    try:
        return entry.scene()
    except RefusedError as error:
        told = _guilty(error, entry.wishes) or _guilty_numbers(error, entry)
        raise place.told(error, *(told or [entry.verb])) from None
    except OSError as error:
        raise place.missed(error, *(_guilty_numbers(error, entry) or [entry.verb])) from error


def _guilty_numbers(error: RefusedError | OSError, entry: Entry) -> list[str]:
    """The numbers that a refusal is about: without any it does not come, and with these alone it does."""
    given = [key for key in NUMBERS if key in entry.wishes]
    others = {key: value for key, value in entry.wishes.items() if key not in given}

    def is_refused(wishes: Mapping[str, Any]) -> bool:
        try:
            replace(entry, wishes=wishes).scene()
        except (RefusedError, OSError) as other:
            return str(other) == str(error)
        return False

    if not given or is_refused(others):
        return []
    return [key for key in given if is_refused({**others, key: entry.wishes[key]})][:1]


def _check_drawn(entry: Entry, scene: Scene, place: Place) -> None:
    """Refuse a scene that cannot be drawn as it should look; colours, and so themes, take no room."""
    try:
        entry.drawing(scene, THEMES["default"])
    except RefusedError as error:
        raise place.told(error, *_guilty(error, entry.look)) from None


def _refuse_twins(entries: list[Entry], places: list[Place]) -> None:
    """Refuse two names that are one file where systems do not tell capitals."""
    first: dict[str, Place] = {}
    for entry, place in zip(entries, places, strict=True):
        other = first.setdefault(entry.name.lower(), place)
        if other is not place:
            line = line_of(other.lines, (*other.path, "name"))
            same = "" if other.scene == entry.name else f" (as {other.scene!r}, which some systems take for the same)"
            raise place.bad("name", entry.name, f"is taken by line {line}{same}; choose another")


def _refuse_unknown(table: Mapping[str, Any], known: tuple[str, ...], place: Place) -> None:
    for key, value in table.items():
        if key not in known:
            raise place.unknown(key, value, nearest(key, known))


def _require(table: Mapping[str, Any], keys: Mapping[str, Key], place: Place) -> None:
    for name, key in keys.items():
        if key.example and name not in table:
            among = f": {place.inside}" if place.inside else ""
            raise place.refused(f"{among} has no {name}; add {name} = {key.example}", key=name)


def _verb(table: Mapping[str, Any], verbs: tuple[str, ...], place: Place) -> str:
    """The one key of a table that says what is drawn."""
    among = f": {place.inside}" if place.inside else ""
    found = [key for key in table if key in verbs]
    if not found:
        raise place.refused(f"{among} has no layer; add one of {', '.join(verbs)}")
    if len(found) > 1:
        raise place.refused(f"{among} has both {found[0]} and {found[1]}; leave one of them out", found[1])
    return found[0]


def _layers(value: Any, verb: str, place: Place) -> list[Placed]:
    """The layers of a scene, each with its place."""
    if verb in LAYERS:
        return [_layer(value, verb, place.within(verb, inside=verb), verb, place)]
    written = f"{verb} = [{{ conv = {{ kernel_size = 3 }} }}, {{ pool = {{ kernel_size = 2 }} }}]"
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise place.bad(verb, value, f"is no list of layers; write {written}")
    if len(value) < FEWEST_LAYERS:
        raise place.bad(verb, value, f"has too few layers; write two or more, {written}")
    layers = []
    for number, item in enumerate(value):
        inside = place.within(verb, number, inside=f"layer {number + 1} of {verb}")
        _refuse_unknown(item, tuple(LAYERS), inside)
        kind = _verb(item, tuple(LAYERS), inside)
        layers.append(_layer(item[kind], kind, inside.within(kind, inside=inside.inside), kind, inside))
    return layers


def _layer(table: Any, verb: str, place: Place, key: str, above: Place) -> Placed:
    keys = layer_keys(verb)
    if not isinstance(table, dict):
        raise above.bad(key, table, f"is no table; write {key} = {{ kernel_size = 3 }}")
    _refuse_unknown(table, tuple(keys), place)
    _require(table, keys, place)
    try:
        return LAYERS[verb](**table), place
    except RefusedError as error:
        raise place.told(error, *_guilty(error, table)) from None


def _meet(layers: list[Placed], verb: str, input_shape: tuple[int, ...]) -> None:
    """Lay the layers on the input, stacked ones on what the one before gives."""
    shape = input_shape
    for layer, place_of_layer in layers:
        try:
            output_shape = layer.output_shape(shape)
        except RefusedError as error:
            raise place_of_layer.told(error, *_guilty(error, layer.settings)) from None
        shape = output_shape if verb == STACK else shape


def _guilty(error: RefusedError, given: Mapping[str, Any]) -> list[str]:
    """The key that a refusal is about, if it tells."""
    return [str(key) for key in (error.numbers.get("name"), *error.numbers) if key in given][:1]
