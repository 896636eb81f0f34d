"""C as numbers: the sparse matrix of a layer, and the same as an operator that stores nothing.

C is block-wise regular. Along one axis the outputs fall into runs that meet inputs through the same taps, each a
fixed step further on; a product of runs is a brick, whose entries lie in the arrays of the CSR format at regular
distances. So C is written brick by brick into its final place, with no list of coordinates to sort.
"""

from __future__ import annotations

from itertools import pairwise, product
from math import prod
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from convarith.arithmetic.integers import integer
from convarith.arithmetic.meeting import meetings
from convarith.errors import ParameterError, ShapeError
from convarith.numerics import arrays
from convarith.numerics.contraction import Reading, contracted
from convarith.numerics.memory import available_bytes, size_text
from convarith.saving import whole

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import ArrayLike, NDArray
    from scipy.sparse import csr_array
    from scipy.sparse.linalg import LinearOperator

    from convarith.arithmetic.axis import Axis
    from convarith.arithmetic.layer import Layer, Shape
    from convarith.arithmetic.windows import Windows

    Array = NDArray[Any]

LARGEST_INT32 = 2**31 - 1


class Run(NamedTuple):
    """Outputs ``start``, ``start + step`` ... of one axis that meet inputs through the same taps."""

    start: int
    step: int
    length: int
    weights: tuple[int, ...]
    inputs: tuple[int, ...]
    """The input that each tap meets for the first of the outputs, ascending."""
    advance: int
    """How much further the inputs lie for the next output of the run."""


def matrix(layer: Layer, input_shape: Shape, kernel: ArrayLike, *, groups: int = 1) -> csr_array:
    """C: the sparse matrix that does to the flattened input what the layer does to the input.

    Args:
        layer: a `Conv`; a `ConvTranspose`, whose matrix is the C^T of its direct convolution; or a `Pool`, whose
            windows are weighed as those of a convolution (1/k² each for means).
        input_shape: spatial shape of the input.
        kernel: (out, in/groups, k...), for a `ConvTranspose` (in, out/groups, k...), or (k...) for one channel each.
        groups: parts the channels.

    Returns:
        A `scipy.sparse.csr_array` with a row for each output and a column for each input, both flattened as (channel,
        spatial...), row-major. One block for each pair of output and input map (none between groups), sorted and
        canonical; a tap that meets padding is not stored, one whose weight is 0 is. Whole numbers are int64 (uint64
        where the kernel needs it), so that ``C @ x`` is exact while its sums fit into 64 bits. Indices are int32 while
        they fit.

    Raises:
        ShapeError: kernel, groups, layer and input_shape do not go together, or the matrix would not fit in memory;
            `operator` stores nothing.
        ParameterError: the kernel does not hold numbers.

    Source: section 4.1 of "A guide to convolution arithmetic for deep learning"; with channels, the blocks C_{p,k} of
    Aggarwal's "Neural Networks and Deep Learning", chapter 8.

    >>> import convarith as ca
    >>> c = matrix(ca.Conv(2), (3,), [1, 10])
    >>> c.toarray()
    array([[ 1, 10,  0],
           [ 0,  1, 10]])
    >>> c.T @ [1, 2]
    array([ 1, 12, 20])
    >>> matrix(ca.Conv(2), (3,), [1, 10, 100])
    Traceback (most recent call last):
    convarith.errors.ShapeError: kernel has the shape (3,) and the layer the kernel_size (2,); give kernel \
that shape
    """
    from scipy.sparse import csr_array  # only C needs SciPy, which takes its time to load

    windows, weights, dtype = _met(layer, input_shape, kernel, groups)
    rows, columns = _matrix_shape(windows, weights)
    entries = windows.entry_count() * prod(weights.shape[:3])
    index_type = np.dtype(np.int32 if max(rows, columns, entries) <= LARGEST_INT32 else np.int64)
    _check_memory(rows, columns, entries, dtype, index_type)
    data, indices = np.empty(entries, dtype), np.empty(entries, index_type)
    starts = _spatial_starts(windows, index_type)
    channel_entries = int(starts[-1]) * weights.shape[2]
    first, *others = [runs_of(axis) for axis in windows.axes]
    for run in first:
        for runs in product(*others):
            _fill_brick((run._replace(length=1), *runs), windows, weights, starts, channel_entries, data, indices)
        _repeat(run, windows, weights, starts, channel_entries, data, indices)
    built = csr_array((data, indices, _row_starts(starts, weights, channel_entries)), shape=(rows, columns))
    built.has_sorted_indices = built.has_canonical_format = True  # as they were written
    return built


