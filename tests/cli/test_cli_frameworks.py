"""Frameworks on the command line: a framework's own words, ``compare`` and ``code``."""

from __future__ import annotations

import json
from importlib import import_module
from inspect import signature

import pytest
from run_words import data_of, lines_of, output_of, process, run

import convarith as ca
from convarith.frameworks import NAMES, compare, explain, translate
from convarith.frameworks.comparison import ROWS
from convarith.frameworks.spellings import SPELLINGS

KEYS = [
    "framework",
    "operation",
    "parameters",
    "input_shape",
    "output_shape",
    "padding",
    "added",
    "unused",
    "layer",
    "lines",
]

SPELLED = {
    "conv 6x6 --framework torch -k 3 -s 2 -p 1": ("torch", "conv", {"kernel_size": 3, "stride": 2, "padding": 1}),
    "conv 6x6 --framework torch -k 3x5 -p same -d 1x2": (
        "torch",
        "conv",
        {"kernel_size": (3, 5), "padding": "same", "dilation": (1, 2)},
    ),
    "conv 6x6 --framework keras --kernel-size 3 --strides 2 --padding same": (
        "keras",
        "conv",
        {"kernel_size": 3, "strides": 2, "padding": "same"},
    ),
    "conv 6x6 --framework=keras --kernel_size 3 --dilation_rate 2": (
        "keras",
        "conv",
        {"kernel_size": 3, "dilation_rate": 2},
    ),
    "conv 6x6 -k 3 -s 2 -p SAME --framework tensorflow": (
        "tensorflow",
        "conv",
        {"kernel_size": 3, "strides": 2, "padding": "SAME"},
    ),
    "conv 6x6 --framework tensorflow -k 3 -s 2 -p 1x0:1": (
        "tensorflow",
        "conv",
        {"kernel_size": 3, "strides": 2, "padding": ((0, 0), (0, 0), (1, 1), (0, 1))},
    ),
    "conv 6x6x6 --framework tensorflow -k 3 -s 2 -p SAME -d 2": (
        "tensorflow",
        "conv",
        {"kernel_size": 3, "strides": (1, 1, 2, 2, 2), "padding": "SAME", "dilations": (1, 1, 2, 2, 2)},
    ),
    "conv 6x6 --framework jax -k 3 -s 2 -p 1 --lhs-dilation 2 --rhs-dilation 1x2": (
        "jax",
        "conv",
        {
            "kernel_size": (3, 3),
            "window_strides": (2, 2),
            "padding": ((1, 1), (1, 1)),
            "lhs_dilation": (2, 2),
            "rhs_dilation": (1, 2),
        },
    ),
    "conv 6x6 --framework jax -k 3 -s 1 -p SAME_LOWER": (
        "jax",
        "conv",
        {"kernel_size": (3, 3), "window_strides": (1, 1), "padding": "SAME_LOWER"},
    ),
    "conv 6 --framework flax -k 3 -s 2 -p 0:1": (
        "flax",
        "conv",
        {"kernel_size": (3,), "strides": (2,), "padding": ((0, 1),)},
    ),
    "conv 6x6 --framework onnx -k 3 -s 2 -p 1": (
        "onnx",
        "conv",
        {"kernel_shape": (3, 3), "strides": (2, 2), "pads": (1, 1, 1, 1)},
    ),
    "conv 6x6 --framework onnx -k 3 --pads 0x1x2x3": (
        "onnx",
        "conv",
        {"kernel_shape": (3, 3), "pads": (0, 1, 2, 3)},
    ),
    "conv 6x6 --framework onnx -k 3 --auto-pad SAME_UPPER --runtime onnxruntime --opset 11": (
        "onnx",
        "conv",
        {"kernel_shape": (3, 3), "auto_pad": "SAME_UPPER", "runtime": "onnxruntime", "opset": 11},
    ),
    "conv 6x6 --framework caffe -k 3 -s 2 --pad 1": ("caffe", "conv", {"kernel_size": 3, "stride": 2, "pad": 1}),
    "conv 6x6 --framework theano -k 3 --border-mode half --subsample 2": (
        "theano",
        "conv",
        {"kernel_size": 3, "border_mode": "half", "subsample": 2},
    ),
    "conv 6x6 --framework theano -k 3 -p 0:1x1": ("theano", "conv", {"kernel_size": 3, "border_mode": ((0, 1), 1)}),
    "pool 6x6 --framework torch -k 3 -s 2 --ceil-mode": (
        "torch",
        "max_pool",
        {"kernel_size": 3, "stride": 2, "ceil_mode": True},
    ),
    "pool 6x6 --framework torch -k 3 --operation lp_pool": ("torch", "lp_pool", {"kernel_size": 3}),
    "pool 6x6 --operation=avg_pool --framework torch -k 3 -p 1": (
        "torch",
        "avg_pool",
        {"kernel_size": 3, "padding": 1},
    ),
    "pool 6x6 --framework keras": ("keras", "max_pool", {}),
    "pool 6x6 --framework tensorflow --ksize 3 -s 2 -p VALID": (
        "tensorflow",
        "max_pool",
        {"ksize": 3, "strides": 2, "padding": "VALID"},
    ),
    "pool 6x6 --framework jax -k 3 --window-dilation 2": (
        "jax",
        "reduce_window",
        {"window_dimensions": (3, 3), "window_dilation": (2, 2)},
    ),
    "pool 6x6 --framework flax -k 3": ("flax", "max_pool", {"window_shape": (3, 3)}),
    "pool 6x6 --framework onnx -k 3 -s 2 --ceil-mode": (
        "onnx",
        "max_pool",
        {"kernel_shape": (3, 3), "strides": (2, 2), "ceil_mode": 1},
    ),
    "pool 12 --framework caffe -k 1 -s 2": ("caffe", "max_pool", {"kernel_size": 1, "stride": 2}),
    "pool 12 --framework caffe -k 1 -s 2 --round-mode FLOOR": (
        "caffe",
        "max_pool",
        {"kernel_size": 1, "stride": 2, "round_mode": "FLOOR"},
    ),
    "pool 6x6 --framework theano --ws 3 --ignore-border --operation avg_pool": (
        "theano",
        "avg_pool",
        {"ws": 3, "ignore_border": True},
    ),
    "transpose 5x5 --framework torch -k 3 -s 2 -p 1 -a 1": (
        "torch",
        "conv_transpose",
        {"kernel_size": 3, "stride": 2, "padding": 1, "output_padding": 1},
    ),
    "transpose 5x5 --framework torch -k 3 -s 2 -p 1 --output-size 10": (
        "torch",
        "conv_transpose",
        {"kernel_size": 3, "stride": 2, "padding": 1, "output_size": (10, 10)},
    ),
    "transpose 5x5 --framework keras -k 3 -s 2 -p same": (
        "keras",
        "conv_transpose",
        {"kernel_size": 3, "strides": 2, "padding": "same"},
    ),
    "transpose 5x5 --framework tensorflow -k 3 -s 2 --output-shape 10x9": (
        "tensorflow",
        "conv_transpose",
        {"kernel_size": 3, "strides": 2, "output_shape": (10, 9)},
    ),
    "transpose 5x5 --framework jax -k 3 -s 2 -p 1 --use-consistent-padding --transpose-kernel": (
        "jax",
        "conv_transpose",
        {
            "kernel_size": (3, 3),
            "strides": (2, 2),
            "padding": ((1, 1), (1, 1)),
            "use_consistent_padding": True,
            "transpose_kernel": True,
        },
    ),
    "transpose 5x5 --framework flax -k 3 -s 2 -p VALID": (
        "flax",
        "conv_transpose",
        {"kernel_size": (3, 3), "strides": (2, 2), "padding": "VALID"},
    ),
    "transpose 5x5 --framework onnx -k 3 -s 2 -a 1": (
        "onnx",
        "conv_transpose",
        {"kernel_shape": (3, 3), "strides": (2, 2), "output_padding": (1, 1)},
    ),
    "transpose 5x5 --framework caffe -k 4 -s 2 -p 1": (
        "caffe",
        "conv_transpose",
        {"kernel_size": 4, "stride": 2, "pad": 1},
    ),
    "transpose 5x5 --framework theano -k 3 --input-dilation 2 -p 1 --output-shape 10": (
        "theano",
        "conv_transpose",
        {"kernel_size": 3, "input_dilation": 2, "border_mode": 1, "output_shape": 10},
    ),
}
"""Words, and the question in Python that they are."""


