"""Counts, attention, verdict and exit code of a whole run."""

from dataclasses import replace
from typing import get_args

import pytest

from batch_offboard.errors import ExitCode
from batch_offboard.record.events import ROWS_MISSING, RowStatus, RunFinished, Warned
from batch_offboard.results.models import RunView
from batch_offboard.results.run_verdict import (
    OUTCOMES,
    STATUSES,
    attention,
    counts,
    ended_before_writing,
    exit_code_of,
    label,
    status_words,
    verdict,
)
from tests.results.views import DONE, FAILED, result, started, view

FINE = [
    result(2),
    result(3, status="already_done"),
    result(4, status="skipped", error_code="duplicate"),
    result(5, status="skipped", error_code="not_due"),
]


def test_every_status_is_counted() -> None:
    """No status is missing from the counts."""
    assert set(get_args(RowStatus)) == set(STATUSES)
    assert {**dict.fromkeys(OUTCOMES, 0), "done": 2, "failed": 1} == counts(
        view(DONE, FAILED, result(4))
    )


def test_who_was_put_back_counts_as_such() -> None:
    """And not as deliberately not attempted, in counts, words and verdict."""
    back = replace(result(4), status="skipped", error_code="undone", retry=False)
    whole = view(DONE, FAILED, back, result(5, status="skipped", error_code="protected"))
    found = counts(whole)
    assert (found["put_back"], found["skipped"], sum(found.values())) == (1, 1, 4)
    assert status_words(whole)["put_back"] == "put back by an undo"
    assert "1 of 4 people on the list is inactive and in no queue, 1 was put back" in verdict(whole)
    assert label(back.outcome) == "put back"
    assert (back.status, exit_code_of(view(back))) == ("skipped", ExitCode.ATTENTION)


def test_finished_duplicate_and_not_due_rows_are_fine() -> None:
    """Exit code 0 by the interface's definition."""
    expected = ExitCode.OK
    assert expected == exit_code_of(view(*FINE))
    assert expected == exit_code_of(view())


@pytest.mark.parametrize(
    "status, code",
    [
        ("failed", "timeout"),
        ("partial", "group_membership"),
        ("partial", "not_due"),
        ("not_run", ""),
        ("planned", ""),
        ("skipped", "protected"),
        ("skipped", "identity_mismatch"),
        ("skipped", "undone"),
    ],
)
def test_any_other_row_needs_attention(status: RowStatus, code: str) -> None:
    """Exit code 3 by the interface's definition."""
    expected = ExitCode.ATTENTION
    assert expected == exit_code_of(view(*FINE, result(6, status=status, error_code=code)))


def test_a_planned_row_is_fine_in_a_dry_run() -> None:
    """A dry run that could plan everything exits with 0."""
    expected = ExitCode.OK
    planned = view(*FINE, result(6, status="planned"), started=started(dry_run=True))
    assert expected == exit_code_of(planned)


def test_who_may_still_have_access_comes_first() -> None:
    """Failed rows, then partial, not reached and skipped ones, each in the list's order."""
    statuses = ["skipped", "not_run", "partial", "failed", "partial", "done"]
    whole = view(*(result(row, status=status) for row, status in enumerate(statuses, 2)))
    assert [row.row for row in attention(whole)] == [5, 4, 6, 3, 2]


