"""Networks as PyTorch source: an ``nn.Sequential`` for a chain, else a module with branches in its forward().

Which module does what an operation does is in `torch_layers`.
"""

from __future__ import annotations

from convarith.network.merging import Concatenation, CropTo, Product
from convarith.network.operations import Unchanged
from convarith.network.writers.source_lines import Call, class_name, identifiers, listing, literal, operated
from convarith.network.writers.source_places import is_chain, places, variables
from convarith.network.writers.torch_layers import torch_calls

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import SupportsIndex

    from convarith.network.graph import Network
    from convarith.network.writers.source_places import Place

_CROPPED = '''\
def cropped(x, size, offset=None):
    """What lies about the centre of x, or from the offset on, in the given size."""
    for axis, count in enumerate(size, start=2):
        start = (x.shape[axis] - count) // 2 if offset is None else offset
        x = x.narrow(axis, start, count)
    return x
'''

_ZEROS = Unchanged("Zeros")

_TAKEN = (
    "T_destination add_module apply bfloat16 buffers call_super_init children compile cpu cropped cuda double "
    "dump_patches eval extra_repr float forward half inputs "
    "ipu load_state_dict modules mtia named_buffers named_children named_modules named_parameters nn parameters "
    "requires_grad_ self share_memory state_dict to to_empty torch train training type x xpu zero_grad"
)
"""What a module, or the code around it, calls by these names already; those with get_, set_ and register_ are told by
their beginning."""


def write_torch(network: Network, input_shape: Sequence[SupportsIndex] | None = None) -> str:
    """PyTorch source that makes ``model``, for an input of (channels, sizes ...) or the network's own.

    A chain becomes an ``nn.Sequential``, one layer on a line; a network with branches becomes a class. Paddings that
    PyTorch's layers do not take, as uneven ones, become layers that pad; what ``same`` pads with a stride is written in
    the numbers of this input. Slopes, rates and numbers of groups that a network does not hold are the usual ones.

    >>> import convarith as ca
    >>> from convarith.network.graph import Builder
    >>> from convarith.network.operations import Convolution, Unchanged
    >>> builder = Builder()
    >>> _ = builder.add(Convolution(ca.Conv(3, padding=1), 64)), builder.add(Unchanged("ReLU"))
    >>> print(write_torch(builder.build(), (3, 224, 224)))
    from torch import nn
    <BLANKLINE>
    # (N, 3, 224, 224) -> (N, 64, 224, 224)
    model = nn.Sequential(
        nn.Conv2d(3, 64, kernel_size=3, padding=1),
        nn.ReLU(),
    )
    <BLANKLINE>
    >>> write_torch(builder.build())
    Traceback (most recent call last):
    convarith.errors.ParameterError: PyTorch code needs the channels that come in; give the input, as \
input_shape=(3, 224, 224)

    Raises:
        ParameterError: there is no input; or PyTorch has no layer for some operation, or it is unknown.
        ShapeError: a layer does not fit.
    """
    first, found = places(network, input_shape, "PyTorch")
    last = found[-1].after if found else first
    shapes = f"(N, {', '.join(map(str, first.shape))}) -> (N, {', '.join(map(str, last.shape))})"
    if is_chain(network):
        return _sequential(found, shapes)
    return _module(network, found, shapes)


def _sequential(found: list[Place], shapes: str) -> str:
    calls: list[str | Call] = [call for place in found for call in torch_calls(place)]
    lines = Call("nn.Sequential", calls).broken("model = ") if calls else ["model = nn.Sequential()"]
    return "\n".join(["from torch import nn", "", f"# {shapes}", *lines, ""])


def _module(network: Network, found: list[Place], shapes: str) -> str:
    names = _names(network)
    held = variables(network, names, "inputs")
    init, forward = [], []
    for number, place in enumerate(found, 1):
        taken = [held[source] for source in network.nodes[number].inputs]
        if place.operation == _ZEROS:  # a shortcut's new channels, which no layer makes
            forward.append(f"        {held[number]} = torch.zeros_like({taken[0]})")
        elif place.operation.arity == 1:
            calls = torch_calls(place)
            module = calls[0] if len(calls) == 1 else Call("nn.Sequential", calls)
            init += module.lines(f"self.{names[number]} = ", indent=8)
            forward.append(f"        {held[number]} = self.{names[number]}({taken[0]})")
        else:
            forward += _merged(place, taken).lines(f"{held[number]} = ", indent=8)
    crops = any("cropped(" in line for line in forward)
    torch = any("torch." in line for line in forward)
    name = class_name(network.title)
    return "\n".join(
        [
            *(["import torch"] if torch else []),
            "from torch import nn",
            "",
            "",
            *([_CROPPED, ""] if crops else []),
            f"class {name}(nn.Module):",
            f'    """{shapes}."""',
            "",
            "    def __init__(self):",
            "        super().__init__()",
            *init,
            "",
            f"    def forward(self, {held[0]}):",
            *forward,
            f"        return {held[-1]}",
            "",
            "",
            f"model = {name}()",
            "",
        ]
    )


def _names(network: Network) -> list[str]:
    """An identifier for each node, which is an attribute and a variable."""
    names = [node.name for node in network.nodes]
    safe = [f"layer_{name}" if name.startswith(("get_", "register_", "set_")) else name for name in names]
    return identifiers(safe, _TAKEN.split())


def _merged(place: Place, taken: list[str]) -> Call:
    """Several tensors to one."""
    operation = place.operation
    if isinstance(operation, CropTo):
        offset = [] if operation.offset is None else [str(operation.offset)]
        return Call("cropped", [taken[0], f"{taken[1]}.shape[2:]", *offset])
    terms = _alike(place, taken) if operation.crop else taken
    if isinstance(operation, Concatenation):
        return Call("torch.cat", [listing(terms), "dim=1"])
    return operated("*" if isinstance(operation, Product) else "+", terms)


def _alike(place: Place, taken: list[str]) -> list[str]:
    """The tensors, those that are too large cropped."""
    sizes = place.after.shape[1:]
    model = next((name for name, met in zip(taken, place.others, strict=True) if met.shape[1:] == sizes), None)
    target = literal(sizes) if model is None else f"{model}.shape[2:]"
    return [
        f"cropped({name}, {target})" if any(map(int.__gt__, met.shape[1:], sizes)) else name
        for name, met in zip(taken, place.others, strict=True)
    ]