class TestAFrameworksOwnWords:
    @pytest.mark.parametrize("words", SPELLED)
    def test_they_ask_what_python_asks(self, words):
        framework, operation, parameters = SPELLED[words]
        shape = tuple(int(size) for size in words.split()[1].split("x"))
        expected = explain(framework, operation, shape, **parameters)
        data = data_of(words)
        assert list(data) == KEYS
        assert data["output_shape"] == list(expected.output_shape)
        assert data["parameters"].keys() == parameters.keys()
        assert data["lines"] == list(expected.lines)
        assert {**data, "parameters": None} == {**expected.to_dict(), "parameters": None}

    def test_every_framework_and_command_was_among_them(self):
        asked = {(framework, words.split()[0]) for words, (framework, _, _) in SPELLED.items()}
        assert asked == {(framework, command) for framework in NAMES for command in ("conv", "pool", "transpose")}

    @pytest.mark.parametrize("words", SPELLED)
    def test_as_text_the_answer_stands_over_the_explanation_of_its_layer(self, words):
        framework, operation, parameters = SPELLED[words]
        shape = tuple(int(size) for size in words.split()[1].split("x"))
        expected = explain(framework, operation, shape, **parameters)
        text = output_of(words)
        title = import_module(f"convarith.frameworks.{framework}").TITLE
        assert text.startswith(f"{title} {operation}(")
        assert " ".join(" ".join(expected.lines).split()) in " ".join(text.split())
        if expected.layer is not None:
            assert str(expected.layer.explain(shape)) in text

    def test_with_explain_it_is_the_reasons_and_nothing_else(self):
        words = "transpose 5 --framework keras -k 3 -s 2 -p same --explain"
        assert output_of(words).splitlines() == [
            "o = s·i = 2·5 = 10",
            "of the full 2·(5 - 1) + 3 = 11, 0 are cropped at the head and 1 at the end",
            "output_padding=None is not 0: 0 gives 9, 1 gives 10",
        ]

    def test_an_empty_answer_has_no_layer_to_explain(self):
        data = data_of("conv 3 --framework jax -k 5 -s 1 -p VALID")
        assert (data["output_shape"], data["layer"]) == ([0], None)
        assert "Relationship" not in output_of("conv 3 --framework jax -k 5 -s 1 -p VALID")

    def test_a_flag_is_what_the_framework_has_for_it(self):
        assert "ceil_mode=1" in output_of("pool 6 --framework onnx -k 3 -s 2 --ceil-mode")
        assert "ceil_mode=True" in output_of("pool 6 --framework torch -k 3 -s 2 --ceil-mode")

    def test_a_flag_has_its_opposite(self):
        assert data_of("pool 6 --framework torch -k 3 -s 2 --no-ceil-mode")["parameters"].keys() == {
            "kernel_size",
            "stride",
        }
        assert data_of("pool 6 --framework theano --ws 3 --no-ignore-border")["output_shape"] == [2]

    def test_without_a_framework_everything_is_as_it_was(self):
        assert data_of("conv 6x6 -k 3 -s 2 -p 1")["layer"] == "Conv(kernel_size=3, stride=2, padding=1)"
        assert "relationship" in data_of("conv 6x6 -k 3")

    def test_after_two_dashes_there_are_no_options(self):
        result = run("conv -k 3 -- 6 --framework")
        assert result.exit_code == 2
        assert "unexpected extra argument" in result.stderr

    @pytest.mark.parametrize(
        ("command", "framework", "operation"),
        [
            (command, framework, operation)
            for framework in NAMES
            for command, operation in (("conv", "conv"), ("transpose", "conv_transpose"), ("pool", "max_pool"))
        ],
    )
    def test_help_lists_the_frameworks_own_parameters(self, command, framework, operation):
        text = output_of(f"{command} --framework {framework} --help")
        own = "reduce_window" if (framework, operation) == ("jax", "max_pool") else operation
        call = import_module(f"convarith.frameworks.{framework}").CALLS[own]
        for name in set(signature(call).parameters) - {"input_shape", "channels", "operation"}:
            assert f"--{name.replace('_', '-')}" in text
        for name in SPELLINGS[framework][own].values():
            assert f"--{name.replace('_', '-')}" in text
        assert "--explain" in text
        assert "--json" in text
        assert "--framework" in text

    def test_help_without_one_lists_all_frameworks(self):
        for command in ("conv", "pool", "transpose"):
            text = " ".join(output_of(f"{command} --help").split())
            assert ", ".join(NAMES) in text


