"""Notations and files to networks, one module each; `sources` finds out which one it has."""
