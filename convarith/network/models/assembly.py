"""A builder in the words of the named networks: a node per call, the name first, equal operations made once.

Here are the words, and what several families are made of; the networks themselves are in the modules beside.
"""

from __future__ import annotations

from convarith.arithmetic.layers import Conv, ConvTranspose, Pool
from convarith.errors import ParameterError
from convarith.network.graph import Builder
from convarith.network.merging import Concatenation, Sum
from convarith.network.operations import (
    Convolution,
    FullyConnected,
    GlobalPooling,
    Normalization,
    Pooling,
    TransposedConvolution,
    Unchanged,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import NoReturn

    from convarith.arithmetic.padding import GivenPadding
    from convarith.network.operations import Operation

DEEPEST = 10_000
"""No network of a family is deeper than this: nobody would read its table."""


class Assembly(Builder):
    """Adds nodes by name; every method takes the current tensor, or those it is given, and returns its node's number.

    >>> net = Assembly()
    >>> net.conv("conv1", 64, 3, padding=1), net.relu("relu1"), net.max_pool("pool1", 2, 2)
    (1, 2, 3)
    >>> net.build()
    <Network of 3 layers>
    """

    def __init__(self) -> None:
        super().__init__()
        self._made: dict[tuple[object, ...], Operation] = {}

    def conv(
        self,
        name: str,
        features: int,
        kernel: int,
        stride: int = 1,
        padding: GivenPadding = 0,
        *,
        bias: bool = True,
        groups: int = 1,
        dilation: int = 1,
    ) -> int:
        """A convolution."""
        key = ("conv", features, kernel, stride, padding, bias, groups, dilation)
        operation = self._made.get(key)
        if operation is None:
            layer = Conv(kernel, stride=stride, padding=padding, dilation=dilation)
            operation = self._made[key] = Convolution(layer, features, groups, bias)
        return self.add(operation, None, name)

    def up_conv(
        self, name: str, features: int, kernel: int, stride: int = 1, padding: int = 0, *, bias: bool = True
    ) -> int:
        """A transposed convolution."""
        key = ("up", features, kernel, stride, padding, bias)
        operation = self._made.get(key)
        if operation is None:
            layer = ConvTranspose(kernel, stride=stride, padding=padding)
            operation = self._made[key] = TransposedConvolution(layer, features, bias=bias)
        return self.add(operation, None, name)

    def max_pool(self, name: str, kernel: int, stride: int, padding: int = 0, *, ceil_mode: bool = False) -> int:
        """A max pooling."""
        return self._pool(name, "max", kernel, stride, padding, ceil_mode)

    def avg_pool(self, name: str, kernel: int, stride: int, *, ceil_mode: bool = False) -> int:
        """An average pooling."""
        return self._pool(name, "avg", kernel, stride, 0, ceil_mode)

    def _pool(self, name: str, reduction: str, kernel: int, stride: int, padding: int, ceil_mode: bool) -> int:
        key = (reduction, kernel, stride, padding, ceil_mode)
        operation = self._made.get(key)
        if operation is None:
            layer = Pool(kernel, stride=stride, padding=padding, ceil_mode=ceil_mode)
            operation = self._made[key] = Pooling(layer, reduction)
        return self.add(operation, None, name)

    def global_pool(self, name: str) -> int:
        """An average over all positions."""
        return self._once(GlobalPooling, name)

    def fully_connected(self, name: str, features: int) -> int:
        """A fully connected layer with bias; it flattens what it is given."""
        return self._once(FullyConnected, name, features)

    def norm(self, name: str, kind: str = "batch") -> int:
        """A normalization with its two parameters for each channel."""
        return self._once(Normalization, name, kind)

    def relu(self, name: str) -> int:
        """A rectifier."""
        return self._once(Unchanged, name, "ReLU")

    def unchanged(self, name: str, kind: str) -> int:
        """Another layer that keeps the shape: Tanh, Dropout, LRN ..."""
        return self._once(Unchanged, name, kind)

    def sum(self, name: str, inputs: Iterable[int]) -> int:
        """The sum of tensors."""
        return self._once(Sum, name, inputs=tuple(inputs))

    def cat(self, name: str, inputs: Iterable[int]) -> int:
        """The channels of all tensors one after the other."""
        return self._once(Concatenation, name, inputs=tuple(inputs))

    def conv_relu(self, label: str, features: int, kernel: int, stride: int = 1, padding: int = 0) -> int:
        """``conv<label>`` with its ``relu<label>``."""
        self.conv(f"conv{label}", features, kernel, stride, padding)
        return self.relu(f"relu{label}")

    def conv_norm(self, name: str, norm: str, features: int, kernel: int, stride: int = 1, padding: int = 0) -> int:
        """A convolution without bias and the batch norm after it."""
        self.conv(name, features, kernel, stride, padding, bias=False)
        return self.norm(norm)

    def vgg_blocks(
        self, counts: Sequence[int], ones: bool = False, first_padding: int = 1, *, ceil_mode: bool = False
    ) -> list[int]:
        """VGG's blocks of 3x3 convolutions with a max pooling after each, named conv1_1 ... pool5; the poolings.

        With ``ones`` the last convolution of the third block and of those after it is 1x1.
        """
        pools = []
        padding = first_padding
        for number, (count, features) in enumerate(zip(counts, (64, 128, 256, 512, 512), strict=True), 1):
            for place in range(1, count + 1):
                if ones and place == count and number > 2:
                    self.conv_relu(f"{number}_{place}", features, 1)
                else:
                    self.conv_relu(f"{number}_{place}", features, 3, 1, padding)
                padding = 1
            pools.append(self.max_pool(f"pool{number}", 2, 2, ceil_mode=ceil_mode))
        return pools

    def _once(self, kind: type[Operation], name: str, *given: object, inputs: tuple[int, ...] | None = None) -> int:
        key = (kind, *given)
        operation = self._made.get(key)
        if operation is None:
            operation = self._made[key] = kind(*given)
        return self.add(operation, inputs, name)


def blocks_of(identifier: str, depth: int, per_block: int, rest: int, meaning: str) -> int:
    """The n of a family that is ``per_block``·n + ``rest`` layers deep.

    >>> blocks_of("wrn-28-10", 28, 6, 4, "three groups of n blocks")
    4
    >>> blocks_of("wrn-27-10", 27, 6, 4, "three groups of n blocks")
    Traceback (most recent call last):
    convarith.errors.ParameterError: wrn-27-10: its depth is 6n + 4 (three groups of n blocks), which 27 is not; \
the nearest are 22 and 28

    Raises:
        ParameterError: no n of at least 1 gives this depth.
    """
    blocks, over = divmod(depth - rest, per_block)
    if blocks < 1 or over:
        refuse_depth(identifier, depth, f"{per_block}n + {rest} ({meaning})", depths_about(depth, per_block, rest))
    return blocks


def depths_about(depth: int, per_block: int, rest: int) -> list[int]:
    """The depths of the form ``per_block``·n + ``rest`` next to a depth, n from 1 on."""
    below = max((depth - rest) // per_block, 0)
    return [blocks * per_block + rest for blocks in (below, below + 1) if blocks]


def refuse_depth(identifier: str, depth: int, rule: str, nearest: Sequence[int]) -> NoReturn:
    """Refuse a depth that no network of its family has, and name those next to it."""
    built = [other for other in nearest if other <= DEEPEST]
    if len(built) > 1:
        advice = f"nearest are {built[0]} and {built[1]}"
    else:
        advice = f"{'largest' if built[0] < depth else 'smallest'} is {built[0]}"
    raise ParameterError(
        f"{identifier}: its depth is {rule}, which {depth} is not; the {advice}", depth=depth, nearest=tuple(built)
    )
