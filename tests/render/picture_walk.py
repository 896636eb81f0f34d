"""The oracle of the pictures: one axis after another as a list of named cells with windows sliding over it.

It imports nothing of convarith. Positions count from the first input cell. A transposed convolution is walked as
zeros put between its inputs, kernel - 1 - padding around them (and the added zeros at the end), and stride 1; and once
more as stamps, which know nothing of that.
"""

from __future__ import annotations

from itertools import product
from typing import NamedTuple


class DrawnAxis(NamedTuple):
    """What a layer is on one axis."""

    size: int
    kernel: int
    stride: int = 1
    dilation: int = 1
    stretch: int = 1
    before: int = 0
    after: int = 0
    ceil: bool = False
    added: int = 0
    transposed: bool = False

    @property
    def reach(self):
        """How far the last tap lies from the first."""
        return sum(self.dilation for _ in range(self.kernel - 1))

    @property
    def sides(self):
        """(before, after) of what is slid over, the added zeros included."""
        if not self.transposed:
            return self.before, self.after
        return self.reach - self.before, self.reach - self.after + self.added

    @property
    def roles(self):
        """Position -> role, of everything in the stretched, padded input, cropped cells included."""
        zeros = (self.stride if self.transposed else self.stretch) - 1
        names = []
        for _ in range(self.size):
            names += ["inserted"] * zeros if names else []
            names.append("input")
        before, after = self.sides
        roles = dict(enumerate(names))
        end = len(names)
        for position in [*range(-before), *range(end + min(after, 0), end)]:
            roles[position] = "cropped"
        roles |= dict.fromkeys(range(-before, 0), "padding")
        tail = ["padding"] * max(after, 0)
        tail[len(tail) - min(self.added, len(tail)) :] = ["extra"] * min(self.added, len(tail))
        return roles | dict(enumerate(tail, end))

    @property
    def windows(self):
        """The positions of each window, one window after another."""
        before, after = self.sides
        length = len([role for role in self.roles.values() if role != "cropped"])
        stretched = len([position for position in self.roles if position >= 0]) - max(after, 0)
        if stretched + before + after < 1:
            return []
        step = 1 if self.transposed else self.stride
        starts, start = [], 0
        if self.ceil:
            while not starts or starts[-1] + self.reach < length - 1:
                starts.append(start)
                start += step
            if self.reach - step >= length - 1 or starts[-1] >= self.size + before:
                starts.pop()
        else:
            while start + self.reach < length:
                starts.append(start)
                start += step
        return [[start - before + self.dilation * tap for tap in range(self.kernel)] for start in starts]

    @property
    def stamps(self):
        """Of a transposed convolution: where the kernel of each input lands, tap by tap; the first output is 0."""
        answer, first = [], -self.before
        for _ in range(self.size):
            answer.append([first + self.dilation * tap for tap in range(self.kernel)])
            first += self.stride
        return answer

    @property
    def outputs(self):
        """Of a transposed convolution: how many outputs are left of all that stamps reach, and of what is added."""
        return len(range(self.stamps[0][0], self.stamps[-1][-1] + 1)) - self.before - self.after + self.added

    def input_at(self, position):
        """Which input cell lies there, cropped or not, or None."""
        zeros = (self.stride if self.transposed else self.stretch) - 1
        places, place = {}, 0
        for index in range(self.size):
            places[place] = index
            place += zeros + 1
        return places.get(position)


def windows_of(axes):
    """Output index -> the list of (tap, position) of its window, row-major."""
    answer = {}
    for numbered in product(*(list(enumerate(axis.windows)) for axis in axes)):
        output = tuple(number for number, _ in numbered)
        cells = product(*(list(enumerate(positions)) for _, positions in numbered))
        answer[output] = [tuple(zip(*cell, strict=True)) for cell in cells]
    return answer


def stamps_of(axes):
    """Input index -> the list of (tap, position in the output) of its stamp, row-major."""
    answer = {}
    for numbered in product(*(list(enumerate(axis.stamps)) for axis in axes)):
        cells = product(*(list(enumerate(positions)) for _, positions in numbered))
        answer[tuple(number for number, _ in numbered)] = [tuple(zip(*cell, strict=True)) for cell in cells]
    return answer


def input_at(axes, position):
    """The index of the input cell that can be read at a position, or None."""
    if any(axis.roles.get(at) != "input" for axis, at in zip(axes, position, strict=True)):
        return None
    return tuple(axis.input_at(at) for axis, at in zip(axes, position, strict=True))


def unread_of(axes):
    """The positions of the padded input that no window reads."""
    read = {position for taps in windows_of(axes).values() for _, position in taps}
    padded = product(*([at for at, role in axis.roles.items() if role != "cropped"] for axis in axes))
    return set(padded) - read


def cell_at(axes, position):
    """The index of the input cell that lies at a position, cropped or not, or None."""
    cell = tuple(axis.input_at(at) for axis, at in zip(axes, position, strict=True))
    return None if None in cell else cell


def output_at(axes, position):
    """The index of a transposed convolution's output at a position, or None where it is cut away."""
    inside = all(at in range(axis.outputs) for axis, at in zip(axes, position, strict=True))
    return position if inside else None


def played(scene):
    """(grid, position) -> the cell that stands there, once for every step: after its writes."""
    standing = {(grid.name, position): cell for grid in scene.grids() for position, cell in grid.cells.items()}
    for step in scene.steps:
        standing = standing | {(write.grid, write.position): write.cell for write in step.writes}
        yield standing
