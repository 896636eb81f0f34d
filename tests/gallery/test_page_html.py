"""The page as text: everything is in it once and escaped, and it asks nothing of the network."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from urllib.parse import unquote

import pytest
from gallery_cards import NASTY, card, cards, many

from convarith.render.gallery.page import page_html

VOID = {"meta", "link", "img", "input", "wbr"}
SHAPES = {"path", "circle", "rect"}


class Page(HTMLParser):
    """A page's elements, in their order, as (tag, attributes, text); its scripts as (attributes, text)."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.scripts, self.open = [], [], []
        self.feed(text)
        self.close()
        assert self.open == [], "elements that are not closed"

    def handle_starttag(self, tag, attributes):
        element = (tag, dict(attributes), [])
        assert len(attributes) == len(element[1]), f"an attribute twice in {tag}"
        self.elements.append(element)
        if tag == "script":
            self.scripts.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag, attributes):
        assert tag in SHAPES
        self.elements.append((tag, dict(attributes), []))

    def handle_endtag(self, tag):
        assert self.open.pop()[0] == tag, f"</{tag}> closes something else"

    def handle_data(self, data):
        for _, _, text in self.open:
            text.append(data)

    def all(self, tag, **wanted):
        return [
            (attributes, "".join(text))
            for name, attributes, text in self.elements
            if name == tag and all(attributes.get(key.rstrip("_")) == value for key, value in wanted.items())
        ]

    def texts(self, tag, **wanted):
        return [text for _, text in self.all(tag, **wanted)]

    def frames(self):
        """Name -> what the script is given to play."""
        return {
            attributes["id"].removeprefix("frames:"): json.loads("".join(text))
            for _, attributes, text in self.scripts
            if attributes.get("type") == "application/json"
        }


def page(shown=None, title="Pictures", **words):
    return Page(page_html(cards() if shown is None else shown, title=title, **words))


def nasty_card():
    """A card whose every text is nasty."""
    return replace(
        card("odd"),
        **dict.fromkeys(("title", "topic", "notice", "figure", "alt", "command", "python"), NASTY),
        settings=((NASTY, NASTY),),
        formulas=(NASTY,),
        notes=(NASTY,) * len(card("odd").notes),
        files=(f"{NASTY}.png", f"{NASTY}.gif"),
        poster=f"{NASTY}.png",
    )


