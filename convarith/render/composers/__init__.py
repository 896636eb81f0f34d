"""Composers: one module for each kind of picture, each from windows and numbers to a scene.

They take every position from the windows; where a cell lies on the page, and in which colour, is not known here.
"""

from convarith.render.composers.composing import compose, compose_stack, compose_together

__all__ = ["compose", "compose_stack", "compose_together"]
