"""Which notation the words of a layer are in, and what becomes of words that are in none.

A slip is an error that names the right word; a name that is near nothing known is a layer that nobody here knows.
"""

from __future__ import annotations

import re

from convarith.errors import ParameterError
from convarith.network.merging import CropTo
from convarith.network.operations import Unchanged, Unknown
from convarith.network.readers.items import HEAD, LONGEST, OPTIONS, SAYS, options_of
from convarith.network.readers.layer_items import known_item
from convarith.network.readers.noops import NOOPS, bare, noop_name
from convarith.network.readers.tokens import cut
from convarith.network.readers.words import BRANCHES, EXAMPLES, LAYERS, nearest_of, slip, stem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import NoReturn

    from convarith.network.operations import Operation
    from convarith.network.readers.aliases import Reading

_BRANCHES = re.compile(r"([A-Za-z]+)([0-9]*)")
_NAME = re.compile(r"[^\W\d][\w.]*(?:-[^\W\d]\w*)*")
_FLAGS = frozenset(option for options in OPTIONS.values() for option in options if option not in SAYS)
_OF_THE_LITERATURE = ("m", "s", "r", "norm", "prelu")
_WITH_A_KERNEL = ("Conv", "ConvT", "DWConv", "DWConvT", "MaxPool", "AvgPool", "LpPool")


def read_layer(words: Sequence[str]) -> Reading:
    """The operations of a layer, and what its words leave unsaid.

    >>> read_layer(["Frobnicate"])
    ((Unknown(name='Frobnicate'),), ("'Frobnicate' is unknown here; it is taken to keep the shape of its tensor",))

    Raises:
        ParameterError: it cannot be read, or is a slip for another word.
    """
    operations = _plain(words)
    if operations is not None:
        return operations, ()
    from convarith.network.readers.aliases import alias  # what is in the notation's own words does without

    found = alias(words)
    if found is not None:
        return found
    joined = _joined(words)
    if joined is not None:
        words = [joined]
    name = noop_name(words[0])
    if name is not None:
        return (named_layer(name, words[1:]),), ()
    _refuse_glued_label(words[0])
    _refuse_pooling(words[0])
    operations = known_item(words)
    if operations is not None:
        return operations, ()
    if len(words) == 1 and _NAME.fullmatch(words[0]):
        return unknown_layer(words[0])
    raise _unread(words)


def _plain(words: Sequence[str]) -> tuple[Operation, ...] | None:
    """What is surely in the notation's own words, and in no other's."""
    first = words[0]
    match = HEAD.fullmatch(first)
    name = LAYERS.get(bare(match[4])) if match else None
    if match is not None and match[1] is not None:
        return known_item(words) if name in _WITH_A_KERNEL else None
    if len(words) > 1 or ":" in first:
        return None
    if name is not None:
        return None if name in _WITH_A_KERNEL else known_item(words)
    noop = None if first.lower() in _OF_THE_LITERATURE else noop_name(first)
    return None if noop is None else (Unchanged(noop),)


def named_layer(name: str, options: Sequence[str] = ()) -> Unchanged:
    """A layer that changes nothing, of any name; ``w64`` among its options are its parameters.

    Raises:
        ParameterError: an option means nothing here.
    """
    given = options_of(options, "noop").get("w", "0")
    if not given.isascii() or not given.isdigit() or len(given) > LONGEST:
        raise ParameterError(f"w{given[:40]} is no number of parameters; write it as w64")
    return Unchanged(name, int(given))


def unknown_layer(name: str, explicit: bool = False) -> Reading:
    """A layer that nobody here knows, unless its name is a slip.

    Raises:
        ParameterError: it is one, and not ``explicit``.
    """
    word = name.partition("(")[0]
    if not explicit:
        _refuse_known(word)
        meant = slip(word)
        if meant is not None:
            own = name if len(name) < 60 else "..."
            raise ParameterError(
                f"{cut(name)} is no layer; did you mean {_with_example(meant)}? A layer of that name is Unknown({own})"
            )
    return (Unknown(name),), (f"{cut(name)} is unknown here; it is taken to keep the shape of its tensor",)


def known_before_parentheses(word: str, arguments: bool) -> bool:
    """Whether a word before parentheses is a known layer, so that layers that change nothing may stand in them.

    Raises:
        ParameterError: these are ``arguments``, and of a layer that has sizes, which do not stand there.
    """
    if noop_name(word) is not None or bare(word) in _OF_THE_LITERATURE:
        return True
    name = LAYERS.get(stem(word)) if _NAME.fullmatch(word) else None
    if name is None and not word[0].isdigit() and not _is_alias(word):
        return False
    if arguments and name not in ("BN", "InstanceNorm", "GroupNorm", "LayerNorm", "Flatten"):
        raise ParameterError(
            f"{cut(word)} has numbers in parentheses behind it; here sizes stand about the word, as "
            f"{EXAMPLES[name or 'Conv']}"
        )
    return True