class TestTheWholePage:
    def test_the_same_cards_give_the_same_page(self):
        assert page_html(cards(), title="x") == page_html(cards(), title="x")

    def test_title_introduction_and_language(self):
        shown = page(title="Some & all", introduction="One.\n\nTwo\nlines.")
        assert shown.texts("title") == ["Some & all"]
        assert [text.strip() for text in shown.texts("h1")] == ["Some & all"]
        assert shown.all("html")[0][0] == {"lang": "en"}
        assert {"One.", "Two\nlines."} <= set(shown.texts("p"))

    def test_without_a_card_it_is_a_page_all_the_same(self):
        assert page(()).texts("article") == []

    def test_without_an_introduction_there_is_no_empty_paragraph(self):
        (introduction,) = page().texts("div", class_="introduction")
        assert introduction.strip() == ""

    @pytest.mark.parametrize(("count", "words"), [(0, "0 pictures"), (1, "1 picture"), (7, "7 pictures")])
    def test_it_says_how_many_there_are(self, count, words):
        assert page(many(count)).texts("p", class_="found") == [words]

    def test_it_is_small_without_the_frames(self):
        shown = [replace(one, player="") for one in many(60)]
        assert len(page_html(shown, title="x").encode()) < 300_000

    def test_ids_are_unique(self):
        ids = Counter(attributes["id"] for _, attributes, _ in page().elements if "id" in attributes)
        assert ids.most_common(1)[0][1] == 1
        assert all(re.fullmatch(r"\S+", name) for name in ids)

    def test_what_is_referred_to_is_there(self):
        shown = page()
        ids = {attributes["id"] for _, attributes, _ in shown.elements if "id" in attributes}
        labels = {attributes.get("aria-labelledby") for _, attributes, _ in shown.elements} - {None}
        anchors = {unquote(a["href"][1:]) for a, _ in shown.all("a") if a["href"].startswith("#")}
        assert labels | anchors <= ids

    @pytest.mark.parametrize("name", ["topic", "title", "frames", "page", "main", "search"])
    def test_no_name_of_a_card_is_an_id_of_the_page(self, name):
        shown = [replace(card("odd"), name=name, topic="title"), replace(card("up"), topic="main")]
        ids = Counter(attributes["id"] for _, attributes, _ in page(shown).elements if "id" in attributes)
        assert ids[name] == 1
        assert max(ids.values()) == 1

    def test_two_cards_of_one_name_are_refused(self):
        with pytest.raises(ValueError, match="two pictures of the gallery are called 'odd'"):
            page_html([card("odd"), card("odd")], title="x")

    def test_nothing_is_loaded_from_elsewhere(self):
        shown = page()
        loaded = [
            attributes[key]
            for tag, attributes, _ in shown.elements
            for key in ("src", "srcset", "href", "action", "poster", "data")
            if key in attributes
        ]
        assert loaded
        assert not [address for address in loaded if re.match(r"(?!data:)[a-z]+:|//", address)]
        sheet = "".join(shown.texts("style"))
        assert not re.search(r"@import|url\(", sheet)
        for _, _, text in shown.scripts:
            assert not re.search(r"https?:(?!//www\.w3\.org/2000/svg)", "".join(text))

    def test_every_control_and_landmark_is_there(self):
        shown = page()
        assert [len(shown.all(tag)) for tag in ("header", "nav", "main", "footer", "h1")] == [1] * 5
        for attributes, text in shown.all("button"):
            assert attributes["type"] == "button"
            assert text.strip() or attributes.get("aria-label"), attributes

    def test_headings_are_in_order(self):
        levels = [int(tag[1]) for tag, _, _ in page().elements if re.fullmatch("h[1-6]", tag)]
        assert levels[0] == 1
        assert all(after <= before + 1 for before, after in pairwise(levels))


class TestTopics:
    def test_they_are_headings_in_order_of_first_appearance(self):
        shown = [replace(card("odd"), name=f"n{at}", topic=topic) for at, topic in enumerate("bab")]
        found = page(shown)
        assert found.texts("h2") == ["b", "a"]
        assert [attributes["id"] for attributes, _ in found.all("article")] == ["n0", "n2", "n1"]

    def test_the_navigation_counts_their_cards(self):
        (navigation,) = page().texts("nav")
        assert [line for line in navigation.split("\n") if line.strip()] == [
            "Convolution 3",
            "Pooling 2",
            "Transposed convolution 2",
        ]

    def test_topics_that_sound_the_same_have_addresses_of_their_own(self):
        topics = ["A b", "a B!", "a-b", "…", "?!", "Größe"]
        shown = [replace(card("odd"), name=f"n{at}", topic=topic) for at, topic in enumerate(topics)]
        found = page(shown)
        ids = [attributes["id"] for attributes, _ in found.all("h2")]
        assert ids == ["topic:a-b", "topic:a-b~2", "topic:a-b~3", "topic:more", "topic:more~2", "topic:größe"]
        links = [a["href"] for a, _ in found.all("a") if a["href"].startswith("#topic")]
        assert [unquote(link[1:]) for link in links] == ids
        assert links[-1] == "#topic:gr%C3%B6%C3%9Fe"


