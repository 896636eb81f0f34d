"""Layers in a framework's own words: which options ``--framework NAME`` brings, and what their values are there.

The options are read from the signature of the framework's call in `convarith.frameworks`, so that a parameter there is
an option here.
"""

from __future__ import annotations

from inspect import Parameter, signature
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from convarith_cli.parameters import Padding, PerAxis, Word, with_options

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Mapping

    from convarith.arithmetic.layer import Layer

    Command = Callable[..., Any]

OPERATIONS = {
    "conv": ("conv",),
    "pool": ("max_pool", "avg_pool", "lp_pool"),
    "transpose": ("conv_transpose",),
}
"""Command -> the frameworks' operations that it stands for."""

SHORT = {
    "kernel": "-k",
    "stride": "-s",
    "padding": "-p",
    "dilation": "-d",
    "input_dilation": "-e",
    "output_padding": "-a",
}
"""Our short options, for what the framework calls these."""

OURS = ("kernel_size", "stride", "padding", "dilation", "input_dilation", "output_padding", "ceil_mode", "reasons")
"""Parameters of our commands that a framework's options stand for."""

WORDS = ("auto_pad", "round_mode", "pool", "runtime", "data_format")
FLAGS = ("ceil_mode", "ignore_border", "transpose_kernel", "use_consistent_padding")
SINGLE = ("opset", "storage_order", "p", "count_include_pad")
PADDINGS = ("padding", "border_mode")
BESIDE = (
    *("filters", "features", "groups", "group", "feature_group_count", "batch_group_count"),
    *("count_include_pad", "divisor_override", "norm_type"),
)
"""Parameters of shape functions that change no spatial size."""

HELP = {
    "auto_pad": "NOTSET, VALID, SAME_UPPER or SAME_LOWER.",
    "runtime": "onnxruntime, for its answer where it differs from the text.",
    "round_mode": "CEIL or FLOOR.",
    "data_format": "A layout of the framework's, such as NHWC.",
    "padding": "In numbers, or by one of the framework's names.",
    "border_mode": "valid, half, full, or numbers.",
    "pads": "All before and then all after: 0x0x1x1.",
    "output_shape": "The size that is wanted, without batch and channels.",
    "output_size": "The size that is wanted, without batch and channels.",
}
"""What the name of a parameter does not say by itself."""

framework_option = click.option(
    "--framework",
    metavar="NAME",
    expose_value=False,
    help="Answer as this framework does, and take its own parameters (torch, keras, tensorflow, jax, flax, onnx, "
    "caffe, theano); --help with it lists them.  [default: none of them]",
)


class FrameworkCall(NamedTuple):
    """An operation of a framework, with the parameters that it takes; those ``beside`` change no spatial size."""

    framework: str
    operation: str
    taken: Mapping[str, Parameter]
    beside: tuple[Parameter, ...] = ()

    def options(self, *, but: Container[str | None] = ()) -> list[Callable[[Command], Command]]:
        """An option for each parameter; ``but`` are names that are options already."""
        from convarith.frameworks.spellings import SPELLINGS

        fields = {parameter: field for field, parameter in SPELLINGS[self.framework][self.operation].items()}
        own = [_option(parameter, SHORT.get(fields.get(name, ""))) for name, parameter in self.taken.items()]
        return [*own, *(_option_beside(parameter) for parameter in self.beside if parameter.name not in but)]

    def values(self, given: Mapping[str, Any], ndim: int) -> dict[str, Any]:
        """The parameters that are given, as the framework takes them; what is its default is left out."""
        return {
            name: self._value(name, value, ndim)
            for name, value in given.items()
            if name in self.taken and value is not None and value != self.taken[name].default
        }

    def layer(self, input_shape: tuple[int, ...] | None, parameters: Mapping[str, Any]) -> Layer:
        """The layer with the same windows.

        Raises:
            ParameterError, ShapeError: the framework refuses, or there is none.
        """
        from convarith.frameworks.answers import layer_of

        return layer_of(self.framework, self.operation, input_shape, parameters)

    def _value(self, name: str, value: Any, ndim: int) -> Any:
        """One for each axis where the framework takes no single number; pairs where it takes no others."""
        from convarith.frameworks.spellings import PER_AXIS_ONLY, SPELLINGS, taken

        if name in FLAGS:
            default = self.taken[name].default
            return type(default)(value) if isinstance(default, int) else value
        if name in WORDS or name in SINGLE or isinstance(value, str):
            return value
        field = next((ours for ours, own in SPELLINGS[self.framework][self.operation].items() if own == name), name)
        if field == "padding":
            return self._padding(value, ndim)
        if isinstance(value, int) and (self.framework in PER_AXIS_ONLY or field == "output_size"):
            return (value,) * ndim
        return taken(self.framework, self.operation, field, value, ndim)

    def _padding(self, value: Any, ndim: int) -> Any:
        entries = value if isinstance(value, tuple) else (value,)
        if self.framework == "onnx":  # all before, then all after
            return entries * (2 * ndim) if len(entries) == 1 else entries
        if self.framework not in ("jax", "flax", "tensorflow") or any(isinstance(entry, str) for entry in entries):
            return value
        pairs = [(entry, entry) if isinstance(entry, int) else entry for entry in entries]
        if len(pairs) == 1:
            pairs *= ndim
        return ((0, 0), (0, 0), *pairs) if self.framework == "tensorflow" and len(pairs) == ndim else tuple(pairs)


