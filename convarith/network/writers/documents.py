"""Networks as TOML and JSON, by the schema of `readers.document_schema`: one layer a line, defaults left out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from convarith.network.graph import automatic_names
from convarith.network.readers.document_schema import described

if TYPE_CHECKING:
    from convarith.network.graph import Network


def write_toml(network: Network) -> str:
    """A TOML document that `from_toml` reads as the same network.

    >>> from convarith.network.readers.documents import from_toml
    >>> print(write_toml(from_toml('layers = [{ type = "conv", features = 8, kernel_size = [3, 5], groups = 1 }]')))
    layers = [
        { type = "conv", features = 8, kernel_size = [3, 5] },
    ]
    <BLANKLINE>

    Raises:
        ParameterError: it has an operation that no document knows.
    """
    data = as_dict(network)
    lines = [f"{key} = {_toml(value)}" for key, value in data.items() if key != "layers"]
    rows = [
        f"    {{ {', '.join(f'{key} = {_toml(value)}' for key, value in row.items())} }}," for row in data["layers"]
    ]
    return "\n".join([*lines, "layers = [", *rows, "]"]) + "\n"


def write_json(network: Network) -> str:
    """A JSON document that `from_json` reads as the same network.

    >>> from convarith.network.readers.documents import from_json
    >>> print(write_json(from_json('{"layers": [{"type": "flatten"}, {"type": "fc", "features": 10}]}')))
    {
      "layers": [
        {"type": "flatten"},
        {"type": "fc", "features": 10}
      ]
    }
    <BLANKLINE>

    Raises:
        ParameterError: it has an operation that no document knows.
    """
    import json

    data = as_dict(network)
    lines = [f"  {json.dumps(key)}: {json.dumps(value)}," for key, value in data.items() if key != "layers"]
    rows = ",\n".join(f"    {json.dumps(row, ensure_ascii=False)}" for row in data["layers"])
    return "\n".join(["{", *lines, f'  "layers": [\n{rows}\n  ]' if rows else '  "layers": []', "}"]) + "\n"


def as_dict(network: Network) -> dict[str, Any]:
    """The document as plain data, which `from_dict` reads as the same network.

    Raises:
        ParameterError: it has an operation that no document knows.
    """
    data: dict[str, Any] = {}
    if network.title:
        data["title"] = network.title
    if network.input_shape is not None:
        data["input"] = list(network.input_shape)
    if network.nodes[0].name != "input":
        data["input_name"] = network.nodes[0].name
    names = _written_names(network)
    layers = []
    for number, node in enumerate(network.nodes):
        if not number:
            continue
        kind, values = described(node.operation)
        layer: dict[str, Any] = {"type": kind}
        if names[number]:
            layer["name"] = node.name
        layer |= {key: _plain(value) for key, value in values.items()}
        if node.inputs != (number - 1,):
            layer["inputs"] = [network.nodes[source].name for source in node.inputs]
        layers.append(layer)
    data["layers"] = layers
    return data


def _written_names(network: Network) -> list[bool]:
    """Which names stand in the document: those that another layer refers to, and those that would not come of
    themselves."""
    nodes = network.nodes
    written = [not number for number in range(len(nodes))]
    for number, node in enumerate(nodes):
        for source in node.inputs:
            written[source] |= node.inputs != (number - 1,)
    while True:
        names = automatic_names(
            [
                (node.name if is_written else "", node.operation.word)
                for node, is_written in zip(nodes, written, strict=True)
            ]
        )
        differing = [number for number, node in enumerate(nodes) if names[number] != node.name]
        if not differing:
            return written
        for number in differing:
            written[number] = True


def _plain(value: object) -> object:
    """A value as JSON and TOML have it: tuples as lists."""
    return [_plain(entry) for entry in value] if isinstance(value, tuple) else value


def _toml(value: object) -> str:
    """A value as TOML spells it."""
    if isinstance(value, list):
        return f"[{', '.join(map(_toml, value))}]"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        import json

        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return str(value)
