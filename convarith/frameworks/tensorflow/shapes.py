"""TensorFlow's shape functions: whole shapes, batch and channels included."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from convarith.arithmetic.integers import integer, listed, shown
from convarith.errors import ShapeError
from convarith.frameworks.arguments import axes_counted, checked_sizes, spatial_axes
from convarith.frameworks.refusals import quoted
from convarith.frameworks.rules import Channels
from convarith.frameworks.tensorflow.calls import avg_pool_call, conv_call, conv_transpose_call, max_pool_call
from convarith.frameworks.tensorflow.reading import layout_of
from convarith.frameworks.tensorflow.rules import TITLE

if TYPE_CHECKING:
    from convarith.frameworks.tensorflow.reading import Layout


def _read(input_shape: Any, data_format: Any) -> tuple[Layout, int, int, tuple[int, ...]]:
    """The layout of a shape, its batch, channels and spatial sizes."""
    shape = checked_sizes(input_shape, "input_shape")
    spatial_axes(shape, (1, 2, 3))
    layout = layout_of(shape[2:], data_format)
    return layout, *layout.others_of(shape), layout.spatial_of(shape)


def conv_shape(
    input_shape: Any, filters: Any, strides: Any, padding: Any, data_format: Any = None, dilations: Any = None
) -> tuple[int, ...]:
    """The shape of `tf.nn.conv1d`, `conv2d` and `conv3d`; ``filters`` is the weight's shape, (out, in/groups, k...)
    unless ``data_format`` is given.

    >>> conv_shape((8, 3, 224, 224), (64, 3, 7, 7), strides=2, padding="VALID")
    (8, 64, 109, 109)
    >>> conv_shape((1, 1, 3, 4, 5), (4, 1, 2, 2, 2), strides=1, padding="SAME")
    Traceback (most recent call last):
    convarith.errors.ParameterError: strides 1 does not fit 3 spatial axes; TensorFlow takes a sequence of 5 with \
batch and channels

    Raises:
        ParameterError, ShapeError: TensorFlow refuses.
    """
    if data_format in ("NHWC", "NCHW") and len(checked_sizes(input_shape, "input_shape")) == 3:
        data_format = data_format.replace("H", "")  # an older spelling, which conv1d alone still takes
    layout, batch, inputs, spatial_shape = _read(input_shape, data_format)
    outputs, weight, kernel = layout.weights(filters)
    channels = Channels(batch, inputs, outputs, weight, max(inputs // weight, 1) if weight else 1)
    call = conv_call(spatial_shape, kernel, strides, padding, data_format, dilations, channels=channels)
    return layout.shape(batch, outputs, call.counts)


def conv_transpose_shape(
    input_shape: Any,
    filters: Any,
    output_shape: Any,
    strides: Any,
    padding: Any = "SAME",
    data_format: Any = None,
    dilations: Any = None,
) -> tuple[int, ...]:
    """The shape of `tf.nn.conv1d_transpose`, `conv2d_transpose` and `conv3d_transpose`: the ``output_shape``, if it
    can be.

    It has batch and channels as the data has them, where -1 can stand for the batch (not with padding in numbers); of
    two axes it can also be spatial alone. ``filters`` is the weight's shape, (in, out/groups, k...) unless
    ``data_format`` is given.

    >>> conv_transpose_shape((1, 64, 5), (64, 32, 3), (1, 32, 9), strides=2)
    (1, 32, 9)
    >>> conv_transpose_shape((1, 64, 5), (64, 32, 3), (1, 32, 8), strides=2)
    Traceback (most recent call last):
    convarith.errors.ShapeError: output size 8 does not come from input 5: the convolution that goes back gives \
