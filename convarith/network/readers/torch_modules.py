"""Live PyTorch modules to networks: an ``nn.Sequential`` by its classes' names and attributes.

PyTorch is not imported: a module is known by the names of its classes. What a forward() of one's own connects cannot be
seen in attributes, so only Sequentials, and single layers, are read.
"""

from __future__ import annotations

from convarith.errors import ParameterError
from convarith.network.readers.torch_chain import (
    DEPTH_LIMIT,
    HOLDERS,
    WRAPPERS,
    Chain,
    hides_its_forward,
    hides_its_order,
)
from convarith.network.readers.torch_classes import CLASSES, known_class
from convarith.network.readers.torch_given import REQUIRED

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from convarith.network.graph import Network


def from_torch(module: Any) -> Network:
    """The network of a live ``torch.nn.Sequential``, nested ones included, or of a single layer.

    Its layers are named by their dotted paths (``features.3``). A layer of a class of one's own, without layers in it,
    becomes an unknown layer, with a warning.

    >>> class Module: __module__ = "torch.nn.modules.module"
    >>> class ReLU(Module): __module__ = "torch.nn.modules.activation"
    >>> from_torch(ReLU()).nodes[1].operation
    Unchanged(name='ReLU', parameters=0)
    >>> from_torch([ReLU()])
    Traceback (most recent call last):
    convarith.errors.ParameterError: list is no torch module; give nn.Sequential(*layers)

    Raises:
        ParameterError: it is no module of PyTorch; or some module is no Sequential and hides its connections in its
            forward(), or does what no layer here does. The sentence says which, and what to do.
    """
    _check_is_module(module)
    chain = Chain()
    seen: dict[int, str] = {}
    indices = ""
    waiting: list[tuple[str, Any, int]] = [("", module, 0)]
    while waiting:
        path, child, depth = waiting.pop()
        where = path or "the module"
        if depth > DEPTH_LIMIT:
            raise ParameterError(f"{where} is more than {DEPTH_LIMIT} modules deep; give an inner one")
        title, own = _class_of(child)
        if indices:
            raise ParameterError(
                f"{indices} has return_indices=True and hands on a pair, which {where} cannot take; set it to False"
            )
        if title in WRAPPERS:
            waiting.append((path, _inner(child, where, title), depth + 1))
        elif title == "Sequential" and not own:
            waiting.extend(reversed(_children(child, path, depth + 1)))
        elif known_class(title) is None or title in HOLDERS:
            _add_own(chain, path, where, child)
        else:
            _add_layer(chain, path, where, child, title, own, seen)
            if _attribute(child, "return_indices") is True:
                indices = where
    return chain.built()


def _add_own(chain: Chain, path: str, where: str, child: Any) -> None:
    """A module of a class that is not in the table."""
    own = type(child).__name__
    if own in HOLDERS:
        raise hides_its_order(where, own)
    if _modules(child):
        raise hides_its_forward(where, own)
    chain.add_unknown(path, own)


def _add_layer(chain: Chain, path: str, where: str, child: Any, title: str, own: bool, seen: dict[int, str]) -> None:
    """A layer of the table, with what makes it more than its class says."""
    known = known_class(title) or title
    modules = _modules(child)
    if own and modules:
        raise hides_its_forward(where, type(child).__name__)
    if own:
        chain.warn(
            f"{where} is of class {type(child).__name__}, which has a forward() of its own; it is read as {known}"
        )
    if "parametrizations" in modules:
        chain.warn(f"{where} is parametrized; its parameters are counted as those of a plain {known}")
    values = _values(child, known)
    try:
        chain.add(path, known, values)
    except ParameterError as refusal:
        raise ParameterError(f"{where}: {refusal.message}", **refusal.numbers) from None
    if id(child) in seen and (chain.builder.nodes[-1][1].word in ("conv", "upconv", "fc", "norm")):
        chain.warn(f"{where} is the same layer as {seen[id(child)]}; its parameters are counted in both places")
    seen.setdefault(id(child), where)


def _values(module: Any, known: str) -> dict[str, Any]:
    """The arguments that a layer was made with, from its attributes; ``bias`` is a tensor or None there."""
    values = {}
    for name in CLASSES[known][0] if known in CLASSES else ():
        value = _attribute(module, name, REQUIRED)
        if value is not REQUIRED:
            values[name] = value is not None if name == "bias" else value
    return values


def _attribute(module: Any, name: str, default: object = None) -> Any:
    return getattr(module, name, default)


def _modules(module: Any) -> dict[str, Any]:
    found = _attribute(module, "_modules")
    return found if isinstance(found, dict) else {}


def _children(module: Any, path: str, depth: int) -> list[tuple[str, Any, int]]:
    """The children of a Sequential in their order, with their paths."""
    found = []
    for name, child in _modules(module).items():
        inner = f"{path}.{name}" if path else str(name)
        if child is None:
            raise ParameterError(f"{inner} is None, which a Sequential cannot call; take it out")
        found.append((inner, child, depth))
    return found


def _inner(module: Any, where: str, title: str) -> Any:
    child = _modules(module).get(WRAPPERS[title])
    if child is None:
        raise ParameterError(f"{where} is of class {title} and has nothing in it; give the module itself")
    return child


def _bases(module: Any) -> list[type]:
    """PyTorch's own classes among those of a module, the nearest first."""
    return [base for base in type(module).__mro__ if str(base.__module__).partition(".")[0] == "torch"]


def _class_of(module: Any) -> tuple[str, bool]:
    """The nearest class that is known, else PyTorch's nearest or its own; and whether its forward() is another."""
    for base in _bases(module):
        name = base.__name__
        if name in WRAPPERS or name == "Sequential" or known_class(name) is not None:
            own = getattr(type(module), "forward", None) is not getattr(base, "forward", None)
            return name, own
    return type(module).__name__, True


def _check_is_module(module: Any) -> None:
    bases = _bases(module)
    if any(base.__name__ == "Module" for base in bases):
        return
    kind = type(module).__name__
    if isinstance(module, type) and any(base.__name__ == "Module" for base in module.__mro__):
        advice = f"give a module, as {module.__name__}(...)"
    elif isinstance(module, (list, tuple)):
        advice = "give nn.Sequential(*layers)"
    elif isinstance(module, str):
        advice = "give the module itself, or read the text that it prints with from_printed"
    elif isinstance(module, dict):
        advice = "a state_dict holds weights without their layers; give the module itself"
    else:
        advice = "give an nn.Sequential"
    raise ParameterError(f"{kind} is no torch module; {advice}")
