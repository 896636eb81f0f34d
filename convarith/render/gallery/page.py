"""The gallery's page: every card as HTML, with style sheet and script inlined, so that one file is the whole of it.

Elements are made by `_element`, which escapes every text that is not markup already. The frames of a picture lie at the
end of the page as JSON, which costs a browser nothing until the script asks for them.
"""

from __future__ import annotations

import json
import re
from html import escape
from importlib.resources import files
from pathlib import PurePosixPath
from string import Template
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from convarith.render.gallery.card import Card

MOVING = (".gif", ".webp", ".apng", ".svg", ".mp4")
"""Suffixes of files that a browser plays by itself, the best first: what a poster links to where no script runs."""

IMAGES = (".gif", ".webp", ".apng", ".svg", ".png")

COLOUR_PAIR = re.compile("--c([0-9a-f]{6})-([0-9a-f]{6})(?![0-9a-f])")
"""A colour of the players: the custom property is named after its light and its dark value."""

SIGN, TIE = re.compile(" ([=+-]) "), "\N{NO-BREAK SPACE}"

LONG_WORD = 20
"""So many letters of code stay together on any screen."""

ENDS_A_SCRIPT = re.compile("<(?=!--|/?script)", re.IGNORECASE)
"""Where an HTML parser would leave a script, or enter one inside it."""


def page_html(cards: Sequence[Card], *, title: str, introduction: str = "") -> str:
    """The page that shows the cards, under their topics in the order in which these first occur.

    A blank line in the introduction begins a new paragraph. The files of the cards are looked for beside the page.

    Raises:
        ValueError: two cards have one name, which is their address on the page.

    >>> page = page_html((), title="1 < 2")
    >>> page.startswith('<!doctype html>\\n<html lang="en">'), page.count("1 &lt; 2")
    (True, 2)
    """
    _check_names(cards)
    topics = _by_topic(cards)
    addresses = _addresses(topics)
    sections = (_section(topic, addresses[topic], found) for topic, found in topics.items())
    return Template(_resource("page.html")).substitute(
        title=escape(title),
        introduction=_paragraphs(introduction),
        navigation=_navigation(topics, addresses),
        number="1 picture" if len(cards) == 1 else f"{len(cards)} pictures",
        sections="\n".join(sections),
        frames="\n".join(map(_frames, cards)),
        style=_resource("page.css") + _colours(cards),
        script=_resource("page.js"),
    )


def _check_names(cards: Iterable[Card]) -> None:
    seen = set()
    for card in cards:
        if card.name in seen:
            raise ValueError(f"two pictures of the gallery are called {card.name!r}; each needs a name of its own")
        seen.add(card.name)


def _resource(name: str) -> str:
    return (files(__package__) / name).read_text(encoding="utf-8")


class Html(str):
    """Text that is markup already."""

    __slots__ = ()


def _element(tag: str, *children: str, **attributes: str | int | None) -> Html:
    """An element; what is not `Html` is escaped, attributes that are None are left out.

    >>> _element("a", "1 < 2", _element("b", "&"), href='?a="', class_="x", id=None)
    '<a href="?a=&quot;" class="x">1 &lt; 2<b>&amp;</b></a>'
    """
    content = "".join(child if isinstance(child, Html) else escape(child, quote=False) for child in children)
    return Html(f"{_start(tag, **attributes)}{content}</{tag}>")


def _start(tag: str, **attributes: str | int | None) -> Html:
    """The start of an element, which is all there is of some."""
    told = (
        f' {name.rstrip("_").replace("_", "-")}="{escape(str(value))}"'
        for name, value in attributes.items()
        if value is not None
    )
    return Html(f"<{tag}{''.join(told)}>")


def _joined(parts: Iterable[str]) -> Html:
    return Html("\n".join(parts))


def _paragraphs(text: str) -> Html:
    return _joined(_element("p", part.strip()) for part in re.split(r"\n\s*\n", text) if part.strip())


