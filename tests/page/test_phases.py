"""The phases of a run on its screen: before they begin, while they run, when they are over."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest

from batch_offboard.offboarding.steps import STEPS
from batch_offboard.page.command_progress import CommandProgress
from batch_offboard.page.phases import phases_of
from batch_offboard.record.events import Paused, PhaseFinished, PhaseStarted
from batch_offboard.record.journal_lines import read_journal
from tests.page.serving import name_of, served
from tests.support import org_of, simulator

AT = "2026-10-03T12:00:00.00Z"
ALL = ["deactivate", "remove_from_queues"]


def watching(*expected: str) -> CommandProgress:
    """A watch of a command with these phases to come."""
    return CommandProgress(lambda: 0.0, expected)


def begins(watch: CommandProgress, name: str, title: str, total: int = 4) -> None:
    """A phase begins."""
    watch.event(PhaseStarted(name, title, total, "people", AT))


def shown(watch: CommandProgress) -> list[str]:
    """What the screen says of each phase."""
    return [f"{each.title}: {each.words}" for each in watch.now.phases]


def test_all_are_there_before_the_first_begins() -> None:
    """In their order; one that is not among them comes before those that have not begun."""
    watch = watching("Reading", "Setting to inactive", "Reading back")
    assert shown(watch) == [
        "Reading: not begun",
        "Setting to inactive: not begun",
        "Reading back: not begun",
    ]
    begins(watch, "reading", "Reading")
    begins(watch, "grants", "Reading role grants")
    watch.progress("reading", 3)
    watch.progress("unknown", 3)
    assert shown(watch) == [
        "Reading: 3 of 4 people",
        "Reading role grants: 0 of 4 people",
        "Setting to inactive: not begun",
        "Reading back: not begun",
    ]


def test_the_wait_for_the_next_minute_is_shown_and_does_not_shorten_the_rest() -> None:
    """It comes back every minute; what Genesys asks for is left out of the pace."""

    def words_after(scope: str) -> tuple[str, str]:
        seconds = iter([0.0, *[60.0] * 9])
        watch = CommandProgress(lambda: next(seconds), ["Reading"])
        begins(watch, "reading", "Reading", 100)
        watch.event(Paused(scope, "All sent.", AT, "2026-10-03T12:00:30.00Z"))
        watch.progress("reading", 50)
        return watch.now.waiting, shown(watch)[0]

    waiting, words = words_after("all tokens")
    assert waiting == "All sent."
    assert words != words_after("token 1")[1]


def test_one_that_was_passed_over_had_nothing_to_do() -> None:
    """As soon as a later one has begun; it may begin all the same, as they run side by side."""
    watch = watching("Setting to inactive", "Removing from queues", "Reading back")
    begins(watch, "back", "Reading back")
    assert shown(watch)[:2] == [
        "Setting to inactive: nothing to do",
        "Removing from queues: nothing to do",
    ]
    assert [each.ended for each in watch.now.phases] == [True, True, False]
    begins(watch, "queues", "Removing from queues")
    watch.event(PhaseFinished("queues", 0, AT))
    assert shown(watch)[1:] == [
        "Removing from queues: 0 of 4 people",
        "Reading back: 0 of 4 people",
    ]
    assert [each.ended for each in watch.now.phases] == [True, True, False]


def test_two_phases_of_one_name_are_two() -> None:
    """An undo sets people active again and gives roles back, both for the step `deactivate`."""
    watch = watching("Setting back to active")
    begins(watch, "deactivate", "Setting back to active", 2)
    watch.progress("deactivate", 2)
    watch.event(PhaseFinished("deactivate", 2, AT))
    begins(watch, "deactivate", "Putting roles back", 1)
    assert shown(watch) == [
        "Setting back to active: 2 of 2 people",
        "Putting roles back: 0 of 1 person",
    ]


@pytest.mark.parametrize(
    ("kind", "steps", "options", "count"),
    [
        ("run", ALL, {"dry_run": True, "verify": True}, 2),
        ("rerun", ALL, {"dry_run": False, "verify": True}, 6),
        ("run", ALL, {"dry_run": False, "verify": False}, 4),
        ("run", ["deactivate"], {"dry_run": False, "verify": True}, 5),
        ("run", list(STEPS), {"dry_run": False, "verify": True}, 4 + len(STEPS)),
        ("undo", ALL, {"dry_run": True, "verify": True}, 1),
        ("undo", ALL, {"dry_run": False, "verify": True}, 6),
    ],
)
def test_how_many_there_will_be(
    kind: Literal["run", "rerun", "undo"], steps: list[str], options: dict[str, bool], count: int
) -> None:
    """By what the run is, by its steps, and whether it reads back; each title once."""
    found = phases_of(kind, steps, **options)
    assert len(found) == len(set(found)) == count


def titles_in(folder: Path) -> Iterator[str]:
    """The titles of the phases in a run's journal."""
    for event in read_journal(folder / "journal.jsonl"):
        if isinstance(event, PhaseStarted):
            yield event.title


def test_they_are_those_of_a_run(tmp_path: Path) -> None:
    """What is shown beforehand comes: of a run, of its plan, and of putting somebody back."""
    organisation = org_of(["Ada", "Bob"], {"Billing": ["Ada", "Bob"]})
    with simulator(organisation) as sim, served(tmp_path, sim) as page:
        plan = page.plan_of_people("Ada", "Bob")
        result = page.finished(page.started(plan, 2))
        back = page.browser.get(f"{result.path}/undo")
        undo = page.finished(page.browser.submit(back, "/undo", row=["2"]))
        undone = page.finished(page.started(undo, 1))
    for answer, kind, dry_run in (
        (plan, "run", True),
        (result, "run", False),
        (undo, "undo", True),
        (undone, "undo", False),
    ):
        titles = set(titles_in(tmp_path / "runs" / name_of(answer)))
        expected = set(phases_of(kind, ALL, dry_run=dry_run, verify=True))  # type: ignore[arg-type]
        assert expected - titles <= {"Putting ring numbers back"}
