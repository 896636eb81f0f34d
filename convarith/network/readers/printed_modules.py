"""The text that ``print(model)`` shows to networks: the tree of ``(0): Conv2d(3, 64, kernel_size=(3, 3), ...)`` lines.

Prompts, blank lines and indentation around it do not matter. The classes' meaning is in `torch_classes`; here is only
the text: first to a tree, then along the tree to a network.
"""

from __future__ import annotations

import re

from convarith.errors import ParameterError, RefusedError
from convarith.network.readers.printed_arguments import read_arguments
from convarith.network.readers.torch_chain import (
    DEPTH_LIMIT,
    HOLDERS,
    LAYER_LIMIT,
    WRAPPERS,
    Chain,
    hides_its_forward,
    hides_its_order,
)
from convarith.network.readers.torch_classes import CLASSES, known_class

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from convarith.network.graph import Network

_PROMPT = re.compile(r"\s*(?:>>>|\.\.\.|In\s*\[\d*\]:)")
_MARGIN = re.compile(r"(?:\s*(?:Out\s*\[\d*\]:|[#>|]))*\s*(?:\w+ = )?")
_MODULE = re.compile(
    r"(?:\((?P<key>[^()\s]+)\):\s*)?(?:(?P<times>\d+) x )?(?P<title>[A-Za-z_]\w*(?:\.\w+)*)\((?P<rest>.*)$"
)
_RANGE = re.compile(r"(\d{1,9})-(\d{1,9})$")


def from_printed(text: str) -> Network:
    """The network of a printed ``torch.nn.Sequential``, nested ones included, or of a single printed layer.

    Its layers are named by their dotted paths (``features.3``). What print() does not show (the ceil_mode of an
    average pooling, the align_corners of an upsampling) is taken to be PyTorch's default, with a warning.

    >>> network = from_printed('''>>> print(model)
    ... Sequential(
    ...   (0): Conv2d(3, 64, kernel_size=(3, 3), stride=(1, 1), padding=(1, 1))
    ...   (1): ReLU()
    ... )''')
    >>> network.nodes[1].operation.features
    64
    >>> from_printed("Conv2d(3, 64, kernal_size=3)")
    Traceback (most recent call last):
    convarith.errors.ParameterError: line 1, 'Conv2d(3, 64, kernal_size=3)': Conv2d has no argument kernal_size; did \
you mean 'kernel_size'? Known are in_channels, out_channels, kernel_size, stride, padding, dilation, groups, bias, \
padding_mode

    Raises:
        ParameterError: the text is no printed module; or some module in it is no Sequential and hides its connections
            in its forward(), or does what no layer here does. The sentence says on which line, and what to do.
    """
    if not isinstance(text, str):
        raise ParameterError(
            f"{type(text).__name__} is no text; give what print(model) shows, or the module itself to from_torch"
        )
    return _Walk(_tree(text)).network()


class _Module:
    """One module of the tree, where it stands, and what is printed in it."""

    __slots__ = ("children", "extra", "key", "line", "number", "times", "title")

    def __init__(self, number: int, line: str, key: str, times: int, title: str, extra: str) -> None:
        self.number = number
        self.line = line
        self.key = key
        self.times = times
        self.title = title
        self.extra = extra
        self.children: list[_Module] = []

    def refused(self, refusal: RefusedError | str) -> ParameterError:
        """A refusal with the place where it belongs."""
        return _refused(self.number, self.line, refusal)


def _refused(number: int, line: str, refusal: RefusedError | str) -> ParameterError:
    message = refusal if isinstance(refusal, str) else refusal.message
    numbers = {} if isinstance(refusal, str) else refusal.numbers
    shown = line if len(line) <= 80 else f"{line[:77]}..."
    return ParameterError(f"line {number}, {shown!r}: {message}", **{**numbers, "line": number})


# From text to a tree


def _tree(text: str) -> _Module:
    """The module that the text shows."""
    top: _Module | None = None
    opened: list[_Module] = []
    for number, raw in enumerate(text.splitlines(), 1):
        line = _MARGIN.sub("", raw, count=1).strip().removesuffix(",")
        if not line or (not opened and _PROMPT.match(raw)):
            continue
        if top is not None and not opened:
            if _opens(line):
                raise _refused(number, line, "a second module begins here; give one at a time")
            continue
        if top is None and not _opens(line):
            continue
        if line == ")":
            opened.pop()
            continue
        module = _module(number, line, opened)
        if top is None:
            top = module
        if module is not None and module.line.endswith("("):
            if len(opened) > DEPTH_LIMIT:
                raise module.refused(f"it is more than {DEPTH_LIMIT} modules deep; give an inner one")
            opened.append(module)
    if top is None:
        raise ParameterError("there is no module in the text; give what print(model) shows, as Sequential(...)")
    if opened:
        raise opened[-1].refused("its closing parenthesis does not come; copy all that print(model) shows")
    return top