def _by_topic(cards: Iterable[Card]) -> dict[str, list[Card]]:
    topics: dict[str, list[Card]] = {}
    for card in cards:
        topics.setdefault(card.topic, []).append(card)
    return topics


def _addresses(topics: Iterable[str]) -> dict[str, str]:
    """An id for each topic, which no card can have because of its colon."""
    addresses: dict[str, str] = {}
    for topic in topics:
        words = "-".join(re.findall(r"\w+", topic.lower())) or "more"
        taken = sum(1 for address in addresses.values() if address.partition("~")[0] == f"topic:{words}")
        addresses[topic] = f"topic:{words}~{taken + 1}" if taken else f"topic:{words}"
    return addresses


def _navigation(topics: dict[str, list[Card]], addresses: dict[str, str]) -> Html:
    links = []
    for topic, cards in topics.items():
        count = _element("span", str(len(cards)), class_="count")
        links.append(_element("li", _element("a", topic, " ", count, href=_to(addresses[topic]))))
    return _joined(links)


def _to(address: str) -> str:
    """A link to an id."""
    return f"#{quote(address, safe=':~')}"


def _section(topic: str, address: str, cards: Iterable[Card]) -> Html:
    heading = _element("h2", topic, id=address, data_find="")
    grid = _element("div", _joined(map(_card, cards)), class_="grid")
    return _element("section", _joined((heading, grid)), class_="topic", aria_labelledby=address)


def _card(card: Card) -> Html:
    return _element(
        "article",
        _joined((_poster(card), _head(card), _about(card))),
        id=card.name,
        class_="card",
        aria_labelledby=f"title:{card.name}",
    )


def _poster(card: Card) -> Html:
    """The picture at rest, and a link to the one that moves, for pages without a script."""
    playing = _first_of(card.files, MOVING)
    return _element("a", _picture(card), class_="poster", href=quote(playing) if playing else _to(card.name))


def _first_of(names: Sequence[str], suffixes: Sequence[str]) -> str:
    """The file whose suffix comes first; empty if none has any of them."""
    ranked = [name for name in names if PurePosixPath(name).suffix.lower() in suffixes]
    return min(ranked, key=lambda name: suffixes.index(PurePosixPath(name).suffix.lower()), default="")


def _picture(card: Card) -> Html:
    if not card.poster:
        image = _first_of(card.files, IMAGES)
        return _element("noscript", _image(card, image)) if image else Html("")
    return _image(card, card.poster)


def _image(card: Card, name: str) -> Html:
    return _start("img", src=quote(name), width=card.width, height=card.height, loading="lazy", alt=card.alt)


def _head(card: Card) -> Html:
    facts = []
    if card.figure:
        facts.append(_element("span", f"Figure {card.figure} of the guide", class_="badge", data_find=""))
    if len(card.durations_ms) > 1:
        facts.append(_element("span", f"{len(card.durations_ms)} steps", class_="steps"))
    return _element(
        "div",
        _element("h3", card.title, id=f"title:{card.name}", data_find=""),
        _element("p", card.notice, class_="notice", data_find=""),
        _element("p", _joined(facts), class_="facts") if facts else Html(""),
        class_="head",
    )


def _about(card: Card) -> Html:
    parts = [
        ("Settings", _settings(card.settings)),
        ("Formulas", _formulas(card.formulas)),
        ("Command", _code(card.command, "command", "Copy the command")),
        ("Python", _code(card.python, "python", "Copy the Python")),
        ("Downloads", _downloads(card)),
    ]
    return _element(
        "details",
        _element("summary", "Settings, command and downloads"),
        *(_element("div", _element("h4", heading), part, class_="part") for heading, part in parts if part),
        _element("details", _element("summary", "The picture in words"), _element("p", card.alt), class_="words"),
        _permalink(card.name),
        class_="about",
    )


def _settings(settings: Sequence[tuple[str, str]]) -> Html:
    pairs = (_element("div", _element("dt", name), Html(" "), _element("dd", value)) for name, value in settings)
    return _element("dl", _joined(pairs), data_find="") if settings else Html("")


