"""How a refusal is looked at: that it comes, of its kind, and with the words that it has to have."""

from __future__ import annotations

from functools import partial

import pytest

import convarith as ca


def refused(call, *words, kind=ca.ParameterError):
    """The refusal of a call, whose sentence has these words."""
    with pytest.raises(kind) as refusal:
        call()
    for word in words:
        assert word in refusal.value.message
    return refusal.value


does_not_fit = partial(refused, kind=ca.ShapeError)
