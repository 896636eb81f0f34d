"""A theme of the user's own: what a file can say, and every sentence about what it cannot."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from pathlib import Path

import pytest

from convarith.errors import ParameterError
from convarith.render.theme_files import SIZE_LIMIT, theme_named
from convarith.render.themes import DEFAULT, TEXTURES, THEMES, Style

PAGE = Path(__file__).parents[2] / "docs" / "themes.md"
NAMES = "default, guide, dark, print"
ROLE_NAMES = (
    "input, inserted, padding, extra, overhang, cropped, weight, entry, zero, to_come, done, level_1, level_2, "
    "level_3, level_4, convolution, transposed, pooling, upsampling, connected, merge, reshaping, unknown"
)


@pytest.fixture
def written(tmp_path, monkeypatch):
    """Writes mine.toml into the folder where the test works, and gives its name."""
    monkeypatch.chdir(tmp_path)

    def write(content):
        Path("mine.toml").write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
        return "mine.toml"

    return write


class TestWhatIsMeant:
    def test_a_theme_is_itself(self):
        own = replace(DEFAULT, page="#eeeeee")
        assert theme_named(own) is own

    @pytest.mark.parametrize("name", THEMES)
    def test_a_name(self, name):
        assert theme_named(name) is THEMES[name]

    @pytest.mark.parametrize("kind", [str, Path])
    @pytest.mark.parametrize("name", ["mine.toml", "print.TOML"])
    def test_a_path(self, kind, name, tmp_path):
        path = tmp_path / name
        path.write_text('page = "#eeeeee"\n', encoding="utf-8")
        assert theme_named(kind(path)) == replace(DEFAULT, page="#eeeeee", name=path.stem)

    def test_any_path(self, tmp_path):
        (tmp_path / "mine.toml").write_bytes(b"")
        with os.scandir(tmp_path) as entries:
            (entry,) = entries
        assert not isinstance(entry, Path)
        assert theme_named(entry) == replace(DEFAULT, name="mine")

    @pytest.mark.parametrize(
        ("theme", "sentence"),
        [
            ("prnt", f"unknown theme 'prnt'; did you mean 'print'? Known are {NAMES}, or the path of a .toml file"),
            ("Dark", f"unknown theme 'Dark'; did you mean 'dark'? Known are {NAMES}, or the path of a .toml file"),
            ("mine.json", f"unknown theme 'mine.json'; known are {NAMES}, or the path of a .toml file"),
            (Path("mine"), f"unknown theme 'mine'; known are {NAMES}, or the path of a .toml file"),
            (
                Path("dark"),
                f"unknown theme 'dark'; did you mean 'dark'? Known are {NAMES}, or the path of a .toml file",
            ),
            ("", f"unknown theme ''; known are {NAMES}, or the path of a .toml file"),
            (None, f"unknown theme 'None'; known are {NAMES}, or the path of a .toml file"),
        ],
    )
    def test_an_unknown_name_is_refused(self, theme, sentence):
        with pytest.raises(ParameterError) as refused:
            theme_named(theme)
        assert str(refused.value) == sentence
        assert refused.value.value == theme


class TestWhatAFileSays:
    def test_nothing_is_the_default(self, written):
        assert theme_named(written("")) == replace(DEFAULT, name="mine")

    @pytest.mark.parametrize("name", THEMES)
    def test_it_is_based_on_a_theme(self, name, written):
        assert theme_named(written(f'based_on = "{name}"')) == replace(THEMES[name], name="mine")

    def test_everything_can_be_said(self, written):
        content = """
            name = "sea"
            page = "#000001"
            ink = "#000002"
            window = "#000003"
            winner = "#000004"
            hatch = "#000005"
            [roles.weight]
            fill = "#00000a"
            lit = "#00000B"
            stroke = "#0cF"
            dash = [1, 20]
            texture = "dots"
            small = true
        """
        weight = Style("#00000a", "#00000b", "#00ccff", (1, 20), "dots", small=True)
        assert theme_named(written(content)) == replace(
            DEFAULT,
            name="sea",
            page="#000001",
            ink="#000002",
            window="#000003",
            winner="#000004",
            hatch="#000005",
            roles={**DEFAULT.roles, "weight": weight},
        )

    @pytest.mark.parametrize("role", DEFAULT.roles)
    def test_what_is_not_said_of_a_role_is_taken_from_the_base(self, role, written):
        theme = theme_named(written(f'based_on = "guide"\n[roles.{role}]\nlit = "#abc"'))
        base = THEMES["guide"].roles
        assert theme.roles == {**base, role: replace(base[role], lit="#aabbcc")}
        assert tuple(theme.roles) == tuple(base)

    def test_the_themes_stay_as_they_are(self, written):
        before = dict(DEFAULT.roles)
        theme_named(written('[roles.input]\nfill = "#000"'))
        assert DEFAULT.roles == before

    def test_a_dash_can_be_taken_away(self, written):
        assert theme_named(written("[roles.padding]\ndash = []")).roles["padding"].dash == ()

    @pytest.mark.parametrize("texture", TEXTURES)
    def test_every_texture(self, texture, written):
        theme = theme_named(written(f'[roles.input]\ntexture = "{texture}"'))
        assert theme.roles["input"].texture == texture

    def test_text_as_editors_on_windows_save_it(self, written):
        assert theme_named(written('\ufeffname = "größer"\r\npage = "#abcdef"\r\n')).page == "#abcdef"

    def test_the_limit_is_still_read(self, written):
        assert theme_named(written("#".ljust(SIZE_LIMIT, "-"))).name == "mine"


class TestWhatAFileCannotSay:
    @pytest.mark.parametrize(
        ("content", "sentence"),
        [
            (
                'pge = "#fff"',
                "unknown key pge = '#fff'; did you mean 'page'? "
                "Known are name, based_on, page, ink, window, winner, hatch, roles",
            ),
            ('[input]\nfill = "#fff"', "unknown key input = {'fill': '#fff'}; did you mean [roles.input]?"),
            ('name = ""', "name = '' is no name; write a word, or leave it out"),
            ("name = 3", "name = 3 is no name; write a word, or leave it out"),
            ('based_on = "drak"', f"based_on = 'drak' is no theme; did you mean 'dark'? Known are {NAMES}"),
            ("based_on = [1]", f"based_on = [1] is no theme; known are {NAMES}"),
            ('page = "red"', 'page = \'red\' is no colour; write "#rrggbb" or "#rgb" with the digits 0-9 and a-f'),
            ('ink = "56b4e9"', "ink = '56b4e9' is no colour; did you mean '#56b4e9'?"),
            (
                'window = "#12345"',
                'window = \'#12345\' is no colour; write "#rrggbb" or "#rgb" with the digits 0-9 and a-f',
            ),
            ('hatch = "#٣٣٣"', 'hatch = \'#٣٣٣\' is no colour; write "#rrggbb" or "#rgb" with the digits 0-9 and a-f'),
            (
                'winner = "#000000\\n"',
                'winner = \'#000000\\n\' is no colour; write "#rrggbb" or "#rgb" with the digits 0-9 and a-f',
            ),
            ("winner = 0", 'winner = 0 is no colour; write "#rrggbb" or "#rgb" with the digits 0-9 and a-f'),
            ("roles = 1", "roles = 1 is no table; write a table for each role, such as [roles.input]"),
            ("[[roles]]", "roles = [{}] is no table; write a table for each role, such as [roles.input]"),
            (
                '[roles.paddng]\nfill = "#fff"',
                f"unknown key roles.paddng = {{'fill': '#fff'}}; did you mean 'padding'? Known are {ROLE_NAMES}",
            ),
            (
                'roles.done = "#fff"',
                "roles.done = '#fff' is no table; write [roles.done], and below it fill = \"#f0e442\"",
            ),
            (
                '[roles.input]\ncolor = "#fff"',
                "unknown key roles.input.color = '#fff'; known are fill, lit, stroke, dash, texture, small",
            ),
            (
                '[roles.input]\nstrokes = "#fff"',
                "unknown key roles.input.strokes = '#fff'; did you mean 'stroke'? "
                "Known are fill, lit, stroke, dash, texture, small",
            ),
            (
                '[roles.input]\nfill = "#ggg"',
                'roles.input.fill = \'#ggg\' is no colour; write "#rrggbb" or "#rgb" with the digits 0-9 and a-f',
            ),
            *(
                (
                    f"[roles.input]\ndash = {dash}",
                    f"roles.input.dash = {shown} is no dash; write [on, off] with whole numbers from 1 to 20, or []",
                )
                for dash, shown in [
                    ("[0, 3]", "[0, 3]"),
                    ("[3, 21]", "[3, 21]"),
                    ("[3]", "[3]"),
                    ("[1, 2, 3]", "[1, 2, 3]"),
                    ("[1.5, 2]", "[1.5, 2]"),
                    ("[true, 2]", "[True, 2]"),
                    ("4", "4"),
                    ('"ab"', "'ab'"),
                    ("{}", "{}"),
                ]
            ),
            (
                '[roles.extra]\ntexture = "dot"',
                "roles.extra.texture = 'dot' is no texture; did you mean 'dots'? "
                'Known are corner, cross, dots, falling, lines, rising, or "" for none',
            ),
            (
                "[roles.extra]\ntexture = 1",
                "roles.extra.texture = 1 is no texture; known are corner, cross, dots, falling, lines, rising, or "
                '"" for none',
            ),
            (
                '[roles.extra]\nsmall = "yes"',
                "roles.extra.small = 'yes' is neither true nor false; write one of them, without quotes",
            ),
            (
                "[roles.extra]\nsmall = 1",
                "roles.extra.small = 1 is neither true nor false; write one of them, without quotes",
            ),
            (
                f'page = "{"x" * 5000}"',
                f'page = \'{"x" * 58}… is no colour; write "#rrggbb" or "#rgb" with the digits 0-9 and a-f',
            ),
        ],
    )
    def test_it_is_refused_in_a_sentence(self, content, sentence, written):
        path = written(content)
        with pytest.raises(ParameterError) as refused:
            theme_named(path)
        assert str(refused.value) == f"'mine.toml': {sentence}"
        assert refused.value.path == "mine.toml"
        key = refused.value.key
        assert sentence.removeprefix("unknown key ").startswith(f"{key} = ")

    @pytest.mark.parametrize(
        ("content", "line", "reason"),
        [
            ('page = "#fff"\nink red\n', 2, "expected '=' after a key in a key/value pair"),
            ("page = #fff", 1, "invalid value"),
            ('\n\n[roles.input]\nfill = "#fff', 4, "unterminated string|expected '\"'"),
            ('ink = "#fff"\n[roles.input]\n[roles.input]\n', 3, "cannot declare .* twice"),
            ("[", 1, ""),
        ],
    )
    def test_what_is_no_toml_is_refused_with_its_line(self, content, line, reason, written):
        path = written(content)
        with pytest.raises(ParameterError) as refused:
            theme_named(path)
        assert re.match(rf"'mine.toml', line {line} is no TOML: {reason}", str(refused.value)), refused.value
        assert "(at " not in str(refused.value)
        assert (refused.value.path, refused.value.line) == ("mine.toml", line)

    def test_what_is_no_text_is_refused_with_its_line(self, written):
        path = written(b'page = "#fff"\nname = "\xff"\n')
        with pytest.raises(ParameterError) as refused:
            theme_named(path)
        assert str(refused.value) == "'mine.toml', line 2 is no UTF-8 text; save it as UTF-8"
        assert refused.value.line == 2

    @pytest.mark.parametrize("content", ["page = " + "[" * 40_000, "page = " + "1" * 5000])
    def test_what_no_reader_can_bear_is_refused(self, content, written):
        path = written(content)
        with pytest.raises(ParameterError) as refused:
            theme_named(path)
        assert str(refused.value) == "'mine.toml' is no theme; it holds numbers or lists beyond any use"

    def test_a_large_file_is_refused(self, written):
        path = written("#".ljust(SIZE_LIMIT + 1, "-"))
        with pytest.raises(ParameterError) as refused:
            theme_named(path)
        assert str(refused.value) == "'mine.toml' is larger than a theme can be; give a file of at most 100 kB"
        assert refused.value.limit == SIZE_LIMIT

    @pytest.mark.parametrize(
        ("wrong", "advised"),
        [
            ('pge = "#fff"', 'page = "#fff"'),
            ('[input]\nfill = "#fff"', '[roles.input]\nfill = "#fff"'),
            ('based_on = "drak"', 'based_on = "dark"'),
            ('ink = "56b4e9"', 'ink = "#56b4e9"'),
            ('roles.done = "#fff"', '[roles.done]\nfill = "#f0e442"'),
            ("[roles.input]\ndash = [0, 3]", "[roles.input]\ndash = [1, 3]"),
            ("[roles.input]\ndash = [3, 21]", "[roles.input]\ndash = [3, 20]"),
            ('[roles.extra]\ntexture = "dot"', '[roles.extra]\ntexture = "dots"'),
            ('[roles.extra]\nsmall = "true"', "[roles.extra]\nsmall = true"),
        ],
    )
    def test_the_advised_change_mends_it(self, wrong, advised, written):
        path = written(wrong)
        with pytest.raises(ParameterError):
            theme_named(path)
        assert theme_named(written(advised)).name == "mine"


class TestWhatCannotBeRead:
    def test_a_missing_file(self, tmp_path):
        with pytest.raises(FileNotFoundError) as missing:
            theme_named(tmp_path / "none.toml")
        assert str(missing.value.filename) == str(tmp_path / "none.toml")

    def test_a_folder(self, tmp_path):
        folder = tmp_path / "folder.toml"
        folder.mkdir()
        with pytest.raises(OSError, match=re.escape(str(folder))):
            theme_named(folder)

    @pytest.mark.skipif(os.name == "nt" or (hasattr(os, "geteuid") and os.geteuid() == 0), reason="root may read all")
    def test_a_file_that_may_not_be_read(self, tmp_path):
        path = tmp_path / "secret.toml"
        path.touch(mode=0)
        with pytest.raises(PermissionError):
            theme_named(path)


class TestThePage:
    text = PAGE.read_text(encoding="utf-8")

    def test_its_example_is_a_theme(self, written):
        (example,) = re.findall(r"```toml\n(.*?)```", self.text, re.DOTALL)
        theme = theme_named(written(example))
        dark = THEMES["dark"]
        assert (theme.name, theme.page, theme.window, theme.ink) == ("mine", "#002b36", "#ffdd66", dark.ink)
        assert theme.roles == {
            **dark.roles,
            "input": replace(dark.roles["input"], fill="#268bd2", lit="#b3d9f5"),
            "padding": replace(dark.roles["padding"], fill="#002b36", dash=(2, 3)),
            "extra": replace(dark.roles["extra"], texture="lines"),
        }

    def test_it_names_every_theme_role_key_and_texture(self):
        keys = {"name", "based_on", "page", "ink", "window", "winner", "hatch", "fill", "lit", "stroke", "dash"}
        for word in {*THEMES, *DEFAULT.roles, *keys, "texture", "small"}:
            assert f"`{word}`" in self.text, word
        for texture in TEXTURES:
            assert f'`"{texture}"`' in self.text, texture
