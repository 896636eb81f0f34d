"""Our answers against those of the installed frameworks: the quick set of each operation, and each known quirk."""

from __future__ import annotations

from importlib.util import find_spec

import pytest
from quirk_settings import QUIRKS

from convarith.numerics.conformance import conform
from convarith.numerics.conformance.asking import Refused
from convarith.numerics.conformance.running import FRAMEWORKS, LEVELS, Piece, asked_of, our_answer, quirk_of, run

pytestmark = [pytest.mark.conformance, pytest.mark.filterwarnings("ignore")]  # frameworks warn as they like

OPERATIONS = [(framework, operation) for framework in FRAMEWORKS for operation in asked_of(framework).operations]


def skip_without(framework):
    for package in asked_of(framework).packages:
        if find_spec(package) is None:
            pytest.skip(f"{package} is not installed")


@pytest.mark.parametrize(("framework", "operation"), OPERATIONS, ids=map("-".join, OPERATIONS))
def test_nothing_differs(framework, operation):
    skip_without(framework)
    found = run(Piece(framework, operation, 0, 0, *LEVELS["quick"]))
    assert found.mismatches == 0, "\n".join(found.failure[1:])
    settings = found.piece.settings
    assert settings / 10 <= found.refused <= settings * 2 / 3
    if asked_of(framework).operations[operation].numbers is not None:
        assert found.numbers > 0


@pytest.mark.parametrize("quirk", QUIRKS, ids=lambda quirk: f"{quirk[0]}-{quirk[1]}")
class TestAQuirk:
    def test_it_shows(self, quirk):
        framework, name, operation, arguments, answer = quirk
        skip_without(framework)
        asked = asked_of(framework)
        theirs = asked.operations[operation].ask(arguments)
        assert (isinstance(theirs, Refused) and answer is Refused) or theirs == answer
        ours = our_answer(framework, operation, arguments)
        assert quirk_of(asked, operation, arguments, ours, theirs) == name

    def test_another_answer_is_no_quirk(self, quirk):
        """Each is pinned to the one answer; this asks no framework."""
        framework, _, operation, arguments, answer = quirk
        asked, ours = asked_of(framework), our_answer(framework, operation, arguments)
        assert isinstance(ours, (tuple, Refused))
        other = (9, 9, 9, 9, 9, 9) if answer is Refused else (*answer[:-1], answer[-1] + 1)
        assert quirk_of(asked, operation, arguments, ours, other) is None
        if answer is not Refused and not isinstance(ours, Refused):
            assert quirk_of(asked, operation, arguments, ours, Refused("no")) is None


def test_every_quirk_is_known_to_show():
    known = {(framework, quirk.name) for framework in FRAMEWORKS for quirk in asked_of(framework).quirks}
    assert {quirk[:2] for quirk in QUIRKS} == known


def test_every_quirk_says_what_it_is_and_where_that_is_known_from():
    for framework in FRAMEWORKS:
        for quirk in asked_of(framework).quirks:
            assert quirk.words
            assert quirk.source


def test_several_processes_find_what_one_finds():
    skip_without("torch")
    one, two = (conform("quick", frameworks=["torch"], jobs=jobs) for jobs in (1, 2))
    assert [row[:7] for row in one.rows] == [row[:7] for row in two.rows]
    assert one.versions == two.versions
