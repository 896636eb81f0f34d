"""Colours as eyes see them: sRGB to CIE L*a*b* (D65), distances, contrast, and vision that lacks a kind of cone.

It shares no line with `convarith.render.themes`, whose colours it judges.
"""

from __future__ import annotations

import numpy as np

TO_XYZ = np.array(
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
)
"""Linear sRGB to XYZ, D65 (IEC 61966-2-1)."""

WHITE_POINT = np.array([0.95047, 1.0, 1.08883])

VISIONS = {
    "normal": np.eye(3),
    "protanopia": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deuteranopia": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "tritanopia": np.array(
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ]
    ),
    "greyscale": np.tile(TO_XYZ[1], (3, 1)),
}
"""Vision -> matrix on linear sRGB. The three that lack a kind of cone are Machado, Oliveira and Fernandes, "A
Physiologically-based Model for Simulation of Color Vision Deficiency", IEEE TVCG 15(6), 2009, at severity 1.0;
greyscale keeps the luminance."""


def linear(colour):
    """``#rrggbb`` as linear light."""
    encoded = np.frombuffer(bytes.fromhex(colour.removeprefix("#")), np.uint8) / 255
    return np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)


def seen(colour, vision="normal"):
    """The linear light that looks to normal eyes as a colour does to these."""
    return np.clip(VISIONS[vision] @ linear(colour), 0, 1)


def lab(colour, vision="normal"):
    """CIE L*a*b* of a colour."""
    ratio = TO_XYZ @ seen(colour, vision) / WHITE_POINT
    root = np.where(ratio > (6 / 29) ** 3, np.cbrt(ratio), ratio / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.array([116 * root[1] - 16, 500 * (root[0] - root[1]), 200 * (root[1] - root[2])])


def distance(one, other, vision="normal"):
    """CIE76: the length of the line between two colours in L*a*b*."""
    return float(np.linalg.norm(lab(one, vision) - lab(other, vision)))


def contrast_seen(one, other, vision="normal"):
    """The contrast ratio of WCAG 2.2, 1 to 21."""
    darker, lighter = sorted(float(TO_XYZ[1] @ seen(colour, vision)) for colour in (one, other))
    return (lighter + 0.05) / (darker + 0.05)