another; it can be 9 to 10 (TensorFlow: the convolution of output_shape gives the input)

    Raises:
        ParameterError, ShapeError: TensorFlow refuses.
    """
    layout, batch, inputs, spatial_shape = _read(input_shape, data_format)
    weight, fewer, kernel = layout.weights(filters)
    known = (batch,) if listed(padding) is not None else (batch, -1)
    outputs, wanted = _wanted(layout, output_shape, known, fewer)
    if not fewer:
        raise quoted(
            ShapeError(f"filters {tuple(filters)} has 0 output channels; it needs at least 1", shape=tuple(filters)),
            TITLE,
            "filter depth must be strictly greater than zero",
        )
    if outputs % fewer:
        raise quoted(
            ShapeError(
                f"output_shape {shown(output_shape)} has {outputs} channels, and the weight gives {fewer} in each "
                f"group; give a multiple of {fewer}",
                channels=outputs,
                weight_channels=fewer,
            ),
            TITLE,
            "the depth of the output must be divisible by that of the filter",
        )
    channels = Channels(batch, inputs, outputs, weight, max(outputs // fewer, 1))
    call = conv_transpose_call(
        spatial_shape, kernel, wanted, strides, padding, data_format, dilations, channels=channels
    )
    return layout.shape(batch, outputs, call.counts)


def _wanted(layout: Layout, output_shape: Any, batches: tuple[int, ...], outputs: int) -> tuple[int, tuple[int, ...]]:
    """Channels and spatial sizes of an output_shape, whose batch is one of those."""
    entries = checked_sizes(output_shape, "output_shape", least=-1)
    if len(entries) == layout.ndim == 2:
        entries = layout.shape(batches[0], outputs, entries)
    if len(entries) != layout.ndim + 2:
        raise ShapeError(
            f"output_shape {entries} has {len(entries)} entries; with {axes_counted(layout.ndim)} it takes "
            f"{layout.ndim + 2}, batch and channels included",
            shape=entries,
            ndim=layout.ndim,
        )
    images, channels = layout.others_of(entries)
    if images not in batches:
        known = " or ".join(str(number) for number in batches)
        raise quoted(
            ShapeError(
                f"output_shape {entries} has a batch of {images} and the input one of {batches[0]}; give {known}",
                batch=batches[0],
                shape=entries,
            ),
            TITLE,
            "both have the same batch",
        )
    return integer(channels, "output channels", 0), checked_sizes(layout.spatial_of(entries), "output_shape")


def max_pool_shape(
    input_shape: Any, ksize: Any, strides: Any, padding: Any, data_format: Any = None
) -> tuple[int, ...]:
    """The shape of `tf.nn.max_pool1d`, `max_pool2d` and `max_pool3d`.

    >>> max_pool_shape((1, 64, 112, 112), ksize=3, strides=2, padding="SAME")
    (1, 64, 56, 56)

    Raises:
        ParameterError, ShapeError: TensorFlow refuses.
    """
    layout, batch, channels, spatial_shape = _read(input_shape, data_format)
    if not channels and layout.ndim < 3 and padding != "SAME":
        raise quoted(
            ShapeError("the input has no channels; it needs at least 1, or padding 'SAME'", channels=0),
            TITLE,
            "negative dimension size in shape inference, which pools channels, too",
        )
    return layout.shape(batch, channels, max_pool_call(spatial_shape, ksize, strides, padding, data_format).counts)


def avg_pool_shape(
    input_shape: Any, ksize: Any, strides: Any, padding: Any, data_format: Any = None
) -> tuple[int, ...]:
    """The shape of `tf.nn.avg_pool1d`, `avg_pool2d` and `avg_pool3d`.

    >>> avg_pool_shape((1, 64, 7, 7), ksize=7, strides=7, padding="VALID")
    (1, 64, 1, 1)

    Raises:
        ParameterError, ShapeError: TensorFlow refuses.
    """
    layout, batch, channels, spatial_shape = _read(input_shape, data_format)
    return layout.shape(batch, channels, avg_pool_call(spatial_shape, ksize, strides, padding, data_format).counts)
