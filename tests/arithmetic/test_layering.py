"""What loads when, and which module may know which: the layers of the house, held by fresh interpreters and by reading
every module's imports."""

from __future__ import annotations

import ast
import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

import convarith

PACKAGE = Path(next(iter(convarith.__path__)))
_cli = importlib.util.find_spec("convarith_cli")
CLI = Path(next(iter(_cli.submodule_search_locations))) if _cli is not None else None
if CLI is None and (PACKAGE.parent / "cli" / "convarith_cli").is_dir():  # a working tree that is not installed
    CLI = PACKAGE.parent / "cli" / "convarith_cli"

LOADED = {  # all of ours that a bare import may load
    "convarith",
    "convarith.errors",
    "convarith.arithmetic",
    *[f"convarith.arithmetic.{name}" for name in ("axis", "integers", "layer", "layers", "padding", "sizes")],
    *[f"convarith.arithmetic.{name}" for name in ("values", "windows")],
}
LOADED_STANDARD = {"__future__", "itertools", "math"}
LOADED_BY_COUNTING = {f"convarith.arithmetic.{name}" for name in ("bisection", "lattice", "unused")}

ARITHMETIC = {  # each may import what has a lower number
    **dict.fromkeys(("values", "integers", "lattice", "bisection", "notation", "unused"), 0),
    "axis": 1,
    "padding": 2,
    "windows": 3,
    "layer": 4,
    "layers": 5,
    **dict.fromkeys(("sizes", "relationship", "symbolic", "inverse", "meeting"), 6),
    "guide": 7,
    "explanation": 8,
    "report": 9,
}
UPWARD_IN_A_BODY = {
    ("layer", "explanation"),
    ("layer", "report"),
    ("layer", "symbolic"),
    ("relationship", "guide"),
    ("explanation", "report"),
}

PACKAGES = {
    "errors": 0,
    "saving": 0,
    "arithmetic": 1,
    "": 2,
    "frameworks": 3,
    "network": 4,
    "numerics": 5,
    "render": 6,
    "cli": 7,
}
"""The same for packages; "" is the face, `import convarith` itself."""

ONLY_STANDARD_LIBRARY = ("errors", "arithmetic", "frameworks", "network")
EXTRAS = {("convarith.network.readers.onnx_files", "onnx")}
"""What reads a file of others imports their package, and says what to install where it is missing."""

LAYERS = {"Conv", "Pool", "ConvTranspose", "Layer"}
MAY_ASK_FOR_A_LAYER = ("convarith.arithmetic.layers", "convarith.arithmetic.explanation", "convarith.frameworks")


def modules():
    """Every module by its dotted name, with its file."""
    found = {}
    for root, prefix in ((PACKAGE, "convarith"), (CLI, "convarith_cli")):
        for path in sorted(root.rglob("*.py")) if root else ():
            parts = [prefix, *path.relative_to(root).with_suffix("").parts]
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


MODULES = modules()


def imports_of(name):
    """(imported module, where) for every import; where is top, body, or checking (for type checkers only)."""
    tree = ast.parse(MODULES[name].read_text(encoding="utf-8"))
    is_package = MODULES[name].name == "__init__.py"
    found = []

    def visit(node, where):
        if isinstance(node, ast.Import):
            found.extend((alias.name, where) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parts = name.split(".")[: len(name.split(".")) - node.level + is_package]
                base = ".".join([*parts, base] if base else parts)
            for alias in node.names:
                inner = f"{base}.{alias.name}"
                found.append((inner if inner in MODULES else base, where))
        elif isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            where = "checking"
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and where == "top":
            where = "body"
        for child in ast.iter_child_nodes(node):
            visit(child, where)

    visit(tree, "top")
    return found


def package_of(name):
    """The package that a module of ours belongs to."""
    parts = name.split(".")
    if parts[0] == "convarith_cli":
        return "cli"
    return parts[1] if len(parts) > 1 else ""


def fresh(code):
    """The printed words of a program in a fresh interpreter that finds the same packages as this one."""
    paths = [str(PACKAGE.parent), *([str(CLI.parent)] if CLI else [])]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths), "PYTHONWARNINGS": "error"}
    return subprocess.run(
        [sys.executable, "-P", "-c", code], env=environment, capture_output=True, text=True, check=False
    )


