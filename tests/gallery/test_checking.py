"""Whether a folder holds the gallery of its scenes: byte for byte, or scene by scene."""

from __future__ import annotations

import shutil

import pytest
from test_building import SCENES

from convarith.render import gallery


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    folder = tmp_path_factory.mktemp("gallery")
    (folder / "scenes.toml").write_text(SCENES, encoding="utf-8")
    gallery.build(folder / "built", folder / "scenes.toml")
    return folder


@pytest.fixture
def home(built, tmp_path):
    shutil.copytree(built, tmp_path / "home")
    return tmp_path / "home"


def check(home, **wishes):
    return gallery.check(home / "built", home / "scenes.toml", **wishes)


def with_other_versions(home):
    path = home / "built" / "constraints.txt"
    lines = [line if "pillow" not in line else "pillow==0.9" for line in path.read_text(encoding="utf-8").splitlines()]
    path.write_text("\n".join(lines), encoding="utf-8")


def test_what_was_built_is_right(home):
    checked = check(home)
    assert checked
    assert (checked.pictures, checked.differences) == (2, ())
    assert checked.how == "byte for byte, with the versions of constraints.txt"
    assert str(checked).endswith(
        "2 pictures compared byte for byte, with the versions of constraints.txt; all are as the scenes say"
    )


def test_nothing_is_written(home):
    before = {path: path.stat().st_mtime_ns for path in home.rglob("*")}
    check(home, jobs=2)
    assert {path: path.stat().st_mtime_ns for path in home.rglob("*")} == before


@pytest.mark.parametrize("name", ["odd.gif", "halves.png", "index.html"])
def test_a_byte_makes_a_difference(name, home):
    path = home / "built" / name
    path.write_bytes(path.read_bytes() + b"\0")
    checked = check(home)
    assert not checked
    assert checked.differences == (f"{name} differs",)
    assert str(checked).splitlines()[1:] == [f"  {name} differs"]


def test_what_is_missing_is_named_and_what_else_is_there_is_nobodys_business(home):
    (home / "built" / "odd.gif").rename(home / "built" / "old.gif")
    (home / "built" / "notes.md").write_text("mine", encoding="utf-8")
    assert check(home).differences == ("odd.gif is missing",)


def test_another_theme_is_another_gallery(home):
    assert "odd.gif differs" in check(home, theme="print").differences


class TestOtherVersions:
    def test_pixels_may_differ(self, home):
        with_other_versions(home)
        (home / "built" / "odd.gif").write_bytes(b"other pixels")
        checked = check(home)
        assert checked
        assert checked.how.startswith("scene by scene, as pillow is ")
        assert checked.how.endswith(" here and 0.9 there")

    def test_scenes_may_not(self, home):
        with_other_versions(home)
        path = home / "scenes.toml"
        path.write_text(SCENES.replace("input_shape = [4]", "input_shape = [6]"), encoding="utf-8")
        assert check(home).differences == ("halves shows another scene",)

    def test_nor_may_one_be_missing_or_new(self, home):
        with_other_versions(home)
        path = home / "scenes.toml"
        path.write_text(SCENES.replace('"halves"', '"thirds"'), encoding="utf-8")
        assert check(home).differences == (
            "thirds is not on the page",
            "thirds.gif is missing",
            "thirds.png is missing",
            "halves is on the page, and is no scene",
        )

    def test_without_a_record_it_is_scene_by_scene(self, home):
        (home / "built" / "constraints.txt").unlink()
        assert check(home).how == "scene by scene, as there is no constraints.txt"


def test_a_folder_without_a_gallery_is_an_error(home):
    with pytest.raises(FileNotFoundError) as refused:
        gallery.check(home, home / "scenes.toml")
    assert str(refused.value) == f"there is no gallery in {str(home)!r}, for it holds no index.html; build it first"
