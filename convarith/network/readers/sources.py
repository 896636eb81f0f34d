"""What the command line's SPEC, FILE or NAME means, and which reader a file is for.

A file is known by its suffix, any text by how it begins; a text that is no file is the id of a named network, or the
network itself in some notation.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, NoReturn

from convarith.arithmetic.integers import shown
from convarith.errors import ParameterError, RefusedError
from convarith.network.operations import Unknown

if TYPE_CHECKING:
    from os import PathLike
    from pathlib import Path

    from convarith.network.graph import Network

STANDARD_INPUT = "-"

_TOML = re.compile(r"^\s*(?:layers\s*=|\[\[\s*layers\s*\]\])", re.MULTILINE)
_PRINTED = re.compile(r"^\W*\([\w.-]+\): (?:\d+ x )?[A-Za-z_][\w.]*\(", re.MULTILINE)
_ONE_PRINTED = re.compile(r"\s*(?:>>>[^\n]*\n\s*)?(?:torch\.)?(?:nn\.)?(?:[a-z]+\.)*([A-Z]\w*)\(")
_FENCE = re.compile(r"^ {0,3}```[^\n`]*\n(.*?)^ {0,3}```", re.MULTILINE | re.DOTALL)
_PATH = re.compile(r"[^\s()|>→]*\.[A-Za-z][A-Za-z0-9]{0,9}|[^\s()|>→]*[/\\][^\s()|>→]*")
_WORD = re.compile(r"[A-Za-z][\w.+-]*")

_NO_NETWORK = {
    ".pt": "is a pickle of PyTorch, which only PyTorch reads",
    ".pth": "is a pickle of PyTorch, which only PyTorch reads",
    ".bin": "holds weights, and no network",
    ".safetensors": "holds weights, and no network",
    ".h5": "is HDF5, which needs Keras",
    ".hdf5": "is HDF5, which needs Keras",
    ".pb": "is a TensorFlow graph",
    ".tflite": "is a TensorFlow Lite graph",
}
"""Files that people have, by their suffix, and why they are none to read."""


def load(source: str | PathLike[str]) -> Network:
    """The network of a file, of a named network's id, or of a text: what the command line is given.

    A file is read by its suffix: ``.toml``, ``.json`` (a document, or a Keras model), ``.keras``, ``.onnx``; any other
    is text. Text is a document, the printed text of a PyTorch module, or the compact notation. ``-`` is standard input.

    >>> load("vgg16").input_shape
    (3, 224, 224)
    >>> load("3-1-1Conv64 -> 2-2MaxPool")
    <Network of 2 layers>
    >>> load("resnt50")
    Traceback (most recent call last):
    convarith.errors.ParameterError: 'resnt50' is no file and no layer; unknown network 'resnt50'; did you mean \
'resnet50'? network.names() lists them all
    >>> load("nets/unet.toml")
    Traceback (most recent call last):
    convarith.errors.ParameterError: there is no file nets/unet.toml

    Raises:
        ParameterError: it is nothing of that, or cannot be read; the sentence says which file, where, and why.
        ModuleNotFoundError: it is an ONNX file, and the onnx package is not installed.
        OSError: the file cannot be read.
    """
    if not isinstance(source, str):
        from pathlib import Path

        return _of_file(Path(source))
    if source == STANDARD_INPUT:
        return _of_standard_input()
    path = _existing(source)
    if path is not None:
        return _of_file(path)
    from convarith.network.models import is_name, named

    if is_name(source):
        return named(source)
    text = source.strip()
    if not text:
        raise ParameterError("there is nothing to read; give a file, the name of a network, or layers: 3-1-1Conv64")
    if _PATH.fullmatch(text):
        _refuse_path(text)
    try:
        network = of_text(source)
    except ParameterError:
        if _WORD.fullmatch(text) and _is_near_a_name(text):
            _refuse_word(text)
        raise
    if _WORD.fullmatch(text) and all(isinstance(node.operation, Unknown) for node in network.nodes[1:]):
        _refuse_word(text)
    return network


def _existing(source: str) -> Path | None:
    """The path of that name, if there is one; a folder only where nothing else can be meant."""
    try:
        os.stat(source)  # noqa: PTH116  # pathlib costs as much as the rest of a short text
    except (OSError, ValueError):  # not there, too long for a name, or with a zero byte
        return None
    from pathlib import Path

    path = Path(source)
    if not path.is_dir():
        return path
    if _PATH.fullmatch(source):
        raise ParameterError(f"{source} is a folder; give a file in it", path=source)
    return None


def _of_standard_input() -> Network:
    import sys

    try:
        text = sys.stdin.read()
    except UnicodeDecodeError:
        raise ParameterError("standard input is no text; give a binary file by its name") from None
    return _in_place(text, "standard input")


def _of_file(path: Path) -> Network:
    """The network of a file, every refusal with its name."""
    suffix = path.suffix.lower()
    if suffix in _NO_NETWORK:
        raise ParameterError(
            f"{path.name} {_NO_NETWORK[suffix]}; export the model as ONNX, give the text of print(model), or that of "
            f"Keras' model.to_json()",
            path=str(path),
        )
    if suffix == ".onnx":
        from convarith.network.readers.onnx_files import from_onnx

        return from_onnx(path)
    if suffix == ".keras":
        return _in_place(_archived(path), path.name)
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise ParameterError(f"{path.name} is no text in UTF-8, and has no suffix of a file that is known") from None
    return _in_place(text, path.name, suffix)


def _archived(path: Path) -> str:
    """The model's JSON in a file of Keras 3."""
    from zipfile import BadZipFile, ZipFile

    try:
        with ZipFile(path) as archive:
            return archive.read("config.json").decode("utf-8")
    except (BadZipFile, KeyError, UnicodeDecodeError, NotImplementedError, RuntimeError, EOFError) as error:
        raise ParameterError(f"{path.name} is no file of Keras 3: {error}; give the text of model.to_json()") from None