def loaded_by(code):
    """The modules that some code loads on top of a bare interpreter."""
    finished = fresh(f"import sys; bare = set(sys.modules); {code}; print(*sorted(set(sys.modules) - bare))")
    assert finished.returncode == 0, finished.stderr
    return set(finished.stdout.split())


def test_the_readers_below_see_the_whole_house():
    assert {"convarith", "convarith.errors", "convarith.arithmetic.axis"} <= set(MODULES)
    assert ("convarith.arithmetic.values", "top") in imports_of("convarith.arithmetic.axis")
    assert ("convarith.arithmetic.explanation", "body") in imports_of("convarith.arithmetic.layer")
    assert ("typing", "checking") in imports_of("convarith.arithmetic.layer")


def test_a_bare_import_loads_the_arithmetic_of_a_layer_and_nothing_else():
    loaded = loaded_by("import convarith")
    assert {name for name in loaded if name.startswith("convarith")} == LOADED
    assert {name for name in loaded if not name.startswith("convarith")} <= LOADED_STANDARD


def test_asking_for_sizes_loads_nothing_more():
    asking = (
        "import convarith as ca; conv = ca.Conv(3, stride=2, padding='same'); conv.output_shape((6, 6));"
        "conv.input_shapes((3, 3)); conv.unused((6, 6)); list(conv.windows((6, 6)).entries());"
        "conv.transposed((6, 6)).equivalent; ca.Pool(2).output_shape(4); ca.conv_output_size(5, 3); repr(conv); dir(ca)"
    )
    assert loaded_by(asking) <= LOADED | LOADED_STANDARD | LOADED_BY_COUNTING


def test_star_import_stays_light():
    assert loaded_by("from convarith import *") <= LOADED | LOADED_STANDARD


def test_the_guide_loads_on_first_touch():
    assert "convarith.arithmetic.guide" in loaded_by("import convarith; convarith.relationships")
    assert "convarith.arithmetic.inverse" in loaded_by("import convarith; convarith.inverse")


def test_the_face_lists_what_it_has_and_refuses_the_rest():
    listed = dir(convarith)
    assert set(convarith.__all__) < set(listed)
    assert {"figures", "frameworks", "inverse", "relationships", "__version__"} <= set(listed)
    with pytest.raises(AttributeError, match=r"^module 'convarith' has no attribute 'nothing'$"):
        _ = convarith.nothing


def test_all_of_the_arithmetic_needs_only_the_standard_library():
    names = [name for name in MODULES if package_of(name) in ("errors", "arithmetic")]
    loaded = loaded_by(f"import {', '.join(names)}; convarith.Conv(3).explain((5, 5)).latex()")
    foreign = {name.partition(".")[0] for name in loaded} - set(sys.stdlib_module_names) - {"convarith"}
    assert foreign == set()


@pytest.mark.parametrize("name", [name for name in MODULES if package_of(name) in ONLY_STANDARD_LIBRARY])
def test_these_import_only_the_standard_library_anywhere(name):
    roots = {imported.partition(".")[0] for imported, _ in imports_of(name) if (name, imported) not in EXTRAS}
    assert roots <= set(sys.stdlib_module_names) | {"convarith"}


@pytest.mark.parametrize(("name", "extra"), sorted(EXTRAS))
def test_an_extra_is_imported_where_it_is_used_only(name, extra):
    assert {where for imported, where in imports_of(name) if imported == extra} == {"body"}


