"""Flax's rules as data: JAX's, and those that it adds."""

from __future__ import annotations

from convarith.frameworks.arguments import Spelling
from convarith.frameworks.jax import rules as jax
from convarith.frameworks.rules import Rule

TITLE = "Flax"
SPELLING = Spelling(TITLE, one=False)
WINDOW = Spelling(TITLE, scalar=False, one=False)

_DRAWN = "the default initializer divides by the number of weights"
_WEIGHTS = {"no input channels": _DRAWN, "no output channels": _DRAWN}
CONTINUED = {"nothing to continue": "cannot apply padding to an empty axis"}
CIRCULAR_REMARK = "the padding holds the input again, from its other end"
CONV = {
    **{name: rule._replace(refuses={**rule.refuses, **_WEIGHTS}) for name, rule in jax.CONV.items()},
    "CIRCULAR": Rule(
        "floor, empty below", "k̂ - 1 in all, end", {**jax.BY_NAME, **_WEIGHTS, **CONTINUED}, CIRCULAR_REMARK
    ),
    "REFLECT": Rule(
        "floor, empty below",
        "k̂ - 1 in all, end",
        {**jax.BY_NAME, **_WEIGHTS, **CONTINUED},
        "the padding holds the input mirrored at its border cells",
    ),
    "CAUSAL": Rule(
        "floor, empty below",
        "before",
        {**jax.BY_NAME, **_WEIGHTS},
        "CAUSAL pads before only, and is there for one axis",
    ),
}

_AROUND = {
    "empty input": "an empty output is not wrapped around",
    "empty batch": "an empty output is not wrapped around",
}
CONV_TRANSPOSE = {
    **{name: rule._replace(refuses={**rule.refuses, **_WEIGHTS}) for name, rule in jax.CONV_TRANSPOSE.items()},
    "CIRCULAR": Rule(
        "floor, empty below",
        "stretch times input, start",
        {**jax.CONV_REFUSES, **_WEIGHTS, **_AROUND},
        CIRCULAR_REMARK,
    ),
    "CIRCULAR, transpose_kernel": Rule(
        "floor, empty below",
        "stretch times input, end",
        {**jax.CONV_REFUSES, **_WEIGHTS, **_AROUND},
        CIRCULAR_REMARK,
    ),
}
"""Of other names the rule is the direct convolution's, as in JAX."""

POOL = {name: jax.REDUCE_WINDOW[name] for name in ("SAME", "SAME_LOWER", "VALID", "pairs")}