class TestExplain:
    def test_the_reasons_of_a_layer(self):
        assert output_of("conv 6x6 -k 3 -s 2 -p 1 --explain").splitlines() == [
            "o = ⌊(i + 2p - k)/s⌋ + 1 = ⌊(6 + 2·1 - 3)/2⌋ + 1 = 3",
            "1 of 8 padded positions, after the last window; none of them input",
        ]

    @pytest.mark.parametrize(
        "words", ["conv 6x7 -k 3 -s 2 -p same", "pool 5 -k 2 --ceil", "transpose 3x3 -k 3 -s 2 -p 1"]
    )
    def test_is_what_reasons_says(self, words):
        layer, shape = eval(data_of(words)["layer"], vars(ca)), tuple(data_of(words)["input_shape"])
        assert output_of(f"{words} --explain").splitlines() == layer.explain(shape).reasons()

    def test_where_signs_cannot_be_printed_plain_ones_stand_for_them(self):
        finished = process(
            "transpose", "5", "--framework", "keras", "-k", "3", "-s", "2", "-p", "same", "--explain",
            environment={"PYTHONIOENCODING": "ascii"},
        )  # fmt: skip
        assert finished.returncode == 0
        assert finished.stdout.decode("ascii").splitlines()[0] == "o = s*i = 2*5 = 10"


