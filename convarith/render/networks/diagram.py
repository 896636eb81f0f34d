"""The scene of a network's layers as boxes: meaning only, no pixel and no colour.

Boxes stand in one order, and links say which leads to which; most lead to the next one. What stands beside each other
between two of them is a `Bundle`, or a link's ``through``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    Shape = tuple[int, ...]

KIND = "boxes"


@dataclass(frozen=True, slots=True)
class Box:
    """A tensor and the layer it comes from; ``times`` layers in a row, where they are alike."""

    name: str
    role: str
    words: tuple[str, ...]
    """What the layer is called, and its settings, if it has any."""
    shape: Shape
    """(channels, sizes ...), or (features,)."""
    times: int = 1


@dataclass(frozen=True, slots=True)
class Joint:
    """Tensors of one shape that become one of the same shape: a sum or a product."""

    name: str
    sign: str
    shape: Shape


@dataclass(frozen=True, slots=True)
class Bundle:
    """Branches side by side, each of the boxes on it; one without boxes passes the tensor on."""

    name: str
    branches: tuple[tuple[Box, ...], ...]


Item = Box | Joint | Bundle


@dataclass(frozen=True, slots=True)
class Link:
    """The tensor of one item that another takes, by their numbers, through the boxes of a short branch."""

    start: int
    end: int
    through: tuple[Box, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """The items from ``first`` to ``last`` stand for so many times as many; ``channels`` are those that go in and come
    out, where the number grows with every time."""

    first: int
    last: int
    times: int
    channels: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Stop:
    """One step of the way through the network: the item that is lit, if any, and what is said of it."""

    lit: int | None
    note: str


@dataclass(frozen=True, slots=True)
class BoxScene:
    """The layers of a network as boxes, step by step; ``names`` says what the roles are called in the legend."""

    title: str
    captions: tuple[str, ...]
    alt: str
    items: tuple[Item, ...]
    links: tuple[Link, ...]
    groups: tuple[Group, ...]
    names: Mapping[str, str]
    steps: tuple[Stop, ...]
    poster: int = 0
    """The number of the step that a still shows."""

    def boxes(self) -> Iterator[Box]:
        """Every box, those of branches among them."""
        for item in self.items:
            if isinstance(item, Box):
                yield item
            elif isinstance(item, Bundle):
                for branch in item.branches:
                    yield from branch
        for link in self.links:
            yield from link.through

    def text(self) -> str:
        """The scene in words, for golden files."""
        lines = [self.title, *self.captions, self.alt]
        for number, item in enumerate(self.items):
            if isinstance(item, Bundle):
                lines.append(f"{number} bundle {item.name}")
                lines += [f"  {' -> '.join(map(_box_text, branch)) or 'as it is'}" for branch in item.branches]
            elif isinstance(item, Joint):
                lines.append(f"{number} {item.name}: {item.sign}, {_shape_text(item.shape)}")
            else:
                lines.append(f"{number} {_box_text(item)}")
        for link in self.links:
            through = "".join(f" {_box_text(box)}" for box in link.through)
            lines.append(f"link {link.start} to {link.end}{' through' if through else ''}{through}")
        for group in self.groups:
            grows = f", {group.channels[0]} to {group.channels[1]} channels" if group.channels else ""
            lines.append(f"group {group.first} to {group.last}: {group.times} times{grows}")
        for number, step in enumerate(self.steps):
            lines.append(f"step {number}: {'' if step.lit is None else f'item {step.lit}, '}{step.note}")
        return "\n".join(lines) + "\n"

    def to_dict(self) -> dict[str, Any]:
        """The scene as plain data, as ``.json`` files hold it."""
        return {
            "picture": KIND,
            "title": self.title,
            "captions": list(self.captions),
            "alt_text": self.alt,
            "items": [_item_dict(item) for item in self.items],
            "links": [
                {"from": link.start, "to": link.end, "through": [_item_dict(box) for box in link.through]}
                for link in self.links
            ],
            "groups": [
                {
                    "first": group.first,
                    "last": group.last,
                    "times": group.times,
                    "channels": list(group.channels) if group.channels else None,
                }
                for group in self.groups
            ],
            "names": dict(self.names),
            "poster": self.poster,
            "steps": [{"lit": step.lit, "note": step.note} for step in self.steps],
        }


def _box_text(box: Box) -> str:
    times = f"{box.times} × " if box.times > 1 else ""
    return f"{box.name}: {times}{' '.join(box.words)}, {_shape_text(box.shape)}, {box.role}"


def _shape_text(shape: Shape) -> str:
    return "×".join(map(str, shape))


def _item_dict(item: Item) -> dict[str, Any]:
    if isinstance(item, Bundle):
        branches = [[_item_dict(box) for box in branch] for branch in item.branches]
        return {"kind": "bundle", "name": item.name, "branches": branches}
    if isinstance(item, Joint):
        return {"kind": "joint", "name": item.name, "sign": item.sign, "shape": list(item.shape)}
    return {
        "kind": "box",
        "name": item.name,
        "role": item.role,
        "words": list(item.words),
        "shape": list(item.shape),
        "times": item.times,
    }
