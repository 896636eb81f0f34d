"""The check of `convarith.frameworks` against the frameworks themselves, where they are installed.

`conform` draws settings at random, a quarter of them invalid, asks the framework for the shape or the refusal, and
compares it with our answer; for some of them it compares numbers, too.
"""

from convarith.numerics.conformance.findings import Conformance, Failure, Row
from convarith.numerics.conformance.running import conform

__all__ = ["Conformance", "Failure", "Row", "conform"]
