"""The check of every rule of the arithmetic against a plain walk, real convolutions and other libraries."""

from convarith.numerics.verification.running import Failure, Row, Verification, verify

__all__ = ["Failure", "Row", "Verification", "verify"]
