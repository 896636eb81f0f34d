"""The settings that JAX is asked about, and how those of Flax are drawn, too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from convarith.numerics.conformance.drawing import often

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from convarith.numerics.conformance.asking import Arguments


class Drawn(NamedTuple):
    """Where the numbers of a setting come from, for ``ndim`` spatial axes."""

    rng: Random
    ndim: int

    def each(self, low: int, high: int) -> tuple[int, ...]:
        """One number for each axis."""
        return tuple([self.rng.randint(low, high) for _ in range(self.ndim)])

    def listed(self, low: int, high: int) -> Any:
        """One number for each axis, as a tuple or a list."""
        return self.rng.choice((tuple, list))(self.each(low, high))

    def spatial(self) -> tuple[int, ...]:
        """Sizes of an input: now and then 0, small where there are many axes."""
        return tuple(
            [0 if often(self.rng, 0.03) else self.rng.randint(1, 12 if self.ndim < 3 else 8) for _ in range(self.ndim)]
        )

    def pairs(self, low: int, high: int, inner: tuple[Callable[[Any], Any], ...] = (tuple, list)) -> Any:
        """A pair for each axis, now and then one that crops."""
        low = low if often(self.rng, 0.4) else 0
        kind = self.rng.choice(inner)
        pairs = [kind([self.rng.randint(low, high), self.rng.randint(low, high)]) for _ in range(self.ndim)]
        return self.rng.choice((tuple, list))(pairs)

    def of_another_length(self, low: int, high: int) -> Any:
        """Numbers for another count of axes, or one number that is no sequence."""
        length = self.rng.choice([length for length in (0, 1, 2, 3, 4, self.ndim + 2) if length != self.ndim])
        numbers = [self.rng.randint(low, high) for _ in range(length)]
        return self.rng.choice((tuple(numbers), numbers, self.rng.randint(low, high)))

    def with_one(self, numbers: Any, value: int) -> tuple[int, ...]:
        """The numbers with one of them replaced."""
        replaced = list(numbers)
        replaced[self.rng.randrange(len(replaced))] = value
        return tuple(replaced)

    def cased(self, *names: str) -> str:
        """One of the names, mostly in capitals."""
        name = self.rng.choice(names)
        return self.rng.choice((name, name, name, name.lower(), name.capitalize()))


NAMES = ("SAME", "SAME_LOWER", "VALID")
NO_NAMES = ("FULL", "", "HALF", "SAME_UPPER", "VALID ", "CIRCULAR", "CAUSAL")


def drawn(rng: Random) -> Drawn:
    return Drawn(rng, rng.choice((1, 1, 1, 2, 2, 2, 3, 3, 4) if often(rng, 0.9) else (1, 2, 3)))


def no_padding(draw: Drawn) -> Any:
    """A padding that is none: an unknown name, numbers without sides, too many pairs or too few, and no pairs."""
    rng, pairs = draw.rng, list(draw.pairs(0, 3))
    return rng.choice(
        (
            rng.choice(NO_NAMES),
            rng.randint(0, 3),
            draw.each(0, 3),
            pairs[:-1],
            [*pairs, (1, 1)],
            [(1,) for _ in pairs],
            [(1, 2, 1) for _ in pairs],
            ["SAME" for _ in pairs],
            None,
        )
    )


# conv_general_dilated


def sample_conv(rng: Random) -> Arguments:
    draw = drawn(rng)
    groups = rng.choice((1, 1, 1, 2, 3))
    batch_groups = rng.choice((1, 1, 1, 1, 2, 3)) if groups == 1 or often(rng, 0.1) else 1
    per_group = 0 if often(rng, 0.03) else rng.randint(1, 3)
    outputs = 0 if often(rng, 0.03) else rng.randint(1, 3) * max(groups, batch_groups)
    batch = 0 if often(rng, 0.03) else rng.randint(1, 2) * batch_groups
    by_name = often(rng, 0.5)
    arguments: dict[str, Any] = {
        "input_shape": (batch, per_group * groups, *draw.spatial()),
        "weight_shape": (outputs, per_group, *draw.each(1, 5)),
        "window_strides": draw.listed(1, 4),
        "padding": draw.cased(*NAMES) if by_name else draw.pairs(-3, 4),
        "lhs_dilation": rng.choice((None, None, draw.listed(1, 1) if by_name else draw.listed(1, 3))),
        "rhs_dilation": rng.choice((None, None, draw.listed(1, 3))),
        "feature_group_count": groups,
        "batch_group_count": batch_groups,
    }
    if often(rng, 0.25):
        _spoil_conv(draw, arguments)
    if often(rng, 0.15):
        _lay_out(draw, arguments)
    return arguments


def _spoil_conv(draw: Drawn, arguments: dict[str, Any]) -> None:
    """Something wrong, or at least unusual."""
    rng, (batch, inputs, *sizes), (outputs, taken, *kernel) = (
        draw.rng,
        arguments["input_shape"],
        arguments["weight_shape"],
    )
    name, value = rng.choice(
        (
            ("window_strides", draw.of_another_length(1, 3)),
            ("window_strides", draw.with_one(arguments["window_strides"], rng.randint(-1, 0))),
            ("window_strides", None),
            ("padding", no_padding(draw)),
            ("padding", draw.pairs(-9, 0)),
            ("lhs_dilation", draw.of_another_length(1, 3)),
            ("lhs_dilation", draw.with_one(draw.each(1, 3), rng.randint(-1, 0))),
            ("lhs_dilation", draw.listed(1, 3)),
            ("lhs_dilation", ()),
            ("rhs_dilation", draw.of_another_length(1, 3)),
            ("rhs_dilation", draw.with_one(draw.each(1, 3), rng.randint(-1, 0))),
            ("rhs_dilation", ()),
            ("feature_group_count", rng.randint(-1, 4)),
            ("batch_group_count", rng.randint(-1, 4)),
            ("weight_shape", (outputs, taken, *draw.with_one(kernel, 0))),
            ("weight_shape", (outputs + rng.randint(1, 2), taken, *kernel)),
            ("weight_shape", (outputs, taken + 1, *kernel)),
            ("weight_shape", (outputs, taken, *kernel, 1)),
            ("weight_shape", (outputs, taken, *kernel[1:])),
            ("weight_shape", (outputs, taken, *draw.each(5, 15))),
            ("input_shape", (batch + 1, inputs, *sizes)),
            ("input_shape", (batch, inputs + 1, *sizes)),
            ("input_shape", (inputs, *sizes)),
            ("input_shape", (batch, inputs, *draw.with_one(sizes, 0))),
        )
    )
    arguments[name] = value


def _lay_out(draw: Drawn, arguments: dict[str, Any]) -> None:
    """The same setting in another layout, which its strings tell; now and then they are none."""
    rng, letters = draw.rng, "WHDXYZ01"[: draw.ndim]
    specs = ["".join(rng.sample(first + letters, draw.ndim + 2)) for first in ("NC", "OI", "NC")]
    ranks = (len(arguments["input_shape"]), len(arguments["weight_shape"]))
    if ranks == (draw.ndim + 2, draw.ndim + 2):
        order = "".join(letter for letter in specs[1] if letter in letters)
        for name, spec, first in (("input_shape", specs[0], "NC"), ("weight_shape", specs[1], "OI")):
            by_letter = dict(zip(first + order, arguments[name], strict=True))
            arguments[name] = tuple([by_letter[letter] for letter in spec])
    spoilt: list[Any] = [specs[:2], specs[0], [*specs[:2], specs[2].lower()], [specs[0] + "Q", *specs[1:]]]
    spoilt += [[specs[0], specs[2], specs[1]], [*specs[:2], specs[2].replace(letters[0], "Q")]]
    arguments["dimension_numbers"] = rng.choice((tuple, list))(specs) if often(rng, 0.8) else rng.choice(spoilt)


# conv_transpose


def sample_conv_transpose(rng: Random) -> Arguments:
    draw = drawn(rng)
    inputs, outputs = (0 if often(rng, 0.03) else rng.randint(1, 3) for _ in range(2))
    consistent = often(rng, 0.3)
    pairs = draw.pairs(-3, 4, (tuple,) if consistent else (tuple, list))
    mixed = tuple([rng.choice(("SAME", "VALID", pair)) for pair in pairs])
    arguments: dict[str, Any] = {
        "input_shape": (0 if often(rng, 0.03) else rng.randint(1, 2), inputs, *draw.spatial()),
        "weight_shape": (inputs, outputs, *draw.each(1, 5)),
        "strides": draw.listed(1, 4),
        "padding": rng.choice(("SAME", "SAME", "VALID", pairs, pairs, mixed if consistent else pairs)),
        "rhs_dilation": rng.choice((None, None, draw.listed(1, 3))),
        "transpose_kernel": often(rng, 0.4),
        "use_consistent_padding": consistent,
    }
    if often(rng, 0.1):
        arguments.update(padding=draw.cased(*NAMES), strides=draw.listed(1, 1))
    if often(rng, 0.25):
        _spoil_conv_transpose(draw, arguments)
    if often(rng, 0.1):
        _lay_out_transposed(draw, arguments)
    return arguments


def _spoil_conv_transpose(draw: Drawn, arguments: dict[str, Any]) -> None:
    rng, (batch, inputs, *sizes), (_, outputs, *kernel) = draw.rng, arguments["input_shape"], arguments["weight_shape"]
    name, value = rng.choice(
        (
            ("strides", draw.of_another_length(1, 3)),
            ("strides", draw.with_one(arguments["strides"], rng.randint(-1, 0))),
            ("strides", rng.choice((None, ()))),
            ("padding", no_padding(draw)),
            ("padding", draw.cased(*NAMES)),
            ("padding", draw.pairs(-9, 0)),
            ("padding", draw.pairs(0, 9, (tuple,))),
            ("padding", [*draw.pairs(0, 3), (1, 1)]),
            ("rhs_dilation", draw.of_another_length(1, 3)),
            ("rhs_dilation", draw.with_one(draw.each(1, 3), rng.randint(-1, 0))),
            ("rhs_dilation", ()),
            ("weight_shape", (inputs, outputs, *draw.with_one(kernel, 0))),
            ("weight_shape", (inputs + 1, outputs, *kernel)),
            ("weight_shape", (inputs, outputs, *kernel, 1)),
            ("weight_shape", (inputs, outputs, *kernel[1:])),
            ("input_shape", (inputs, *sizes)),
            ("input_shape", (batch, inputs, *draw.with_one(sizes, 0))),
        )
    )
    arguments[name] = value


def _lay_out_transposed(draw: Drawn, arguments: dict[str, Any]) -> None:
    """Channels last, and the kernel as JAX's own default has it."""
    if not len(arguments["input_shape"]) == len(arguments["weight_shape"]) == draw.ndim + 2:
        return
    letters = "HWDX"[: draw.ndim]
    (batch, inputs, *sizes), (first, second, *kernel) = arguments["input_shape"], arguments["weight_shape"]
    if arguments["transpose_kernel"]:
        first, second = second, first
    arguments["input_shape"], arguments["weight_shape"] = (batch, *sizes, inputs), (*kernel, first, second)
    arguments["dimension_numbers"] = (f"N{letters}C", f"{letters}IO", f"N{letters}C")


