"""The runner of the conformance check, on a framework made up for it: what differs is found, told, and counted."""

from __future__ import annotations

import json
import sys
from importlib.machinery import ModuleSpec
from importlib.metadata import version
from random import Random
from types import ModuleType

import numpy as np
import pytest
from click.testing import CliRunner

import convarith as ca
from convarith.numerics.conformance import conform, findings, running
from convarith.numerics.conformance.asking import Asked, Operation, Quirk, Refused
from convarith.numerics.conformance.drawing import each, flawed, input_shape, length, number, often, put, spelled
from convarith.numerics.conformance.running import Framework, Level, Piece, numbers_differ, run
from convarith_cli.main import cli


def doubled(input_shape, times=2):
    """Ours: each size times two; nothing above 20."""
    if max(input_shape) > 20:
        raise ca.ShapeError("too large; it can be 20")
    return tuple(times * size for size in input_shape)


def sampled(rng):
    return {"input_shape": tuple(each(rng, rng.randint(1, 2), 0, 24))}


def asked(arguments):
    """Theirs, the same."""
    sizes = arguments["input_shape"]
    return Refused("no") if max(sizes) > 20 else tuple(size + size for size in sizes)


def same_numbers(arguments):
    return np.arange(arguments["input_shape"][0]), np.arange(arguments["input_shape"][0])


@pytest.fixture
def made_up(monkeypatch):
    """Puts a framework in the place of all, which the test may change: its operation, its quirks, and our function."""

    def put_in(operation=None, quirks=(), ours=doubled, packages=("numpy",)):
        asking, adapter = ModuleType("asking_made_up"), ModuleType("made_up")
        asking.ASKED = Asked(packages, {"double": operation or Operation(sampled, asked)}, quirks)
        adapter.double_shape = ours
        for module in (asking, adapter):
            module.__spec__ = ModuleSpec(module.__name__, None)
            monkeypatch.setitem(sys.modules, module.__name__, module)
        monkeypatch.setattr(running, "FRAMEWORKS", {"made_up": Framework("asking_made_up", "made_up")})

    monkeypatch.setattr(running, "LEVELS", {"quick": Level(200, 20), "default": Level(1_200, 50)})
    return put_in


class TestWhatAgrees:
    def test_all_of_it(self, made_up):
        made_up()
        found = conform("quick")
        (row,) = found.rows
        assert row[:3] == ("made_up", "double", 200)
        assert (found.settings, found.mismatches, found.failure, row.quirks, row.numbers) == (200, 0, None, {}, 0)
        assert 10 < row.refused < 100

    def test_the_refusals_are_those_of_both(self, made_up):
        made_up()
        rng, refused = Random("made_up double 0 0"), 0
        for _ in range(200):
            refused += max(sampled(rng)["input_shape"]) > 20
        assert conform("quick").rows[0].refused == refused

    def test_a_seed_draws_the_same_and_another_does_not(self, made_up):
        drawn = []

        def kept(rng):
            drawn.append(sampled(rng))
            return drawn[-1]

        made_up(Operation(kept, asked))
        for seed in (0, 0, 1):
            conform("quick", seed=seed)
        one, two, three = drawn[:201], drawn[201:402], drawn[402:]
        assert one == two != three

    def test_a_level_is_parted_and_has_all_its_settings(self, made_up):
        made_up(Operation(sampled, asked, same_numbers))
        done = []
        found = conform(progress=lambda *numbers: done.append(numbers))
        assert done == [(1, 3), (2, 3), (3, 3)]
        assert (found.rows[0].settings, found.rows[0].numbers) == (1_200, 50)

    def test_parts_draw_different_settings(self, made_up):
        made_up()
        first, second = (run(Piece("made_up", "double", 0, part, 300, 0)) for part in (0, 1))
        assert first.refused != second.refused