def _in_place(text: str, name: str, suffix: str = "") -> Network:
    """The network of a text, each refusal with the name of what it stands in."""
    try:
        if suffix == ".toml":
            from convarith.network.readers.documents import from_toml

            return from_toml(text)
        if suffix == ".json":
            return _of_json(text)
        return of_text(text)
    except RefusedError as refusal:
        raise type(refusal)(f"{name}: {refusal.message}", **refusal.numbers) from None


def of_text(text: str) -> Network:
    """The network of a text that begins as JSON, holds the layers of TOML, shows a printed module, or else is in the
    compact notation. Of a text in Markdown, the first block of code counts.

    >>> of_text("Conv2d(3, 64, kernel_size=(3, 3))").nodes[1].operation.features
    64

    Raises:
        ParameterError: it cannot be read.
    """
    text = text.removeprefix("\ufeff")
    fenced = _FENCE.search(text)
    if fenced:
        text = fenced[1]
    if not text.strip():
        raise ParameterError("there is nothing to read; give layers, as 3-1-1Conv64 -> 2-2MaxPool")
    if text.lstrip().startswith("{"):
        return _of_json(text)
    if _TOML.search(text):
        from convarith.network.readers.documents import from_toml

        return from_toml(text)
    if _is_printed(text):
        from convarith.network.readers.printed_modules import from_printed

        return from_printed(text)
    from convarith.network.readers.notation import parse

    return parse(text)


def _is_printed(text: str) -> bool:
    """Whether a text shows a module of PyTorch: lines such as ``(0): Conv2d(``, or one layer alone."""
    if _PRINTED.search(text):
        return True
    begins = _ONE_PRINTED.match(text)
    if not begins:
        return False
    from convarith.network.readers.torch_classes import CLASSES

    return begins[1] in CLASSES or begins[1] == "Sequential"


def _of_json(text: str) -> Network:
    """A Keras model or a document, by its keys."""
    import json

    from convarith.network.readers.documents import from_json
    from convarith.network.readers.keras_models import from_keras

    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return from_json(text)  # which says what is wrong
    is_keras = (
        isinstance(data, dict) and "layers" not in data and {"class_name", "modelTopology", "model_config"} & {*data}
    )
    return from_keras(data) if is_keras else from_json(text)


def _refuse_path(text: str) -> NoReturn:
    """Refuse what can only be the name of a file, and is none; the nearest in its folder is named.

    Raises:
        ParameterError: always.
    """
    from difflib import get_close_matches
    from pathlib import Path

    path = Path(text)
    try:
        beside = [entry.name for entry in path.parent.iterdir() if entry.is_file()]
    except (OSError, ValueError):
        beside = []
    close = get_close_matches(path.name, beside, n=1, cutoff=0.6)
    raise ParameterError(
        f"there is no file {text}" + (f"; did you mean {path.with_name(close[0])}?" if close else ""), path=text
    )


def _is_near_a_name(text: str) -> bool:
    """Whether one word, which is no layer, is most likely a slip for the id of a named network."""
    from difflib import get_close_matches

    from convarith.network.models import names

    return bool(get_close_matches(text.lower(), names(), n=1, cutoff=0.8))


def _refuse_word(text: str) -> NoReturn:
    """Refuse one word that means nothing; the nearest named network is named.

    Raises:
        ParameterError: always.
    """
    from convarith.network.models import named

    try:
        named(text)
    except ParameterError as refusal:
        raise ParameterError(f"{shown(text)} is no file and no layer; {refusal.message}", name=text) from None
    raise AssertionError(text)  # what has a name was found by it
