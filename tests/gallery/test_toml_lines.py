"""The line of every key in a TOML file, however it is written."""

from __future__ import annotations

import tomllib
from importlib.resources import files

import pytest

from convarith.render.toml_lines import line_of, lines_of_keys

TRICKY = r"""# [[scene]] in a comment
title = "[[scene]] # no comment"  # conv = 1
"quo ted" = 'it"s'
introduction = %
name = "no key"
\% stays in ""\
%
'single.key' = "'"
[no.header]
[other]
a . "b\u0063" = { c = [1, { d = 2 }], 'e.f' = "}" }

[[scene]]  # the first
name = "one"
compare = [
    # a comment, with ] and }
    { conv = { kernel_size = 3 } },
    { pool = { kernel_size = [2,
2], stride = 1 } }, ]
[ scene . conv ]
kernel_size = [
  1,
  2]
[[scene]]
name = "two"
conv.stride = 2
when = 1979-05-27 07:32:00.5
conv."padding" = 1.5e3
[[scene.parts]]
x = 1
[[scene.parts]]
x = 2
[scene.parts.inner]
y = true
[after.all]
z = [[], [[4]]]
""".replace("%", '"""')

WHERE = {
    ("title",): 2,
    ("quo ted",): 3,
    ("introduction",): 4,
    ("single.key",): 8,
    (
        "other",
        "a",
    ): 11,
    ("other", "a", "bc"): 11,
    ("other", "a", "bc", "c", 1, "d"): 11,
    ("other", "a", "bc", "e.f"): 11,
    ("no", "header"): 9,
    ("other",): 10,
    ("scene",): 13,
    ("scene", 0): 13,
    ("scene", 0, "name"): 14,
    ("scene", 0, "compare"): 15,
    ("scene", 0, "compare", 0): 17,
    ("scene", 0, "compare", 0, "conv"): 17,
    ("scene", 0, "compare", 1, "pool"): 18,
    ("scene", 0, "compare", 1, "pool", "kernel_size"): 18,
    ("scene", 0, "compare", 1, "pool", "stride"): 19,
    ("scene", 0, "conv"): 20,
    ("scene", 0, "conv", "kernel_size"): 21,
    ("scene", 0, "conv", "kernel_size", 0): 22,
    ("scene", 0, "conv", "kernel_size", 1): 23,
    ("scene", 1): 24,
    ("scene", 1, "conv"): 26,
    ("scene", 1, "conv", "stride"): 26,
    ("scene", 1, "when"): 27,
    ("scene", 1, "conv", "padding"): 28,
    ("scene", 1, "parts"): 29,
    ("scene", 1, "parts", 0, "x"): 30,
    ("scene", 1, "parts", 1): 31,
    ("scene", 1, "parts", 1, "x"): 32,
    ("scene", 1, "parts", 1, "inner"): 33,
    ("scene", 1, "parts", 1, "inner", "y"): 34,
    ("after", "all", "z"): 36,
}


def paths_of(value, path=()):
    """The path of everything in a document."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in pairs:
        yield (*path, key)
        yield from paths_of(inner, (*path, key))


@pytest.mark.parametrize("path", WHERE, ids=str)
def test_each_key_has_its_line(path):
    assert lines_of_keys(TRICKY)[path] == WHERE[path]


@pytest.mark.parametrize("text", [TRICKY, files("convarith.render.gallery").joinpath("scenes.toml").read_text("utf-8")])
def test_what_is_found_is_what_is_there(text):
    assert set(lines_of_keys(text)) == set(paths_of(tomllib.loads(text)))


def test_lines_that_end_as_on_windows():
    text = TRICKY.replace("\n", "\r\n")
    assert lines_of_keys(text) == lines_of_keys(TRICKY)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('a = """x"""\nb = 1', 2),
        ('a = """"""\nb = 1', 2),
        ('a = """\n"""""\nb = 1', 3),
        ('a = """\n\\\\"""\nb = 1', 3),
        ('a = """\\"""\n"""\nb = 1', 3),
        ("a = ''''x'''\nb = 1", 2),
        ("a = '''\n'''''\nb = 1", 3),
        ('a = "\\\\" # "\nb = 1', 2),
        ("a = '\\' # '\nb = 1", 2),
        ('a = ""\nb = 1', 2),
        ("a = ''\nb = 1", 2),
    ],
)
def test_strings_end_where_they_end(text, line):
    assert "b" in tomllib.loads(text)
    assert lines_of_keys(text) == {("a",): 1, ("b",): line}


@pytest.mark.parametrize(
    "text",
    [
        'a = ["""x"""", "]", 1]\nb = 1',
        'a = ["""x""""", "]", 1]\nb = 1',
        "a = ['''x'''', ']', 1]\nb = 1",
        'a = ["\\"", "]", 1]\nb = 1',
        'a = ["""\\""", ]", 1]\n""", 2]\nb = 1',
        "a = ['\"', ']', 1]\nb = 1",
    ],
)
def test_quotes_within_strings_hide_nothing(text):
    lines = lines_of_keys(text)
    assert set(lines) == set(paths_of(tomllib.loads(text)))
    assert lines[("b",)] == text.count("\n") + 1


def test_a_key_that_is_nowhere_has_the_line_of_what_it_would_stand_in():
    lines = lines_of_keys(TRICKY)
    assert line_of(lines, ("scene", 1, "conv", "dilation")) == 26
    assert line_of(lines, ("scene", 1, "pool")) == 24
    assert line_of(lines, ("scene", 5)) == 13
    assert line_of(lines, ("nothing",)) is None
    assert line_of(lines, ()) is None


def test_what_is_nested_beyond_use_keeps_the_lines_before_it():
    text = "a = 1\nb = " + "[" * 100_000 + "]" * 100_000 + "\nc = 1"
    assert lines_of_keys(text)[("a",)] == 1