class LayerCommand(click.Command):
    """A command of a layer that takes a framework's own parameters where ``--framework`` names one.

    ``in_words`` is called instead of the command's function then: with a `FrameworkCall`, its parameters by name,
    input_shape, and the command's other arguments.
    """

    shown_as: type[click.Command] = click.Command
    """What the command is with a framework's options."""

    def __init__(self, *arguments: Any, in_words: Callable[..., Any], **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.in_words = in_words

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        call = framework_call(str(self.name), args)
        if call is None:
            return super().make_context(info_name, args, parent, **extra)
        return self._of(call).make_context(info_name, args, parent, **extra)

    def _of(self, call: FrameworkCall) -> click.Command:
        """The same command with the options of a framework's call in place of ours."""

        def answer(input_shape: tuple[int, ...], **given: Any) -> None:
            parameters = {name: given.pop(name) for name in call.taken}
            given.pop("operation", None)
            self.in_words(call, call.values(parameters, len(input_shape)), input_shape, **given)

        own = [param for param in self.params if param.name not in OURS or param.name == "reasons"]
        options = call.options(but=[param.name for param in own])
        if len(OPERATIONS[str(self.name)]) > 1:
            options.append(click.option("--operation", type=Word(OPERATIONS[str(self.name)]), help="Which pooling."))
        function: Any = with_options(answer, *options)
        arguments = [param for param in own if isinstance(param, click.Argument)]
        others = [param for param in own if not isinstance(param, click.Argument)]
        made = click.command(self.name)(function)
        about = (
            f"The same in the words of {call.framework}: its own parameters of {call.operation}, with their defaults."
        )
        return self.shown_as(self.name, callback=made.callback, params=[*arguments, *made.params, *others], help=about)


def framework_call(command: str, args: list[str]) -> FrameworkCall | None:
    """The call that --framework (and --operation, of poolings) name among the words of a command, or None.

    Raises:
        ParameterError: there is no such framework, or it has no such operation.
    """
    name = _word_behind("--framework", args)
    if name is None:
        return None
    from importlib import import_module

    from convarith.frameworks.spellings import known_framework, operation_of

    known_framework(name)
    operation = operation_of(name, _word_behind("--operation", args) or OPERATIONS[command][0])
    module = import_module(f"convarith.frameworks.{name}")
    parameters = signature(module.CALLS[operation]).parameters
    whole = signature(getattr(module, f"{operation}_shape")).parameters
    skipped = ("input_shape", "channels", "operation")
    beside = BESIDE[1:] if name == "tensorflow" else BESIDE  # whose filters are a whole weight
    return FrameworkCall(
        name,
        operation,
        {key: one for key, one in parameters.items() if key not in skipped},
        tuple([one for key, one in whole.items() if key in beside and key not in parameters]),
    )


def framework_layer(words: list[str], input_shape: tuple[int, ...] | None) -> Layer | None:
    """The layer of words such as ``conv --framework keras -k 3``, or None where they name no framework.

    Raises:
        click.UsageError, ParameterError, ShapeError: as the layer's own command does.
    """
    call = framework_call(words[0], words[1:]) if words[0] in OPERATIONS else None
    if call is None:
        return None
    options: list[Callable[[Command], Command]] = [*call.options(), framework_option]
    if len(OPERATIONS[words[0]]) > 1:
        options.append(click.option("--operation", type=Word(OPERATIONS[words[0]])))
    function: Any = with_options(lambda **_: None, *options)
    given = click.command(words[0], add_help_option=False)(function).make_context(words[0], words[1:]).params
    ndim = max([len(value) for value in (input_shape, *given.values()) if isinstance(value, tuple)], default=1)
    return call.layer(input_shape, call.values(given, len(input_shape) if input_shape is not None else ndim))


def pooling_of(words: str) -> tuple[str | None, bool | None]:
    """Which pooling a framework's words mean, and whether its mean counts padding; None where they do not say."""
    name, *options = words.split() or [""]
    call = framework_call(name, options) if name == "pool" else None
    if call is None:
        return None, None
    operation = _word_behind("--operation", options) or OPERATIONS["pool"][0]
    if operation != "avg_pool" or call.operation != operation:  # a reduce_window says nothing of means
        return operation, None
    from convarith.frameworks.means import COUNTS_PADDING

    counts = COUNTS_PADDING[call.framework]
    if call.framework == "onnx":
        told = _word_behind("--count-include-pad", options) or _word_behind("--count_include_pad", options)
        counts = told == "1"
    elif "--count-include-pad" in options or "--no-count-include-pad" in options:
        counts = "--count-include-pad" in options
    return operation, counts


def _word_behind(option: str, args: list[str]) -> str | None:
    """The value of an option among words, spelled with a blank or with an equals sign."""
    found = []
    for place, word in enumerate(args):
        if word == "--":
            break
        if word.startswith(f"{option}="):
            found.append(word.partition("=")[2])
        elif word == option and place + 1 < len(args):
            found.append(args[place + 1])
    if len(set(found)) > 1:
        raise click.UsageError(f"{option} is given as {' and as '.join(found)}; give one")
    return found[0] if found else None


def _option(parameter: Parameter, short: str | None) -> Callable[[Command], Command]:
    """An option for a parameter of a framework's call, with our short name where there is one."""
    name = parameter.name
    spelled = [
        f"--{name.replace('_', '-')}",
        name,
        *([f"--{name}"] if "_" in name else []),
        *([short] if short else []),
    ]
    if parameter.default is Parameter.empty:
        return click.option(*spelled, type=_type(name), required=True)
    shown = HELP.get(name, "")
    if parameter.default is not None:
        shown = f"{shown}  [default: {parameter.default}]".strip()
    if name in FLAGS:
        return click.option(f"{spelled[0]}/{spelled[0].replace('--', '--no-')}", name, default=None, help=shown)
    return click.option(*spelled, type=_type(name), default=None, help=shown)


def _option_beside(parameter: Parameter) -> Callable[[Command], Command]:
    """An option for what changes no spatial size, so that a call can be given as it stands."""
    word, said = f"--{parameter.name.replace('_', '-')}", "Changes no spatial size."
    more = [f"--{parameter.name}"] if "_" in parameter.name else []
    if isinstance(parameter.default, bool):
        name = f"{word}/{word.replace('--', '--no-')}"
        return click.option(name, parameter.name, default=None, expose_value=False, help=said)
    kind = float if parameter.name == "norm_type" else int
    return click.option(word, *more, parameter.name, type=kind, expose_value=False, help=said)


def _type(name: str) -> Any:
    if name in WORDS:
        return str
    return int if name in SINGLE else Padding() if name in PADDINGS else PerAxis()
