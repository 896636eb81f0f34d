"""The frameworks' rules as data: names that exist, no formula beside the tables, and adapters that are made alike."""

from __future__ import annotations

import ast
import doctest
import inspect
import os
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import convarith
from convarith import frameworks
from convarith.frameworks import NAMES
from convarith.frameworks.counts import COUNTS
from convarith.frameworks.pads import HEADS, PADS
from convarith.frameworks.refusals import PARAMETERS, REFUSALS, SHAPES
from convarith.frameworks.rules import OneAxis, Rule
from convarith.frameworks.spellings import SPELLINGS

PACKAGE = Path(frameworks.__file__).parent

MODULES = {
    ".".join(["convarith.frameworks", *path.relative_to(PACKAGE).with_suffix("").parts]).removesuffix(".__init__"): path
    for path in sorted(PACKAGE.rglob("*.py"))
}
ADAPTERS = {name: path for name, path in MODULES.items() if name.split(".")[2:3] and name.split(".")[2] in NAMES}
TABLES = {
    f"convarith.frameworks.{name}" for name in ("counts", "pads", "parameter_refusals", "shape_refusals", "rules")
}

WITHOUT_WINDOWS = {
    "torch": ("adaptive_avg_pool", "adaptive_max_pool", "fractional_max_pool", "max_unpool", "fold", "unfold")
}


def rules_in(value, place):
    """Every rule in a module's data, with where it stands."""
    if isinstance(value, Rule):
        yield place, value
    elif isinstance(value, dict):
        for key, entry in value.items():
            yield from rules_in(entry, f"{place}[{key!r}]")


RULES = {
    place: rule
    for module in ADAPTERS
    for name, value in vars(import_module(module)).items()
    for place, rule in rules_in(value, f"{module}.{name}")
}


class TestTheTables:
    def test_there_are_rules_of_every_framework(self):
        assert {place.split(".")[2] for place in RULES} == set(NAMES)
        assert len(RULES) > 100

    @pytest.mark.parametrize("place", RULES)
    def test_every_name_that_a_rule_uses_is_in_its_table(self, place):
        rule = RULES[place]
        assert rule.size in COUNTS
        assert rule.pads in PADS or rule.pads in HEADS
        assert set(rule.refuses) <= set(REFUSALS)

    @pytest.mark.parametrize("place", RULES)
    def test_what_a_rule_quotes_is_a_few_words(self, place):
        rule = RULES[place]
        for words in (*rule.refuses.values(), *[rule.remark] * bool(rule.remark)):
            assert words
            assert words == words.strip()
            assert not words.endswith(".")
            assert "\n" not in words
        assert max(map(len, rule.refuses.values()), default=0) <= 90

    def test_every_entry_is_used_by_some_rule(self):
        said = {
            node.value
            for path in ADAPTERS.values()
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
        }
        used = [rule.size for rule in RULES.values()]
        assert set(COUNTS) <= {*used, *said}
        assert {*PADS, *HEADS} <= {*[rule.pads for rule in RULES.values()], *said}
        refused = {name for rule in RULES.values() for name in rule.refuses}
        assert set(REFUSALS) <= refused | said

    def test_what_needs_no_input_and_what_does_are_two_tables(self):
        assert not set(PARAMETERS) & set(SHAPES)
        assert {**PARAMETERS, **SHAPES} == REFUSALS

    @pytest.mark.parametrize("name", COUNTS)
    def test_a_formula_has_letters_that_are_put_in(self, name):
        letters = set(re.findall(r"\{([a-z_]+)\}", COUNTS[name].formula))
        assert letters <= {"i", "k", "s", "pp", "minus_pp", "a"}
        assert letters or name == "given"

    @pytest.mark.parametrize("name", PADS)
    def test_a_padding_by_name_is_that_of_our_layers(self, name):
        """Where the name of a padding of ours stands in the table, it means these numbers."""
        if not PADS[name].name:
            return
        same = name == "whatever the input, end"  # which is 'same' with stride 1, and has no other
        for size in range(1, 9):
            for kernel in range(1, 5):
                for stride in (1,) if same else (1, 2, 3):
                    layer = convarith.Conv(kernel, stride=stride, padding=PADS[name].name, dilation=2)
                    try:
                        axis = layer.windows((size,)).axes[0]
                    except convarith.ShapeError:
                        continue
                    assert PADS[name].of(OneAxis(size, kernel, stride, 2)) == (axis.before, axis.after)


