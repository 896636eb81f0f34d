"""The two errors that convarith raises, and how a number refused on one axis gets that axis's name.

Their texts are for people: what is wrong, the numbers given, and the smallest change that mends it.
Their attributes are for programs: every number in the text is one (``error.kernel_size``, ``error.axis`` ...).
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any, Self

__all__ = ["ParameterError", "ShapeError"]


class RefusedError(ValueError):
    """What `ShapeError` and `ParameterError` share: one sentence, and its numbers as attributes."""

    def __init__(self, message: str, **numbers: Any) -> None:
        super().__init__(message)
        self.message = message
        self.numbers = numbers

    def __getattr__(self, name: str) -> Any:
        try:
            return self.__dict__["numbers"][name]
        except KeyError:
            raise AttributeError(f"{type(self).__name__} has no attribute {name!r}") from None

    def __reduce__(self) -> tuple[Any, ...]:
        return _restore, (type(self), self.message, self.numbers)

    def on_axis(self, axis: int, ndim: int) -> Self:
        """The same refusal with the axis it happened on, which the sentence names where there are several."""
        message = f"{axis_name(axis, ndim)}: {self.message}" if ndim > 1 else self.message
        return type(self)(message, **{**self.numbers, "axis": axis})


class ShapeError(RefusedError):
    """This layer and this shape do not go together: no window fits, an axis is missing, nothing would be left.

    >>> import convarith as ca
    >>> ca.Conv(kernel_size=7).output_shape((9, 5))
    Traceback (most recent call last):
    convarith.errors.ShapeError: axis 1 (width): kernel 7 does not fit in input 5 with padding 0; it needs \
padding of at least 1 on each side, or a kernel of at most 5
    """


class ParameterError(RefusedError):
    """This argument is never right, whatever the input: a float, a stride of 0, an unknown padding name.

    >>> import convarith as ca
    >>> ca.Conv(kernel_size=3, stride=0)
    Traceback (most recent call last):
    convarith.errors.ParameterError: stride 0 is below 1; the smallest stride is 1
    """


def axis_name(axis: int, ndim: int) -> str:
    """``axis 1 (width)``: the number of an axis with the name it has among ``ndim`` of them."""
    if not 2 <= ndim <= 3:
        return f"axis {axis}"
    return f"axis {axis} ({('width', 'height', 'depth')[ndim - 1 - axis]})"


def nearest(word: str, known: Iterable[str]) -> str:
    """The list of known words as advice, led by the one closest to ``word`` where one is close."""
    from difflib import get_close_matches  # only an error pays for this import

    words = list(known)
    listing = ", ".join(words)
    close = get_close_matches(word.lower(), words, n=1, cutoff=0.5)
    return f"did you mean {close[0]!r}? Known are {listing}" if close else f"known are {listing}"


def _restore(kind: type[RefusedError], message: str, numbers: dict[str, Any]) -> RefusedError:
    return kind(message, **numbers)
