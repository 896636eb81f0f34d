"""Which input sizes a network takes: which run, which leave no remainder, and which lose no input row.

Along one axis every such answer repeats with a period, from some size on (`growing`); all sizes up to one period beyond
it are tried (`along`). So the answers are complete, not sampled; `docs/networks.md` has the argument.
"""

from __future__ import annotations

from math import gcd, lcm, prod

from convarith.arithmetic.bisection import first_at_least
from convarith.arithmetic.integers import integer
from convarith.arithmetic.notation import counted
from convarith.arithmetic.values import Value, hold
from convarith.errors import ParameterError, ShapeError
from convarith.network.along import PROBE, Along
from convarith.network.growing import WORK, Growing, short
from convarith.network.operations import FullyConnected, Unflatten, shown
from convarith.network.size_sets import Sizes
from convarith.network.tracing import checked_input, in_layer, trace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, SupportsIndex

    from convarith.errors import RefusedError
    from convarith.network.along import Remainder
    from convarith.network.graph import Network
    from convarith.network.operations import Operation
    from convarith.network.tracing import Trace

    Wanted = tuple[list[int | None], bool]

EXAMPLE = 256
"""The size that is refused by name where no size runs."""


class Fits(Value):
    """Which sizes fit along the ``axes`` named, as `Sizes`.

    ``output_layer`` is the layer whose size the outputs are: the last one, or the last before pooling over everything
    and fully connected layers. ``runs``: no layer refuses. ``exact``: besides, no strided layer has a remainder.
    ``whole``: besides running, no row of any layer's input is left over where its windows end (a remainder may lie in
    the padding, or be read by another layer; what a stride skips between windows is not left over). What flat tensors
    of unlike sizes are joined to is taken to agree where they are concatenated, and not where they are added.

    >>> import convarith as ca
    >>> fits = ca.network.parse("11-4Conv96 -> 3-2MaxPool").fits()[0]
    >>> str(fits.exact), fits.output(227), str(fits.inputs_for(27))
    ('n = 3 mod 8, n ≥ 19', 27, 'n = 227 to 234')
    """

    axes: tuple[int, ...]
    output_layer: str
    runs: Sizes
    exact: Sizes
    whole: Sizes
    given: int | None
    fails_below: tuple[str, str] | None

    def __init__(self, analysis: _Answers, axes: tuple[int, ...], given: int | None) -> None:
        runs, exact, whole = analysis.sets()
        layer = analysis.along.network.nodes[analysis.growing.output].name
        held = {"axes": axes, "output_layer": layer, "runs": runs, "exact": exact, "whole": whole, "given": given}
        hold(self, {**held, "fails_below": analysis.failure_below(runs.least, given), "_analysis": analysis})

    def __eq__(self, other: object) -> bool:
        return self._asked == other._asked if isinstance(other, Fits) else NotImplemented

    def __hash__(self) -> int:
        return hash((self.axes, self.runs, self.exact, self.whole))

    def __repr__(self) -> str:
        return f"Fits(runs={str(self.runs)!r}, exact={str(self.exact)!r}, whole={str(self.whole)!r})"

    @property
    def smallest(self) -> int | None:
        """The smallest size that runs, or None."""
        return self.runs.least

    def output(self, size: int) -> int | None:
        """The size of the output layer for an input size; None where it does not run."""
        size = integer(size, "size")
        return self._answers.output(size)

    def refusal(self, size: int) -> str | None:
        """Which layer refuses a size, and why; None where none does."""
        refused = self._answers.along.sizes(integer(size, "size", 1))[1]
        return None if refused is None else self._answers.named(*refused)[1]

    def remainders(self, size: int) -> tuple[Remainder, ...]:
        """Which layers leave something over at this size, in order, as far as it runs."""
        return self._answers.remainders(integer(size, "size", 1))

    def inputs_for(self, output: int) -> Sizes:
        """Every input size that runs and gives the output layer this size."""
        return self._answers.inputs_for(self.runs, integer(output, "output size", 1))

    def formula(self, sizes: Sizes) -> str | None:
        """The output as a formula of n, where all of the classes share one: ``n - 184``, ``(n - 3)/8``; or None."""
        return self._answers.formula(sizes)

    def refused_by(self, refusal: RefusedError) -> Fits:
        """The same where no size runs, as a layer refuses whatever the sizes."""
        found = object.__new__(Fits)
        none = Sizes.from_least(None)
        sets = {"runs": none, "exact": none, "whole": none}
        hold(found, {**self.__dict__, **sets, "fails_below": (refusal.numbers["layer"], refusal.message)})
        return found

    def to_dict(self) -> dict[str, Any]:
        """The answers as data, by the keys of ``--json``."""
        data: dict[str, Any] = {"axes": list(self.axes), "output_layer": self.output_layer}
        for name in ("runs", "exact", "whole"):
            sizes: Sizes = getattr(self, name)
            data[name] = {**sizes.to_dict(), "output": self.formula(sizes)}
        data["smallest"] = self.smallest
        below = self.fails_below
        data["fails_below"] = None if below is None else {"layer": below[0], "reason": below[1]}
        if self.given is not None:
            size = self.given
            data["given"] = {
                "size": size,
                "output": self.output(size),
                **{
                    name: {"fits": size in sizes, "below": sizes.below(size), "above": sizes.above(size)}
                    for name, sizes in (("runs", self.runs), ("exact", self.exact), ("whole", self.whole))
                },
                "remainders": [
                    {
                        "layer": each.layer,
                        "size": each.size,
                        "rows": each.rows,
                        "left": each.left,
                        "unread": each.unread,
                    }
                    for each in self.remainders(size)
                ],
            }
        return data

    def __str__(self) -> str:
        from convarith.network.fit_words import fits_text

        return fits_text(self)

    @property
    def _answers(self) -> _Answers:
        analysis: _Answers = self.__dict__["_analysis"]
        return analysis

    @property
    def _asked(self) -> tuple[object, ...]:
        """All that the answers follow from."""
        along = self._answers.along
        return self.axes, self.given, self.runs, along.network, along.axis, along.wanted


