"""Moments, waits, next actions and plans in the words of the page."""

import re
from datetime import UTC, datetime, timedelta, timezone
from typing import get_args

import pytest

from batch_offboard.offboarding.codes import CODES
from batch_offboard.offboarding.leftover_words import plan_sentences
from batch_offboard.offboarding.leftovers import Findings, Unseen
from batch_offboard.page.command_progress import CommandStatus, PhaseShown
from batch_offboard.page.moments import moment_in_words, on_day
from batch_offboard.page.screens.plan import plan_text
from batch_offboard.page.voice import Screen, action_in_page_words, in_page_words
from batch_offboard.results import next_action

NOW = datetime(2026, 10, 3, 12, 5, tzinfo=UTC)
EAST = timezone(timedelta(hours=5, minutes=30))


@pytest.mark.parametrize(
    ("text", "words", "day"),
    [
        ("2026-10-03T08:32:00.51Z", "today 14:02", "today"),
        ("2026-10-02T18:29:59Z", "yesterday 23:59", "yesterday"),
        ("2026-10-02T18:30:00Z", "today 00:00", "today"),
        ("2026-10-01T03:45:00Z", "1 October 2026, 09:15", "on 1 October"),
        ("2025-10-03T03:45:00+00:00", "3 October 2025, 09:15", "on 3 October 2025"),
        ("2026-10-03T19:00:00Z", "4 October 2026, 00:30", "on 4 October"),
        ("someday", "someday", "on someday"),
        ("9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z", "on 9999-12-31T23:59:59Z"),
        ("", "", "on "),
    ],
)
def test_moments(text: str, words: str, day: str) -> None:
    """In the person's time zone, near days by their names; never as a stamp that can be told."""
    assert moment_in_words(text, NOW, EAST) == words
    assert on_day(text, NOW, EAST) == day


def test_a_wait_is_told_until_it_ends() -> None:
    """And no longer."""
    until = (NOW + timedelta(seconds=10)).isoformat()
    waiting = CommandStatus(
        waiting="Genesys asked for a pause (queue routes).", waiting_until=until
    )
    assert waiting.waits(NOW).startswith("Waiting until ")
    assert waiting.waits(NOW).endswith(": Genesys asked for a pause (queue routes).")
    assert waiting.waits(NOW + timedelta(seconds=10)) == ""
    assert CommandStatus().waits(NOW) == ""


@pytest.mark.parametrize(
    ("done", "total", "unit", "left", "words"),
    [
        (21, 35, "people", "12 s", "21 of 35 people, about 12 s left"),
        (0, 1, "people", "", "0 of 1 person"),
        (1, 1, "pages", "", "1 of 1 page"),
        (1000, 20000, "rows", "", "1,000 of 20,000 rows"),
    ],
)
def test_progress(done: int, total: int, unit: str, left: str, words: str) -> None:
    """How far a phase is, in a few words."""
    assert PhaseShown("A", done, total, unit, left).words == words


CORRECT = "HR: correct the user id in this row, then rerun this results file."
AGAIN = "HR: rerun this results file in a few minutes."
OTHER_NAME = (
    "If so, accept the name of row 42 in the rerun. If not, correct the row, enter yes in its "
    "offboard_retry, then rerun this results file."
)
BUTTON = "“Correct and run again”"
TICK = "tick “I have checked: same person” for row 42"


@pytest.mark.parametrize(
    ("screen", "written", "said"),
    [
        ("plan", CORRECT, "Correct the user id in this row, then choose the list again."),
        ("result", CORRECT, f"Correct the user id in this row, using {BUTTON}."),
        ("correct", CORRECT, "Correct the user id in this row, then make the plan."),
        ("plan", AGAIN, "Choose the list again in a few minutes."),
        ("plan of a rerun", AGAIN, f"Use {BUTTON} of the earlier run in a few minutes."),
        ("result", AGAIN, f"Use {BUTTON} in a few minutes."),
        ("correct", AGAIN, "Make the plan in a few minutes."),
        (
            "plan",
            OTHER_NAME,
            f"If so, {TICK}. If not, correct the row, then choose the list again.",
        ),
        (
            "result",
            OTHER_NAME,
            f"If so, {TICK} in {BUTTON}. If not, correct the row, using {BUTTON}.",
        ),
        ("result", "HR: undo this row again.", "Put this person back again."),
    ],
)
def test_next_actions(screen: Screen, written: str, said: str) -> None:
    """The page has ticks and buttons where a results file has columns."""
    assert action_in_page_words(written, screen) == said