def branch_operation(word: str, known: dict[tuple[str, str], Operation] | None = None) -> Operation | None:
    """What joins the branches behind a word, or None where it joins none; equal ones are made once.

    >>> branch_operation("cropcat"), branch_operation("crop19"), branch_operation("relu")
    (Concatenation(crop=True), CropTo(offset=19), None)
    """
    match = _BRANCHES.fullmatch(word)
    low, digits = (match[1].lower(), match[2]) if match else ("", "")
    if low not in BRANCHES or (digits and low != "crop") or len(digits) > LONGEST:
        return None
    if known is not None and (low, digits) in known:
        return known[low, digits]
    kind, crop = BRANCHES[low]
    if kind is CropTo:
        made: Operation = CropTo(int(digits) if digits else None)
    else:
        made = kind(crop)  # type: ignore[call-arg]  # of those that merge
    if known is not None:
        known[low, digits] = made
    return made


def refuse_branches(word: str) -> NoReturn:
    """Refuse a word before branches that joins none."""
    near = nearest_of(stem(word), BRANCHES, 2)
    meant = f"did you mean {near}?" if near else f"what does is {', '.join(BRANCHES)}"
    raise ParameterError(f"{cut(word)} joins no branches; {meant}")


def _joined(words: Sequence[str]) -> str | None:
    """Several words that are one here: ``batch norm``, ``FC 1000``; None where they are not."""
    if len(words) < 2 or any(sign.isdigit() for word in words[:-1] for sign in word):
        return None
    together = "".join(map(bare, words[:-1])) + words[-1]
    if noop_name(together) is not None:
        return together
    match = HEAD.fullmatch(together)
    return together if match and bare(match[4]) in LAYERS else None


def _is_alias(word: str) -> bool:
    from convarith.network.readers.aliases import alias

    try:
        return alias([word]) is not None
    except ParameterError:
        return True


def _refuse_known(word: str) -> None:
    """Refuse words that are known, and no layers."""
    low = word.lower()
    if branch_operation(word) is not None:
        raise ParameterError(
            f"{cut(word)} joins branches, which stand in parentheses behind it, as {low}(3-1-1Conv64 | )"
        )
    letters = low.rstrip("0123456789:x-")
    if low in _FLAGS or (letters in SAYS and letters != low):
        raise ParameterError(f"{cut(word)} belongs to a layer; put it behind one, after a space")
    if low == "input":
        raise ParameterError("the input goes first, as input 3x224x224; to go on from it later, write @input")


def _refuse_glued_label(word: str) -> None:
    """Refuse ``conv1:3-1-1Conv64``, which would otherwise be a strange number."""
    before, colon, after = word.partition(":")
    match = HEAD.fullmatch(after) if colon and before[:1].isalpha() else None
    if match and (bare(match[4]) in LAYERS or noop_name(after)):
        raise ParameterError(f"{cut(word)} has no space behind its label; write {before}: {after}")


def _refuse_pooling(word: str) -> None:
    """Refuse ``2Pool`` and ``pool5``, which could be of any kind."""
    match = HEAD.fullmatch(word)
    if match and bare(match[4]) in ("pool", "pooling"):
        raise ParameterError(f"{cut(word)} does not say which pooling it is; write it as 3-2MaxPool or 3-2AvgPool")


def _with_example(meant: str) -> str:
    example = EXAMPLES.get(meant, meant)
    return meant if example == meant else f"{meant}, as in {example}"


def _unread(words: Sequence[str]) -> ParameterError:
    """What is wrong with words that are no layer, and which word is nearest."""
    word, text = words[0], " ".join(words)
    if len(words) > 1:
        if word.isdigit() and words[1].lower() in ("x", "*"):
            inner = " ".join(words[2:]) or "..."
            return ParameterError(f"{cut(text)} is repeated without parentheses; write {word} x ({inner})")
        for other in words:
            _refuse_known(other)
    apart = "put -> between layers; " if len(words) > 1 else ""
    return ParameterError(f"{cut(text)} is no layer; {apart}{_nearest(word)}")


def _nearest(word: str) -> str:
    """The word that is nearest, among those with a kernel where it has one."""
    match = HEAD.fullmatch(word)
    letters = bare(match[4] if match else "".join(re.findall(r"[^\W\d_]+", word)[:1]))
    if match and match[1] is not None:
        near = nearest_of(letters, [bare(name) for name in _WITH_A_KERNEL], 3)
        return f"did you mean {_with_example(LAYERS[near])}?" if near else _listing(_WITH_A_KERNEL)
    known = {bare(name): name for name in (*EXAMPLES, *NOOPS)}
    near = nearest_of(letters, known, max(len(letters) // 2, 1)) if letters else None
    meant = (slip(letters) or (known[near] if near else None)) if letters else None
    return f"did you mean {_with_example(meant)}?" if meant else _listing(("Conv", "MaxPool", "FC", "BN", "Flatten"))


def _listing(names: Sequence[str]) -> str:
    return f"layers are written as {', '.join(EXAMPLES[name] for name in names)}"