def operator(layer: Layer, input_shape: Shape, kernel: ArrayLike, *, groups: int = 1) -> LinearOperator:
    """`matrix` as a `scipy.sparse.linalg.LinearOperator`, which computes its products and stores only the kernel.

    It has matvec, rmatvec, matmat and rmatmat; ``.T`` is C^T. Whole numbers stay exact.

    Args:
        layer, input_shape, kernel, groups: as for `matrix`.

    Raises:
        ShapeError: kernel, groups, layer and input_shape do not go together.
        ParameterError: the kernel does not hold numbers.

    >>> import convarith as ca
    >>> c = operator(ca.Conv(2), (3,), [1, 10])
    >>> c @ [1, 2, 3]
    array([21, 32])
    >>> c.T @ [1, 2]
    array([ 1, 12, 20])
    >>> operator(ca.Conv(2), (3,), ["a", "b"])
    Traceback (most recent call last):
    convarith.errors.ParameterError: kernel has the dtype <U1; give an array of numbers
    """
    from scipy.sparse.linalg import LinearOperator  # as above

    windows, weights, dtype = _met(layer, input_shape, kernel, groups)
    forwards = Reading.of(windows)
    backwards = forwards.transposed()
    adjoint = weights.conj().swapaxes(1, 2)  # conj leaves real numbers as they are

    def times(x: Array, w: Array, reading: Reading) -> Array:
        """Each column of x, (..., inputs, columns), through the windows."""
        columns = np.moveaxis(arrays.checked_numbers(x, "x"), -2, -1)
        maps = columns.reshape(prod(columns.shape[:-1]), w.shape[0] * w.shape[2], *reading.input_shape)
        result = arrays.accumulator(x=maps, w=w)
        bound = arrays.peak(maps) * arrays.peak(w) * prod(w.shape[2:]) if maps.size else 0
        y = arrays.settled(contracted(maps, w, reading, arrays.computing(result, bound)), result)
        return np.moveaxis(y.reshape(*columns.shape[:-1], prod(y.shape[1:])), -1, -2)

    def times_vector(x: Array, w: Array, reading: Reading) -> Array:
        return times(x.reshape(-1, 1) if x.ndim == 2 and x.shape[1] == 1 else x[..., None], w, reading)[..., 0]

    return LinearOperator(
        _matrix_shape(windows, weights),
        matvec=lambda x: times_vector(x, weights, forwards),
        rmatvec=lambda x: times_vector(x, adjoint, backwards),
        matmat=lambda x: times(x, weights, forwards),
        rmatmat=lambda x: times(x, adjoint, backwards),
        dtype=dtype,
    )


def numbered(kernel_size: tuple[int, ...]) -> Array:
    """Weights 1, 2, 3 ..., row-major, which tell the taps of C apart."""
    return np.arange(1, prod(kernel_size) + 1).reshape(kernel_size)


def save(c: csr_array, path: Path) -> None:
    """Write C as ``.npz``, which `scipy.sparse.load_npz` reads; whole or not at all.

    Raises:
        OSError: the folder is missing or not writable, or the disk is full.
    """
    from scipy.sparse import save_npz  # as above

    with whole(path) as stream:
        save_npz(stream, c)