@pytest.mark.parametrize(("rows", "it"), [("row 4", "it"), ("rows 4, 6", "them")])
def test_names_that_a_rerun_does_not_attempt(rows: str, it: str) -> None:
    """The plan of a rerun from the command line, shown on the page."""
    line = f"Name accepted, but not attempted in this rerun: {rows}. To attempt {it}, name {it}"
    said = in_page_words(f"{line} in the rerun.")
    where = f"in {BUTTON} of the earlier run"
    assert said == (
        f"Name accepted, but not attempted this time: {rows}. To run {it}, tick “Run this row” "
        f"{where}."
    )


SENTENCES = [
    *(each.action for each in CODES.values()),
    *(each.undo_action for each in CODES.values()),
    *next_action.BY_HTTP_STATUS.values(),
    *next_action.BY_STATUS.values(),
    *next_action.UNDO_BY_STATUS.values(),
    next_action.CHECK_THE_NAME,
    next_action.WHOLE_COLUMN_UNKNOWN,
    next_action.SERVER_ERROR,
]


UNSPOKEN = re.compile("rerun|undo|results file|offboard_|Ctrl|command|--|HR:|`", re.I)


@pytest.mark.parametrize("screen", get_args(Screen))
@pytest.mark.parametrize(
    "again", ["rerun this results file", "run the list again", "undo this row again"]
)
def test_no_next_action_speaks_of_commands_or_files(screen: Screen, again: str) -> None:
    """Whatever can be advised about a row: on a page there is neither."""
    for each in SENTENCES:
        said = action_in_page_words(each.replace("{again}", again).replace("{row}", "7"), screen)
        assert not re.search(
            r"rerun|undo|results file|offboard_|Ctrl|command|--|HR:|`", said, re.I
        ), said


def test_the_lines_of_a_plan() -> None:
    """Whom it changes comes first, what must not be missed stands out, nothing is left away."""
    lines = (
        "The plan:",
        "  Organisation: Acme (mypurecloud.de).",
        "  Dates use UTC; today is 2026-10-03.",
        "  2 people will be set to inactive.",
        "    Ada, Bob: the second.",
        "  They will be removed from 1 queue (2 memberships).",
        "  Left without agents: Billing.",
        "  3 rows on hold: no such Genesys user.",
    )
    found = plan_text(lines)
    assert found.lead == "2 people will be set to inactive."
    assert found.names == "Ada, Bob: the second."
    assert found.facts == (("Organisation", "Acme (mypurecloud.de)"),)
    assert found.alarming == ("Left without agents: Billing.",)
    assert found.rest == (
        "Dates use UTC; today is 2026-10-03.",
        "They will be removed from 1 queue (2 memberships).",
        "3 rows on hold: no such Genesys user.",
    )
    nobody = plan_text(("The plan:", "  Nobody will be set to inactive."))
    assert (nobody.lead, nobody.rest) == ("", ("Nobody will be set to inactive.",))


def test_what_was_not_checked_stays_beside_what_to_do() -> None:
    """The lines of a plan are sorted, and those two belong together."""
    unseen = (Unseen("direct reports", "Not found."),)
    lines = ("The plan:", "  1 person to change.", *plan_sentences(Findings(unseen=unseen), ()))
    assert plan_text(lines).facts == (
        ("Not checked", "direct reports. Not found"),
        ("To check this too", "ask a Genesys admin"),
    )
