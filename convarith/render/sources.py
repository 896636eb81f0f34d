"""Numbers for cells from the user's own files: images as grey values, and arrays."""

from __future__ import annotations

import os
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image, UnidentifiedImageError

from convarith.errors import ParameterError, nearest
from convarith.numerics.reading import SUFFIXES, read_numbers

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

IMAGE_SUFFIXES = (".png", ".jpg", ".jpeg", ".gif", ".bmp", ".webp", ".tif", ".tiff", ".pgm")


def numbers_of(given: ArrayLike | str | os.PathLike[str], shape: tuple[int, ...]) -> ArrayLike:
    """What is given as numbers, read if it is the path of a file.

    An image becomes grey values from 0 to 255, scaled to the shape by averaging where it has another size.

    Raises:
        OSError: the file cannot be read.
        ParameterError: it holds something else, or its suffix is unknown.
        ShapeError: an image is given where there are not two axes.
    """
    if not isinstance(given, str | os.PathLike):
        return given
    path = Path(given)
    suffix = path.suffix.lower()
    if suffix in IMAGE_SUFFIXES:
        return _grey_values(path, shape)
    if suffix not in SUFFIXES:
        known = nearest(suffix, (*SUFFIXES, *IMAGE_SUFFIXES))
        raise ParameterError(f"unknown suffix {path.suffix!r} of {str(path)!r}; {known}", value=path.suffix)
    return read_numbers(path, len(shape))


def _grey_values(path: Path, shape: tuple[int, ...]) -> NDArray[Any]:
    if len(shape) != 2:
        raise ParameterError(
            f"{str(path)!r} is an image, and the picture has {len(shape)} axes; give an array, or a shape of 2 axes"
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what Pillow thinks of the file's metadata and transparency
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(path) as image:
                grey = _grey(image, path)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise ParameterError(
            f"{str(path)!r} has more than {Image.MAX_IMAGE_PIXELS} pixels, the limit of Pillow; make it smaller"
        ) from None
    except ParameterError:
        raise
    except (UnidentifiedImageError, SyntaxError, ValueError, EOFError):
        raise ParameterError(f"{str(path)!r} is no image that can be read; save it as a .png") from None
    except OSError as error:
        if error.errno is not None:
            raise
        raise ParameterError(f"{str(path)!r} is a broken image ({error}); save it again") from None
    height, width = shape
    if grey.size != (width, height):
        grey = grey.resize((width, height), Image.Resampling.BOX)
    return np.asarray(grey).astype(int)


def _grey(image: Image.Image, path: Path) -> Image.Image:
    """The image with grey values of 8 bits; Pillow itself would cut off what is above 255."""
    if image.mode.startswith("I;16"):
        return Image.fromarray((np.asarray(image) >> 8).astype(np.uint8))
    if image.mode in ("I", "F"):
        raise ParameterError(f"{str(path)!r} has pixels of 32 bits, not grey values; save it as a .npy, or with 8 bits")
    return image.convert("L")
