"""The same question to every framework: one row each, with the size, the padding, what goes unread, or the refusal.

A question is in everybody's words: a kernel, a stride, "same" or a number. How each framework is asked it is one
function in a table; where it has no such words, the row says so, and how it can be had all the same.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any

from convarith.arithmetic import padding as paddings
from convarith.arithmetic.integers import per_axis, shape
from convarith.arithmetic.layers import ConvTranspose
from convarith.arithmetic.values import Value, hold
from convarith.errors import ParameterError, RefusedError, nearest
from convarith.frameworks.answers import explain
from convarith.frameworks.arguments import preformatted
from convarith.frameworks.means import COUNTS_PADDING, said_of
from convarith.frameworks.questions import NAMED, UnsaidError, asked_of, telling
from convarith.frameworks.spellings import POOLS, SPELLINGS, operation_of
from convarith.frameworks.translation import translate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from convarith.arithmetic.layer import Layer, Shape
    from convarith.frameworks.answers import Answer

ROWS = ("torch", "keras", "tensorflow", "jax", "flax", "onnx", "onnxruntime", "caffe", "theano")
"""Who is asked: the frameworks, and ONNX once as its text and once as onnxruntime."""


class Row(Value):
    """One framework's answer: ``answer``, or the ``refusal`` in words with a ``quote`` of the framework's rule.

    ``call`` is how it was asked, "" where the framework has no words for the question.
    """

    framework: str
    call: str
    answer: Answer | None
    refusal: str
    quote: str

    def __init__(self, framework: str, call: str, answer: Answer | None, refusal: str = "", quote: str = "") -> None:
        hold(self, {"framework": framework, "call": call, "answer": answer, "refusal": refusal, "quote": quote})

    def to_dict(self) -> dict[str, Any]:
        answer = self.answer
        return {
            "framework": self.framework,
            "call": self.call,
            "output_shape": None if answer is None else list(answer.output_shape),
            "padding": None if answer is None else [list(pair) for pair in answer.padding],
            "added": None if answer is None else list(answer.added),
            "unused": None if answer is None else [axis.to_dict() for axis in answer.unused],
            "lines": [] if answer is None else list(answer.lines),
            "refusal": f"{self.refusal} {self.quote}".strip() or None,
        }


class Comparison(Value):
    """Every framework's answer to one question, as ``rows``; `str` is the table that the command line prints.

    >>> from convarith import frameworks
    >>> same = frameworks.compare((6, 6), kernel_size=3, stride=2, padding="same")
    >>> [row.answer.padding[0] for row in same.rows if row.framework in ("keras", "theano")]
    [(0, 1), (1, 1)]
    """

    operation: str
    question: str
    input_shape: tuple[int, ...]
    rows: tuple[Row, ...]

    def __init__(self, operation: str, question: str, input_shape: tuple[int, ...], rows: tuple[Row, ...]) -> None:
        hold(self, {"operation": operation, "question": question, "input_shape": input_shape, "rows": rows})

    @property
    def groups(self) -> tuple[tuple[str, Layer], ...]:
        """The different windows among the answers: names of those that share them, and the layer; most first."""
        found: dict[Any, tuple[list[str], Layer]] = {}
        for row in self.rows:
            if row.answer is None or row.answer.layer is None:
                continue
            layer = row.answer.layer
            kernel = layer.kernel_size if isinstance(layer.kernel_size, tuple) else (layer.kernel_size,)
            rotated = isinstance(layer, ConvTranspose) and max(kernel) > 1  # JAX's are not, and give other numbers
            found.setdefault((_key(row.answer), rotated), ([], layer))[0].append(self._told_apart(row))
        ordered = sorted(found.values(), key=lambda group: -len(group[0]))
        return tuple([(", ".join(dict.fromkeys(names)), layer) for names, layer in ordered])

    def _told_apart(self, row: Row) -> str:
        """A framework's name, with how it was asked where it was asked more than once."""
        if [other.framework for other in self.rows].count(row.framework) == 1:
            return row.framework
        if "use_consistent_padding" in row.call:
            return f"{row.framework} consistent"
        said = [word.partition("=")[2].strip("'") for word in telling(row)]
        return " ".join([row.framework, *[name for name in said if name.isupper()][:1]])

    @property
    def instead(self) -> dict[str, str]:
        """For each framework without an answer, the code that has the windows of the most others, where there is
        some."""
        groups = self.groups
        if not groups:
            return {}
        names, layer = groups[0]
        pool = self.operation if self.operation in POOLS else None
        counts = COUNTS_PADDING.get(names.split(", ")[0].split()[0]) if pool == "avg_pool" else None
        found = {}
        for row in self.rows:
            if row.answer is None and row.framework in SPELLINGS:
                try:
                    translation = translate(
                        layer,
                        to=row.framework,
                        input_shape=self.input_shape,
                        operation=pool,
                        count_include_pad=counts,
                    )
                except RefusedError:
                    continue
                found[row.framework] = translation.code
        return found

    def to_dict(self) -> dict[str, Any]:
        """Plain data, as ``--json`` prints it."""
        return {
            "question": self.question,
            "input_shape": list(self.input_shape),
            "rows": [row.to_dict() for row in self.rows],
            "instead": self.instead,
        }

    def _repr_html_(self) -> str:
        return preformatted(self)

    def __str__(self) -> str:
        from convarith.frameworks.comparison_table import comparison_text

        return comparison_text(self)