def arithmetic(path):
    """(line, names) of every division, remainder and product in a file."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.FloorDiv, ast.Mod, ast.Div, ast.Mult)):
            inner = list(ast.walk(node))
            if any(isinstance(part, (ast.Constant, ast.Tuple, ast.List)) and not is_number(part) for part in inner):
                continue  # a text, or a sequence that is repeated
            names = {part.id for part in inner if isinstance(part, ast.Name)}
            names |= {part.attr for part in inner if isinstance(part, ast.Attribute)}
            yield node, names


def is_number(node):
    return isinstance(node, ast.Constant) and isinstance(node.value, int)


OF_GEOMETRY = {
    "size",
    "sizes",
    "length",
    "kernel",
    "span",
    "stride",
    "dilation",
    "input_dilation",
    "stretched",
    "extent",
}
OF_GEOMETRY |= {"before", "after", "windows", "count", "counts", "output_size", "output_padding", "full"}
OF_CHANNELS = {"inputs", "outputs", "weight", "groups", "batch", "batch_groups", "fewer", "rows", "taps", "max", "min"}


class TestNoFormulaBesideTheTables:
    """Sizes are computed in `convarith.arithmetic.axis` and put together in the three tables, nowhere else."""

    @pytest.mark.parametrize("module", sorted(set(MODULES) - TABLES))
    def test_only_channels_are_divided(self, module):
        for node, names in arithmetic(MODULES[module]):
            if isinstance(node.op, ast.Mult):
                continue
            geometric = names & OF_GEOMETRY
            if module in ("convarith.frameworks.candidates", "convarith.frameworks.translation"):
                continue  # which guess, and compare windows
            assert not geometric, f"{module}:{node.lineno}"

    @pytest.mark.parametrize("module", ADAPTERS)
    def test_adapters_divide_nothing_but_channels(self, module):
        for node, names in arithmetic(ADAPTERS[module]):
            if not isinstance(node.op, ast.Mult):
                assert names <= OF_CHANNELS, f"{module}:{node.lineno}"

    @pytest.mark.parametrize("module", ADAPTERS)
    def test_adapters_multiply_no_strides(self, module):
        for node, names in arithmetic(ADAPTERS[module]):
            assert not names & {"stride", "strides", "dilation", "kernel"}, f"{module}:{node.lineno}"

    def test_the_check_sees_formulas(self, tmp_path):
        path = tmp_path / "adapter.py"
        path.write_text("out = (axis.length + 2 * axis.before - span) // axis.stride + 1\n")
        found = [names for _, names in arithmetic(path)]
        assert any({"length", "stride"} <= names for names in found)
        path.write_text("pairs = [(0, 0)] * ndim\nwords = 'a' * padding\n")
        assert list(arithmetic(path)) == []


class TestWhatAdaptersImport:
    @pytest.mark.parametrize("name", [*NAMES, "answers", "comparison", "translation", "spellings", "writing"])
    def test_only_the_standard_library_and_the_arithmetic(self, name):
        """In a fresh interpreter, the frameworks being there or not."""
        program = (
            "import sys; bare = set(sys.modules)\n"
            f"import convarith.frameworks.{name}\n"
            "print(*sorted({module.partition('.')[0] for module in set(sys.modules) - bare}))"
        )
        environment = {**os.environ, "PYTHONPATH": str(PACKAGE.parents[1])}
        finished = subprocess.run(
            [sys.executable, "-P", "-c", program], env=environment, capture_output=True, text=True, check=False
        )
        assert finished.returncode == 0, finished.stderr
        loaded = set(finished.stdout.split()) - {"convarith"}
        assert loaded <= set(sys.stdlib_module_names)

    def test_asking_loads_no_framework_and_no_numpy(self):
        program = (
            "import sys\n"
            "from convarith import frameworks\n"
            "frameworks.compare((6, 6), 3, stride=2, padding='same').to_dict()\n"
            "frameworks.translate(frameworks.keras.conv(3, padding='same'), to='torch').code\n"
            "print(*{'numpy', 'torch', 'tensorflow', 'keras', 'jax', 'flax', 'onnx', 'onnxruntime'} & set(sys.modules))"
        )
        environment = {**os.environ, "PYTHONPATH": str(PACKAGE.parents[1])}
        finished = subprocess.run(
            [sys.executable, "-P", "-c", program], env=environment, capture_output=True, text=True, check=False
        )
        assert (finished.returncode, finished.stdout.split()) == (0, []), finished.stderr

    def test_the_package_knows_what_it_has(self):
        assert set(dir(frameworks)) == set(frameworks.__all__)
        for name in frameworks.__all__:
            assert getattr(frameworks, name) is not None
        with pytest.raises(AttributeError, match="has no attribute 'mxnet'"):
            frameworks.mxnet  # noqa: B018
        assert tuple(SPELLINGS) == NAMES


def operations(framework):
    return (*SPELLINGS[framework], *WITHOUT_WINDOWS.get(framework, ()))


OPERATIONS = [(framework, operation) for framework in NAMES for operation in operations(framework)]


class TestEveryAdapterIsMadeAlike:
    @pytest.mark.parametrize("framework", NAMES)
    def test_its_calls_are_those_that_are_spelled(self, framework):
        module = import_module(f"convarith.frameworks.{framework}")
        assert set(module.CALLS) == set(SPELLINGS[framework])
        assert isinstance(module.TITLE, str)
        assert module.SPELLING.framework == module.TITLE

    @pytest.mark.parametrize("framework", NAMES)
    def test_its_public_functions_are_its_operations_twice(self, framework):
        module = import_module(f"convarith.frameworks.{framework}")
        expected = {name for operation in operations(framework) for name in (operation, f"{operation}_shape")}
        own = {
            name
            for name, value in vars(module).items()
            if inspect.isfunction(value)
            and not name.startswith("_")
            and value.__module__.startswith(f"convarith.frameworks.{framework}")
            and not name.endswith("_call")
        }
        assert expected <= own
        if hasattr(module, "__all__"):
            assert expected | {"CALLS", "SPELLING", "TITLE", "code"} <= set(module.__all__)

    @pytest.mark.parametrize(("framework", "operation"), OPERATIONS)
    def test_the_layer_function_takes_what_the_call_takes(self, framework, operation):
        """In the same order with the same defaults; what says the kind of a pooling is the layer's alone."""
        module = import_module(f"convarith.frameworks.{framework}")
        layer = inspect.signature(getattr(module, operation)).parameters
        if operation not in SPELLINGS[framework]:
            with pytest.raises(
                convarith.ParameterError, match=f"{operation} has no layer: .*; {operation}_shape answers"
            ):
                getattr(module, operation)(
                    *[1] * len([name for name in layer if layer[name].default is layer[name].empty])
                )
            return
        call = inspect.signature(module.CALLS[operation]).parameters
        told = {
            name: parameter.default
            for name, parameter in call.items()
            if name != "input_shape" and parameter.kind is parameter.POSITIONAL_OR_KEYWORD
        }
        taken = {
            name: parameter.default
            for name, parameter in layer.items()
            if name != "input_shape" and parameter.kind is parameter.POSITIONAL_OR_KEYWORD
        }
        assert list(taken.items()) == list(told.items())
        assert layer["input_shape"].default is None
        assert layer["input_shape"].kind is inspect.Parameter.KEYWORD_ONLY

    @pytest.mark.parametrize(("framework", "operation"), OPERATIONS)
    def test_the_shape_function_begins_with_the_shape_and_has_the_layers_parameters(self, framework, operation):
        module = import_module(f"convarith.frameworks.{framework}")
        shape = list(inspect.signature(getattr(module, f"{operation}_shape")).parameters)
        layer = list(inspect.signature(getattr(module, operation)).parameters)
        assert shape[0] == "input_shape"
        weights = {"kernel_size", "kernel_shape"} if {"weight_shape", "filters"} & set(shape) else set()
        assert set(layer) - {"input_shape"} - weights <= set(shape)

    @pytest.mark.parametrize(("framework", "operation"), OPERATIONS)
    @pytest.mark.parametrize("suffix", ["", "_shape"])
    def test_every_function_has_a_docstring(self, framework, operation, suffix):
        function = getattr(import_module(f"convarith.frameworks.{framework}"), f"{operation}{suffix}")
        text = inspect.getdoc(function)
        assert text
        assert text[0].isupper() or text[0] == "`"
        if suffix:
            assert "Raises:" in text
            assert ">>> " in text

    @pytest.mark.parametrize("module", MODULES)
    def test_the_examples_of_the_docstrings_are_right(self, module):
        found = doctest.testmod(import_module(module))
        assert found.failed == 0

    @pytest.mark.parametrize("framework", NAMES)
    def test_some_example_shows_a_refusal(self, framework):
        texts = [path.read_text(encoding="utf-8") for name, path in ADAPTERS.items() if name.split(".")[2] == framework]
        assert sum(text.count("Traceback (most recent call last):") for text in texts) >= 2

    @pytest.mark.parametrize("module", MODULES)
    def test_every_module_says_what_lives_there(self, module):
        assert import_module(module).__doc__