class TestCompare:
    def test_it_prints_the_comparison(self):
        found = compare((6, 6), 3, stride=2, padding="same")
        assert output_of("compare 6x6 -k 3 -s 2 --same") == f"{found}\n"
        assert output_of("compare 6x6 -k 3 -s 2 -p same") == f"{found}\n"

    def test_a_row_for_each_framework(self):
        lines = lines_of("compare 6x6 -k 3 -s 2 --same")
        assert lines[2] == "framework asked with output padding unread"
        assert "torch padding='same' refused" in lines
        assert "keras padding='same' 3x3 0:1 none" in lines
        assert "theano border_mode='half' 3x3 1:1 last 1 (padding)" in lines
        assert {line.split()[0] for line in lines[3:15]} == set(ROWS)

    def test_as_json(self):
        data = data_of("compare 6 -k 3 -s 2 -p 0:1 -d 2")
        assert data == json.loads(json.dumps(compare(6, 3, stride=2, padding=((0, 1),), dilation=2).to_dict()))

    @pytest.mark.parametrize(
        ("words", "question"),
        [
            ("compare 6x7 -k 3x5 -s 2x1 -p 1x2", {"kernel_size": (3, 5), "stride": (2, 1), "padding": (1, 2)}),
            ("compare 6x7 -k 3 -p 0:1x1:2", {"kernel_size": 3, "padding": ((0, 1), (1, 2))}),
            ("compare 6x7 -k 3 -p valid", {"kernel_size": 3, "padding": "valid"}),
            ("compare 6x7 -k 3 -p -1", {"kernel_size": 3, "padding": -1}),
            (
                "compare 6x7 -k 3 -s 2 -a 1 --operation conv_transpose",
                {"kernel_size": 3, "stride": 2, "output_padding": 1, "operation": "conv_transpose"},
            ),
            (
                "compare 6x7 -k 1 -s 2 --ceil --operation avg_pool",
                {"kernel_size": 1, "stride": 2, "ceil_mode": True, "operation": "avg_pool"},
            ),
        ],
    )
    def test_its_words(self, words, question):
        assert data_of(words) == json.loads(json.dumps(compare((6, 7), **question).to_dict()))

    def test_only_some(self):
        data = data_of("compare 6 -k 3 --only keras --only onnxruntime")
        assert [row["framework"] for row in data["rows"]] == ["keras", "onnxruntime"]

    def test_a_picture_of_those_that_differ(self, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        text = output_of("compare 6x6 -k 3 -s 2 --same -o same.svg")
        picture = (tmp_path / "same.svg").read_text(encoding="utf-8")
        for heading in ("keras", "jax SAME_LOWER", "theano"):
            assert heading in picture
        assert text.startswith(str(compare((6, 6), 3, stride=2, padding="same")))
        assert "same.svg" in text

    def test_a_picture_of_one_where_all_agree(self, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        assert len(compare((5, 5), 3).groups) == 1
        output_of("compare 5x5 -k 3 -o one.svg")
        assert (tmp_path / "one.svg").stat().st_size

    def test_with_json_only_the_json_is_printed(self, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        assert list(json.loads(output_of("compare 5 -k 3 -o one.png --json"))) == [
            "question",
            "input_shape",
            "rows",
            "instead",
        ]
        assert (tmp_path / "one.png").exists()

    def test_a_file_that_is_there_is_kept_unless_forced(self, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        path = tmp_path / "mine.svg"
        path.write_text("mine")
        result = run("compare 5 -k 3 -o mine.svg")
        assert (result.exit_code, result.stdout) == (1, "")
        assert "mine.svg" in result.stderr
        assert path.read_text() == "mine"
        output_of("compare 5 -k 3 -o mine.svg --force")
        assert path.read_text() != "mine"


class TestCode:
    def test_one_framework(self):
        words = "code 'conv -k 3 -s 2 -p same' --input 6x6 --to torch"
        expected = translate(ca.Conv(3, stride=2, padding="same"), "torch", input_shape=(6, 6)).code
        assert output_of(words) == f"{expected}\n"

    def test_all_of_them_with_their_names_or_why_not(self):
        lines = output_of("code 'conv -k 3 -s 2 -p same'").splitlines()
        assert [line for line in lines if line and not line.startswith(" ")] == list(NAMES)
        assert '  layers.Conv2D(filters, kernel_size=3, strides=2, padding="same")' in lines
        assert any(
            "padding 'same' has no one call of torch for every input; give input_shape" in line for line in lines
        )

    def test_several(self):
        lines = output_of("code 'pool -k 2' --to jax --to keras --operation avg_pool").splitlines()
        assert lines[0] == "jax"
        assert lines[1].endswith(" / 4")
        assert lines[3:] == ["keras", "  layers.AveragePooling2D(pool_size=2, strides=2)"]

    @pytest.mark.parametrize(
        ("words", "layer"),
        [
            ("conv -k 3x5 -p 0:1x1 -e 2", ca.Conv((3, 5), padding=((0, 1), 1), input_dilation=2)),
            ("pool -k 3 -s 2 --ceil", ca.Pool(3, stride=2, ceil_mode=True)),
            ("transpose -k 3 -s 2 -p 1 -a 1", ca.ConvTranspose(3, stride=2, padding=1, output_padding=1)),
            ("conv --framework torch -k 3 -p 1", ca.Conv(3, padding=1)),
            ("conv --framework jax -k 3 -s 2 -p 0:1", ca.Conv(3, stride=2, padding=((0, 1),))),
            ("conv --framework onnx -k 3 -p 0x0x1x1", ca.Conv(3, padding=((0, 1),))),
            ("conv -k 3 -p SAME --framework=flax", ca.Conv(3, padding="same")),
            ("pool --framework caffe -k 3 -s 2", ca.Pool(3, stride=2, ceil_mode=True)),
            ("transpose --framework keras -k 3 -s 2 -p same", ca.ConvTranspose(3, stride=2, padding=((0, 1),))),
        ],
    )
    def test_a_layer_in_our_words_or_in_a_frameworks(self, words, layer):
        for target in ("torch", "onnx"):
            code = output_of(["code", words, "--to", target, "--input", "7x7"])
            assert code == f"{translate(layer, target, input_shape=(7, 7))}\n"

    def test_with_an_input_names_mean_numbers(self):
        words = "conv --framework keras -k 3 -s 2 -p same"
        assert "F.pad(x, (0, 1, 0, 1))" in output_of(["code", words, "--to", "torch", "--input", "6x6"])
        assert "padding=1" in output_of(["code", words, "--to", "torch", "--input", "7x7"])

    def test_as_json(self):
        data = data_of("code 'conv -k 3 -s 2 -p same_lower'")
        assert [entry["framework"] for entry in data] == list(NAMES)
        by_name = {entry["framework"]: entry for entry in data}
        assert list(by_name["torch"]) == ["framework", "refusal"]
        assert by_name["jax"] == json.loads(
            json.dumps(translate(ca.Conv(3, stride=2, padding="same_lower"), "jax").to_dict())
        )
        (one,) = data_of("code 'conv -k 3' --to torch")
        assert one["code"] == "nn.Conv2d(in_channels, out_channels, kernel_size=3)"


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("conv", "6", "--framework", "torch", "-k", "3"), 0),
        (("conv", "6", "--framework", "torch", "-k", "9"), 1),
        (("conv", "6", "--framework", "torch", "-k", "3", "-p", "SAME"), 2),
        (("compare", "6", "-k", "3"), 0),
        (("compare", "6", "-k", "0"), 2),
        (("code", "conv -k 3"), 0),
        (("code", "conv -k 9", "--input", "5"), 1),
        (("code", "conv -k 0"), 2),
    ],
)
def test_the_exit_codes_of_a_real_process(words, code):
    finished = process(*words, environment={"PYTHONIOENCODING": "utf-8"})
    assert finished.returncode == code
    assert bool(finished.stdout) == (code == 0)
    assert bool(finished.stderr) == (code != 0)
    assert b"Traceback" not in finished.stderr


class TestWhatChangesNoSize:
    """Parameters of a framework's call that change no spatial size are taken, so that a call can be given as it is."""

    @pytest.mark.parametrize(
        ("words", "more"),
        [
            ("conv 6x6 --framework torch -k 3", "--groups 2"),
            ("conv 6x6 --framework keras -k 3", "--filters 64 --groups 2"),
            ("conv 6x6 --framework flax -k 3", "--features 64 --feature-group-count 2"),
            ("conv 6x6 --framework jax -k 3 -s 1 -p VALID", "--batch_group_count 2"),
            ("conv 6x6 --framework onnx -k 3", "--group 2"),
            ("transpose 6x6 --framework torch -k 3", "--groups 2"),
            ("pool 6x6 --framework torch -k 3 --operation avg_pool", "--no-count-include-pad --divisor-override 2"),
            ("pool 6x6 --framework torch -k 3 --operation lp_pool", "--norm-type 1.5"),
        ],
    )
    def test_is_taken(self, words, more):
        assert output_of(f"{words} {more} --explain") == output_of(f"{words} --explain")

    @pytest.mark.parametrize("words", ["--groups two", "--groups"])
    def test_and_has_to_be_a_number(self, words):
        assert run(f"conv 6x6 --framework torch -k 3 {words}").exit_code == 2

    def test_a_pictures_own_option_of_that_name_stays(self, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        words = "animate conv 3x3 --framework torch -k 2 --in-channels 2 --out-channels 2 --groups 2 -o maps.gif"
        assert "Depthwise convolution of 2 input maps to 2 output maps" in output_of(words)


@pytest.mark.parametrize(
    ("words", "counts"),
    [
        ("--framework torch", True),
        ("--framework torch --no-count-include-pad", False),
        ("--framework onnx", False),
        ("--framework onnx --count-include-pad 1", True),
        ("--framework keras --strides 1", False),
    ],
)
def test_code_keeps_what_a_mean_counts(words, counts):
    padding = "-p same" if "keras" in words else "-p 1"
    code = output_of(f"code 'pool {words} --operation avg_pool -k 3 {padding}' --input 6x6 --to flax")
    assert ("count_include_pad=False" in code) != counts


@pytest.mark.parametrize("option", ["--p 3", "--count-include-pad 1", "--storage-order 1", "--ceil-mode"])
def test_single_numbers_are_taken(option):
    operation = {"--p": "lp_pool", "--co": "avg_pool"}.get(option[:4].strip(), "max_pool")
    assert run(f"pool 6x6 --framework onnx -k 3 --operation {operation} {option}").exit_code == 0


def test_one_framework_is_named():
    result = run("conv 6 --framework torch -k 3 --framework keras")
    assert result.exit_code == 2
    assert "--framework is given as torch and as keras; give one" in result.stderr


def test_a_help_of_a_picture_has_headings_in_a_frameworks_words_too():
    text = output_of("animate conv 6x6 --framework torch --help")
    assert next(line for line in text.splitlines() if line.endswith(":") and not line.startswith(" ")) == "Layer:"
    assert "Contents:" in text


def test_a_picture_of_means_shows_means_and_windows_once(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    text = output_of("compare 4 -k 3 -s 2 -p 1 --operation avg_pool --only torch --only onnx --only flax -o mean.png")
    assert "mean.png: 1 frame" in text
    assert "Average pooling with kernel 3, stride 2, padding 1." in text
