"""Composers: one module for each kind of picture, each from windows and numbers to a scene.

They take every position from the windows; where a cell lies on the page, and in which colour, is not known here.
"""

from convarith.render.composers.sliding import compose

__all__ = ["compose"]
