"""How much memory there is, and how its size is said."""

from __future__ import annotations

import os

import pytest

from convarith.numerics import memory
from convarith.numerics.memory import available_bytes, size_text


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0.0 kB"),
        (1, "0.0 kB"),
        (100, "0.1 kB"),
        (2048, "2.0 kB"),
        (999_900, "999.9 kB"),
        (10**6, "1.0 MB"),
        (12_340_000, "12.3 MB"),
        (10**9, "1.0 GB"),
        (1_500_000_000, "1.5 GB"),
        (10**12, "1.0 TB"),
        (167_129_000_000_000, "167.1 TB"),
        (10**16, "10000.0 TB"),
    ],
)
def test_sizes_are_said_in_the_largest_unit_that_they_fill(count, text):
    assert size_text(count) == text


class TestAvailableBytes:
    """A machine of 1000 pages of 4096 bytes, in a container that says its limit in a file."""

    machine = 4_096_000

    @pytest.fixture(autouse=True)
    def pages(self, monkeypatch):
        known = {"SC_PAGE_SIZE": 4096, "SC_PHYS_PAGES": 1000}
        monkeypatch.setattr(os, "sysconf", known.__getitem__, raising=False)

    @pytest.fixture
    def limits(self, monkeypatch, tmp_path):
        """Writes each text into a file; None is a file that is not there."""

        def write(*texts):
            paths = [tmp_path / f"limit{number}" for number in range(len(texts))]
            for path, text in zip(paths, texts, strict=True):
                path.unlink(missing_ok=True)
                if text is not None:
                    path.write_text(text, encoding="utf-8")
            monkeypatch.setattr(memory, "LIMITS", tuple(map(str, paths)))

        return write

    @pytest.mark.parametrize(
        ("texts", "expected"),
        [
            ((), machine),
            (("1000000\n",), 1_000_000),
            (("max\n",), machine),
            ((None,), machine),
            ((None, "2000000"), 2_000_000),
            (("max", "2000000"), 2_000_000),
            (("3000000", "2000000"), 2_000_000),
            (("2000000", "3000000"), 2_000_000),
            (("9223372036854771712",), machine),
            (("",), machine),
            (("∞",), machine),
        ],
    )
    def test_the_least_that_any_of_them_says(self, limits, texts, expected):
        limits(*texts)
        assert available_bytes() == expected

    @pytest.mark.parametrize("failure", [AttributeError, ValueError, OSError])
    def test_where_the_system_does_not_say_the_container_does(self, limits, monkeypatch, failure):
        def refuse(name):
            raise failure(name)

        monkeypatch.setattr(os, "sysconf", refuse, raising=False)
        limits("5000")
        assert available_bytes() == 5000
        limits(None, "max")
        assert available_bytes() is None

    def test_where_there_is_no_sysconf(self, limits, monkeypatch):
        monkeypatch.delattr(os, "sysconf")
        limits(None)
        assert available_bytes() is None


def test_this_machine_has_some_memory():
    assert available_bytes() is None or available_bytes() > 10**7


def test_the_limits_are_where_linux_has_them():
    assert memory.LIMITS == ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")
