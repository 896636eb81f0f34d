"""``check_bare.py``: this environment has none of the run-time dependencies, so what passes here needs none."""

from importlib.util import find_spec

present = [name for name in ("click", "matplotlib", "numpy", "PIL", "scipy") if find_spec(name)]
assert not present, f"{present} should not be installed here"
print("no run-time dependency is installed")