class TestACard:
    def test_each_is_there_once(self):
        shown = cards()
        found = page(shown)
        assert [attributes["id"] for attributes, _ in found.all("article")] == [one.name for one in shown]
        assert found.texts("h3") == [one.title for one in shown]
        assert list(found.frames()) == [one.name for one in shown]

    def test_all_of_its_words_are_in_it(self):
        one = card("odd")
        (text,) = page([one]).texts("article")
        words = [one.title, one.notice, one.alt, one.command, one.python, *one.formulas, "Figure 2.7 of the guide"]
        for word in [*words, *one.files, *(value for pair in one.settings for value in pair)]:
            assert word in text.replace("\N{NO-BREAK SPACE}", " "), word

    def test_a_formula_does_not_break_within_a_difference(self):
        (text,) = page([replace(card("odd"), formulas=("o = (6 - 3) + 1",))]).texts("article")
        assert "o =~(6~-~3) +~1".replace("~", "\N{NO-BREAK SPACE}") in text

    def test_code_is_the_exact_text(self):
        one = replace(card("odd"), python="\n  first & <second>\n\n    third\n")
        assert page([one]).texts("code") == [one.command, one.python]

    def test_what_it_does_not_have_is_left_out(self):
        one = replace(card("one-step"), figure="", settings=(), formulas=(), command="", python="", files=(), poster="")
        found = page([one])
        assert found.texts("h4") == []
        assert not [text for text in found.texts("span") if "Figure" in text]
        assert found.texts("dl") + found.texts("pre") == []

    def test_it_says_how_many_steps_it_has(self):
        assert page([card("odd")]).texts("span", class_="steps") == ["9 steps"]
        assert page([card("one-step")]).texts("span", class_="steps") == []

    def test_files_are_linked_percent_encoded(self):
        names = ("odd.gif", "odd dark+50%.png", "odd#1?.svg", "javascript:alert(1).png", "größe.webp")
        found = page([replace(card("odd"), files=names)])
        links = [attributes for attributes, _ in found.all("a") if "download" in attributes]
        assert [link["download"] for link in links] == list(names)
        assert [link["href"] for link in links] == [
            "odd.gif",
            "odd%20dark%2B50%25.png",
            "odd%231%3F.svg",
            "javascript%3Aalert%281%29.png",
            "gr%C3%B6%C3%9Fe.webp",
        ]

    def test_a_download_shows_what_a_name_adds(self):
        found = page([replace(card("odd"), files=("odd.gif", "odd-dark.png", "other.svg", "odd"))])
        shown = [text for attributes, text in found.all("a") if "download" in attributes]
        assert shown == ["odd.gif", "odd-dark.png", "other.svg", "odd"]
        assert found.texts("span", class_="unseen").count("odd") == 2

    def test_lines_of_code_tell_their_indent(self):
        one = replace(card("odd"), python="f(\n    [\n        1,\n\n    ])", command="a -b \\\n  -c")
        lines = [(attributes.get("style"), text) for attributes, text in page([one]).all("span", class_="line")]
        assert lines == [
            (None, "a -b \\"),
            ("--indent:2", "  -c"),
            (None, "f("),
            ("--indent:4", "    ["),
            ("--indent:8", "        1,"),
            (None, ""),
            ("--indent:4", "    ])"),
        ]

    def test_long_words_of_code_may_end_after_some_signs(self):
        one = replace(
            card("odd"), command="short_one 1;2 1,2,3,4;5,6,7,8;9<0;1", python='    "a_name_of_<many>_letters_"'
        )
        text = page_html([one], title="x")
        assert 'class="word">short_one</span> <span class="word">1;2</span>' in text
        assert ">1,2,3,4;<wbr>5,6,7,8;<wbr>9&lt;0;<wbr>1</span>" in text
        assert (
            '<span class="start">    "</span>a_<wbr>name_<wbr>of_<wbr>&lt;many&gt;_<wbr>letters_<wbr>"</span>' in text
        )
        assert Page(text).texts("code") == [one.command, one.python]

    def test_a_poster_has_its_size_and_its_words(self):
        one = replace(card("odd"), poster="a b.png")
        assert page([one]).all("img") == [
            (
                {"src": "a%20b.png", "width": "618", "height": str(one.height), "loading": "lazy", "alt": one.alt},
                "",
            )
        ]

    def test_without_a_poster_pages_without_a_script_show_a_file(self):
        found = page([replace(card("odd"), poster="", files=("odd.tex", "odd.png", "odd.svg"))])
        assert len(found.all("noscript")) == 1
        assert [attributes["src"] for attributes, _ in found.all("img")] == ["odd.svg"]

    @pytest.mark.parametrize(
        ("files", "target"),
        [(("odd.png", "odd.svg", "odd.gif"), "odd.gif"), (("odd.tex", "odd.SVG"), "odd.SVG"), (("odd.png",), "#odd")],
    )
    def test_without_a_script_a_poster_leads_to_what_moves(self, files, target):
        assert page([replace(card("odd"), files=files)]).all("a", class_="poster")[0][0]["href"] == target