def _opens(line: str) -> bool:
    """Whether a module begins on a line outside of any; ``print(model)`` is none."""
    match = _MODULE.match(line)
    return match is not None and (not match["rest"] or not match["title"].rpartition(".")[2][0].islower())


def _module(number: int, line: str, opened: list[_Module]) -> _Module | None:
    """The module on a line, in its place; None where the line belongs to the arguments of the one around it."""
    match = _MODULE.match(line)
    if match is None or (match["rest"] and not match["rest"].endswith(")")):
        if opened and not _is_transparent(opened[-1].title):
            opened[-1].extra += f", {line}" if opened[-1].extra else line
            return None
        raise _refused(number, line, "this is no line of a printed module; give what print(model) shows, unchanged")
    key = match["key"]
    if not opened:
        if key is not None:
            raise _refused(number, line, "the text begins inside of a module; copy it from the line that opens it on")
        key = ""
    times = int(match["times"]) if match["times"] and len(match["times"]) < 10 else 1
    title = match["title"].rpartition(".")[2]
    module = _Module(number, line, "", times, title, match["rest"].removesuffix(")"))
    if opened:
        module.key = str(len(opened[-1].children)) if key is None else key
        opened[-1].children.append(module)
    return module


def _is_transparent(title: str) -> bool:
    return title == "Sequential" or title in WRAPPERS


# Along the tree


class _Walk:
    """The modules of a tree, one after the other, into a chain."""

    def __init__(self, top: _Module) -> None:
        self.chain = Chain(unshown=True)
        self.waiting = [("", top)]
        self.visited = 0
        self._read: dict[tuple[str, str], dict[str, Any]] = {}

    def network(self) -> Network:
        while self.waiting:
            path, module = self.waiting.pop()
            self.visited += 1
            if self.visited > LAYER_LIMIT:
                raise module.refused(f"with its repeats there are more than {LAYER_LIMIT} layers; give a part of them")
            try:
                self._meet(path, module)
            except RefusedError as refusal:
                raise module.refused(refusal) from None
        return self.chain.built()

    def _meet(self, path: str, module: _Module) -> None:
        title, where = module.title, path or "the module"
        if _is_transparent(title):
            if module.extra:
                raise ParameterError(f"{title} shows its layers on lines of their own; give one layer on each line")
            for child in reversed(module.children):
                for key in reversed(_keys(child)):
                    inner = path if title in WRAPPERS else f"{path}.{key}" if path else key
                    self.waiting.append((inner, child))
            return
        known = known_class(title)
        if title in HOLDERS:
            raise hides_its_order(where, title)
        if module.children and (known is None or not title.startswith("Parametrized")):
            raise hides_its_forward(where, title)
        if known is None:
            self.chain.add_unknown(path, title)
            return
        if module.children:
            self.chain.warn(f"{where} is parametrized; its parameters are counted as those of a plain {known}")
        self.chain.add(path, known, self._arguments(known, module.extra))

    def _arguments(self, known: str, text: str) -> dict[str, Any]:
        taken = CLASSES[known][0] if known in CLASSES else {}
        if not taken:
            return {}
        found = self._read.get((known, text))
        if found is None:
            found = self._read[known, text] = read_arguments(text, known, taken)
        return found


def _keys(module: _Module) -> list[str]:
    """The names of a module, several for ``(2-3): 2 x``."""
    if module.times == 1:
        return [module.key]
    match = _RANGE.match(module.key)
    if match is None or int(match[2]) - int(match[1]) + 1 != module.times:
        raise module.refused(f"({module.key}) does not name {module.times} modules; give as many names, as (0-1): 2 x")
    if module.times > LAYER_LIMIT:
        raise module.refused(f"there are more than {LAYER_LIMIT} layers; give a part of them")
    return [str(number) for number in range(int(match[1]), int(match[2]) + 1)]