def fits(network: Network, input_shape: Sequence[SupportsIndex] | None = None, work: int = WORK) -> tuple[Fits, ...]:
    """Per axis which sizes fit; one entry for all axes where nothing tells them apart.

    With a shape, its channels are asked, too, and features that a layer was made for: along one axis with the other
    axes as they are, or along all of them together where that gives what is asked. ``work`` is how many pairs of a size
    and a layer are tried at most.

    Raises:
        ParameterError: there are more to try, or layers are for unlike numbers of axes.
        ShapeError: the shape has another number of axes than the layers.
    """
    shape = None
    if input_shape is not None or network.input_shape is not None:
        shape = checked_input(network, input_shape)
    ndim = _axes_of(network, shape)
    wanted: dict[int, Wanted] = {}
    found = None if shape is None else trace(network, shape)
    while True:
        known = len(wanted)
        if found is not None:
            wanted |= _all_asked(found, wanted)
        answers = _answered(network, shape, ndim, wanted, work)
        if shape is None:
            return answers
        found = _met(network, shape, answers) or trace(network, shape)
        if found.refusal is None:
            return answers
        if known == len(wanted) and not (_all_asked(found, wanted)):
            return tuple([each.refused_by(found.refusal) for each in answers])


def _axes_of(network: Network, shape: tuple[int, ...] | None) -> int:
    """The number of axes, as the shape or the layers have it."""
    counts = {node.operation.ndim: node.name for node in network.nodes if node.operation.ndim}
    if len(counts) > 1:
        listed = " and ".join(f"{name} for {counted(count, 'axis', 'axes')}" for count, name in sorted(counts.items()))
        raise ParameterError(f"{listed} do not go together; give all layers one number of axes")
    own = next(iter(counts), None)
    if shape is None:
        return own or 1
    if own not in (None, len(shape) - 1):
        raise ShapeError(
            f"{counts[own]} is for {counted(own or 0, 'axis', 'axes')} and the input {shown(shape)} has "
            f"{len(shape) - 1}; give channels and {own} sizes",
            ndim=own,
            shape=shape,
        )
    return len(shape) - 1