@pytest.mark.parametrize("name", [name for name in MODULES if name.startswith("convarith.arithmetic.")])
def test_arithmetic_imports_one_way(name):
    own = name.rpartition(".")[2]
    assert own in ARITHMETIC, f"give {own} its place among the layers of the arithmetic"
    for imported, where in imports_of(name):
        package, _, module = imported.rpartition(".")
        if package != "convarith.arithmetic" or where == "checking":
            continue
        allowed = ARITHMETIC[module] < ARITHMETIC[own] or (where == "body" and (own, module) in UPWARD_IN_A_BODY)
        assert allowed, f"{own} may not import {module}"


def test_every_upward_import_that_is_allowed_is_there():
    for own, module in UPWARD_IN_A_BODY:
        assert (f"convarith.arithmetic.{module}", "body") in imports_of(f"convarith.arithmetic.{own}")


@pytest.mark.parametrize("name", MODULES)
def test_packages_import_one_way(name):
    own = package_of(name)
    assert own in PACKAGES, f"give {own} its place among the packages"
    for imported, where in imports_of(name):
        if imported.partition(".")[0] not in ("convarith", "convarith_cli") or (own == "" and where == "checking"):
            continue
        other = package_of(imported)
        allowed = other == own or PACKAGES[other] < PACKAGES[own]
        assert allowed, f"{name} may not import {imported}"


@pytest.mark.parametrize("name", [name for name in MODULES if not name.endswith("__main__")])
def test_each_module_can_be_imported_alone(name):
    finished = fresh(f"import {name}")
    missing = finished.stderr.strip().rpartition("ModuleNotFoundError: No module named ")[2].strip("'")
    if (
        finished.returncode
        and missing
        and not missing.startswith("convarith")
        and package_of(name)
        in (
            "numerics",
            "render",
            "cli",
        )
    ):
        pytest.skip(f"{missing} is not installed")
    assert finished.returncode == 0, finished.stderr
    assert finished.stdout == ""


def asks_for_a_layer(node):
    """Whether a piece of code asks what kind of layer it has."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("isinstance", "issubclass"):
        asked = node.args[1:]
    elif isinstance(node, ast.Compare) and isinstance(node.left, ast.Call) and ast.unparse(node.left.func) == "type":
        asked = node.comparators
    elif isinstance(node, ast.MatchClass):
        asked = [node.cls]
    else:
        return False
    names = {part.id for each in asked for part in ast.walk(each) if isinstance(part, ast.Name)}
    names |= {part.attr for each in asked for part in ast.walk(each) if isinstance(part, ast.Attribute)}
    return bool(names & LAYERS)


@pytest.mark.parametrize("name", MODULES)
def test_below_windows_no_code_asks_which_layer_it_came_from(name):
    if name.startswith(MAY_ASK_FOR_A_LAYER):
        return
    tree = ast.parse(MODULES[name].read_text(encoding="utf-8"))
    assert [ast.unparse(node) for node in ast.walk(tree) if asks_for_a_layer(node)] == []


def test_the_question_for_a_layer_is_recognised():
    code = "isinstance(x, Conv); isinstance(x, (int, ca.Pool)); type(x) is ConvTranspose; type(x) == m.Layer"
    assert sum(map(asks_for_a_layer, ast.walk(ast.parse(code)))) == 4
    assert sum(map(asks_for_a_layer, ast.walk(ast.parse("match x:\n    case ca.Conv(): pass")))) == 1
    assert not any(map(asks_for_a_layer, ast.walk(ast.parse("isinstance(x, int); type(x) is bool; Conv(3)"))))


def test_no_module_is_named_like_a_public_function():
    packages = {"frameworks", "inverse", "network", "numerics", "render"}
    functions = {name for name in dir(convarith) if not name.startswith("_")} - packages
    for name, path in MODULES.items():
        if package_of(name) == "cli":  # its functions are commands, named for people
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        functions |= {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    named = {name.rpartition(".")[2] for name in MODULES}
    assert named & functions == set()
