"""Every theme can be read and told apart: by normal eyes, by eyes without a kind of cone, and in greyscale."""

from __future__ import annotations

from itertools import combinations, product

import numpy as np
import pytest
from colour_science import VISIONS, contrast_seen, distance, lab, seen

from convarith.render.scene import ROLES
from convarith.render.themes import BLACK, TEXTURES, THEMES, WHITE, contrast, ink_on, rgb

FAR = 25
"""The least CIE76 distance of fills that touch."""

READABLE = 4.5
"""The least contrast of text: WCAG 2.2, success criterion 1.4.3."""

VISIBLE = 3
"""The least contrast of an outline that has a meaning: success criterion 1.4.11."""

INPUT_ROLES = ("input", "inserted", "padding", "extra", "overhang", "cropped")
OUTPUT_ROLES = ("to_come", "done", "cropped")
EXCHANGED_ROLES = ("to_come", "input", "cropped")
"""The output of a transposed convolution in the colours of the input it goes back to."""

every_theme = pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
every_vision = pytest.mark.parametrize("vision", VISIONS)


def signature(style):
    """What tells a role without its colour, on cells without text, too; so small zeros do not count."""
    return style.dash, style.texture


def stands_out(one, other, vision):
    return contrast_seen(one, other, vision) >= VISIBLE or distance(one, other, vision) >= FAR


class TestTheScience:
    """The judge is judged by values that others have published."""

    @pytest.mark.parametrize(
        ("colour", "expected"),
        [
            ("#000000", (0, 0, 0)),
            ("#ffffff", (100, 0, 0)),
            ("#ff0000", (53.24, 80.09, 67.20)),
            ("#00ff00", (87.73, -86.18, 83.18)),
            ("#0000ff", (32.30, 79.19, -107.86)),
            ("#808080", (53.59, 0, 0)),
        ],
    )
    def test_lab_of_srgb_under_d65(self, colour, expected):
        np.testing.assert_allclose(lab(colour), expected, atol=0.02)

    def test_a_known_distance(self):
        """Pure red to pure green."""
        assert distance("#ff0000", "#00ff00") == pytest.approx(170.57, abs=0.02)
        assert distance("#123456", "#123456") == 0

    @pytest.mark.parametrize(("grey", "ratio"), [("#000000", 21), ("#ffffff", 1), ("#767676", 4.54), ("#777777", 4.48)])
    def test_known_contrasts_on_white(self, grey, ratio):
        assert contrast_seen(grey, "#ffffff") == pytest.approx(ratio, abs=0.005)

    @every_vision
    def test_every_vision_leaves_greys_alone(self, vision):
        np.testing.assert_allclose(lab("#9a9a9a", vision), lab("#9a9a9a"), atol=0.02)

    def test_greyscale_keeps_the_lightness_and_loses_the_rest(self):
        np.testing.assert_allclose(lab("#d55e00", "greyscale"), (lab("#d55e00")[0], 0, 0), atol=0.02)

    @pytest.mark.parametrize(
        ("vision", "confused", "told_apart"),
        [
            ("protanopia", ("#4c8389", "#af7489"), ("#0000ff", "#ffff00")),
            ("deuteranopia", ("#ad658a", "#528e88"), ("#0000ff", "#ffff00")),
            ("tritanopia", ("#00b0a0", "#00a8ff"), ("#ff0000", "#00ff00")),
        ],
    )
    def test_a_missing_cone_confuses_what_it_should(self, vision, confused, told_apart):
        assert distance(*confused) > 5 * distance(*confused, vision)
        assert distance(*told_apart, vision) > 2 * FAR

    @pytest.mark.parametrize("vision", ["protanopia", "deuteranopia"])
    def test_two_kinds_of_cones_see_two_dimensions(self, vision):
        """The matrix of tritanopia keeps a little of the third."""
        assert np.linalg.matrix_rank(VISIONS[vision], tol=1e-5) == 2

    def test_a_matrix_sees_red_darker_without_its_cone(self):
        """First column of each matrix: pure red at full light."""
        np.testing.assert_allclose(seen("#ff0000", "protanopia"), (0.152286, 0.114503, 0), atol=1e-6)
        np.testing.assert_allclose(seen("#ff0000", "tritanopia"), (1, 0, 0.004733), atol=1e-6)


class TestText:
    @every_theme
    def test_in_cells(self, theme):
        for role, style in theme.roles.items():
            for fill in (style.fill, style.lit):
                assert contrast_seen(ink_on(fill), fill) >= READABLE, (role, fill)

    @every_theme
    def test_on_the_page(self, theme):
        assert contrast_seen(theme.ink, theme.page) >= READABLE

    @every_theme
    def test_the_tag_of_a_weight(self, theme):
        fill = theme.roles["weight"].fill
        assert contrast_seen(ink_on(fill), fill) >= READABLE

    def test_it_is_black_or_white_whichever_reads_better(self):
        for fill in {
            fill for theme in THEMES.values() for style in theme.roles.values() for fill in (style.fill, style.lit)
        }:
            assert contrast_seen(ink_on(fill), fill) == max(contrast_seen(ink, fill) for ink in (BLACK, WHITE))

    def test_the_contrast_that_themes_compute_is_that_of_wcag(self):
        for one, other in combinations(["#56b4e9", "#d55e00", "#f0e442", "#0d1117", "#050505", "#ffffff"], 2):
            assert contrast(one, other) == pytest.approx(contrast_seen(one, other), abs=0.005)


