"""Statements of Keras source that do one thing to one tensor: a layer, a function, or a slice."""

from __future__ import annotations

from convarith.network.writers.source_lines import Call


class Step:
    """One statement; ``take`` says how its call takes the tensor."""

    __slots__ = ("arguments", "head", "take")

    def __init__(self, head: str, arguments: tuple[str | Call, ...], take: str) -> None:
        self.head = head
        self.arguments = arguments
        self.take = take

    def lines(self, target: str, source: str) -> list[str]:
        """The statement that puts what it makes of ``source`` into ``target``."""
        if self.take == "slice":
            return [f"{target} = {source}{self.head}"]
        if self.take == "function":
            return Call(self.head, [source, *self.arguments]).lines(f"{target} = ")
        return Call(self.head, self.arguments).lines(f"{target} = ", f"({source})")


def new_layer(name: str, *arguments: str | Call) -> Step:
    """A layer, made and called on the tensor.

    >>> new_layer("Conv2D", "64", "3").lines("y", "x")
    ['y = layers.Conv2D(64, 3)(x)']
    """
    return Step(f"layers.{name}", arguments, "layer")


def function(name: str, *arguments: str) -> Step:
    """A function of the tensor and of more.

    >>> function("resized", "1", "7").lines("y", "x")
    ['y = resized(x, 1, 7)']
    """
    return Step(name, arguments, "function")


def strided(strides: tuple[int, ...]) -> Step:
    """Every so many positions along each axis.

    >>> strided((2, 1)).lines("y", "x")
    ['y = x[:, ::2, :]']
    """
    every = ", ".join(":" if stride == 1 else f"::{stride}" for stride in strides)
    return Step(f"[:, {every}]", (), "slice")