# reduce_window


def sample_reduce_window(rng: Random) -> Arguments:
    draw = drawn(rng)
    by_name = often(rng, 0.5)
    arguments: dict[str, Any] = {
        "input_shape": (*(0 if often(rng, 0.03) else rng.randint(1, 3) for _ in range(2)), *draw.spatial()),
        "window_dimensions": draw.listed(1, 5),
        "window_strides": draw.listed(1, 4),
        "padding": draw.cased(*NAMES) if by_name else draw.pairs(-3, 7),
        "base_dilation": rng.choice((None, None, draw.listed(1, 3))),
        "window_dilation": rng.choice((None, None, draw.listed(1, 3))),
    }
    if often(rng, 0.1):
        arguments["window_strides"] = None
    if often(rng, 0.25):
        batch, channels, *sizes = arguments["input_shape"]
        name, value = rng.choice(
            (
                ("window_dimensions", draw.of_another_length(1, 3)),
                ("window_dimensions", draw.with_one(arguments["window_dimensions"], rng.randint(-1, 0))),
                ("window_dimensions", draw.listed(5, 15)),
                ("window_strides", draw.of_another_length(1, 3)),
                ("window_strides", draw.with_one(draw.each(1, 3), rng.randint(-1, 0))),
                ("padding", no_padding(draw)),
                ("padding", draw.pairs(-9, 0)),
                ("base_dilation", draw.of_another_length(1, 3)),
                ("base_dilation", draw.with_one(draw.each(1, 3), rng.randint(-1, 0))),
                ("window_dilation", draw.of_another_length(1, 3)),
                ("window_dilation", draw.with_one(draw.each(1, 3), rng.randint(-1, 0))),
                ("input_shape", (channels, *sizes)),
                ("input_shape", (batch, channels, *draw.with_one(sizes, 0))),
            )
        )
        arguments[name] = value
    return arguments