def compare(
    input_shape: Shape,
    kernel_size: Any,
    *,
    stride: Any = None,
    padding: Any = 0,
    dilation: Any = 1,
    operation: str = "conv",
    ceil_mode: bool = False,
    output_padding: Any = None,
    frameworks: Sequence[str] = ROWS,
) -> Comparison:
    """Ask every framework the same: an operation on a spatial input, in everybody's words.

    ``padding`` is "same", "valid", or numbers as a layer takes them (of the direct convolution, where it is
    transposed). What is not given is what each framework takes by default: a stride, an output padding.

    >>> transposed = compare(5, 3, stride=2, padding="same", operation="conv_transpose")
    >>> [(row.framework, row.answer.output_shape) for row in transposed.rows if row.answer][:2]
    [('keras', (10,)), ('tensorflow', (10,))]

    Raises:
        ParameterError: the operation, a framework or a padding is unknown, or a number is none.
    """
    sizes = shape(input_shape, "input_shape")
    if operation not in ("conv", "conv_transpose", *POOLS):
        known = ("conv", "conv_transpose", *POOLS)
        raise ParameterError(f"unknown operation {operation!r}; {nearest(str(operation), known)}", operation=operation)
    frameworks = (frameworks,) if isinstance(frameworks, str) else tuple(frameworks)
    unknown = [name for name in frameworks if name not in ROWS]
    if unknown:
        raise ParameterError(f"unknown framework {unknown[0]!r}; {nearest(unknown[0], ROWS)}", framework=unknown[0])
    if isinstance(padding, str) and padding not in NAMED:
        raise ParameterError(f"unknown padding {padding!r}; {nearest(padding, NAMED)}, or numbers", padding=padding)
    fields: dict[str, Any] = {"kernel": per_axis(kernel_size, "kernel_size", 1)}
    for field, value, least in (
        ("stride", stride, 1),
        ("dilation", dilation, 1),
        ("output_padding", output_padding, 0),
    ):
        if value is not None:
            fields[field] = per_axis(value, field, least)
    for field, value in fields.items():
        if isinstance(value, tuple) and len(value) != len(sizes):
            name = "kernel_size" if field == "kernel" else field
            raise ParameterError(
                f"{name} {value} is for {len(value)} axes and the input has {len(sizes)}; give one number, or one for "
                f"each axis",
                name=name,
                value=value,
                ndim=len(sizes),
            )
    if output_padding is not None and operation != "conv_transpose":
        raise ParameterError(
            f"output_padding {output_padding} is of transposed convolutions; give operation='conv_transpose', or none",
            output_padding=output_padding,
        )
    if ceil_mode and operation not in POOLS:
        raise ParameterError("ceil_mode is of poolings; give operation='max_pool', or none", ceil_mode=ceil_mode)
    question = _question(operation, fields, padding, ceil_mode)
    if not isinstance(padding, str):
        padding = _pairs(padding, len(sizes))
    rows = [
        row for name in dict.fromkeys(frameworks) for row in _rows(name, operation, sizes, fields, padding, ceil_mode)
    ]
    return Comparison(operation, question, sizes, tuple(rows))