class TestWhatDiffers:
    def test_a_wrong_answer_is_found_and_the_smallest_told(self, made_up):
        made_up(ours=lambda input_shape: doubled(input_shape, 3 if max(input_shape) > 6 else 2))
        found = conform("quick")
        assert 0 < found.mismatches < 200
        assert found.failure == (
            "made_up",
            "double",
            "made_up.double_shape(input_shape=(7,))",
            "made_up gives (14,); convarith gives (21,)",
        )
        assert found.failure.call in str(found)

    def test_a_refusal_of_one_only_is_found(self, made_up):
        def stricter(input_shape):
            if 3 in input_shape:
                raise ca.ParameterError("no 3; give 4")
            return doubled(input_shape)

        made_up(ours=stricter)
        assert conform("quick").failure.difference == "made_up gives (6,); convarith refuses (no 3; give 4)"
        made_up(Operation(sampled, lambda arguments: (42,) if 22 in arguments["input_shape"] else asked(arguments)))
        assert conform("quick").failure.difference == "made_up gives (42,); convarith refuses (too large; it can be 20)"

    @pytest.mark.parametrize("error", [TypeError("odd"), ValueError("odd"), AssertionError("odd")])
    def test_an_error_that_is_no_refusal_agrees_with_nothing(self, made_up, error):
        def crash(input_shape):
            if max(input_shape) > 20:
                raise error
            return doubled(input_shape)

        made_up(ours=crash, quirks=(Quirk("all", "everything", "nowhere", lambda *_: True),))
        found = conform("quick")
        assert f"made_up refuses (no); convarith ended with {type(error).__name__}: odd" in found.failure.difference
        assert found.rows[0].quirks == {}

    def test_nor_does_one_of_who_asks(self, made_up):
        def crash(_):
            raise OSError("gone")

        made_up(Operation(sampled, crash))
        found = conform("quick")
        assert found.mismatches == 200
        assert found.failure.difference.startswith("made_up ended with OSError: gone")

    def test_a_list_is_no_shape(self, made_up):
        made_up(ours=lambda input_shape: list(doubled(input_shape)))
        assert conform("quick").mismatches


class TestNumbers:
    def test_they_are_compared_on_some_that_agree(self, made_up):
        made_up(Operation(sampled, asked, same_numbers))
        found = conform("quick")
        assert (found.rows[0].numbers, found.mismatches) == (20, 0)

    def test_other_numbers_are_found(self, made_up):
        def larger(arguments):
            ours, theirs = same_numbers(arguments)
            return ours, theirs + (len(ours) > 4)

        made_up(Operation(sampled, asked, larger))
        found = conform("quick")
        assert 0 < found.mismatches <= 20
        assert "the number of made_up at (0,) is 1, that of convarith 0" in found.failure.difference

    def test_where_there_are_none_none_are_counted(self, made_up):
        made_up(Operation(sampled, asked, lambda _: None))
        assert conform("quick").rows[0].numbers == 0

    def test_an_error_is_a_finding(self, made_up):
        def crash(_):
            raise RuntimeError("broken")

        made_up(Operation(sampled, asked, crash))
        assert conform("quick").failure.difference == "its numbers end with RuntimeError: broken"

    @pytest.mark.parametrize(
        ("ours", "theirs", "differ"),
        [
            ([1, 2], [1.0, 2.0], False),
            ([100_000, 2], [100_001.0, 2.0], True),  # close, but whole
            ([0.1, np.nan], [0.1000001, np.nan], False),
            ([0.1], [0.1002], True),
            ([-np.inf], [-np.inf], False),
            ([-np.inf], [0.0], True),
            ([np.nan], [1.0], True),
            ([1, 2], [1], True),
        ],
    )
    def test_whole_ones_have_to_be_equal_and_others_close(self, ours, theirs, differ):
        assert bool(numbers_differ("made_up", np.array(ours), np.array(theirs))) is differ


