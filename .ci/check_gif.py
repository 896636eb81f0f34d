"""``check_gif.py FILE FRAMES``: the file is a whole GIF with so many frames."""

import sys
from pathlib import Path

from PIL import Image

path, frames = Path(sys.argv[1]), int(sys.argv[2])
with Image.open(path) as image:
    assert image.format == "GIF", image.format
    assert image.n_frames == frames, f"{image.n_frames} frames, not {frames}"
    for number in range(frames):
        image.seek(number)
        image.load()
print(f"{path.name}: {frames} frames, {image.width}x{image.height}, {path.stat().st_size} bytes")
