"""A row's result as cells, and the cells as a result again."""

from dataclasses import fields, replace

import pytest

from batch_offboard.results.models import COLUMNS, RowResult, parse_result

FULL = RowResult(
    status="partial",
    retry=True,
    next_action="HR: rerun.",
    row=7,
    user_id="5f3d5a6e-0000-4000-8000-000000000001",
    user_name="Anna",
    user_email="anna@test.example",
    state_before="active",
    state_after="inactive",
    queues_before=3,
    queues_removed=2,
    queues_left=1,
    left_because="Billing: through the group Team",
    left_behind="still shown as logged in",
    http_status=200,
    error_code="group_membership",
    error="Still a member.",
    correlation_id="c-1",
    attempts=2,
    started_at="2026-11-23T08:00:00.00Z",
    finished_at="2026-11-23T08:01:00.00Z",
    verified=True,
    run_id="20261123T080000Z-list",
)
"""A value in every column, none of them the default."""
NAMES = [each.name for each in fields(RowResult)]


def cells(result: RowResult) -> dict[str, str]:
    """The columns of a result, as a results file holds them."""
    return dict(zip(COLUMNS, result.texts(), strict=True))


def test_every_column_is_read_as_it_was_written() -> None:
    """A column that is added to `RowResult` needs nothing else, but a value here."""
    bare = RowResult("not_run", False, "", 2)
    same = [name for name in NAMES if getattr(FULL, name) == getattr(bare, name)]
    assert same == [], "give `FULL` a value of its own here"
    assert parse_result(7, cells(FULL)) == FULL
    assert parse_result(2, cells(bare)) == bare


def test_without_columns_a_row_was_not_run() -> None:
    """As one that was typed into the results file."""
    assert (
        parse_result(2, {}) == parse_result(2, {"note": "x"}) == RowResult("not_run", False, "", 2)
    )


@pytest.mark.parametrize(
    ("column", "cell", "expected"),
    [
        ("status", "Done ", {"status": "done", "retry": False}),
        ("status", "finished", {"status": "not_run"}),
        ("retry", "YES", {"retry": True}),
        ("retry", "perhaps", {"retry": False}),
        ("row", "99", {"row": 7}),
        ("user_id", " ABC-1 ", {"user_id": "abc-1"}),
        ("queues_before", "many", {"queues_before": None}),
        ("queues_before", "²", {"queues_before": None}),
        ("attempts", "", {"attempts": 0}),
        ("verified", "no", {"verified": False}),
        ("run_id", " run-1 ", {"run_id": "run-1"}),
    ],
)
def test_what_a_person_made_of_a_cell(column: str, cell: str, expected: dict[str, object]) -> None:
    """Blanks and case do not matter; what cannot be read is empty, and done stays done."""
    columns = {**cells(FULL), f"offboard_{column}": cell}
    assert parse_result(7, columns) == replace(FULL, **expected)


@pytest.mark.parametrize(
    ("cell", "moment"),
    [
        ("2026-11-23T19:39:00Z", "2026-11-23T19:39:00Z"),
        ("2026-11-23 19:39:00", "2026-11-23T19:39:00Z"),
        ("23.11.2026 19:39", "23.11.2026 19:39"),
        ("", ""),
    ],
)
def test_a_moment_that_a_spreadsheet_has_made_a_date_is_one_again(cell: str, moment: str) -> None:
    """As a workbook's dates are read; another order of day and month is not guessed at."""
    assert parse_result(3, {"offboard_started_at": cell}).started_at == moment
