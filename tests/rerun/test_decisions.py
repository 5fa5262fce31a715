"""What a rerun does with each row, judged from the row and its earlier result alone."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from batch_offboard.errors import ListError
from batch_offboard.offboarding.models import User
from batch_offboard.offboarding.people import EarlierMatch
from batch_offboard.rerun.decisions import (
    Decision,
    Decisions,
    Sameness,
    decision,
    is_known_by_row,
    rerun_decisions,
    sameness,
    sorted_apart,
)
from batch_offboard.results.models import RowResult
from batch_offboard.termination_list.models import Problem, Termination

ANNA, BEN = (f"5f3d5a6e-0000-4000-8000-00000000000{number}" for number in (1, 2))
DONE = RowResult("done", False, "", 2, ANNA, "Anna", "anna@test.example", state_before="active")
ROW = Termination(2, (), user_id=ANNA)


def result(**columns: Any) -> RowResult:
    """Anna's earlier result, with some columns changed."""
    return replace(DONE, **columns)


@pytest.mark.parametrize(
    ("status", "retry", "code", "attempted"),
    [
        ("done", False, "", False),
        ("done", True, "", False),
        ("failed", True, "not.found", True),
        ("failed", False, "not.found", False),
        ("skipped", False, "duplicate", True),
        ("skipped", True, "undone", True),
        ("skipped", False, "undone", False),
    ],
)
def test_which_rows_are_attempted(status: str, retry: bool, code: str, attempted: bool) -> None:
    """Those to be retried, and duplicates, which are judged anew; named rows always."""
    earlier = result(status=status, retry=retry, error_code=code)
    by_itself = Decision.ATTEMPT if attempted else Decision.CARRY_OVER
    assert decision(ROW, earlier, False, ()) is by_itself
    assert decision(ROW, earlier, False, {2}) is Decision.ATTEMPT
    assert decision(ROW, earlier, False, {3}) is Decision.CARRY_OVER


def test_a_row_that_was_typed_in_is_attempted() -> None:
    """Unless other rows are named."""
    assert decision(ROW, None, False, ()) is Decision.ATTEMPT
    assert decision(ROW, None, False, {3}) is Decision.CARRY_OVER


@pytest.mark.parametrize(
    ("row", "earlier", "confirmed", "expected"),
    [
        (ROW, DONE, False, Decision.CARRY_OVER),
        (replace(ROW, user_id=BEN), DONE, False, Decision.HOLD),
        (
            replace(ROW, user_id=BEN),
            result(status="already_done", state_before="inactive"),
            False,
            Decision.HOLD,
        ),
        (replace(ROW, user_id=BEN), result(status="partial", retry=True), False, Decision.HOLD),
        (replace(ROW, user_id=BEN), result(status="failed", retry=True), False, Decision.ATTEMPT),
        (replace(ROW, user_id=BEN), result(status="failed"), False, Decision.CARRY_OVER),
        (Termination(2, (), email="anna@test.example"), DONE, False, Decision.RECHECK),
        (Termination(2, (), email="anna@test.example"), DONE, True, Decision.CARRY_OVER),
        (
            Termination(2, (), email="anna@test.example"),
            result(status="partial", retry=True),
            False,
            Decision.ATTEMPT,
        ),
    ],
)
def test_a_row_that_was_done_or_begun_must_mean_its_person(
    row: Termination, earlier: RowResult, confirmed: bool, expected: Decision
) -> None:
    """Held where it certainly means another; rechecked where it is finished and nothing tells."""
    assert decision(row, earlier, confirmed, ()) is expected
    assert decision(row, earlier, confirmed, {2}) is Decision.ATTEMPT


def decided(results: Mapping[int, RowResult], named: frozenset[int] = frozenset()) -> Decisions:
    """The decisions about a row for each result and for one that was typed in since."""
    rows = [Termination(row, (), user_id=each.user_id) for row, each in results.items()]
    return rerun_decisions([*rows, Termination(99, (), user_id=BEN)], results, (), named)


def numbers(rows: tuple[Termination, ...]) -> list[int]:
    """The row numbers."""
    return [row.row for row in rows]


MIXED = {
    2: result(row=2),
    3: result(row=3, status="partial", retry=True, user_email="a@test.example"),
    4: result(row=4, status="failed", retry=True, state_before=""),
    5: result(row=5, status="failed", state_before="", user_id=BEN),
    6: result(row=6, status="skipped", error_code="undone", user_id=""),
    7: result(row=7, status="skipped", error_code="protected"),
}
"""One row of each kind that matters."""


def test_each_row_is_decided_once() -> None:
    """The open ones are attempted; those that stand for their person are carried over."""
    found = decided(MIXED)
    assert (numbers(found.attempt), found.hold, found.recheck) == ([3, 4, 99], (), ())
    assert numbers(found.standing) == [2, 5, 6]
    assert found.logged_in == {3}
    assert found.earlier_matches == {
        3: EarlierMatch(ANNA, "a@test.example", changed=True),
        4: EarlierMatch(ANNA, "anna@test.example", changed=False),
    }


def test_with_rows_named_the_other_open_rows_bear_on_nobody() -> None:
    """A person who names a row has looked at it: whom it meant earlier does not matter."""
    found = decided(MIXED, frozenset({4}))
    assert numbers(found.attempt) == [4]
    assert numbers(found.standing) == [2, 5, 6]
    assert (found.logged_in, found.earlier_matches) == (frozenset(), {})
    assert numbers(decided(MIXED, frozenset({2})).standing) == [5, 6]