def _answered(
    network: Network, shape: tuple[int, ...] | None, ndim: int, wanted: dict[int, Wanted], work: int
) -> tuple[Fits, ...]:
    """The answers, with the sizes that nodes ask for along each axis."""
    alike = all(node.operation.ndim is None for node in network.nodes)
    alike = alike and all(len(set(sizes)) == 1 and jointly for sizes, jointly in wanted.values())
    if alike and (shape is None or len(set(shape[1:])) == 1):
        held = {number: sizes[0] for number, (sizes, _) in wanted.items()}
        given = None if shape is None else shape[1]
        return (Fits(_Answers(network, 0, held, work), tuple(range(ndim)), given),)
    return tuple(
        Fits(
            _Answers(network, axis, {number: sizes[axis] for number, (sizes, _) in wanted.items()}, work),
            (axis,),
            None if shape is None else shape[axis + 1],
        )
        for axis in range(ndim)
    )


def _met(network: Network, shape: tuple[int, ...], answers: tuple[Fits, ...]) -> Trace | None:
    """The network on an input that should run: the nearest to the shape along every axis, or along one where not all
    together do; None where no size runs."""
    sizes = list(shape)
    for each in answers:
        for axis in each.axes:
            size = shape[axis + 1]
            near = each.runs.above(size) or each.runs.below(size)
            if near is None:
                return None
            sizes[axis + 1] = near
    found = trace(network, sizes)
    for axis in range(len(shape) - 1 if found.refusal is not None and len(answers) > 1 else 0):
        alone = trace(network, [*shape[: axis + 1], sizes[axis + 1], *shape[axis + 2 :]])
        if alone.refusal is None:
            return alone
    return found


def _all_asked(found: Trace, known: dict[int, Wanted]) -> dict[int, Wanted]:
    """What `_sizes_asked` says of every node that the trace got to, and that is not known."""
    reached = range(1, min(len(found.met) + 1, len(found.network.nodes)))
    asked = {number: _sizes_asked(found, number) for number in reached if number not in known}
    return {number: sizes for number, sizes in asked.items() if sizes is not None}