def _formulas(formulas: Sequence[str]) -> Html:
    lines = (_element("li", _tied(line)) for line in formulas)
    return _element("ul", *lines, class_="formulas") if formulas else Html("")


def _tied(formula: str) -> str:
    """A formula that a line ends before a plus or an equals sign, and not beside a minus.

    >>> _tied("o = (6 - 3) + 1")
    'o =\\xa0(6\\xa0-\\xa03) +\\xa01'
    """
    return SIGN.sub(lambda found: f"{TIE if found[1] == '-' else ' '}{found[1]}{TIE}", formula)


def _code(text: str, kind: str, label: str) -> Html:
    if not text:
        return Html("")
    is_command = kind == "command"
    lines = (_line(line, _words if is_command else _statement) for line in text.split("\n"))
    code = _element("code", _joined(lines), data_find="" if is_command else None)
    button = _element("button", "Copy", type="button", class_="copy js-only", aria_label=label)
    return _element("div", _element("pre", code), button, class_=f"code {kind}")


def _line(line: str, spelt: Callable[[str], Html]) -> Html:
    """A line of code, with its indent told, so that what does not fit goes on under it and not at the margin."""
    indent = _indent(line)
    return _element("span", spelt(line), class_="line", style=f"--indent:{indent}" if indent else None)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _words(line: str) -> Html:
    """The same text, whose words can be kept whole."""
    parts = re.split(r"(\s+)", line)
    return Html("".join(_element("span", _parted(part), class_="word") if part.strip() else part for part in parts))


def _statement(line: str) -> Html:
    """The same text, which cannot be broken between its indent and its first letter."""
    end = _indent(line) + 1
    return Html(_element("span", line[:end], class_="start") + _parted(line[end:])) if end > 1 else _parted(line)


def _parted(text: str) -> Html:
    """The same text, whose long words are rather broken after a ``_`` or ``;`` than anywhere."""
    words = re.split(r"(\s+)", text)
    parts = (re.split("(?<=[_;])(?=.)", word) if len(word) > LONG_WORD else [word] for word in words)
    return Html("".join("<wbr>".join(escape(piece, quote=False) for piece in pieces) for pieces in parts))


def _downloads(card: Card) -> Html:
    links = (
        _element("li", _element("a", *_shortened(name, card.name), href=quote(name), download=PurePosixPath(name).name))
        for name in card.files
    )
    return _element("ul", _joined(links), class_="downloads") if card.files else Html("")


def _shortened(file: str, name: str) -> tuple[str, ...]:
    """A file's name, of which only what it does not share with its card is seen."""
    rest = file.removeprefix(name)
    return (_element("span", name, class_="unseen"), rest) if 0 < len(rest) < len(file) else (file,)


def _permalink(name: str) -> Html:
    return _element("p", _element("a", "Link to this picture", href=_to(name)), class_="permalink")


def _frames(card: Card) -> str:
    """What the script plays, inert until it asks for it."""
    frames = {
        "width": card.width,
        "height": card.height,
        "rest": card.rest,
        "durations": card.durations_ms,
        "captioned": card.captioned,
        "notes": card.notes,
        "svg": card.player,
    }
    text = ENDS_A_SCRIPT.sub(r"\\u003c", json.dumps(frames, ensure_ascii=False, separators=(",", ":")))
    start = _start("script", type="application/json", id=f"frames:{card.name}", data_digest=card.digest)
    return f"{start}{text}</script>"


def _colours(cards: Iterable[Card]) -> str:
    """The colours of all players, each with its light and its dark value; browsers that cannot tell see the light."""
    pairs = sorted({pair for card in cards for pair in COLOUR_PAIR.findall(card.player)})
    if not pairs:
        return ""
    light = ";".join(f"--c{light}-{dark}:#{light}" for light, dark in pairs)
    both = ";".join(f"--c{light}-{dark}:light-dark(#{light},#{dark})" for light, dark in pairs)
    return f"\n:root{{{light}}}\n@supports (color:light-dark(#000,#fff)){{:root{{{both}}}}}\n"
