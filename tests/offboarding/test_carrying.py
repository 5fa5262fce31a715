"""Which rows a rerun attempts and carries, judged from a row and its earlier result alone."""

from dataclasses import replace

import pytest

from batch_offboard.offboarding.carrying import (
    Earlier,
    Sameness,
    is_attempted,
    is_known_by_row,
    means_another,
    sameness,
    sorted_apart,
)
from batch_offboard.offboarding.models import User
from batch_offboard.termination_list.models import Problem, Termination

ANNA, BEN = (f"5f3d5a6e-0000-4000-8000-00000000000{number}" for number in (1, 2))
DONE = Earlier("done", False, "", ANNA, "anna@test.example", changed=True, confirmed=False)


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
    earlier = replace(DONE, status=status, retry=retry, code=code)
    assert is_attempted(2, earlier, ()) is attempted
    assert (is_attempted(2, earlier, {2}), is_attempted(2, earlier, {3})) == (True, False)
    assert is_attempted(2, None, ())


@pytest.mark.parametrize(
    ("row", "earlier", "expected"),
    [
        (Termination(2, (), user_id=ANNA), DONE, Sameness.SAME),
        (Termination(2, (), user_id=BEN), DONE, Sameness.CHANGED),
        (Termination(2, (), email="anna@test.example"), DONE, Sameness.UNKNOWN),
        (Termination(2, (), email="x@y.example"), replace(DONE, confirmed=True), Sameness.SAME),
        (Termination(2, (), user_id=ANNA), replace(DONE, user_id=""), Sameness.CHANGED),
        (
            Termination(2, (), user_id=ANNA, problem=Problem("malformed_row", "")),
            DONE,
            Sameness.CHANGED,
        ),
        (
            Termination(2, (), user_id=ANNA, problem=Problem("invalid_date", "")),
            DONE,
            Sameness.SAME,
        ),
    ],
)
def test_whether_a_row_still_means_its_person(
    row: Termination, earlier: Earlier, expected: Sameness
) -> None:
    """By its own user id, or because a run has read that id for this very row."""
    assert sameness(row, earlier) is expected


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
    row = Termination(2, (), email=wanted)
    assert is_known_by_row(row, user) is known
    earlier = replace(DONE, email=held, changed=False)
    assert means_another(row, earlier, BEN) is known


@pytest.mark.parametrize(
    ("changed", "settled", "apart"),
    [(1, 1, False), (2, 10, False), (3, 10, True), (20, 100, False)],
)
def test_many_changed_rows_are_no_correction(changed: int, settled: int, apart: bool) -> None:
    """More than a fifth of the settled rows, and more than one."""
    assert sorted_apart(changed, settled) is apart
