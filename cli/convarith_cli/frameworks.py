"""``compare`` and ``code``: what all the frameworks answer, and a layer in their own code."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from convarith_cli.framework_words import OPERATIONS, pooling_of
from convarith_cli.output import say, say_json, say_plainly
from convarith_cli.parameters import Padding, PerAxis, Shape, Word, as_json, input_shape

if TYPE_CHECKING:
    from convarith.arithmetic.layer import Layer
    from convarith.frameworks import Comparison
    from convarith.render import Animation


@click.command()
@input_shape
@click.option("-k", "--kernel-size", type=PerAxis(), required=True, metavar="K", help="Kernel size, 3 or 3x5.")
@click.option("-s", "--stride", type=PerAxis(), metavar="S", help="Stride.  [default: each framework's own]")
@click.option("-p", "--padding", type=Padding(), metavar="P", help="A number, 1 or 1x2, same or valid.  [default: 0]")
@click.option("--same", is_flag=True, help="The padding that each framework calls so, or nearly: -p same.")
@click.option("-d", "--dilation", type=PerAxis(), default="1", show_default=True, metavar="D", help="Dilation.")
@click.option("-a", "--output-padding", type=PerAxis(), metavar="A", help="Output padding of a transposed convolution.")
@click.option(
    "--operation",
    type=Word(["conv", "conv_transpose", "max_pool", "avg_pool", "lp_pool"]),
    default="conv",
    show_default=True,
    help="What is asked for.",
)
@click.option("--ceil", "ceil_mode", is_flag=True, help="Round a pooling up.")
@click.option("--only", multiple=True, metavar="NAME", help="Ask this framework only; several times for several.")
@click.option("-o", "--output", metavar="FILE", help="Write a picture of the answers that differ, up to three.")
@click.option("--force", is_flag=True, help="Replace the file if it exists.")
@as_json
def compare(
    input_shape: tuple[int, ...],
    padding: Any,
    same: bool,
    only: tuple[str, ...],
    output: str | None,
    force: bool,
    as_json: bool,
    **question: Any,
) -> None:
    """Ask every framework the same, of an input of SIZE: a row each with the size, the padding (before:after, of a
    transposed convolution what is cropped), and what goes unread; and why it refuses, or differs.

    \b
    Examples:
      convarith compare 6x6 -k 3 -s 2 --same
      convarith compare 6x6 -k 3 -s 2 --same -o same.gif
      convarith compare 5 -k 3 -s 2 --same --operation conv_transpose
      convarith compare 12 -k 1 -s 2 --ceil --operation max_pool --json

    ONNX is asked as its specification says, and as onnxruntime does. --json prints the keys question, input_shape,
    rows (objects with framework, call, output_shape, padding, added, unused, lines, refusal; null where there is none)
    and instead (framework -> code with the windows of most others, where a framework has no answer).
    """
    from convarith.frameworks import compare as asked

    if same and padding is not None:
        raise click.UsageError("--same and --padding exclude each other; give one")
    question["padding"] = "same" if same else 0 if padding is None else padding
    if only:
        question["frameworks"] = only
    found = asked(input_shape, **question)
    drawn = None if output is None else _drawn(found, output, force)
    if as_json:
        say_json(found.to_dict())
        return
    say_plainly(found)
    if drawn is not None:
        say_plainly("")
        say_plainly(drawn)


def _drawn(found: Comparison, output: str, force: bool) -> Animation:
    """A picture of the windows that differ, side by side, each headed by who has them."""
    from convarith import render  # NumPy and Pillow: for those who want a picture

    seen: dict[Any, tuple[Layer, list[str]]] = {}
    for names, layer in found.groups:  # what a mean counts is no other picture
        seen.setdefault(layer.windows(found.input_shape), (layer, []))[1].append(names)
    drawn = list(seen.values())[:3]
    if not drawn:
        raise click.UsageError("no framework has an answer that could be drawn; leave -o out")
    layers, headings = [layer for layer, _ in drawn], [", ".join(names) for _, names in drawn]
    wishes: dict[str, Any] = {"reduce": "avg"} if found.operation == "avg_pool" else {}
    if len(layers) == 1:
        return render.animate(layers[0], found.input_shape, output, force=force, **wishes)
    return render.compare(layers, found.input_shape, output, headings=headings, force=force, **wishes)


@click.command()
@click.argument("layer", metavar="LAYER")
@click.option("--to", "targets", multiple=True, metavar="NAME", help="The framework.  [default: all of them]")
@click.option("--input", "size", type=Shape(), metavar="SIZE", help="The spatial input, which makes names numbers.")
@click.option(
    "--operation", type=Word(OPERATIONS["pool"]), help="Which pooling is meant.  [default: LAYER's, or max_pool]"
)
@click.option(
    "--count-include-pad/--no-count-include-pad",
    default=None,
    help="Whether the mean of a LAYER counts padding.  [default: as its framework's does]",
)
@as_json
def code(
    layer: str,
    targets: tuple[str, ...],
    size: Any,
    operation: str | None,
    count_include_pad: bool | None,
    as_json: bool,
) -> None:
    """A layer as source code of each framework, with what has to be padded, cropped or rotated besides.

    A LAYER is written as its own command is, in quotes and without a size: "conv -k 3 -s 2 -p same". With --framework
    it is a framework's own call: "conv --framework keras -k 3 -s 2 -p same".

    \b
    Examples:
      convarith code "conv -k 3 -s 2 -p same" --input 6x6 --to torch
      convarith code "conv --framework torch -k 3 -p 1" --to keras
      convarith code "transpose --framework keras -k 3 -s 2 -p same" --input 5x5
      convarith code "pool --framework torch --operation avg_pool -k 3 -p 1" --to keras

    --json prints a list of objects with framework, operation, parameters, pad, crop ([before, after] per axis, or
    null), rotated, divided, notes and code; or framework and refusal.
    """
    from convarith.errors import ParameterError, RefusedError
    from convarith.frameworks import NAMES, translate
    from convarith_cli.pictures import layer_of

    described = layer_of(layer, size=size)
    if size is not None:
        described.windows(size)  # a refusal of the input is the same for every framework
    meant, counts = pooling_of(layer)
    operation = operation or meant
    if count_include_pad is None:
        count_include_pad = counts
    if operation is not None and described.kind != "pooling":
        raise click.UsageError(f"--operation says which pooling is meant, and this is a {described.kind}; leave it out")
    answers: list[tuple[str, Any]] = []
    for name in targets or NAMES:
        try:
            answers.append(
                (
                    name,
                    translate(
                        described,
                        to=name,
                        input_shape=size,
                        operation=operation,
                        count_include_pad=count_include_pad,
                    ),
                )
            )
        except RefusedError as refusal:
            if targets or not isinstance(refusal, ParameterError):  # of every framework the same
                raise
            answers.append((name, refusal))
    if as_json:
        say_json(
            [
                {"framework": name, "refusal": answer.message} if isinstance(answer, RefusedError) else answer.to_dict()
                for name, answer in answers
            ]
        )
    elif len(answers) == 1:
        say_plainly(answers[0][1])
    else:
        say("\n\n".join(f"{name}\n{_indented(answer)}" for name, answer in answers))


def _indented(answer: Any) -> str:
    from convarith.arithmetic.notation import aligned
    from convarith.errors import RefusedError

    if isinstance(answer, RefusedError):
        return "\n".join(aligned([("", answer.message)]))
    return "\n".join(f"  {line}" for line in str(answer).splitlines())
