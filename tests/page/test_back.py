"""“Put people back”: who is ticked, found, and put back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from batch_offboard.page.screens.undo import MOST_SHOWN, ChangedPerson, undo_values
from tests.page.browser import Answer
from tests.page.serving import Page, served
from tests.support import org_of, simulator

PEOPLE = ["Ada", "Bob", "Abe", "Cyd"]


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Page, str]]:
    """A page after a run of four people, and the address where they are put back."""
    folder = Path(tmp_path_factory.mktemp("back"))
    with simulator(org_of(PEOPLE)) as sim, served(folder, sim) as page:
        yield page, f"{page.run_of_people(*PEOPLE).path}/undo"


def ticked(shown: Answer) -> list[str]:
    """The rows that would be sent, ticked or kept while not shown."""
    return sorted(value for name, value in shown.form("/undo").fields if name == "row")


def test_nobody_is_ticked_at_first_and_all_can_be(done: tuple[Page, str]) -> None:
    """And unticked again; only then is there a plan to make."""
    page, path = done
    shown = page.browser.get(path)
    assert ticked(shown) == []
    assert "0 of 4 people ticked." in shown.words
    every = page.browser.submit(shown, "/undo", tick="all")
    assert ticked(every) == ["2", "3", "4", "5"]
    assert "4 of 4 people ticked." in every.words
    assert ticked(page.browser.submit(every, "/undo", tick="none")) == []
    assert len(page.desk.place.run_jobs) == 2


def test_those_found_are_ticked_and_the_others_stay_as_they_are(done: tuple[Page, str]) -> None:
    """Though they are not shown; the plan is of all that are ticked."""
    page, path = done
    found = page.browser.submit(page.browser.get(path), "/undo", find=" ABE ", tick="", row=["5"])
    assert "1 person with “ ABE ”. 1 of 4 people ticked." in found.words
    assert "Abe Test" in found.words
    assert "Cyd Test" not in found.words
    assert ticked(found) == ["5"]
    more = page.browser.submit(found, "/undo", tick="all")
    assert ticked(more) == ["4", "5"]
    assert ticked(page.browser.submit(more, "/undo", tick="none")) == ["5"]
    plan = page.finished(page.browser.submit(more, "/undo"))
    assert plan.heading == "The plan: 2 people"


def test_enter_in_the_search_only_finds(done: tuple[Page, str]) -> None:
    """Enter presses a form's first button."""
    page, path = done
    first = re.search("<button[^>]*>", page.browser.get(path).text.partition("/undo")[2])
    assert first
    assert 'name="tick" value=""' in first[0]


def test_of_very_many_the_first_are_shown() -> None:
    """All the same, all can be ticked and found."""
    people = [ChangedPerson(row, f"Person {row}", "set to inactive") for row in range(2, 1002)]
    values = undo_values(people, "", frozenset(), "all")
    assert (len(values["people"]), values["found"], len(values["ticked"])) == (200, 1000, 1000)
    assert len(values["unseen"]) == 1000 - MOST_SHOWN
    (only,) = undo_values(people, "person 1001", frozenset())["people"]
    assert only.row == 1001


def test_there_may_be_nobody(done: tuple[Page, str]) -> None:
    """A run that changed nobody says so."""
    page, _ = done
    plan = page.plan_of_people("Ada")
    assert "There is nobody to put back" in page.browser.get(f"{plan.path}/undo").words
