"""`verify`: nothing differs, every claim is asked about, and a broken rule is found with a small case that shows it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
from click.testing import CliRunner

import convarith as ca
from convarith.arithmetic import axis as axes
from convarith.arithmetic import bisection, guide, padding
from convarith.arithmetic.axis import Axis
from convarith.numerics import arrays, contraction, pooling, reductions, sparse, verification, ways
from convarith.numerics.verification import running, settings, walk
from convarith.numerics.verification.checks import CHECKS, outputs_of, printed_formula
from convarith.numerics.verification.running import KERNELS, WALK, Piece, run
from convarith.numerics.verification.settings import AxisNumbers, Setting
from convarith_cli.main import cli


@pytest.fixture(scope="module")
def quick():
    pieces = []
    found = ca.numerics.verify("quick", jobs=2, progress=lambda done, total: pieces.append((done, total)))
    assert pieces == [(done, len(pieces)) for done in range(1, len(pieces) + 1)]
    return found


@pytest.fixture
def tiny(monkeypatch):
    """Makes the quick level a matter of a second; other processes do not know of it."""
    level = settings.Level(settings.Bounds(4, 3, 2, 2, 1, 1, 2), settings.Bounds(3, 2, 2, 1, 1, 0, 2), 4, 4, 1)
    monkeypatch.setitem(settings.LEVELS, "quick", level)


def found_by(check, oracle=WALK):
    """What the whole of one quick row finds."""
    return run(Piece(check, oracle, "quick", 0, -1))


class TestWhatIsSaid:
    def test_nothing_differs(self, quick):
        assert quick.mismatches == 0
        assert quick.failure is None
        assert {row.mismatches for row in quick.rows} == {0}

    def test_every_check_meets_every_oracle_that_is_there(self, quick):
        asked = {WALK, KERNELS, "scipy", "torch", "jax"} - set(quick.missing)
        assert {(row.check, row.oracle) for row in quick.rows} == {
            (check, oracle) for check in CHECKS for oracle in asked
        }
        assert [f"Relationship {number}" for number in range(1, 16)] == list(CHECKS)[:15]

    def test_the_cases_are_many_and_added_up(self, quick):
        assert quick.cases == sum(row.cases for row in quick.rows) > 30_000
        assert all(row.cases > 0 and row.seconds >= 0 for row in quick.rows)

    def test_the_default_level_has_more_than_200_000_settings(self):
        """Counted, not run: the settings that the window walk goes through."""
        level = settings.LEVELS["default"]
        assert sum(sum(1 for _ in check.sizes(level, 0)) for check in CHECKS.values()) > 200_000

    def test_the_table_has_a_line_for_each_row(self, quick):
        lines = str(quick).splitlines()
        assert lines[0].split() == ["check", "against", "cases", "mismatches", "seconds"]
        assert [line[: len(row.check)] for line, row in zip(lines[1:], quick.rows, strict=False)] == [
            row.check for row in quick.rows
        ]
        assert f"{quick.cases} cases, 0 mismatches" in str(quick)
        assert max(map(len, lines)) <= 80

    @pytest.mark.parametrize(("check", "oracle"), [("convolution", WALK), ("C^T", KERNELS), ("pooling", "scipy")])
    def test_two_processes_found_what_one_finds(self, quick, check, oracle):
        (row,) = [row for row in quick.rows if (row.check, row.oracle) == (check, oracle)]
        assert found_by(check, oracle).cases == row.cases

    def test_a_seed_changes_the_random_settings_only(self):
        level = settings.LEVELS["quick"]
        one, two = (list(CHECKS["convolution"].sizes(level, seed)) for seed in (1, 2))
        differing = [left != right for left, right in zip(one, two, strict=True)]
        assert any(differing[-level.random_sizes :])
        assert not any(differing[: -level.random_sizes])

    @pytest.mark.parametrize(
        ("arguments", "words"),
        [
            ({"level": "quik"}, "unknown level 'quik'; did you mean 'quick'? Known are quick, default, exhaustive"),
            ({"seed": -1}, "seed -1 is below 0; the smallest seed is 0"),
            ({"jobs": 0}, "jobs 0 is below 1; the smallest jobs is 1"),
        ],
    )
    def test_wrong_wishes_are_refused(self, arguments, words):
        with pytest.raises(ca.ParameterError) as refusal:
            ca.numerics.verify(**arguments)
        assert str(refusal.value) == words


def off_by_one(function):
    return lambda *arguments: function(*arguments) + 1


def rounded_up(extent, kernel, dilation, stride):
    return -(-(extent - dilation * (kernel - 1) - 1) // stride) + 1


def without_the_pytorch_rule(extent, kernel, dilation, stride, _):
    return -((dilation * (kernel - 1) + 1 - extent) // stride) + 1


def added_before(span, before, after, output_padding):
    return span - 1 - before + output_padding, span - 1 - after


def padding_with(name, wrong):
    right = padding.resolve

    def resolve(entry, size, span, stride):
        before, after = right(entry, size, span, stride)
        return wrong(before, after) if entry == name else (before, after)

    return resolve


def swapped(before, after):
    return after, before


def larger(before, after):
    return before + 1, after


def unflipped_taps(self, output):
    start = self.stride * output - self.before
    for tap in range(self.kernel):
        yield tap, start + self.dilation * tap


RULES = {
    "the floor": (axes, "conv_count", rounded_up, "Relationship 6"),
    "the floor, general": (axes, "conv_count", rounded_up, "convolution"),
    "the one at the end": (axes, "conv_count", off_by_one(axes.conv_count), "Relationship 1"),
    "pooling": (axes, "conv_count", rounded_up, "Relationship 7"),
    "ceil_mode": (axes, "ceil_pool_count", without_the_pytorch_rule, "pooling, ceil_mode"),
    "the transposed size": (axes, "conv_transpose_count", off_by_one(axes.conv_transpose_count), "Relationship 8"),
    "the added zeros": (axes, "transposed_padding", added_before, "C^T"),
    "dilation": (axes, "kernel_span", lambda kernel, dilation: dilation * kernel, "Relationship 15"),
    "input_dilation": (axes, "stretched_size", lambda size, stretch: stretch * size, "C"),
    "half": (padding, "resolve", padding_with("half", larger), "convolution"),
    "full": (padding, "resolve", padding_with("full", larger), "convolution"),
    "causal": (padding, "resolve", padding_with("causal", swapped), "C"),
    "same": (padding, "resolve", padding_with("same", swapped), "C"),
    "same_lower": (padding, "resolve", padding_with("same_lower", larger), "pooling"),
    "the rotated kernel": (Axis, "taps", unflipped_taps, "C^T"),
    "what is unread": (Axis, "remainder", property(lambda _: 0), "convolution"),
    "the transpose": (Axis, "transpose", lambda self: self, "C^T"),
    "what is read": (Axis, "reads", lambda *_: True, "C"),
    "what lies where": (Axis, "kind", lambda *_: "input", "C^T"),
    "every input": (bisection, "preimage", lambda *_: range(1, 2), "pooling"),
}


@pytest.mark.parametrize("rule", RULES)
def test_a_broken_rule_is_found_with_a_small_case(monkeypatch, rule):
    owner, name, wrong, check = RULES[rule]
    monkeypatch.setattr(owner, name, wrong)
    found = found_by(check)
    assert found.mismatches
    weight, command, difference = found.failure
    assert weight[:2] < (1, 14)
    assert command.split()[0] in ("conv", "pool", "transpose")
    assert difference


@pytest.mark.parametrize("number", range(1, 15))
def test_a_relationship_that_holds_too_often_or_too_seldom_is_found(monkeypatch, number):
    relationship = guide.relationships[number]
    for holds in (lambda _: False, lambda _: True):
        if number in (6, 14) and holds(None):
            continue  # they hold always
        monkeypatch.setitem(vars(relationship), "holds", holds)
        assert found_by(f"Relationship {number}").mismatches


@pytest.mark.parametrize("number", range(1, 16))
def test_a_misprint_is_found(monkeypatch, number):
    relationship = guide.relationships[number]
    monkeypatch.setitem(vars(relationship), "formula", f"{relationship.formula} + 1")
    assert found_by(f"Relationship {number}").mismatches


NUMBERS = {
    "weights of conv": (contraction, "meetings", "convolution"),
    "weights of the equivalent": (contraction, "meetings", "equivalent convolution"),
    "cells of a pooling": (reductions, "meetings", "pooling"),
    "entries of C": (sparse, "meetings", "C"),
    "entries of C^T": (sparse, "meetings", "C^T"),
}


def places_before(values, windows):
    maxima, places = reductions.highest_with_indices(values, windows)
    return maxima, places - 1


def three_cells(axis):
    return np.full(axis.count, 3)


def nothing_known(x, windows, *_):
    return np.full(x.shape[:2] + windows.output_shape, np.nan)


WAYS = {
    "the place of a maximum": (pooling, "highest_with_indices", places_before, "pooling"),
    "how many cells a mean has": (
        reductions,
        "_padded_counts",
        three_cells,
        "pooling, ceil_mode",
    ),
    "a mean of nothing": (
        pooling,
        "averaged",
        nothing_known,
        "pooling",
    ),
    "the rotated kernel": (arrays, "checked_flag", lambda *_: False, "convolution"),
    "the stamps": (ways, "_stamped", lambda axis, _: (slice(0, axis.kernel), slice(0, 1, 1)), "equivalent convolution"),
    "the groups": (arrays, "checked_groups", lambda *_: 1, "channels and groups"),
    "the operator": (sparse, "contracted", lambda *given: contraction.contracted(*given) + 1, "C as an operator"),
}


@pytest.mark.parametrize("what", WAYS)
def test_a_broken_way_is_found(monkeypatch, what):
    owner, name, wrong, check = WAYS[what]
    monkeypatch.setattr(owner, name, wrong)
    found = found_by(check, KERNELS)
    assert found.mismatches
    assert found.failure[0] < (1, 14)


@pytest.mark.parametrize("oracle", [KERNELS, "scipy"])
@pytest.mark.parametrize("what", NUMBERS)
def test_wrong_numbers_are_found(monkeypatch, what, oracle):
    owner, name, check = NUMBERS[what]
    right = getattr(owner, name)
    monkeypatch.setattr(owner, name, lambda axis: right(axis)[: axis.kernel - 1] or right(axis))
    found = found_by(check, oracle)
    assert 0 < found.mismatches < found.cases


@pytest.mark.usefixtures("tiny")
def test_the_smallest_case_is_named_with_its_numbers(monkeypatch):
    monkeypatch.setattr(axes, "conv_count", rounded_up)
    found = ca.numerics.verify("quick")
    assert found.failure == (
        "convolution",
        WALK,
        "conv 1 -k 1 -s 2",
        "input 2 gives the output 1, too, and is not among range(1, 2)",
    )
    assert "The smallest case that fails\n  convarith conv 1 -k 1 -s 2\n  convolution against window walk: " in str(
        found
    )
    shown = {failure.check: failure for failure in found.failures if failure.oracle == WALK}
    assert shown["Relationship 5"].setting == "conv 2 -k 1 -s 2"
    assert shown["Relationship 5"].difference.startswith("Relationship 5 holds here and refuses: ")


def test_an_error_is_a_finding(monkeypatch):
    def crash(_):
        raise RuntimeError("broken")

    monkeypatch.setattr(Axis, "unused", crash)
    assert found_by("convolution").failure[2] == "RuntimeError: broken"


class TestTheCommand:
    @pytest.mark.usefixtures("tiny")
    def test_json_has_the_rows(self):
        result = CliRunner().invoke(cli, ["verify", "--quick", "--jobs", "1", "--json"])
        assert result.exit_code == 0
        data = json.loads(result.stdout)
        assert set(data) == {"rows", "cases", "mismatches", "seconds", "missing", "failure"}
        assert all(set(row) == {"check", "oracle", "cases", "mismatches", "seconds"} for row in data["rows"])
        assert data["mismatches"] == 0
        assert data["failure"] is None

    @pytest.mark.usefixtures("tiny")
    def test_a_mismatch_is_exit_code_1_with_the_case(self, monkeypatch):
        monkeypatch.setattr(axes, "ceil_pool_count", without_the_pytorch_rule)
        result = CliRunner().invoke(cli, ["verify", "--quick", "--jobs", "1"])
        assert result.exit_code == 1
        smallest = result.stdout.partition("The smallest case that fails\n")[2].splitlines()
        assert smallest[0] == "  convarith pool 1 -k 1 -s 1 -p 0:1 --ceil"
        assert smallest[1].startswith("  pooling, ceil_mode against window walk: the walk finds")
        assert result.exception is None or isinstance(result.exception, SystemExit)

    @pytest.mark.skipif(os.name != "posix", reason="signals are sent as on POSIX")
    @pytest.mark.parametrize("times", [1, 2])
    def test_an_interrupt_ends_it_at_once(self, times):
        command = [sys.executable, "-m", "convarith_cli", "verify", "--exhaustive", "--jobs", "2"]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)
        time.sleep(2)
        for _ in range(times):
            os.killpg(process.pid, signal.SIGINT)
        output, errors = process.communicate(timeout=60)
        assert process.returncode == 130
        assert (output, errors.splitlines()[:1]) == (b"", [b"interrupted"])
        assert b"Traceback" not in errors

    def test_two_levels_exclude_each_other(self):
        result = CliRunner().invoke(cli, ["verify", "--quick", "--exhaustive"])
        assert result.exit_code == 2
        assert "--quick and --exhaustive exclude each other; give one" in result.stderr


class TestThePiecesOfIt:
    def test_the_walk_counts_as_lists_do(self):
        axis = AxisNumbers(6, 3, stride=2, padding=(1, 1))
        assert walk.row(axis) == [None, 0, 1, 2, 3, 4, 5, None]
        assert walk.starts(axis) == [0, 2, 4]
        assert [window.cells for window in walk.windows_of(axis)] == [
            [(1, 0), (2, 1)],
            [(0, 1), (1, 2), (2, 3)],
            [(0, 3), (1, 4), (2, 5)],
        ]
        assert walk.unread(axis) == (0, 0, 1, 0)
        assert walk.canvas(AxisNumbers(2, 3, stride=2, padding=(1, 0), added=1)) == [
            [(1, 0)],
            [(2, 0), (0, 1)],
            [(1, 1)],
            [(2, 1)],
            [],
        ]

    @pytest.mark.parametrize(
        ("name", "sides"),
        [
            ("valid", (0, 0)),
            ("half", (1, 1)),
            ("full", (2, 2)),
            ("causal", (2, 0)),
            ("same", (0, 1)),
            ("same_lower", (1, 0)),
        ],
    )
    def test_the_walk_knows_the_names_of_paddings(self, name, sides):
        assert walk.padding_of(AxisNumbers(6, 3, stride=2, padding=name)) == sides

    def test_a_setting_is_said_as_its_command(self):
        axis = AxisNumbers(3, 3, stride=2, dilation=2, padding=(1, 0), added=1)
        assert Setting("transpose", (axis,)).command() == "transpose 3 -k 3 -s 2 -p 1:0 -d 2 -a 1"
        pool = Setting("pool", (AxisNumbers(5, 2, ceil=True), AxisNumbers(6, 3, 2, padding="same", ceil=True)))
        assert pool.command() == "pool 5x6 -k 2x3 -s 1x2 -p 0:0xsame --ceil"
        assert outputs_of(pool) == (4, 3)

    def test_every_command_is_read_back_as_its_layer(self):
        for family in ("conv", "pool", "transpose"):
            for setting in settings.random_settings(family, False, 20, 100, 0):
                result = CliRunner().invoke(cli, [*setting.command().split(), "--json"])
                if result.exit_code == 0:
                    assert tuple(json.loads(result.stdout)["output_shape"]) == outputs_of(setting)
                else:
                    assert not all(outputs_of(setting))

    def test_a_printed_formula_is_what_a_reader_computes(self):
        assert printed_formula("o = ⌊(i + 2p - k)/s⌋ + 1")(i=6, k=3, s=2, p=1) == 3
        assert printed_formula("ĩ' = s(i' - 1) + 1, o' = s(i' - 1) + a + k - 2p")(i=3, k=3, s=2, p=1, a=1) == 6
        assert printed_formula("k̂ = k + (k - 1)(d - 1)")(k=3, d=2) == 5

    def test_a_sample_is_spread(self):
        assert running._sample(list(range(100)), 4) == [12, 37, 62, 87]
        assert running._sample([1, 2], 8) == [1, 2]

    def test_what_is_public(self):
        assert verification.verify is ca.numerics.verify