def test_the_last_row_stands_for_a_person_whom_several_were_done_for() -> None:
    """Whether it is rechecked or not; a doubtful row and one without a user id do not."""
    results = {row: result(row=row) for row in (2, 3, 4)}
    rows = [
        Termination(2, (), user_id=ANNA),
        Termination(3, (), email="anna@test.example"),
        Termination(4, (), user_id=ANNA),
    ]
    found = rerun_decisions(rows, results, (), ())
    assert found.recheck == (rows[1],)
    assert found.standing_for(()) == {ANNA: rows[2]}
    assert found.standing_for([rows[2]]) == {ANNA: rows[1]}
    assert decided({6: MIXED[6]}).standing_for(()) == {}


def test_columns_that_were_sorted_apart_are_refused() -> None:
    """Two of two finished rows that mean someone else, each named."""
    results = {2: result(), 3: result(row=3, user_id=BEN)}
    rows = [Termination(2, (), user_id=BEN), Termination(3, (), user_id=ANNA)]
    with pytest.raises(ListError, match=r"2 of 2 finished rows .* \(rows 2, 3…\)"):
        rerun_decisions(rows, results, (), ())
    assert numbers(rerun_decisions(rows, results, (), {3}).hold) == [2]


@pytest.mark.parametrize(
    ("row", "earlier", "confirmed", "expected"),
    [
        (ROW, DONE, False, Sameness.SAME),
        (replace(ROW, user_id=BEN), DONE, False, Sameness.CHANGED),
        (Termination(2, (), email="anna@test.example"), DONE, False, Sameness.UNKNOWN),
        (Termination(2, (), email="x@y.example"), DONE, True, Sameness.SAME),
        (ROW, result(user_id=""), False, Sameness.CHANGED),
        (Termination(2, (), email="x@y.example"), result(user_id=""), True, Sameness.CHANGED),
        (Termination(2, (), email="x@y.example"), result(user_id="Anna"), True, Sameness.CHANGED),
        (replace(ROW, problem=Problem("malformed_row", "")), DONE, False, Sameness.CHANGED),
        (replace(ROW, problem=Problem("invalid_date", "")), DONE, False, Sameness.SAME),
    ],
)
def test_whether_a_row_still_means_its_person(
    row: Termination, earlier: RowResult, confirmed: bool, expected: Sameness
) -> None:
    """By its own user id, or because a run has read that id for this very row."""
    assert sameness(row, earlier, confirmed) is expected


@pytest.mark.parametrize(
    ("wanted", "held", "known"),
    [
        ("Anna@Test.Example", "anna@test.example", True),
        ("strasse@test.example", "straße@test.example", False),
        ("anna@test.example", "", False),
    ],
)
def test_addresses_are_compared_but_for_case_exactly(wanted: str, held: str, known: bool) -> None:
    """Two addresses that some foldings make equal are two people's."""
    user = User(ANNA, "Anna", held, "inactive", 1)
    assert is_known_by_row(Termination(2, (), email=wanted), user) is known


@pytest.mark.parametrize(("held", "known"), [("7", True), ("8", False), (None, False)])
def test_a_row_without_an_address_is_known_by_its_number(held: str | None, known: bool) -> None:
    """An address on the row counts instead, whatever the number."""
    user = User(ANNA, "Anna", "anna@test.example", "inactive", 1, employee_id=held)
    assert is_known_by_row(Termination(2, (), employee_id="7"), user) is known
    both = Termination(2, (), email="ben@test.example", employee_id="7")
    assert is_known_by_row(both, user) is False


@pytest.mark.parametrize(
    ("changed", "finished", "apart"),
    [(1, 1, False), (2, 10, False), (3, 10, True), (20, 100, False)],
)
def test_many_changed_rows_are_no_correction(changed: int, finished: int, apart: bool) -> None:
    """More than a fifth of the finished rows, and more than one."""
    assert sorted_apart(changed, finished) is apart


HELD = result(status="skipped", error_code="identity_mismatch", state_before="")
"""A row that was held for its name, and a rerun would not attempt of itself."""


@pytest.mark.parametrize(
    ("earlier", "accepted", "named", "attempted"),
    [
        (HELD, {2}, (), True),
        (HELD, {3}, (), False),
        (HELD, {2}, {3}, False),
        (HELD, {2}, {2}, True),
        (replace(HELD, error_code="protected"), {2}, (), False),
        (DONE, {2}, (), False),
        (None, {2}, (), True),
        (None, {2}, {3}, False),
    ],
)
def test_only_rows_held_for_a_name_are_attempted_once_it_is_accepted(
    earlier: RowResult | None, accepted: set[int], named: set[int], attempted: bool
) -> None:
    """Unless other rows are named: to accept a name is no way to have more attempted."""
    results = {} if earlier is None else {2: earlier}
    found = rerun_decisions([ROW], results, (), named, accepted)
    assert numbers(found.attempt) == ([2] if attempted else [])


def test_a_duplicate_is_no_row_of_its_own() -> None:
    """It is attempted, as it is judged anew; a row that was typed in is one."""
    results = {
        2: result(row=2, status="failed", retry=True),
        3: result(row=3, status="skipped", error_code="duplicate"),
    }
    found = decided(results)
    assert (numbers(found.attempt), numbers(found.own_rows)) == ([2, 3, 99], [2, 99])