class TestEscaping:
    def test_nasty_texts_are_texts(self):
        found = page([nasty_card()], title=NASTY, introduction=NASTY)
        assert len(found.all("img")) == 1
        assert len(found.scripts) == 3, "one before anything is painted, one of frames, one for the page"
        assert not [key for _, attributes, _ in found.elements for key in attributes if key.startswith("on")]
        assert found.texts("title") == found.texts("h2") == found.texts("h3") == [NASTY]
        assert found.texts("dt") == found.texts("dd") == [NASTY]
        assert found.texts("code") == [NASTY, NASTY]
        assert found.all("img")[0][0]["alt"] == NASTY

    def test_the_structure_is_that_of_harmless_texts(self):
        def tags(shown):
            return [tag for tag, _, _ in page(shown).elements]

        words = " ".join("x" for _ in NASTY.split())
        harmless = replace(card("odd"), settings=(("a", "b"),), files=("a.png", "b.gif"), command=words, python="x")
        assert tags([nasty_card()]) == tags([replace(harmless, poster="a.png")])

    @pytest.mark.parametrize("bad", ["</script>", "</SCRIPT >", "<!--<script>", "<!-- ", "<scRipt", "\u2028", '"\\'])
    def test_frames_come_out_as_they_went_in(self, bad):
        one = replace(card("odd"), player=f"<svg>{bad}</svg>", notes=(bad,) * 9)
        text = page_html([one], title="x")
        frames = Page(text).frames()["odd"]
        assert frames["svg"] == one.player
        assert frames["notes"] == list(one.notes)
        (inside,) = re.findall('id="frames:odd"[^>]*>(.*)</script>\n', text)
        assert not re.search("<!--|</?script", inside, re.IGNORECASE)

    def test_dollars_are_dollars(self):
        assert page([replace(card("odd"), title="$title ${style} $$")]).texts("h3") == ["$title ${style} $$"]


class TestFrames:
    @pytest.mark.parametrize("captioned", [True, False])
    def test_the_script_is_given_all_of_them(self, captioned):
        one = replace(card("odd"), captioned=captioned)
        frames = page([one]).frames()["odd"]
        assert frames == {
            "svg": one.player,
            "rest": one.rest,
            "durations": list(one.durations_ms),
            "captioned": captioned,
            "notes": list(one.notes),
            "width": one.width,
            "height": one.height,
        }

    def test_colours_are_defined_once_and_sorted_light_and_dark(self):
        players = ("fill:var(--cffffff-0d1117);stroke:var(--c000000-ffffff)", "fill:var(--c000000-ffffff)")
        shown = [replace(card("odd"), name=f"n{at}", player=text) for at, text in enumerate(players)]
        (sheet,) = page(shown).texts("style")
        assert sheet.endswith(
            "\n:root{--c000000-ffffff:#000000;--cffffff-0d1117:#ffffff}\n@supports (color:light-dark(#000,#fff))"
            "{:root{--c000000-ffffff:light-dark(#000000,#ffffff);--cffffff-0d1117:light-dark(#ffffff,#0d1117)}}\n\n"
        )

    def test_every_colour_of_real_players_is_defined(self):
        used = {name for one in cards() for name in re.findall(r"var\((--c[0-9a-f-]+)\)", one.player)}
        (sheet,) = page().texts("style")
        assert len(used) > 10
        for name in used:
            assert sheet.count(f"{name}:") == 2
