"""Networks to notations and source code, one module each."""
