"""What pictures cost: the guide's animations in cold processes, beside matplotlib's own, and their memory."""

from __future__ import annotations

import json
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from measuring import PEAK, processes, table

import convarith as ca

ROUNDS = 7

GUIDE = """
import json, sys, time
start = time.perf_counter()
from convarith.arithmetic.guide import figures
from convarith.render import animate
view, cells, folder = sys.argv[1:]
frames = size = 0
for figure in figures.values():
    if figure.number == "2.8":  # a still
        continue
    numeric = figure.number.startswith("1.")  # four are published with numbers, fifteen without
    made = animate(
        figure.layer, figure.input_shape, f"{folder}/{view}-{cells}-{figure.number}.gif", view=view,
        cells="numbers" if numeric or cells == "numbers" else "blank",
    )
    frames += made.frames
    size += made.path.stat().st_size
print(json.dumps([frames, size]))
"""


def run_gif() -> None:
    with tempfile.TemporaryDirectory() as folder:
        drawn = [sys.executable, "-m", "convarith_cli", "animate", "conv", "5x5", "-k", "3", "-p", "1", "--force"]
        seconds = processes(
            {
                "import matplotlib.pyplot": [sys.executable, "-c", "import matplotlib.pyplot"],
                "an animation of 25 frames": [*drawn, "-o", f"{folder}/half.gif"],
            }
        )
    table("one picture, whole processes", seconds, 1e-3, "ms", "import matplotlib.pyplot", [])


def run_guide() -> None:
    """The guide's 15 animations and its 4 with numbers, each set in one process that has just begun."""
    seconds: dict[str, list[float]] = {}
    said = {}
    with tempfile.TemporaryDirectory() as folder:
        for turn in range(ROUNDS + 1):
            for view, cells in (("flat", "as the guide"), ("sheets", "as the guide"), ("flat", "numbers")):
                name = f"{view}, {'with numbers in all' if cells == 'numbers' else 'numbers where the guide has them'}"
                start = time.perf_counter()
                command = [sys.executable, "-c", GUIDE, view, cells, folder]
                finished = subprocess.run(command, check=True, capture_output=True, text=True)
                if turn:  # the first fills the caches
                    seconds.setdefault(name, []).append(time.perf_counter() - start)
                frames, size = json.loads(finished.stdout)
                said[name] = frames, size
    median = {name: statistics.median(taken) for name, taken in seconds.items()}
    notes = [
        f"{name}: {frames} frames, {size / 1e6:.2f} MB, {median[name] / frames * 1e3:.1f} ms a frame"
        for name, (frames, size) in said.items()
    ]
    table("the guide's 19 animations, whole processes", median, 1.0, "s", next(iter(median)), notes)


def run_matplotlib() -> None:
    """The same scene, frame by frame, as matplotlib animates it."""
    from matplotlib.animation import FuncAnimation, PillowWriter
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    layer, shape = ca.Conv(3, padding=1), (5, 5)
    scene = ca.render.compose(layer, shape)
    drawing = ca.render.draw(scene)
    frames = len(drawing.frames)

    def ours(path: Path) -> None:
        ca.render.animate(layer, shape, path)

    def theirs(path: Path) -> None:
        figure = Figure(figsize=(drawing.width / 100, drawing.height / 100), dpi=100)
        FigureCanvasAgg(figure)
        axes = figure.add_axes((0, 0, 1, 1))

        def paint(number: int) -> list[Any]:
            axes.clear()
            ca.render.draw_on(axes, scene, frame=number)
            return []

        FuncAnimation(figure, paint, frames=frames).save(path, writer=PillowWriter(fps=2))

    seconds = {}
    sizes = {}
    with tempfile.TemporaryDirectory() as folder:
        for name, write in (("animate", ours), ("FuncAnimation and PillowWriter", theirs)):
            path = Path(folder) / "picture.gif"
            taken = []
            for _ in range(4):
                start = time.perf_counter()
                write(path)
                taken.append(time.perf_counter() - start)
            seconds[name] = statistics.median(taken[1:]) / frames
            sizes[name] = path.stat().st_size
    notes = [f"{name}: {size / 1e3:.0f} kB" for name, size in sizes.items()]
    table(f"a frame of the same {frames}", seconds, 1e-3, "ms", "animate", notes)


def run_memory() -> None:
    """By how much the memory of a process grows with the frames it writes."""
    print("\npeak memory of one animation, 30x30 input, beyond what is loaded")
    prepare = "import convarith as ca, tempfile\nca.render.animate(ca.Conv(3), (5, 5), tempfile.mkdtemp() + '/a.gif')"
    for frames in (1, 30, 100, 300, 900):
        work = (
            f"ca.render.animate(ca.Conv(3, padding=1), (30, 30), tempfile.mkdtemp() + '/a.gif', "
            f"cells='blank', max_frames={frames})"
        )
        program = f"{PEAK}\n{prepare}\nbefore = peak()\n{work}\nprint(peak() - before)"
        finished = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
        print(f"  {frames:>4} frames {int(finished.stdout) / 1e6:>8.1f} MB")


def run_gallery() -> None:
    """The whole gallery, pictures and page, in processes that have just begun."""
    seconds: dict[str, list[float]] = {}
    for _ in range(3):
        for name, more in (("one for each core", []), ("one", ["--jobs", "1"])):
            with tempfile.TemporaryDirectory() as folder:
                start = time.perf_counter()
                command = [
                    sys.executable,
                    "-m",
                    "convarith_cli",
                    "gallery",
                    "build",
                    f"{folder}/built",
                    "--json",
                    *more,
                ]
                finished = subprocess.run(command, check=True, capture_output=True, text=True)
                seconds.setdefault(f"gallery build, processes that draw: {name}", []).append(
                    time.perf_counter() - start
                )
                files = list(Path(folder, "built").iterdir())
                page = Path(folder, "built", "index.html").read_text(encoding="utf-8")
                pictures = sum(path.stat().st_size for path in files if path.suffix in (".gif", ".png"))
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", "import matplotlib.pyplot"], check=True)
    median = {"import matplotlib.pyplot": time.perf_counter() - start}
    median |= {name: statistics.median(taken) for name, taken in seconds.items()}
    frames = sum(
        len(block) for block in re.findall(r'<script type="[^"]*(?:json|svg)[^>]*>.*?</script>', page, re.DOTALL)
    )
    notes = [
        f"{json.loads(finished.stdout)['pictures']} pictures, {pictures / 1e6:.2f} MB as GIF and PNG",
        f"the page: {len(page) / 1e6:.2f} MB with its frames, {(len(page) - frames) / 1e3:.0f} kB without",
    ]
    table("the gallery, whole processes", median, 1.0, "s", "import matplotlib.pyplot", notes)


TABLES = {
    "gif": run_gif,
    "guide": run_guide,
    "matplotlib": run_matplotlib,
    "memory": run_memory,
    "gallery": run_gallery,
}
