"""The page in a real browser: it plays, obeys mouse and keys, fits every window, and can be read by everyone."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from gallery_browser import (
    browser_command,
    frame_groups,
    launched,
    opened,
    small_controls,
    tree_texts,
    wide_elements,
)
from gallery_cards import NASTY, SCENES, card, cards, write_gallery

REASON = "pip install playwright axe-playwright-python"
playwright_api = pytest.importorskip("playwright.sync_api", reason=f"without Playwright no browser is driven: {REASON}")
axe_api = pytest.importorskip("axe_playwright_python.sync_playwright", reason=f"axe-core is not here: {REASON}")
pytestmark = pytest.mark.skipif(browser_command() is None, reason="there is no Chromium or Chrome on this system")

expect = playwright_api.expect
ODD, DILATED, POOLING = card("odd"), card("dilated"), card("max-pooling")
STILL = {"reduced_motion": "reduce"}
CLOSED, OPEN = "", "#odd"


@pytest.fixture(scope="session")
def browser():
    with playwright_api.sync_playwright() as playwright:
        found = launched(playwright)
        yield found
        found.close()


@pytest.fixture(scope="session")
def address(tmp_path_factory):
    folder = tmp_path_factory.mktemp("a folder")
    return write_gallery(folder, cards(), title="Pictures", introduction="What they show.").as_uri()


def poster(page, name):
    return page.locator(f"#{name} > .poster")


def position(page):
    return page.locator(".position").inner_text()


def at(number, one=ODD):
    return f"step {number + 1} of {len(one.notes)}"


def playing(page):
    return page.locator(".play").get_attribute("aria-label") == "Pause"


def is_open(page, name):
    return page.locator(f"#{name} .player").count() == 1


def shows(frames, number, count):
    """Whether a list such as ``0-2,5,7-`` has a frame."""
    spans = (part.partition("-") for part in frames.split(","))
    return any(int(a) <= number <= (int(b or count) if dash else int(a)) for a, dash, b in spans)


def is_posing(groups, one):
    """Whether the groups that are seen are those of a poster: the frame at rest, and all that comes to stay."""
    later = [frames for frames in groups if frames.endswith("-") and int(frames[:-1]) > one.rest]
    others = [frames for frames in groups if frames not in later]
    return len(later) == len(one.notes) - 1 - one.rest and all(shows(f, one.rest, len(one.notes)) for f in others)


class TestOpening:
    def test_it_opens_quietly_and_every_picture_loads(self, browser, address):
        with opened(browser, address) as page:
            images = page.locator("img")
            for image in images.all():
                image.scroll_into_view_if_needed()
                image.evaluate("image => image.decode()")
            widths = images.evaluate_all("images => images.map(image => image.naturalWidth)")
            assert widths == [2 * one.width for one in cards()[:-1]]
            assert page.locator(".card").count() == len(SCENES)

    def test_without_a_poster_the_frame_at_rest_is_shown(self, browser, address):
        one = cards()[-1]
        with opened(browser, address) as page:
            page.locator(f"#{one.name}").scroll_into_view_if_needed()
            poster(page, one.name).locator("svg").wait_for()
            groups = frame_groups(page, f"#{one.name} > .poster")
            assert groups
            assert is_posing(groups, one)

    def test_no_film_is_parsed_before_it_is_asked_for(self, browser, address):
        with opened(browser, address) as page:
            assert page.locator(".card svg").count() == 0

    def test_a_poster_opens_its_card_by_mouse(self, browser, address):
        with opened(browser, address) as page:
            poster(page, "odd").click()
            assert is_open(page, "odd")
            assert page.url.endswith("#odd")
            assert poster(page, "odd").get_attribute("aria-expanded") == "true"
            assert page.locator("#odd .about").is_visible()

    def test_all_of_a_closed_card_opens_it(self, browser, address):
        with opened(browser, address) as page:
            page.locator("#odd .notice").scroll_into_view_if_needed()
            box = page.locator("#odd .notice").bounding_box()
            page.mouse.click(box["x"] + 5, box["y"] + 5)
            assert is_open(page, "odd")

    @pytest.mark.parametrize("key", ["Enter", "Space"])
    def test_a_poster_opens_its_card_by_key(self, browser, address, key):
        with opened(browser, address) as page:
            poster(page, "odd").focus()
            page.keyboard.press(key)
            assert is_open(page, "odd")
            assert page.locator(".stage").evaluate("stage => stage === document.activeElement")

    def test_one_card_is_open_at_a_time(self, browser, address):
        with opened(browser, address) as page:
            poster(page, "odd").click()
            poster(page, "dilated").click()
            assert is_open(page, "dilated")
            assert page.locator(".player").count() == page.locator("[data-open]").count() == 1
            assert poster(page, "odd").get_attribute("aria-expanded") == "false"
            assert page.url.endswith("#dilated")

    def test_escape_closes_and_gives_the_focus_back(self, browser, address):
        with opened(browser, address) as page:
            poster(page, "dilated").press("Enter")
            page.keyboard.press("Escape")
            assert page.locator(".player").count() == 0
            assert "#" not in page.url
            assert poster(page, "dilated").evaluate("poster => poster === document.activeElement")

    def test_the_button_closes(self, browser, address):
        with opened(browser, f"{address}#odd") as page:
            page.get_by_role("button", name="Close").click()
            assert page.locator(".player").count() == 0

    def test_a_link_to_a_card_opens_it(self, browser, address):
        with opened(browser, f"{address}#max-pooling") as page:
            assert is_open(page, "max-pooling")
            assert page.locator("#max-pooling .stage svg").is_visible()
            page.evaluate("location.hash = '#odd'")
            page.locator("#odd .player").wait_for()
            assert page.locator(".player").count() == 1

    def test_keys_steer_the_card_that_a_link_opened(self, browser, address):
        with opened(browser, f"{address}#odd", **STILL) as page:
            page.keyboard.press("Home")
            assert position(page) == at(0)
            page.keyboard.press("Escape")
            assert page.locator(".player").count() == 0

    def test_a_link_to_no_card_opens_none(self, browser, address):
        for place in ("nothing", "%20%", "topic:pooling"):
            with opened(browser, f"{address}#{place}") as page:
                assert page.locator(".player").count() == 0, place

    def test_names_of_any_letters_are_addresses(self, browser, tmp_path):
        page_address = write_gallery(tmp_path, [replace(ODD, name="größe_1")], title="x").as_uri()
        with opened(browser, page_address) as page:
            page.locator(".poster").click()
            assert page.url.endswith("#gr%C3%B6%C3%9Fe_1")
            page.reload()
            assert page.locator(".player").count() == 1

    def test_nasty_texts_do_nothing(self, browser, tmp_path):
        words = dict.fromkeys(("title", "topic", "notice", "figure", "alt", "command", "python"), NASTY)
        one = replace(ODD, **words, notes=(NASTY,) * 9, settings=((NASTY, NASTY),), formulas=(NASTY,))
        with opened(browser, f"{write_gallery(tmp_path, [one], title=NASTY).as_uri()}#odd", **STILL) as page:
            assert page.title() == NASTY
            assert page.locator(".note").inner_text() == NASTY
            assert page.locator("#odd code").all_inner_texts() == [NASTY, NASTY]
            assert page.locator("img[src=x]").count() == 0


class TestPlaying:
    def test_it_plays_from_the_start_as_long_as_each_frame_stands(self, browser, address):
        with opened(browser, f"{address}#odd", clock=True) as page:
            assert (position(page), playing(page)) == (at(0), True)
            for number, ms in enumerate(ODD.durations_ms[:-1]):
                page.clock.run_for(ms - 1)
                assert position(page) == at(number)
                page.clock.run_for(1)
                assert position(page) == at(number + 1)
            page.clock.run_for(ODD.durations_ms[-1] - 1)
            assert position(page) == at(len(ODD.notes) - 1)
            page.clock.run_for(1)
            assert position(page) == at(0)

    def test_a_frame_is_what_its_groups_say(self, browser, address):
        count = len(ODD.notes)
        lists = re.findall('data-f="(.*?)"', ODD.player)
        with opened(browser, f"{address}#odd", **STILL) as page:
            for number in range(count):
                page.locator(".scrubber input").fill(str(number + 1))
                assert frame_groups(page) == [frames for frames in lists if shows(frames, number, count)]
                assert page.locator(".note").inner_text() == ODD.notes[number]

    def test_the_room_for_a_note_is_that_of_the_highest(self, browser, tmp_path):
        notes = ("one\ntwo\nthree", "a long one " * 5, *["short"] * 7)
        page_address = write_gallery(tmp_path, [replace(ODD, captioned=False, notes=notes)], title="x").as_uri()
        with opened(browser, f"{page_address}#odd", **STILL) as page:
            heights = set()
            for number in range(9):
                page.locator(".scrubber input").fill(str(number + 1))
                assert page.locator(".note").inner_text() == notes[number].strip()
                heights.add(page.locator(".note").bounding_box()["height"])
            assert heights == {3 * 24}

    def test_mouse(self, browser, address):
        with opened(browser, f"{address}#odd", clock=True) as page:
            page.get_by_role("button", name="Pause").click()
            page.clock.run_for(10_000)
            assert (position(page), playing(page)) == (at(0), False)
            page.get_by_role("button", name="Next step").click()
            page.get_by_role("button", name="Next step").click()
            assert position(page) == at(2)
            page.get_by_role("button", name="Previous step").click()
            assert position(page) == at(1)
            page.get_by_role("button", name="Play", exact=True).click()
            page.clock.run_for(ODD.durations_ms[1])
            assert (position(page), playing(page)) == (at(2), True)
            page.locator(".stage").click()
            assert not playing(page)
            page.get_by_role("button", name="Restart").click()
            assert (position(page), playing(page)) == (at(0), True)

    def test_keyboard(self, browser, address):
        with opened(browser, address, clock=True) as page:
            poster(page, "odd").press("Enter")
            last = len(ODD.notes) - 1
            for key, number, moving in [
                ("Space", 0, False),
                ("ArrowRight", 1, False),
                ("ArrowRight", 2, False),
                ("ArrowLeft", 1, False),
                ("End", last, False),
                ("ArrowRight", last, False),
                ("Home", 0, False),
                ("ArrowLeft", 0, False),
                ("Space", 0, True),
                ("ArrowRight", 1, False),
            ]:
                page.keyboard.press(key)
                assert (position(page), playing(page)) == (at(number), moving), key

    def test_keys_work_on_every_control_and_space_is_the_controls_own(self, browser, address):
        with opened(browser, f"{address}#odd", **STILL) as page:
            page.evaluate("addEventListener('keydown', event => { window.left = !event.defaultPrevented; })")
            for name in [".play", ".next", ".copy >> nth=0", ".words > summary", ".close"]:
                control = page.locator(f"#odd {name}")
                control.press("Home")
                control.press("ArrowRight")
                assert position(page) == at(1), name
                control.press("Space")
                assert page.evaluate("window.left"), name

    def test_play_is_toggled_once_by_space(self, browser, address):
        with opened(browser, f"{address}#odd", **STILL) as page:
            page.locator(".play").press("Space")
            assert playing(page)

    def test_the_scrubber_is_a_native_one(self, browser, address):
        with opened(browser, f"{address}#odd", **STILL) as page:
            scrubber = page.get_by_role("slider", name="Step")
            scrubber.press("Home")
            for key, number in [("ArrowRight", 1), ("ArrowRight", 2), ("ArrowLeft", 1), ("End", 8)]:
                scrubber.press(key)
                assert position(page) == at(number)
            assert scrubber.get_attribute("aria-valuetext") == at(8)

    def test_speed(self, browser, address):
        with opened(browser, f"{address}#odd", clock=True) as page:
            choice = page.get_by_role("combobox", name="Speed")
            assert choice.locator("option").all_inner_texts() == ["0.25×", "0.5×", "1×", "2×", "4×"]
            choice.select_option("4")
            page.clock.run_for(sum(ODD.durations_ms[:4]) // 4)
            assert position(page) == at(4)
            choice.select_option("0.25")
            page.clock.run_for(ODD.durations_ms[4] * 4 - 1)
            assert position(page) == at(4)
            page.clock.run_for(1)
            assert position(page) == at(5)

    def test_speed_by_key(self, browser, address):
        with opened(browser, address) as page:
            poster(page, "odd").press("Enter")
            found = []
            for key in ["+", "+", "+", "-", "-", "-", "-", "-", "="]:
                page.keyboard.press(key)
                found.append(page.locator(".speed select").input_value())
            assert found == ["2", "4", "4", "2", "1", "0.5", "0.25", "0.25", "0.5"]

    def test_notes_are_read_out_only_when_stepping_by_hand(self, browser, address):
        with opened(browser, address) as page:
            poster(page, "odd").press("Enter")
            note = page.locator(".note")
            assert note.get_attribute("aria-live") == "off"
            page.keyboard.press("ArrowRight")
            assert note.get_attribute("aria-live") == "polite"
            page.keyboard.press("Space")
            assert note.get_attribute("aria-live") == "off"

    @pytest.mark.parametrize(("captioned", "shown"), [(True, {390}), (False, {390, 1280})])
    def test_a_note_is_shown_where_the_picture_does_not_say_it_large_enough(self, browser, tmp_path, captioned, shown):
        page_address = write_gallery(tmp_path, [replace(ODD, captioned=captioned)], title="x").as_uri()
        with opened(browser, f"{page_address}#odd", **STILL) as page:
            for width in (1280, 390):
                page.set_viewport_size({"width": width, "height": 800})
                box = page.locator(".note").bounding_box()
                assert (box["width"] > 100 and box["height"] >= 24) == (width in shown), width
                assert ODD.notes[ODD.rest].split("\n")[0] in tree_texts(page), width

    def test_keys_are_told_by_their_names(self, browser, address):
        with opened(browser, f"{address}#odd") as page:
            keys = page.locator(".stage").get_attribute("aria-keyshortcuts").split(" ")
            assert keys == ["Space", "ArrowLeft", "ArrowRight", "Home", "End", "Plus", "-", "f", "Escape"]

    def test_full_screen(self, browser, address):
        with opened(browser, address) as page:
            poster(page, "odd").press("Enter")
            page.keyboard.press("f")
            page.wait_for_function("document.fullscreenElement?.matches('.player')")
            page.keyboard.press("ArrowRight")
            assert not playing(page)
            page.evaluate("addEventListener('keydown', event => { window.left = !event.defaultPrevented; })")
            page.keyboard.press("/")  # Chromium would not move the focus out of the player, others would
            assert page.evaluate("window.left")
            assert page.locator(".stage").evaluate("stage => stage === document.activeElement")
            page.keyboard.press("f")
            page.wait_for_function("document.fullscreenElement === null")
            assert is_open(page, "odd")
            page.keyboard.press("/")
            assert page.get_by_role("searchbox").evaluate("search => search === document.activeElement")

    def test_full_screen_of_a_picture_that_was_opened_by_its_link_has_the_keys(self, browser, address):
        with opened(browser, f"{address}#odd") as page:
            page.keyboard.press("f")
            page.wait_for_function("document.fullscreenElement?.matches('.player')")
            page.wait_for_function("document.activeElement.matches('.stage')")
            page.keyboard.press("End")
            assert position(page) == at(len(ODD.notes) - 1)

    def test_a_full_screen_that_ends_by_itself_is_no_error(self, browser, address):
        refuse = "document.exitFullscreen = () => Promise.reject(new TypeError('not in full screen'));"
        with opened(browser, address, prepare=refuse) as page:
            poster(page, "odd").press("f")
            poster(page, "odd").press("Enter")
            page.keyboard.press("f")
            page.wait_for_function("document.fullscreenElement?.matches('.player')")
            page.evaluate("location.hash = '#up'")
            page.locator("#up .player").wait_for()

    def test_a_picture_of_one_frame_has_no_controls(self, browser, address):
        with opened(browser, f"{address}#one-step") as page:
            assert page.locator(".stage svg").is_visible()
            assert not page.locator(".controls").is_visible()

    def test_all_play_while_they_are_on_screen(self, browser, address):
        with opened(browser, address, viewport={"width": 1280, "height": 1000}, clock=True) as page:
            page.get_by_role("button", name="Play all").click()
            before = frame_groups(page, "#odd > .poster")
            page.clock.run_for(ODD.durations_ms[ODD.rest])
            assert before
            assert frame_groups(page, "#odd > .poster") != before
            assert page.locator("#up > .poster svg").count() == 0, "which is off the screen"
            page.get_by_role("button", name="Pause all").click()
            before = frame_groups(page, "#odd > .poster")
            page.clock.run_for(10_000)
            assert frame_groups(page, "#odd > .poster") == before

    def test_an_open_card_plays_alone(self, browser, address):
        with opened(browser, address, viewport={"width": 1280, "height": 1000}, clock=True) as page:
            page.get_by_role("button", name="Play all").click()
            poster(page, "odd").click()
            before = frame_groups(page, "#dilated > .poster")
            page.clock.run_for(sum(DILATED.durations_ms[:2]))
            assert frame_groups(page, "#dilated > .poster") == before
            assert position(page) != at(0)


class TestReducedMotion:
    def test_nothing_moves_on_its_own(self, browser, address):
        with opened(browser, f"{address}#odd", clock=True, **STILL) as page:
            page.clock.run_for(sum(ODD.durations_ms))
            page.clock.run_for(1_000)
            assert (position(page), playing(page)) == (at(ODD.rest), False)
            assert not page.locator(".play-all").is_visible()

    def test_steps_and_play_still_work(self, browser, address):
        with opened(browser, address, clock=True, **STILL) as page:
            poster(page, "odd").press("Enter")
            page.keyboard.press("ArrowRight")
            assert position(page) == at(ODD.rest + 1)
            page.keyboard.press("Space")
            page.clock.run_for(ODD.durations_ms[ODD.rest + 1])
            assert position(page) == at(ODD.rest + 2)

    def test_there_are_no_transitions(self, browser, address):
        durations = "cards => cards.map(card => getComputedStyle(card).transitionDuration)"
        with opened(browser, address, **STILL) as page:
            assert set(page.eval_on_selector_all(".card, .button", durations)) == {"0s"}
        with opened(browser, address) as page:
            assert set(page.eval_on_selector_all(".card, .button", durations)) != {"0s"}

    def test_who_comes_to_want_no_motion_gets_none(self, browser, address):
        with opened(browser, f"{address}#odd", clock=True) as page:
            assert playing(page)
            page.emulate_media(reduced_motion="reduce")
            page.locator(".play-all").wait_for(state="hidden")
            assert not playing(page)


class TestEveryWindow:
    @pytest.mark.parametrize("state", [CLOSED, OPEN, "#row"])
    def test_nothing_is_wider_than_the_window(self, browser, address, state):
        with opened(browser, f"{address}{state}", **STILL) as page:
            for width in (320, 360, 480, 800, 1056, 1440, 2560):
                page.set_viewport_size({"width": width, "height": 700})
                assert wide_elements(page) == [], width
                assert small_controls(page) == [], width

    def test_an_open_picture_is_as_large_as_a_large_window_lets_it_be(self, browser, address):
        with opened(browser, f"{address}#odd", viewport={"width": 2560, "height": 1440}, **STILL) as page:
            assert page.locator(".stage svg").bounding_box()["width"] == pytest.approx(2 * ODD.width, abs=1)
        with opened(browser, f"{address}#odd", viewport={"width": 1440, "height": 900}, **STILL) as page:
            box = page.locator(".player").bounding_box()
            assert box["y"] >= 0
            assert box["y"] + box["height"] <= 900

    def test_no_line_of_a_command_ends_at_a_hyphen(self, browser, tmp_path):
        one = replace(
            ODD, command="convarith  animate --padding-mode --in-channels 'a b'\\\n --out-channels -o x-y.gif"
        )
        page_address = write_gallery(tmp_path, [one], title="x").as_uri()
        with opened(browser, f"{page_address}#odd", viewport={"width": 320, "height": 700}, **STILL) as page:
            words = page.locator(".command .word")
            assert {round(word.bounding_box()["height"]) for word in words.all()} == {22}
            assert page.locator(".command code").evaluate("code => code.textContent") == one.command

    def test_code_that_is_too_long_goes_on_under_its_beginning(self, browser, tmp_path):
        first = "import convarith as ca"
        one = replace(
            ODD, python=f"{first}\n\nf(\n        {'word, ' * 30}\n    {'letters' * 9}\n)", command="word " * 60
        )
        page_address = write_gallery(tmp_path, [one], title="x").as_uri()
        rows = """line => {
            const range = document.createRange();
            range.selectNodeContents(line);
            const rows = Map.groupBy(range.getClientRects(), (box) => Math.round(box.top));
            return [...rows.values()].map((row) => [row[0].left, row.at(-1).right]);
        }"""
        for width in (1280, 390, 320):
            with opened(browser, f"{page_address}#odd", viewport={"width": width, "height": 800}, **STILL) as page:
                assert wide_elements(page) == []
                assert page.locator(".python code").evaluate("code => code.textContent") == one.python
                lines = [line.evaluate(rows) for line in page.locator(".python .line").all()]
                assert [len(found) for found in lines[:3]] == [1, 0, 1], width
                ((margin, end),) = lines[0]
                start, *further = (left for left, _ in lines[3])
                assert start == pytest.approx(margin, abs=0.5)
                assert len(further) > 3
                assert lines[4][0][1] > end, "no row of the indent alone"
                at_ten = margin + 10 * (end - margin) / len(first)
                assert further == pytest.approx([at_ten] * len(further), abs=0.5), "its indent of 8, and 2 more"

    def test_longer_words_than_a_line_are_broken(self, browser, tmp_path):
        words = dict.fromkeys(("title", "topic", "notice", "command", "python", "alt"), "long" * 60)
        one = replace(
            ODD, **words, settings=(("long" * 20, "long" * 40),), formulas=("long" * 50,), notes=("l" * 200,) * 9
        )
        page_address = write_gallery(tmp_path, [one], title="title" * 20).as_uri()
        for state in (CLOSED, OPEN):
            with opened(browser, f"{page_address}{state}", viewport={"width": 320, "height": 700}, **STILL) as page:
                assert wide_elements(page) == []


class TestLightAndDark:
    @pytest.mark.parametrize("state", [CLOSED, OPEN])
    @pytest.mark.parametrize("scheme", ["light", "dark"])
    def test_axe_finds_nothing(self, browser, address, scheme, state):
        with opened(browser, f"{address}{state}", color_scheme=scheme, **STILL) as page:
            if state:
                page.get_by_text("The picture in words").locator("visible=true").click()
            found = axe_api.Axe().run(page).response["violations"]
            assert [(one["id"], one["impact"], [node["html"] for node in one["nodes"]]) for one in found] == []

    @pytest.mark.parametrize(("scheme", "other"), [("light", "dark"), ("dark", "light")])
    def test_the_button_turns_page_pictures_and_players_and_is_remembered(self, browser, address, scheme, other):
        colours = {"light": "rgb(255, 255, 255)", "dark": "rgb(13, 17, 23)"}
        tags = {"light": "img", "dark": "svg"}

        def seen(page):
            (shown,) = [tag for tag in tags.values() if page.locator(f"#odd > .poster {tag}").is_visible()]
            poster(page, "odd").click()
            fill = page.locator(".stage svg > rect").evaluate("rect => getComputedStyle(rect).fill")
            card_fill = page.locator("#odd").evaluate("card => getComputedStyle(card).backgroundColor")
            page.keyboard.press("Escape")
            return shown, fill, card_fill

        with opened(browser, address, color_scheme=scheme) as page:
            button = page.get_by_role("button", name="Dark colours")
            assert seen(page) == (tags[scheme], colours[scheme], colours[scheme])
            assert button.get_attribute("aria-pressed") == str(scheme == "dark").lower()
            button.click()
            assert seen(page) == (tags[other], colours[other], colours[other])
            assert button.get_attribute("aria-pressed") == str(other == "dark").lower()
            page.reload()
            page.locator(f"#odd > .poster {tags[other]}").wait_for()
            assert seen(page) == (tags[other], colours[other], colours[other])
            assert page.evaluate("Object.entries(localStorage)") == [["convarith-gallery-theme", other]]
            button.click()
            assert page.evaluate("localStorage.length") == 0

    def test_what_other_pages_of_the_origin_remember_is_theirs(self, browser, address):
        with opened(browser, address, prepare="localStorage.setItem('theme', 'dark')") as page:
            assert page.locator("html").get_attribute("data-theme") is None
            assert page.locator("#odd img").is_visible()

    def test_dark_pages_show_the_frame_at_rest_in_place_of_the_light_poster(self, browser, address):
        film, image = "#odd > .poster svg", "#odd > .poster img"
        with opened(browser, address, color_scheme="dark") as page:
            page.locator(film).wait_for()
            assert not page.locator(image).is_visible()
            groups = frame_groups(page, "#odd > .poster")
            assert groups
            assert is_posing(groups, ODD)
            page.emulate_media(color_scheme="light")
            page.locator(image).wait_for()
            assert page.locator(film).count() == 0
            page.emulate_media(color_scheme="dark")
            page.locator(film).wait_for()
            page.get_by_role("button", name="Dark colours").click()
            assert page.locator(image).is_visible()
            assert page.locator(film).count() == 0

    def test_a_browser_that_forbids_to_remember_is_no_obstacle(self, browser, address):
        forbid = "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no'); } });"
        with opened(browser, address, prepare=forbid) as page:
            page.get_by_role("button", name="Dark colours").click()
            assert page.locator("html").get_attribute("data-theme") == "dark"

    @pytest.mark.parametrize(("scheme", "films"), [("light", 0), ("dark", 1)])
    def test_paper_has_pictures_and_commands_and_is_light(self, browser, address, scheme, films):
        with opened(browser, address, color_scheme=scheme, viewport={"width": 800, "height": 1000}) as page:
            page.emulate_media(media="print", color_scheme=scheme)
            page.evaluate("dispatchEvent(new Event('beforeprint'))")
            assert page.locator(".card .command code").evaluate_all("all => all.every(one => one.checkVisibility())")
            assert page.locator(".poster svg").count() == len(SCENES)
            fills = page.locator(".poster svg > rect").evaluate_all("all => all.map(one => getComputedStyle(one).fill)")
            assert set(fills) == {"rgb(255, 255, 255)"}
            for hidden in (".toolbar", "nav", ".copy >> nth=0", ".permalink >> nth=0"):
                assert not page.locator(hidden).is_visible()
            page.evaluate("dispatchEvent(new Event('afterprint'))")
            assert page.locator("#odd > .poster svg").count() == films


class TestSearch:
    finds = (
        ("dilation", ["dilated", "row"]),
        ("DILATION  same", ["row"]),
        ("figure 2.7", ["odd"]),
        ("4.7", ["up"]),
        ("transposed", ["up", "stamps"]),
        ("average", ["one-step"]),
        ("max-pooling.gif", ["max-pooling"]),
        ("padding 1 figure 1.6", ["max-pooling"]),
        ("6x6 stamps", ["stamps"]),
        ("6×6 stamps", ["stamps"]),
        ("deconvolution", ["up", "stamps"]),
        ("atrous", ["dilated", "row"]),
        ("elephant", []),
        ("<b>", []),
        ("  ", list(SCENES)),
    )

    def test_it_finds(self, browser, address):
        total = len(SCENES)
        with opened(browser, address) as page:
            for query, names in self.finds:
                page.get_by_role("searchbox").fill(query)
                found = page.locator(".card:not([hidden])").evaluate_all("cards => cards.map(card => card.id)")
                assert found == names, query
                words = f"{len(names)} of {total} pictures" if len(names) < total else f"{total} pictures"
                assert page.locator(".found").inner_text() == words
                assert page.locator(".nothing").is_visible() == (names == [])
                assert set(page.locator("h2:visible").all_inner_texts()) == {SCENES[name][0] for name in names}

    def test_enter_opens_the_first_that_is_found(self, browser, address):
        with opened(browser, address, **STILL) as page:
            search = page.get_by_role("searchbox")
            search.fill("stamps")
            search.press("Enter")
            assert is_open(page, "stamps")
            page.keyboard.press("End")
            assert position(page).partition(" of ")[0] == f"step {position(page).rpartition(' ')[2]}"
            search.fill("elephant")
            search.press("Enter")
            assert page.locator(".player").count() == 0

    def test_slash_goes_there_and_is_a_letter_there(self, browser, address):
        with opened(browser, f"{address}#odd") as page:
            page.keyboard.press("/")
            search = page.get_by_role("searchbox")
            assert search.evaluate("search => search === document.activeElement")
            page.keyboard.type("a/b")
            assert search.input_value() == "a/b"

    def test_the_players_keys_are_not_taken_from_it(self, browser, address):
        with opened(browser, f"{address}#odd", **STILL) as page:
            search = page.get_by_role("searchbox")
            search.press_sequentially("stride 2 f")
            search.press("Home")
            search.press("ArrowRight")
            search.press("Backspace")
            assert search.input_value() == "tride 2 f"
            assert position(page) == at(ODD.rest)

    def test_escape_and_the_button_show_all_again(self, browser, address):
        with opened(browser, address) as page:
            search = page.get_by_role("searchbox")
            search.fill("dilation")
            search.press("Escape")
            assert page.locator(".card:not([hidden])").count() == len(SCENES)
            search.fill("elephant")
            page.get_by_role("button", name="Show all pictures").click()
            assert page.locator(".card:not([hidden])").count() == len(SCENES)

    def test_an_open_card_that_is_not_found_closes(self, browser, address):
        with opened(browser, f"{address}#odd") as page:
            page.get_by_role("searchbox").fill("dilation")
            assert page.locator(".player").count() == 0

    def test_a_link_to_a_card_that_is_not_found_shows_it(self, browser, address):
        with opened(browser, address) as page:
            page.get_by_role("searchbox").fill("dilation")
            page.evaluate("location.hash = '#up'")
            page.locator("#up .player").wait_for()
            assert page.get_by_role("searchbox").input_value() == ""

    def test_topics_lead_to_their_headings(self, browser, address):
        with opened(browser, address, **STILL) as page:
            page.get_by_role("link", name="Transposed convolution").click()
            assert page.get_by_role("heading", name="Transposed convolution", level=2).is_visible()
            assert page.url.endswith("#topic:transposed-convolution")


class TestCopying:
    def test_the_exact_text_is_copied(self, browser, tmp_path):
        one = replace(ODD, python="import convarith as ca\n\nfor i in range(3):\n    print(f\"{i} <&> '…'\")\n")
        page_address = write_gallery(tmp_path, [one], title="x").as_uri()
        with opened(browser, f"{page_address}#odd", clock=True) as page:
            page.context.grant_permissions(["clipboard-read", "clipboard-write"])
            for name, text in [("Copy the command", one.command), ("Copy the Python", one.python)]:
                button = page.get_by_role("button", name=name)
                button.click()
                expect(button).to_have_text("Copied")
                page.clock.run_for(100)
                expect(page.locator(".announcer")).to_have_text("Copied")
                assert page.evaluate("navigator.clipboard.readText()") == text
                page.clock.run_for(2_000)
                expect(button).to_have_text("Copy")

    def test_where_that_is_forbidden_it_is_selected(self, browser, address):
        forbid = "navigator.clipboard.writeText = () => Promise.reject(new Error('no'));"
        with opened(browser, f"{address}#odd", prepare=forbid) as page:
            page.get_by_role("button", name="Copy the Python").click()
            page.wait_for_function("document.querySelector('.announcer').textContent.startsWith('Selected')")
            assert page.evaluate("getSelection().toString()") == ODD.python


class TestWithoutAScript:
    @pytest.mark.parametrize("scheme", ["light", "dark"])
    def test_everything_is_there(self, browser, address, scheme):
        with opened(browser, address, java_script_enabled=False, color_scheme=scheme) as page:
            for one in cards():
                shown = page.locator(f"#{one.name}")
                assert shown.get_by_role("heading", name=one.title).is_visible()
                assert shown.get_by_text(one.notice).is_visible()
                image = shown.locator("img")
                image.scroll_into_view_if_needed()
                assert image.is_visible()
                if one.poster:
                    source = image.evaluate("image => image.currentSrc.split('/').pop()")
                    assert source == one.poster
                shown.get_by_text("Settings, command and downloads").click()
                assert shown.locator("code").all_inner_texts() == [one.command, one.python]
                assert shown.get_by_text(one.command, exact=True).is_visible()
                links = shown.locator("a[download]")
                assert [link.get_attribute("href") for link in links.all()] == list(one.files)
                assert links.first.is_visible()
            assert wide_elements(page) == []

    def test_what_needs_one_is_hidden(self, browser, address):
        with opened(browser, address, java_script_enabled=False) as page:
            page.locator(".about > summary").first.click()
            for hidden in page.locator("button, input").all():
                assert not hidden.is_visible()
