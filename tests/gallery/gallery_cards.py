"""Cards of real scenes, and a folder with their page and posters."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from hashlib import blake2s

import convarith as ca
from convarith.render.gallery.card import Card
from convarith.render.gallery.page import page_html
from convarith.render.gallery.player import player_svg
from convarith.render.images import png_bytes
from convarith.render.svg import svg_bytes

compose, draw = ca.render.compose, ca.render.draw

SCENES = {
    "odd": ("Convolution", "2.7", lambda: compose(ca.Conv(3, stride=2, padding=1), (6, 6))),
    "dilated": ("Convolution", "5.1", lambda: compose(ca.Conv(3, dilation=2), (7, 7))),
    "row": ("Convolution", "", lambda: compose(ca.Conv(3, dilation=2, padding="same"), (12,))),
    "max-pooling": ("Pooling", "1.6", lambda: compose(ca.Pool(3, stride=1), (5, 5))),
    "one-step": ("Pooling", "", lambda: compose(ca.Pool(2), (2, 2), reduce="avg")),
    "up": ("Transposed convolution", "4.7", lambda: compose(ca.ConvTranspose(3, stride=2, padding=1), (3, 3))),
    "stamps": (
        "Transposed convolution",
        "",
        lambda: compose(ca.ConvTranspose(3, stride=2), (2, 2), show="stamp"),
    ),
}
"""Name -> topic, figure, and what makes the scene."""

NASTY = "</script><!-- <script> --><img src=x onerror=alert(1)> \"'& ]]> ${x} $title"


@cache
def drawings(name):
    """A scene's drawings, light and dark."""
    scene = SCENES[name][2]()
    return scene, draw(scene), draw(scene, theme="dark")


@cache
def card(name):
    """The card of a scene."""
    topic, figure, _ = SCENES[name]
    scene, light, dark = drawings(name)
    return Card(
        name=name,
        title=scene.title,
        topic=topic,
        notice="Watch the window fill the output, one cell after the other.",
        figure=figure,
        alt=scene.alt,
        settings=(("input", "6×6"), ("kernel", "3×3"), ("stride", "2"), ("padding", "1")),
        formulas=scene.captions or ("o = i - k + 1",),
        command=f"convarith animate conv 6x6 -k 3 -s 2 -p 1 -o {name}.gif",
        python=f'import convarith as ca\n\nca.render.animate(ca.Conv(3, stride=2, padding=1), (6, 6), "{name}.gif")',
        files=(f"{name}.gif", f"{name}.svg", f"{name}.png"),
        poster=f"{name}.png",
        width=light.width,
        height=light.height,
        player=player_svg(light, dark),
        rest=light.poster,
        durations_ms=tuple(frame.ms for frame in light.frames),
        captioned=True,
        notes=tuple(step.note for step in scene.steps),
        digest=blake2s(scene.text().encode(), digest_size=8).hexdigest(),
    )


def cards():
    """One of every scene; the last has no poster."""
    *most, last = (card(name) for name in SCENES)
    return [*most, replace(last, poster="")]


def many(count):
    """So many cards of few scenes, which have names of their own."""
    found = [card(name) for name in SCENES]
    return [replace(found[at % len(found)], name=f"{found[at % len(found)].name}-{at}") for at in range(count)]


def write_gallery(folder, shown, **words):
    """Write a page, and the files of its cards; the page's path."""
    for one in shown:
        for file in one.files:
            (folder / file).write_bytes(file_of(one.digest, file))
    page = folder / "index.html"
    page.write_text(page_html(shown, **words), encoding="utf-8", newline="\n")
    return page


@cache
def file_of(digest, file):
    """What is in a file of the card with this digest; in a ``.gif`` the poster, as only its being there counts."""
    name = next(name for name in SCENES if card(name).digest == digest)
    _, light, _ = drawings(name)
    if file.endswith(".svg"):
        return svg_bytes(light)
    return png_bytes(light.as_still(), scale=2)
