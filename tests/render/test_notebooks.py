"""Notebooks: animations show themselves, layers and explanations are well-formed tables."""

from __future__ import annotations

from base64 import b64decode
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import pytest

import convarith as ca

LAYERS = [
    (ca.Conv(3, stride=2, padding=1), (6, 6)),
    (ca.Conv(2, padding=((-1, 0), (2, -2))), (5, 6)),
    (ca.Pool(3, stride=2, ceil_mode=True), (7,)),
    (ca.ConvTranspose(3, stride=2, padding=1, output_padding=1), (3, 3)),
    (ca.Conv((2, 1, 3), dilation=(1, 2, 1)), (3, 3, 4)),
]
MIMES = {
    ".gif": "image/gif",
    ".png": "image/png",
    ".apng": "image/apng",
    ".webp": "image/webp",
    ".svg": "image/svg+xml",
    ".mp4": "video/mp4",
}


class Source(HTMLParser):
    def handle_starttag(self, _tag, attributes):
        self.attributes = dict(attributes)


@pytest.mark.parametrize("suffix", MIMES)
def test_an_animation_shows_the_whole_file_and_its_words(tmp_path, suffix):
    if suffix == ".mp4":
        pytest.importorskip("imageio_ffmpeg")
    written = ca.render.animate(ca.Conv(2), (3,), tmp_path / f"conv{suffix}", scale=2)
    bundle = written._repr_mimebundle_(include=None, exclude=None)
    assert set(bundle) == {"text/plain", "text/html"}
    assert bundle["text/plain"] == str(written)
    assert written._repr_html_() == bundle["text/html"]
    parser = Source()
    parser.feed(bundle["text/html"])
    head, data = parser.attributes["src"].split(",", 1)
    assert head == f"data:{MIMES[suffix]};base64"
    assert b64decode(data) == written.path.read_bytes()
    assert parser.attributes["aria-label" if suffix == ".mp4" else "alt"] == written.alt_text
    assert parser.attributes["width"] == str(written.width // written.scale)


@pytest.mark.parametrize("name", ["scene.json", "conv.tex", "conv.pdf", "frames/"])
def test_what_a_page_cannot_show_is_said_in_words(tmp_path, name):
    written = ca.render.animate(ca.Conv(2), (3,), f"{tmp_path}/{name}")
    assert written._repr_html_() is None
    assert written._repr_mimebundle_() == {"text/plain": str(written)}
    assert written.alt_text in str(written)


def test_a_file_that_is_gone_is_said_in_words(tmp_path):
    written = ca.render.animate(ca.Conv(2), (3,), tmp_path / "conv.gif")
    written.path.unlink()
    assert written._repr_html_() is None


def test_it_prints_where_how_many_how_large_and_what_was_left_out(tmp_path):
    path = tmp_path / "conv.gif"
    written = ca.render.animate(ca.Conv(3), (60,), path, width=400)
    first, alt, note = str(written).splitlines()
    assert first == f"{path}: 58 frames, 400x{written.height} pixels"
    assert alt == written.alt_text
    assert note.startswith("What stands in cells is left out: ")
    assert str(ca.render.animate(ca.Conv(3), (3,), path)).startswith(f"{path}: 1 frame, ")
    assert written.to_dict() == {
        "path": str(path),
        "frames": 58,
        "width": 400,
        "height": written.height,
        "alt_text": alt,
        "notes": [note],
    }


def rows_of(html):
    """The rows of a well-formed table, each as its cells' texts."""
    table = ET.fromstring(html)
    assert table.tag == "table"
    rows = [["".join(cell.itertext()) for cell in row] for row in table.iter("tr")]
    assert {child.tag for child in table} <= {"caption", "tr"}
    return "".join(table.find("caption").itertext()), rows


@pytest.mark.parametrize(("layer", "shape"), LAYERS)
def test_a_layer_is_a_table_of_its_parameters(layer, shape):
    caption, rows = rows_of(layer._repr_html_())
    assert caption == repr(layer)
    assert [name for name, _ in rows] == list(layer.parameters)
    assert dict(rows) == {name: str(value) for name, value in layer.parameters.items()}
    assert type(layer)(**layer.parameters).output_shape(shape) == layer.output_shape(shape)


@pytest.mark.parametrize(("layer", "shape"), LAYERS)
def test_an_explanation_is_a_table_of_all_that_it_prints(layer, shape):
    explanation = layer.explain(shape)
    caption, rows = rows_of(explanation._repr_html_())
    assert repr(layer) in caption
    said = " ".join(" ".join(row) for row in rows)
    printed = [word for word in str(explanation).split() if word not in caption]
    assert all(word in said for word in printed)