class TestQuirks:
    @staticmethod
    def holds(operation, arguments, _, theirs):
        sizes = arguments["input_shape"]
        return operation == "double" and 10 in sizes and theirs == doubled(sizes, 4)

    quirk = Quirk("tens", "tens are doubled twice", "its source", holds)

    @staticmethod
    def asked_with_tens(arguments):
        sizes = arguments["input_shape"]
        return doubled(sizes, 4) if 10 in sizes and max(sizes) <= 20 else asked(arguments)

    def test_one_is_counted_by_itself_and_told(self, made_up):
        made_up(Operation(sampled, self.asked_with_tens), (self.quirk,))
        found = conform("quick")
        count = found.rows[0].quirks["tens"]
        assert count > 0 == found.mismatches
        assert f"  made_up tens, {count} times\n    tens are doubled twice" in str(found)
        assert found.to_dict()["quirks"] == [{**findings.Known("made_up", *self.quirk[:3])._asdict(), "count": count}]

    def test_another_answer_is_none(self, made_up):
        def another(arguments):
            return (1,) if 10 in arguments["input_shape"] else asked(arguments)

        made_up(Operation(sampled, another), (self.quirk,))
        found = conform("quick")
        assert found.mismatches
        assert found.rows[0].quirks == {}

    def test_what_is_not_met_is_not_told_but_listed(self, made_up):
        made_up(quirks=(self.quirk,))
        found = conform("quick")
        assert "tens" not in str(found)
        assert "| made_up | `tens` | 0 | tens are doubled twice | its source |" in found.markdown()


class TestWhatIsSaid:
    def test_the_table_has_a_line_for_each_row(self, made_up):
        made_up(Operation(sampled, asked, same_numbers))
        found = conform("quick")
        lines = str(found).splitlines()
        assert lines[0].split() == ["operation", "settings", "refused", "quirks", "numbers", "mismatches", "seconds"]
        assert lines[1].split()[:7] == ["made_up", "double", "200", str(found.rows[0].refused), "0", "20", "0"]
        assert lines[3].startswith("200 settings, 0 mismatches, in ")
        assert f"numpy {version('numpy')}" in lines[4]
        assert repr(found) == "<Conformance 200 settings, 0 mismatches>"

    def test_no_line_of_the_longest_names_is_wider_than_80_columns(self):
        row = findings.Row("onnxruntime", "conv_transpose", 50_000, 9_999, {"q": 9_999}, 3_000, 0, 9_999.9)
        other = row._replace(framework="torch", operation="fractional_max_pool")
        known = findings.Known("onnxruntime", "q", "many words " * 20, "")
        text = str(findings.Conformance((row, other), (), (known,), {"tensorflow": "2.21.0"}, (), 1.0))
        assert max(map(len, text.splitlines())) <= 80

    def test_markdown_has_versions_counts_and_quirks(self, made_up):
        made_up()
        text = conform("quick").markdown()
        assert f"| numpy | {version('numpy')} |\n" in text
        assert "| framework | operation | settings | both refused | quirks | numbers compared | mismatches |" in text
        assert "| made_up | `double` | 200 | " in text

    def test_a_bar_within_a_cell_is_kept_from_parting_it(self):
        found = findings.Conformance((), (), (findings.Known("a", "b", "x | y", ""),), {}, (), 0)
        assert "x \\| y" in found.markdown()

    def test_who_is_not_installed_is_named(self, made_up):
        made_up(packages=("no_such_package",))
        found = conform("quick")
        assert found.missing == ("made_up",)
        assert not found.rows
        assert str(found) == "nobody was asked\nmade_up is not installed and was not asked"

    def test_infinite_numbers_are_said_as_python_reads_them(self, made_up):
        made_up()
        said = running.call("made_up", "double", {"norm_type": float("-inf"), "input_shape": (1,)})
        assert said == "made_up.double_shape(norm_type=float('-inf'), input_shape=(1,))"

    @pytest.mark.parametrize(
        ("arguments", "words"),
        [
            ({"level": "exhaustive"}, "unknown level 'exhaustive'; known are quick, default"),
            (
                {"frameworks": ["troch"]},
                "unknown framework 'troch'; did you mean 'torch'? Known are torch, keras, tensorflow, jax, flax, onnx, "
                "onnxruntime",
            ),
            ({"seed": -1}, "seed -1 is below 0; the smallest seed is 0"),
            ({"jobs": 0, "frameworks": []}, "jobs 0 is below 1; the smallest jobs is 1"),
        ],
    )
    def test_wrong_wishes_are_refused(self, arguments, words):
        with pytest.raises(ca.ParameterError) as refusal:
            conform(**arguments)
        assert str(refusal.value) == words


