"""``check_wheel.py WHEEL``: the wheel holds both packages, all their modules, their type markers, and nothing else."""

import sys
from pathlib import Path
from zipfile import ZipFile

root = Path(__file__).parent.parent
with ZipFile(sys.argv[1]) as wheel:
    held = {name for name in wheel.namelist() if ".dist-info/" not in name}
    information = {name.partition(".dist-info/")[2] for name in wheel.namelist() if ".dist-info/" in name}
    entry_points = next(wheel.read(name).decode() for name in wheel.namelist() if name.endswith("entry_points.txt"))

wanted = set()
for folder, place in ((root / "convarith", root), (root / "cli" / "convarith_cli", root / "cli")):
    wanted |= {
        path.relative_to(place).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
assert held == wanted, f"missing {sorted(wanted - held)}, too many {sorted(held - wanted)}"
assert {"convarith/py.typed", "convarith_cli/py.typed"} <= held
assert "licenses/LICENSE" in information, sorted(information)
assert "convarith = convarith_cli.main:main" in entry_points, entry_points
print(f"{Path(sys.argv[1]).name}: {len(held)} files, and nothing but them")