class TestRolesThatTouch:
    @every_theme
    @every_vision
    @pytest.mark.parametrize("grid", [INPUT_ROLES, OUTPUT_ROLES, EXCHANGED_ROLES], ids=["input", "output", "exchanged"])
    def test_they_differ_in_colour_or_texture(self, theme, vision, grid):
        """Lit or not, whatever the neighbour is; but an output is not lit while it is to come."""

        def states(style):
            return {style.fill} if style is theme.roles["to_come"] else {style.fill, style.lit}

        for one, other in combinations([theme.roles[role] for role in grid], 2):
            for fills in product(states(one), states(other)):
                assert signature(one) != signature(other) or distance(*fills, vision) >= FAR, (one, other, fills)

    @every_theme
    @every_vision
    def test_what_is_lit_differs_from_what_is_not(self, theme, vision):
        """By its fill, or by an outline that stands out from the fill and the stroke of its neighbours."""
        for role, style in theme.roles.items():
            outlined = all(stands_out(theme.window, colour, vision) for colour in (style.fill, style.stroke))
            assert outlined or distance(style.fill, style.lit, vision) >= FAR, role

    @every_theme
    @every_vision
    def test_input_and_output_differ_from_their_lit_selves_even_without_the_outline(self, theme, vision):
        for role in ("input", "padding", "inserted", "extra", "overhang", "done"):
            assert distance(theme.roles[role].fill, theme.roles[role].lit, vision) >= 12, role

    @every_theme
    @every_vision
    def test_data_differs_from_padding_in_colour_alone(self, theme, vision):
        one, other = theme.roles["input"], theme.roles["padding"]
        assert distance(one.fill, other.fill, vision) >= FAR
        assert distance(one.lit, other.lit, vision) >= FAR

    @every_theme
    def test_an_output_to_come_is_paler(self, theme):
        """Nearer to the page."""
        to_come, done = theme.roles["to_come"].fill, theme.roles["done"].fill
        assert contrast_seen(to_come, theme.page) < contrast_seen(done, theme.page) / 1.25
        assert distance(to_come, theme.page) < distance(done, theme.page)

    @every_theme
    @every_vision
    def test_the_winner_shows_on_what_is_lit_and_beside_the_window(self, theme, vision):
        assert stands_out(theme.winner, theme.roles["input"].lit, vision)
        assert stands_out(theme.winner, theme.window, vision)


class TestLines:
    @every_theme
    def test_strokes_show_against_page_and_fill(self, theme):
        for role, style in theme.roles.items():
            assert contrast_seen(style.stroke, theme.page) >= 1.4, role
            assert contrast_seen(style.stroke, style.fill) >= 1.4, role
            assert contrast_seen(style.stroke, style.lit) >= 1.4, role

    @every_theme
    def test_dashes_and_textures_show_more(self, theme):
        for role, style in theme.roles.items():
            if style.dash or style.texture:
                assert contrast_seen(style.stroke, style.fill) >= 2, role
            if style.dash:
                assert contrast_seen(style.stroke, theme.page) >= 2, role

    @every_theme
    def test_hatching_shows_on_what_can_be_unread(self, theme):
        for role in ("input", "inserted", "padding", "extra", "to_come", "done"):
            assert contrast_seen(theme.hatch, theme.roles[role].fill) >= 2, role


class TestTheTable:
    def test_names(self):
        assert list(THEMES) == ["default", "guide", "dark", "print"]
        assert all(theme.name == name for name, theme in THEMES.items())

    @every_theme
    def test_every_role_has_a_style(self, theme):
        assert tuple(theme.roles) == ROLES

    @every_theme
    def test_values_are_well_formed(self, theme):
        colours = [theme.page, theme.ink, theme.window, theme.winner, theme.hatch]
        for style in theme.roles.values():
            colours += [style.fill, style.lit, style.stroke]
            assert style.texture in TEXTURES
            assert len(style.dash) in (0, 2)
        for colour in colours:
            assert colour == "#{:02x}{:02x}{:02x}".format(*rgb(colour))

    def test_every_texture_is_used(self):
        assert {style.texture for theme in THEMES.values() for style in theme.roles.values()} == set(TEXTURES)

    def test_the_default_is_from_okabe_and_ito(self):
        theme = THEMES["default"]
        assert (theme.roles["input"].fill, theme.window, theme.roles["done"].fill) == ("#56b4e9", "#d55e00", "#f0e442")

    def test_the_guide_is_from_solarized(self):
        theme = THEMES["guide"]
        assert (theme.roles["input"].fill, theme.roles["done"].fill, theme.ink) == ("#268bd2", "#2aa198", "#002b36")
        assert theme.roles["padding"].fill == WHITE
        assert theme.roles["padding"].dash

    def test_what_is_lit_in_the_guide_lies_in_its_shade(self):
        """#073642 at 40 % over the fill."""
        shade = np.array([0x07, 0x36, 0x42])
        for role, style in THEMES["guide"].roles.items():
            blended = 0.4 * shade + 0.6 * np.array(rgb(style.fill))
            assert np.abs(blended - rgb(style.lit)).max() <= 0.6, role

    def test_dark_is_dark(self):
        assert lab(THEMES["dark"].page)[0] < 10

    def test_print_is_grey(self):
        theme = THEMES["print"]
        colours = [theme.page, theme.ink, theme.window, theme.winner, theme.hatch]
        colours += [colour for style in theme.roles.values() for colour in (style.fill, style.lit, style.stroke)]
        for colour in colours:
            assert len(set(rgb(colour))) == 1, colour

    def test_print_tells_every_role_of_the_input_by_texture(self):
        signatures = [signature(THEMES["print"].roles[role]) for role in INPUT_ROLES]
        assert len(set(signatures)) == len(signatures)