def runs_of(axis: Axis) -> list[Run]:
    """The outputs of an axis as runs with the same taps, for outputs that meet any input."""
    found = [meeting for meeting in meetings(axis) if meeting.outputs]
    if not found:
        return []
    step = found[0].outputs.step
    borders = sorted({place for meeting in found for place in (meeting.outputs[0], meeting.outputs[-1] + 1)})
    runs = []
    for start, stop in pairwise(borders):
        for first in range(start, min(start + step, stop)):
            taps = [meeting for meeting in found if first in meeting.outputs]
            if taps:
                inputs = tuple([tap.inputs[tap.outputs.index(first)] for tap in taps])
                weights = tuple([tap.weight for tap in taps])
                length = len(range(first, stop, step))
                runs.append(Run(first, step, length, weights, inputs, taps[0].inputs.step))
    return runs


def _met(layer: Layer, input_shape: Shape, kernel: ArrayLike, groups: int) -> tuple[Windows, Array, np.dtype[Any]]:
    """The windows, the kernel as (groups, out/groups, in/groups, k...), and the type of C's entries."""
    if isinstance(layer, type) or not hasattr(layer, "windows"):
        raise ParameterError(
            f"C is that of a layer; got {arrays.described(layer)}, and the order is layer, input_shape, kernel"
        )
    windows = layer.windows(input_shape)
    given = arrays.checked_numbers(kernel, "kernel")
    transposed = layer.kind == "transposed convolution"
    axes = "in, out/groups" if transposed else "out, in/groups"
    channels = None
    if given.ndim == windows.ndim + 2:
        channels = given.shape[0] if transposed else given.shape[1] * integer(groups, "groups", 1)
    weights = arrays.laid_out_kernel(
        given, windows.kernel_size, channels, groups, transposed=transposed, name="kernel", given="kernel", axes=axes
    )
    dtype = arrays.accumulator(kernel=given)
    if dtype == np.float16:
        dtype = np.dtype(np.float32)  # SciPy's matrices have no smaller one
    elif given.dtype.kind == "u" and int(given.max()) <= np.iinfo(np.int64).max:
        dtype = np.dtype(np.int64)  # which goes together with signed numbers, too
    return windows, weights, dtype


def _matrix_shape(windows: Windows, weights: Array) -> tuple[int, int]:
    rows, columns = windows.matrix_shape
    return rows * weights.shape[0] * weights.shape[1], columns * weights.shape[0] * weights.shape[2]


def _check_memory(rows: int, columns: int, entries: int, dtype: np.dtype[Any], index_type: np.dtype[Any]) -> None:
    needed = entries * (dtype.itemsize + index_type.itemsize) + (rows + 1) * index_type.itemsize
    available = available_bytes()
    if available is not None and needed > available:
        raise ShapeError(
            f"C, {rows} x {columns} with {entries} entries, needs {size_text(needed)}, and this machine has "
            f"{size_text(available)}; take numerics.operator, which stores nothing",
            rows=rows,
            columns=columns,
            entries=entries,
            needed_bytes=needed,
            available_bytes=available,
        )


def _spatial_starts(windows: Windows, index_type: np.dtype[Any]) -> Array:
    """How many entries lie before each output of one pair of maps, and at last their number."""
    starts = np.zeros(prod(windows.output_shape) + 1, index_type)
    counts = [_counts(axis, index_type) for axis in windows.axes]
    together = np.ones((), index_type)
    for along in counts[:-1]:
        together = together[..., None] * along
    np.multiply(together[..., None], counts[-1], out=starts[1:].reshape(windows.output_shape))
    np.cumsum(starts, out=starts)
    return starts


def _counts(axis: Axis, index_type: np.dtype[Any]) -> Array:
    """How many inputs each output of an axis meets."""
    counts = np.zeros(axis.count, index_type)
    for run in runs_of(axis):
        counts[run.start : run.start + run.step * run.length : run.step] = len(run.weights)
    return counts


def _row_starts(starts: Array, weights: Array, channel_entries: int) -> Array:
    """The row pointers for all output channels."""
    channels = weights.shape[0] * weights.shape[1]
    if channels == weights.shape[2] == 1:
        return starts
    begins = np.arange(channels, dtype=starts.dtype)[:, None] * starts.dtype.type(channel_entries)
    pointers = np.empty(channels * (len(starts) - 1) + 1, starts.dtype)
    rows = pointers[:-1].reshape(channels, -1)
    np.multiply(starts[:-1], starts.dtype.type(weights.shape[2]), out=rows)
    rows += begins
    pointers[-1] = channels * channel_entries
    return pointers