class TestTheCommand:
    def test_json_has_the_rows(self, made_up):
        made_up()
        result = CliRunner().invoke(cli, ["verify", "--frameworks", "--quick", "--jobs", "1", "--json"])
        assert result.exit_code == 0, result.output
        data = json.loads(result.stdout)
        assert list(data) == ["rows", "settings", "mismatches", "seconds", "versions", "missing", "quirks", "failure"]
        assert list(data["rows"][0]) == list(findings.Row._fields)
        assert data["failure"] is None

    def test_a_mismatch_is_exit_code_1_with_the_call(self, made_up):
        made_up(ours=lambda input_shape: doubled(input_shape, 3))
        result = CliRunner().invoke(cli, ["verify", "--frameworks", "--quick", "--jobs", "1"])
        assert result.exit_code == 1
        smallest = result.stdout.partition("The smallest setting that fails\n")[2].splitlines()
        assert smallest == ["  made_up.double_shape(input_shape=(1,))", "  made_up gives (2,); convarith gives (3,)"]

    def test_nobody_to_ask_is_exit_code_1(self, made_up):
        made_up(packages=("no_such_package",))
        result = CliRunner().invoke(cli, ["verify", "--frameworks", "--jobs", "1"])
        assert result.exit_code == 1
        assert "made_up is not installed and was not asked" in result.stdout

    @pytest.mark.parametrize(
        ("words", "sentence"),
        [
            ("--frameworks --exhaustive", "--frameworks and --exhaustive exclude each other; give one"),
            ("--framework torch", "--framework is for --frameworks; give it, too, or leave it out"),
            ("--frameworks --framework troch", "unknown framework 'troch'; did you mean 'torch'?"),
        ],
    )
    def test_wrong_wishes_are_wrong_usage(self, words, sentence):
        result = CliRunner().invoke(cli, ["verify", *words.split()])
        assert result.exit_code == 2
        assert sentence in result.stderr


class TestDrawing:
    """What all samplers are made of."""

    def test_it_depends_on_the_seed_alone(self):
        assert each(Random(1), 3, 0, 9) == each(Random(1), 3, 0, 9)

    def test_numbers_are_spelled_in_every_way(self):
        rng = Random(0)
        ways = {repr(spelled(rng, [2, 2])) for _ in range(200)}
        assert ways == {"2", "[2]", "(2,)", "[2, 2]", "(2, 2)"}
        assert {repr(spelled(rng, [1, 2])) for _ in range(50)} == {"[1, 2]", "(1, 2)"}
        assert {repr(spelled(rng, [2, 2], scalar=False, one=False)) for _ in range(50)} == {"[2, 2]", "(2, 2)"}
        assert spelled(rng, "same") == "same"

    def test_flaws_are_put_into_a_share(self):
        rng, bad = Random(0), 0
        for _ in range(2_000):
            drawn = {"stride": [1, 1]}
            if flawed(rng, drawn, [number("stride", 0), length("stride"), put("stride", "x")]):
                bad += 1
                assert drawn != {"stride": [1, 1]}
        assert 300 < bad < 500

    def test_a_flaw_of_what_is_not_drawn_does_nothing(self):
        drawn = {"kernel": []}
        for flaw in (number("kernel padding", 0), length("kernel padding")):
            for seed in range(20):
                flaw(Random(seed), drawn)
        assert drawn == {"kernel": []}

    def test_shapes_are_mostly_batched(self):
        rng = Random(0)
        drawn = [input_shape(rng, 2, 3, [4, 5]) for _ in range(1_000)]
        assert 780 < drawn.count((2, 3, 4, 5)) < 900
        assert {(3, 4, 5), (0, 3, 4, 5)} <= set(drawn)
        assert sum(often(rng, 0.25) for _ in range(1_000)) in range(200, 300)
