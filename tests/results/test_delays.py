"""From the day on which a row was due until its person was inactive."""

from dataclasses import replace

import pytest

from batch_offboard.results.delays import delays, overdue_and_active
from batch_offboard.results.models import RowResult, RunView
from tests.results.views import DONE, FAILED, result, started, view, with_list


def dated(row: RowResult, due: str, inactive_at: str = "", timezone: str = "UTC") -> RunView:
    """A run with one dated row."""
    known = {row.row: inactive_at} if inactive_at else {}
    whole = view(row, due=(due,), inactive_at=known, started=with_list(timezone=timezone))
    return replace(whole, finished=None)


@pytest.mark.parametrize(
    "due, inactive_at, timezone, hours, beyond, overdue",
    [
        ("2026-11-23", "2026-11-23T19:39:00Z", "UTC", 19.65, False, False),
        ("2026-11-22", "2026-11-23T19:39:00Z", "UTC", 43.65, True, False),
        ("2026-11-21", "2026-11-23T19:39:00Z", "UTC", 67.65, True, True),
        ("2026-11-23", "2026-11-23T19:39:00Z", "Asia/Tokyo", 28.65, True, False),
        ("2026-11-22", "2026-11-23T19:39:00Z", "Asia/Tokyo", 52.65, True, True),
        (
            "2026-11-23",
            "2026-11-23T19:39:00Z",
            "this computer's time zone, UTC-05:00",
            14.65,
            False,
            False,
        ),
        ("2026-11-23", "2026-11-23T19:39:00Z", "Moon/Base", 19.65, False, False),
    ],
)
def test_the_day_begins_at_midnight_of_the_lists_time_zone(
    due: str, inactive_at: str, timezone: str, hours: float, *, beyond: bool, overdue: bool
) -> None:
    """Hours count from 00:00 there, overdue is by the calendar there."""
    (found,) = delays(dated(DONE, due, inactive_at, timezone))
    assert (hours, beyond, overdue) == (round(found.hours, 2), found.beyond_a_day, found.overdue)


def test_a_carried_row_counts_to_when_it_was_read_back() -> None:
    """Where only an earlier run knows the moment, its finish is the latest it can be."""
    (found,) = delays(dated(DONE, "2026-11-23"))
    assert round(found.hours, 2) == 19.67


@pytest.mark.parametrize("spoilt", ["24.11.2026 01:39", "2026-11-24 01:39:00", "46000", "?"])
def test_a_time_that_a_spreadsheet_has_rewritten_counts_for_nothing(spoilt: str) -> None:
    """The row stands; from when to when is no longer known."""
    carried = replace(DONE, finished_at=spoilt)
    assert tuple(delays(dated(carried, "2026-11-20"))) == ()


def test_a_person_who_was_not_set_to_inactive_waits_until_the_end_of_the_run() -> None:
    """Someone due for days and still active is the one to be seen."""
    (found,) = delays(dated(FAILED, "2026-11-20"))
    assert (found.inactive_at, found.overdue) == (None, True)


@pytest.mark.parametrize(
    "row",
    [
        result(2, status="already_done", state_before="inactive"),
        result(2, status="skipped", state_before="active", state_after=""),
        result(2, status="partial", state_before="inactive"),
    ],
)
def test_who_was_inactive_before_or_was_not_to_be_has_no_delay(row: RowResult) -> None:
    """Nothing is claimed about what the run did not do."""
    assert delays(dated(row, "2026-11-01")) == ()


@pytest.mark.parametrize(
    "row, is_named",
    [
        (FAILED, True),
        (result(2, status="skipped", error_code="identity_mismatch", state_after=""), True),
        (result(2, status="skipped", error_code="conflicting_rows", state_after=""), True),
        (result(2, status="skipped", error_code="protected", state_after=""), True),
        (result(2, status="not_run", state_after=""), True),
        (result(2, status="skipped", error_code="duplicate", state_after=""), False),
        (result(2, status="skipped", error_code="undone", state_after=""), False),
        (
            result(2, status="skipped", error_code="identity_mismatch", state_before="inactive"),
            False,
        ),
        (DONE, False),
    ],
)
def test_whoever_is_overdue_and_active_is_named_whatever_holds_them(
    row: RowResult, *, is_named: bool
) -> None:
    """A name that differs does not make somebody less late; a day of grace is left to all."""
    assert overdue_and_active(dated(row, "2026-11-01")) == (row.row,) * is_named
    assert overdue_and_active(dated(row, "2026-12-01")) == ()


def test_a_day_that_has_not_come_has_no_delay() -> None:
    """A row that is planned for later is not late."""
    assert delays(dated(result(2, status="planned", state_after="active"), "2026-12-01")) == ()


def test_undated_rows_and_undo_runs_have_no_delays() -> None:
    """Without a day there is nothing to measure."""
    undo = replace(dated(DONE, "2026-11-01"), started=started(command="undo"))
    assert delays(undo) == ()
    assert delays(view(DONE)) == ()
