"""The counting that makes huge sizes quick, against plain loops."""

from __future__ import annotations

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from convarith.arithmetic.lattice import distinct, floor_sum, pairs

lattices = st.tuples(
    st.integers(1, 9),  # stride
    st.integers(0, 9),  # outputs
    st.integers(1, 9),  # dilation
    st.integers(0, 7),  # taps
    st.integers(-20, 130),  # low
    st.integers(-20, 130),  # high
    st.integers(1, 7),  # modulus
    st.integers(-20, 20),  # residue
)


def values_of(stride, outputs, dilation, taps, low, high, modulus, residue):
    """stride·o + dilation·t for every pair that lies in the bounds and the residue class."""
    return [
        value
        for o, t in product(range(outputs), range(taps))
        if low <= (value := stride * o + dilation * t) < high and (value - residue) % modulus == 0
    ]


@given(st.integers(-2, 40), st.integers(1, 30), st.integers(-60, 60), st.integers(-60, 60))
def test_floor_sum_is_the_sum_of_the_floors(count, divisor, slope, start):
    assert floor_sum(count, divisor, slope, start) == sum((slope * x + start) // divisor for x in range(count))


@given(lattices)
def test_pairs_are_counted_as_a_loop_counts_them(lattice):
    assert pairs(*lattice) == len(values_of(*lattice))


@given(lattices)
def test_values_are_counted_once_each(lattice):
    assert distinct(*lattice) == len(set(values_of(*lattice)))


@given(lattices)
def test_without_a_modulus_every_value_counts(lattice):
    plain = (*lattice[:6], 1, 0)
    assert pairs(*lattice[:6]) == len(values_of(*plain))
    assert distinct(*lattice[:6]) == len(set(values_of(*plain)))


def test_every_small_lattice():
    compared = 0
    for stride, outputs, dilation, taps, modulus, residue in product(
        range(1, 5), range(1, 5), range(1, 5), range(1, 5), range(1, 4), range(3)
    ):
        high = stride * (outputs - 1) + dilation * (taps - 1)
        for low in (0, high // 3):
            lattice = (stride, outputs, dilation, taps, low, high, modulus, residue)
            values = values_of(*lattice)
            assert (pairs(*lattice), distinct(*lattice)) == (len(values), len(set(values)))
            compared += 1
    assert compared == 4**4 * 3 * 3 * 2


def test_huge_lattices_by_hand():
    """Windows of three, two apart: 0 … 2n, every even value but the first and the last read twice."""
    windows = 2**80
    assert pairs(2, windows, 1, 3, 0, 2**90) == 3 * windows
    assert distinct(2, windows, 1, 3, 0, 2**90) == 2 * windows + 1
    assert pairs(2, windows, 1, 3, 0, 2**90, 2, 0) == 2 * windows
    assert distinct(2, windows, 1, 3, 0, 2**90, 2, 1) == windows
    assert pairs(2, windows, 1, 3, 2, 7) == 2 + 1 + 2 + 1 + 2  # 2 3 4 5 6
    assert floor_sum(2**70, 2, 1, 0) == 2**69 * (2**69 - 1)
