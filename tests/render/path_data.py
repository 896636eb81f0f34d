"""The data of an SVG path, read into points, for tests of what writes it."""

from __future__ import annotations

import re

NUMBER = re.compile(r"-?(?:\d+\.?\d*|\.\d+)")


def subpaths(data):
    """The points of each piece of path data."""
    found = []
    x = y = 0
    for command, words in re.findall(r"([A-Za-z])([^A-Za-z]*)", data):
        numbers = [float(word) for word in NUMBER.findall(words)]
        if command == "z":
            found[-1].append(found[-1][0])
            continue
        right, down = {"h": (*numbers, 0), "v": (0, *numbers)}.get(command, numbers)
        x, y = (right, down) if command == "M" else (x + right, y + down)
        if command in "Mm":
            found.append([])
        found[-1].append((x, y))
    return [tuple(piece) for piece in found]