def _sizes_asked(found: Trace, number: int) -> Wanted | None:
    """Per axis the size that gives the node the features it was made for (None where none does), and whether all of
    them together give these, not each with the other axes as they are; None where it asks for none, or the channels
    cannot give them."""
    node = found.network.nodes[number]
    features = _features_asked(node.operation)
    if features is None:
        return None
    before = found.met[node.inputs[0]]
    sizes = before.positions
    total, rest = divmod(features, prod(before.shape) // prod(sizes))
    if rest:
        return None
    if total == prod(sizes):
        return list(sizes), True
    side = first_at_least(lambda size: int(size ** len(sizes)), total, 1)
    if side ** len(sizes) == total and len(set(sizes)) == 1:
        return [side] * len(sizes), True
    asked: list[int | None] = []
    for size in sizes:
        one, rest = divmod(total * size, prod(sizes))
        asked.append(None if rest else one)
    return (asked, False) if any(asked) else None


def sizes_of_chain(network: Network, axis: int) -> Sizes | None:
    """The sizes that run along one axis, for a network without branches, by its first one; None for one with branches,
    or with layers that refuse a larger input."""
    along = Along(network, axis, {})
    if any(len(inputs) > 1 for _, _, inputs in along.steps) or along.sizes(PROBE)[1] is not None:
        return None
    return Sizes.from_least(first_at_least(lambda n: int(n > 0 and along.sizes(n)[1] is None), 1, 1))


class _Answers:
    """All sizes along one axis."""

    def __init__(self, network: Network, axis: int, wanted: dict[int, int | None], work: int) -> None:
        self.along = Along(network, axis, wanted)
        self.growing = Growing(self.along)
        self.work = work

    def output(self, size: int) -> int | None:
        """The output size, or None where it does not run."""
        if size < 1:
            return None
        found, refused = self.along.sizes(size)
        return None if refused is not None else found[self.growing.output]

    def remainders(self, size: int) -> tuple[Remainder, ...]:
        """What is left over; sizes beyond all that was tried leave what the first of their class does."""
        settled, period = self.growing.settled, self.growing.period
        if size <= settled + period:
            return self.along.remainders(size)
        near = self.along.remainders(settled + (size - settled) % period)
        found = self.along.sizes(size)[0]
        numbers = {node.name: number for number, node in enumerate(self.along.network.nodes)}
        sources = {each.layer: self.along.network.nodes[numbers[each.layer]].inputs[0] for each in near}
        return tuple([each.of(found[self.along.source[sources[each.layer]]]) for each in near])

    def sets(self) -> tuple[Sizes, Sizes, Sizes]:
        """(runs, exact, whole)."""
        begin, period = 1, self.growing.period
        if self.growing.regular:
            if self.along.sizes(PROBE, lenient=True)[1] is not None:
                return (Sizes.from_least(None),) * 3
            begin = first_at_least(lambda n: int(n > 0 and self.along.sizes(n, lenient=True)[1] is None), 1, 1)
        settled = max(self.growing.settled, begin)
        steps = len(self.along.steps)
        if (settled + period - begin) * steps > self.work:
            raise ParameterError(
                f"{counted(steps, 'layer')} on input sizes up to {short(settled + period)} are too many to try; "
                f"ask for a part of the network",
                period=period,
            )
        members: tuple[list[int], ...] = ([], [], [])
        for n in range(begin, settled + period):
            outcome = self.along.outcome(n)
            if outcome is not None:
                for held, fits in zip(members, (True, *outcome), strict=True):
                    if fits:
                        held.append(n)
        runs, exact, whole = [
            Sizes.periodic(settled, period, [n for n in held if n >= settled], [n for n in held if n < settled])
            for held in members
        ]
        return runs, exact, whole

    def failure_below(self, least: int | None, given: int | None) -> tuple[str, str] | None:
        """(layer, sentence) of what refuses one size below the least that runs, or, where none does, the size given;
        None where the least is 1."""
        if least == 1:
            return None
        refused = self.along.sizes(given or EXAMPLE if least is None else least - 1)[1]
        return None if refused is None else self.named(*refused)

    def named(self, number: int, refusal: RefusedError) -> tuple[str, str]:
        """(layer, sentence) of a refusal."""
        name = self.along.network.nodes[number].name
        return name, in_layer(refusal, name).message

    def inputs_for(self, runs: Sizes, output: int) -> Sizes:
        start, step = max(runs.start, self.growing.settled), lcm(runs.modulus, self.growing.period)
        members = [n for n in runs.upto(start - 1) if self._output(n) == output]
        residues = []
        for n in range(start, start + step):
            if n not in runs:
                continue
            size = self._output(n)
            grown = self._output(n + step) - size
            if not grown and size == output:
                residues.append(n)
            elif grown and output >= size and (output - size) % grown == 0:
                members.append(n + (output - size) // grown * step)
        return Sizes.periodic(start, step, residues, members)

    def formula(self, sizes: Sizes) -> str | None:
        if not sizes.residues or sizes.early:
            return None
        first = sizes.above(sizes.start)
        assert first is not None
        step = lcm(sizes.modulus, self.growing.period)
        settled = max(first, self.growing.settled)
        here, one = self._output(first), sizes.above(settled)
        assert one is not None
        rate = self._output(one + step) - self._output(one)
        common = gcd(rate, step)
        rate, slope = rate // common, step // common
        for n in sizes.upto(settled + step):
            if (self._output(n) - here) * slope != rate * (n - first):
                return None
        return _formula(rate, slope, slope * here - rate * first, here)

    def _output(self, size: int) -> int:
        return self.along.sizes(size)[0][self.growing.output]


def _features_asked(operation: Operation) -> int | None:
    """How many features an operation was made for, where it says so."""
    if isinstance(operation, Unflatten):
        return prod(operation.shape)
    return operation.in_features if isinstance(operation, FullyConnected) else None


def _formula(rate: int, step: int, offset: int, constant: int) -> str:
    if not rate:
        return str(constant)
    n = "n" if rate == 1 else f"{rate}n"
    over = n if not offset else f"{n} {'-' if offset < 0 else '+'} {abs(offset)}"
    if step == 1:
        return over
    if offset and offset % step == 0:
        whole = offset // step
        return f"{n}/{step} {'-' if whole < 0 else '+'} {abs(whole)}"
    return f"{over}/{step}" if not offset else f"({over})/{step}"