def _pairs(padding: Any, ndim: int) -> tuple[tuple[int, int], ...]:
    """(before, after) on each axis, from any spelling in numbers."""
    spelled = paddings.spelled(padding)
    entries = spelled if isinstance(spelled, tuple) else (spelled,)
    if len(entries) == 1:
        entries *= ndim
    if len(entries) != ndim or any(isinstance(entry, str) for entry in entries):
        raise ParameterError(
            f"padding {padding} does not fit {ndim} axes; give a number, or one or a pair (before, after) for each",
            padding=padding,
            ndim=ndim,
        )
    return tuple([(entry, entry) if isinstance(entry, int) else entry for entry in entries])  # type: ignore[misc]


def _question(operation: str, fields: dict[str, Any], padding: Any, ceil_mode: bool) -> str:
    words = [operation, f"kernel {_number(fields['kernel'])}"]
    if "stride" in fields:
        words.append(f"stride {_number(fields['stride'])}")
    words.append(f'"{padding}"' if isinstance(padding, str) else f"padding {_number(padding)}")
    if fields.get("dilation", 1) != 1:
        words.append(f"dilation {_number(fields['dilation'])}")
    if "output_padding" in fields:
        words.append(f"output padding {_number(fields['output_padding'])}")
    return ", ".join([*words, *(["rounded up"] if ceil_mode else [])])


def _number(value: Any) -> str:
    entries = value if isinstance(value, (tuple, list)) else (value,)
    return "x".join(":".join(map(str, entry)) if isinstance(entry, (tuple, list)) else str(entry) for entry in entries)


def _rows(
    name: str, operation: str, sizes: tuple[int, ...], fields: dict[str, Any], padding: Any, ceil_mode: bool
) -> list[Row]:
    framework = "onnx" if name == "onnxruntime" else name
    try:
        own = operation_of(framework, operation)
    except ParameterError:
        return [Row(name, "", None, "no such operation")]
    if padding == "valid" and name not in NAMED["valid"]:
        padding = ((0, 0),) * len(sizes)
    spelled = NAMED[padding].get(name, ()) if isinstance(padding, str) else (padding,)
    if operation == "conv_transpose" and name == "jax":
        spelled = spelled[:1]  # the other name is of direct convolutions only
    if operation in ("max_pool", "avg_pool") and padding == "same" and name in ("torch", "theano"):
        spelled = ()  # their names are of convolutions
    if not spelled:
        return [Row(name, "", None, f"no padding by name: give in numbers what {padding.upper()} pads elsewhere")]
    both: list[dict[str, Any]] = [{}]
    if name == "onnxruntime":
        both = [{"runtime": "onnxruntime"}]
    elif name == "jax" and operation == "conv_transpose" and not isinstance(padding, str):
        both = [{}, {"use_consistent_padding": True}]
    rows = []
    for each, more in product(spelled, both):
        try:
            asked = {**asked_of(framework, own, sizes, fields, each, ceil_mode), **more}
        except UnsaidError as unsaid:
            return [Row(name, "", None, str(unsaid))]
        call = f"{own}({', '.join(f'{key}={value!r}' for key, value in asked.items())})"
        try:
            found = explain(framework, own, sizes, **asked)
            row = Row(name, found.call, found)
        except RefusedError as refusal:
            row = Row(name, call, None, refusal.message.removesuffix(_quote(refusal)), _quote(refusal).strip())
        rows.append(row)
    if len(rows) > 1 and len({_same(row) for row in rows}) == 1:  # the names differ, and not what they do
        return rows[:1]
    return rows


def _same(row: Row) -> Any:
    return row.refusal or (row.answer and _key(row.answer))


def _key(answer: Answer) -> Any:
    """What answers with the same windows share: what is added at the end is as much less cropped there, and a mean
    counts padding or not."""
    pairs = zip(answer.padding, answer.added, strict=True)
    ends = tuple([(before, after - more) for (before, after), more in pairs])
    mean = said_of(answer.framework, answer.operation, answer.padding) and COUNTS_PADDING[answer.framework]
    return answer.output_shape, ends, mean


def _quote(refusal: RefusedError) -> str:
    """What a refusal says in the framework's words, as it stands at its end."""
    numbers = refusal.numbers
    title = numbers.get("framework")
    return f" ({title}: {numbers['rule']})" if title and "rule" in numbers else ""