RERUN = started(command="rerun")
LATER = replace(
    view(*(result(row, status="skipped", error_code="not_due") for row in (2, 3))),
    due=("2026-12-24", "2026-12-01"),
)
SHORTENED = (Warned(ROWS_MISSING, "Row 4 is not in this file."),)
"""Of a rerun of a results file from which a row was deleted."""
VERDICTS = [
    (view(DONE), "Everyone on the list is inactive and in no queue."),
    (view(*FINE), "Everyone on the list who is due is inactive and in no queue."),
    (
        view(DONE, result(3, verified=False)),
        "Everyone on the list is inactive and in no queue. This could not be fully verified for 1 "
        "of 2 rows.",
    ),
    (
        view(DONE, started=started(settings={"steps": ["deactivate"]})),
        "Everyone on the list is inactive.",
    ),
    (
        view(DONE, FAILED),
        "1 of 2 people on the list is inactive and in no queue, 1 row needs attention.",
    ),
    (
        view(*FINE, replace(FAILED, row=6)),
        "2 of 4 people on the list (5 rows) are inactive and in no queue, 1 is not yet due, "
        "1 row needs attention, 1 row repeats another.",
    ),
    (
        view(
            DONE,
            *(
                result(row, status="skipped", error_code="conflicting_rows", user_id="11" * 16)
                for row in (3, 4)
            ),
        ),
        "1 of 2 people on the list (3 rows) is inactive and in no queue, 2 rows need attention.",
    ),
    (
        view(DONE, result(3, status="skipped", error_code="undone")),
        "1 of 2 people on the list is inactive and in no queue, 1 was put back.",
    ),
    (
        view(DONE, started=started(settings={"steps": ["deactivate", "remove_from_queues"]})),
        "Everyone on the list is inactive and in no queue.",
    ),
    (view(DONE, warnings=SHORTENED), "Everyone in the results file is inactive and in no queue."),
    (
        view(*FINE, replace(FAILED, row=6), warnings=SHORTENED),
        "2 of 4 people in the results file (5 rows) are inactive and in no queue, 1 is not yet "
        "due, 1 row needs attention, 1 row repeats another.",
    ),
    (
        replace(LATER, warnings=SHORTENED),
        "Nobody in the results file is due yet. The first day is 2026-12-01.",
    ),
    (
        view(replace(FAILED, error_code="user_not_found"), warnings=SHORTENED),
        "Nobody in the results file was found in Genesys, and nothing was changed.",
    ),
    (
        view(DONE, finished=None),
        "This run has not finished: so far, 1 of 1 person on the list is inactive and in no queue.",
    ),
    (
        view(result(2, status="planned"), started=started(dry_run=True)),
        "Dry run, nothing was changed: 1 row would be attempted.",
    ),
    (view(), "There was nothing to do."),
    (
        view(*(result(row, status="failed", error_code="user_not_found") for row in (2, 3))),
        "Nobody on the list was found in Genesys, and nothing was changed.",
    ),
    (LATER, "Nobody on the list is due yet. The first day is 2026-12-01."),
    (
        replace(LATER, started=started(dry_run=True)),
        "Dry run, nothing was changed: nobody on the list is due yet. The first day is 2026-12-01.",
    ),
    (
        view(
            replace(DONE, run_id="earlier"),
            result(3, run_id=RERUN.run_id),
            replace(FAILED, row=4, run_id=RERUN.run_id),
            replace(FAILED, row=5, run_id="earlier"),
            started=RERUN,
        ),
        "This rerun handled 2 rows: 1 done, 1 failed. 2 of 4 people on the list are inactive "
        "and in no queue, 2 rows need attention.",
    ),
    (
        view(replace(DONE, run_id="earlier"), started=RERUN),
        "Nothing was rerun. Everyone on the list is inactive and in no queue.",
    ),
    (
        view(DONE, FAILED, finished=None),
        "This run has not finished: so far, 1 of 2 people on the list is inactive and in no "
        "queue, 1 row needs attention.",
    ),
    (
        view(
            DONE,
            result(3, status="not_run"),
            finished=RunFinished(5, "login lost", "x"),
            wrote=True,
        ),
        "The run stopped early: 1 of 2 people on the list is inactive and in no queue, "
        "1 row needs attention.",
    ),
    (
        view(result(3, status="not_run"), finished=RunFinished(130, "Cancelled.", "x")),
        "Cancelled. Nothing was changed.",
    ),
    (
        view(result(3, status="not_run"), finished=RunFinished(130, "Stopped by Ctrl-C.", "x")),
        "The run stopped early: nothing was changed.",
    ),
    (
        view(result(3, status="not_run"), finished=RunFinished(4, "max_rows", "x")),
        "The run was refused. Nothing was changed.",
    ),
    (
        view(
            result(3, status="not_run"),
            finished=RunFinished(4, "Cancelled. Nothing was changed.", "x"),
        ),
        "Cancelled. Nothing was changed.",
    ),
    (
        view(result(2, status="planned"), FAILED, started=started(dry_run=True)),
        "Dry run, nothing was changed: 1 row would be attempted, 1 row needs attention first.",
    ),
    (
        view(DONE, started=started(command="undo")),
        "Everyone selected has been restored.",
    ),
    (
        view(DONE, FAILED, result(4, status="failed"), started=started(command="undo")),
        "1 of 3 people is as before the run, 2 rows need attention.",
    ),
]


@pytest.mark.parametrize("whole, expected", VERDICTS, ids=[text[:30] for _, text in VERDICTS])
def test_the_verdict_claims_no_more_than_the_rows_do(whole: RunView, expected: str) -> None:
    """One sentence for each kind of run."""
    assert expected == verdict(whole)


@pytest.mark.parametrize(
    ("finished", "wrote", "early"),
    [
        (None, False, False),
        (RunFinished(4, "max_rows", "x"), False, True),
        (RunFinished(5, "login lost", "x"), False, True),
        (RunFinished(5, "login lost", "x"), True, False),
        (RunFinished(0, "finished", "x"), False, False),
    ],
)
def test_a_run_that_ended_before_it_changed_anything(
    finished: RunFinished | None, wrote: bool, early: bool
) -> None:
    """Refused or stopped, and no writing request had left."""
    whole = replace(view(DONE, finished=finished), wrote=wrote)
    assert ended_before_writing(whole) is early


def test_words_follow_what_the_run_was_to_do() -> None:
    """Queues are only spoken of where the run takes people out of them."""
    only_state = replace(view(), started=started(settings={"steps": ["deactivate"]}))
    undo = replace(view(), started=started(command="undo"))
    expected = [
        "set to inactive and out of their queues",
        "set to inactive",
        "put back as before the run",
    ]
    assert expected == [status_words(whole)["done"] for whole in (view(), only_state, undo)]
    assert set(OUTCOMES) == set(status_words(view())) == set(status_words(undo))
