"""Data as JSON has it, spoilt at random: what a fuzzed reader is given."""

from __future__ import annotations

import copy


def junk(rng):
    """Something that hardly belongs anywhere."""
    deep = []
    for _ in range(rng.choice((3, 60, 900))):
        deep = [deep]
    return rng.choice(
        (
            *(
                None,
                True,
                False,
                -1,
                0,
                1,
                2,
                10**6,
                10**30,
                -(10**5000),
                0.5,
                float("nan"),
                "",
                "same",
                "conv",
                "x" * 300,
            ),
            *("\ud800", "\x00", [], {}, [None], [1, 2], [1, 2, 3, 4], [[1, 2], [3, 4]], [[]], {"class_name": "Conv2D"}),
            *({"a": {"b": 1}}, ["input", 0, 0], ["l0", -1, 5], deep),
        )
    )


def places(data):
    """Every container in the data with each of its keys."""
    stack, found = [data], []
    while stack:
        at = stack.pop()
        for key in list(at) if isinstance(at, dict) else range(len(at)):
            found.append((at, key))
            if isinstance(at[key], (dict, list)):
                stack.append(at[key])
    return found


def copied(value):
    """A copy of its own, or nothing of what is nested too deeply."""
    try:
        return copy.deepcopy(value)
    except RecursionError:
        return None


def mutated(rng, data):
    """A copy with one to four places spoilt: left out, exchanged for junk or for another place, doubled, renamed."""
    data = copy.deepcopy(data)
    for _ in range(rng.choice((1, 1, 1, 2, 4))):
        found = places(data)
        if not found:
            return data
        at, key = rng.choice(found)
        way = rng.randrange(6)
        if way == 0:
            del at[key]
        elif way == 1:
            other, place = rng.choice(found)
            at[key] = copied(other[place])
        elif way == 2 and isinstance(at, list):
            at.insert(key, copied(at[key]))
        elif way == 3 and isinstance(at, dict):
            at[str(key)[:-1] + "q"] = at.pop(key)
        elif way == 4 and type(at[key]) is int:
            at[key] += rng.choice((-3, -1, 1, 2, 100))
        else:
            at[key] = junk(rng)
    return data
