"""The same picture has the same bytes: twice, and in another process with other hashes of strings."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from importlib.util import find_spec

import pytest

SUFFIXES = [".gif", ".png", ".apng", ".webp", ".svg", ".pdf", ".tex", ".json"]
if find_spec("imageio_ffmpeg"):
    SUFFIXES.append(".mp4")  # of one version of ffmpeg: it writes no version or date into the file

PROGRAM = """
import hashlib, json, sys, tempfile
from pathlib import Path
import convarith as ca

answer = {}
with tempfile.TemporaryDirectory() as folder:
    for suffix in sys.argv[1:]:
        path = Path(folder) / f"odd{suffix}"
        for view in ("flat", "sheets"):
            ca.render.animate(ca.Pool(2, padding=1), (3, 4), path, view=view)
            answer[f"{view}{suffix}"] = hashlib.sha256(path.read_bytes()).hexdigest()
    path = Path(folder) / "stamps.gif"
    ca.render.animate(ca.ConvTranspose(3, stride=2), (2, 2), path, show="stamp")
    answer["stamps"] = hashlib.sha256(path.read_bytes()).hexdigest()
    ca.render.compare([ca.Conv(3), ca.Conv(3, stride=2)], (5, 5), path)
    answer["compared"] = hashlib.sha256(path.read_bytes()).hexdigest()
print(json.dumps(answer))
"""


def digests(seed):
    command = [sys.executable, "-c", PROGRAM, *SUFFIXES]
    environment = {**os.environ, "PYTHONHASHSEED": seed}
    answer = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return json.loads(answer.stdout)


@pytest.fixture(scope="module")
def elsewhere():
    return digests("1"), digests("2")


def test_two_processes_write_the_same_bytes(elsewhere):
    one, other = elsewhere
    assert one == other
    assert one["flat.json"] == one["sheets.json"]  # a scene has no view
    assert len(set(one.values())) == len(one) - 1


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_this_process_writes_them_too_and_does_so_twice(elsewhere, tmp_path, suffix):
    import convarith as ca

    path = tmp_path / f"odd{suffix}"
    for view in ("flat", "flat", "sheets"):
        ca.render.animate(ca.Pool(2, padding=1), (3, 4), path, view=view)
        assert hashlib.sha256(path.read_bytes()).hexdigest() == elsewhere[0][f"{view}{suffix}"]