def _fill_brick(
    runs: tuple[Run, ...],
    windows: Windows,
    weights: Array,
    starts: Array,
    channel_entries: int,
    data: Array,
    indices: Array,
) -> None:
    """Write the entries of a product of runs, for all channels: weights into ``data``, columns into ``indices``."""
    groups, rows, columns = weights.shape[:3]
    taps = tuple([len(run.weights) for run in runs])
    output_steps, input_steps = _row_major(windows.output_shape), _row_major(windows.input_shape)
    row = sum(run.start * step for run, step in zip(runs, output_steps, strict=True))
    along = [
        _entries_between(starts, row, row + run.step * step, columns) if run.length > 1 else 0
        for run, step in zip(runs, output_steps, strict=True)
    ]
    begin = int(starts[row]) * columns
    shape = (groups, rows, *(run.length for run in runs), columns, *taps)
    distances = (rows * channel_entries, channel_entries, *along, prod(taps), *_row_major(taps))

    def scaled(numbers: ArrayLike, factor: int) -> Array:
        multiples: Array = np.asarray(numbers, indices.dtype) * indices.dtype.type(factor)
        return multiples

    spatial = prod(windows.input_shape)
    places = scaled(np.arange(groups), columns * spatial)[:, None]
    met = scaled(np.arange(columns), spatial)
    for run, step in zip(runs, input_steps, strict=True):
        places = places[..., None] + scaled(np.arange(run.length), run.advance * step)
        met = met[..., None] + scaled(run.inputs, step)
    np.add(places.reshape(*places.shape, *(1,) * met.ndim), met, out=_strided(indices, begin, shape, distances))
    used = weights[arrays.within(np.ix_(*(run.weights for run in runs)))]
    _strided(data, begin, shape, distances)[...] = used.reshape(groups, rows, *(1,) * len(runs), columns, *taps)


def _repeat(
    run: Run,
    windows: Windows,
    weights: Array,
    starts: Array,
    channel_entries: int,
    data: Array,
    indices: Array,
) -> None:
    """Write what belongs to the further outputs of a run of the first axis: as for its first, all columns shifted."""
    groups, rows, columns = weights.shape[:3]
    inner, inputs = prod(windows.output_shape[1:]), prod(windows.input_shape[1:])
    row = run.start * inner
    size = _entries_between(starts, row, row + inner, columns)
    if run.length == 1 or not size:
        return
    shape = (groups, rows, run.length, size)
    between = _entries_between(starts, row, row + run.step * inner, columns)
    distances = (rows * channel_entries, channel_entries, between, 1)
    met = _strided(indices, int(starts[row]) * columns, shape, distances)
    further = np.arange(1, run.length, dtype=indices.dtype) * indices.dtype.type(run.advance * inputs)
    np.add(met[:, :, :1], further[:, None], out=met[:, :, 1:])
    repeated = _strided(data, int(starts[row]) * columns, shape, distances)
    repeated[:, :, 1:] = repeated[:, :, :1]


def _entries_between(starts: Array, row: int, later: int, columns: int) -> int:
    return (int(starts[later]) - int(starts[row])) * columns


def _strided(flat: Array, begin: int, shape: tuple[int, ...], distances: tuple[int, ...]) -> Array:
    """Entries that lie at regular distances, as an array to write to."""
    last = begin + sum((size - 1) * distance for size, distance in zip(shape, distances, strict=True))
    if not 0 <= begin <= last < flat.size:
        raise IndexError(f"entries {begin} to {last} of C do not lie within its {flat.size}")
    return np.lib.stride_tricks.as_strided(flat[begin:], shape, [distance * flat.itemsize for distance in distances])


def _row_major(shape: tuple[int, ...]) -> tuple[int, ...]:
    """How far apart neighbours along each axis lie in a flattened array."""
    return tuple([prod(shape[axis + 1 :]) for axis in range(len(shape))])
