"""Bulk calls: how they are cut, and what they are about."""

import pytest

from batch_offboard.offboarding.batching import (
    bulk_calls,
    calls_by_target,
    halves,
    same_target,
    singly,
    target_of,
    without_rows,
)
from batch_offboard.offboarding.models import Call

from .snapshots import written

REMOVAL = Call(
    "remove_members",
    {"queue_id": "Q1", "user_ids": ["a", "b", "c"], "fields": ["x", "y", "z"]},
    (2, 3, 5),
)
ALONE = Call("set_state", {"user_id": "a", "state": "inactive", "version": 1}, (2,))
GIVEN = [{"role_id": "r1"}, {"role_id": "r2"}]
GRANTS = Call("add_grants", {"user_id": "a", "grants": GIVEN}, (2,))


def served(call: Call | None) -> tuple[object, tuple[int, ...]]:
    """The users and the rows of a removal."""
    assert call is not None
    return call.arguments["user_ids"], call.rows


@pytest.mark.parametrize(
    ("size", "rows"), [(1, [(2,), (3,), (5,)]), (2, [(2, 3), (5,)]), (3, [(2, 3, 5)])]
)
def test_a_call_serves_so_many_rows_at_most(size: int, rows: list[tuple[int, ...]]) -> None:
    """In order, and each with its own value."""
    calls = list(
        bulk_calls(
            "remove_members",
            {"queue_id": "Q1"},
            "user_ids",
            zip((2, 3, 5), "abc", strict=True),
            size,
        )
    )
    assert [call.rows for call in calls] == rows
    assert [each for call in calls for each in call.arguments["user_ids"]] == ["a", "b", "c"]
    assert {(call.operation, call.arguments["queue_id"]) for call in calls} == {
        ("remove_members", "Q1")
    }


def test_every_target_has_calls_of_its_own() -> None:
    """A hundred members a call."""
    entries = {"Q1": [(row, f"u{row}") for row in range(101)], "Q2": [(7, "u7")]}
    calls = calls_by_target("remove_members", "queue_id", "user_ids", entries)
    assert [(call.arguments["queue_id"], len(call.rows)) for call in calls] == [
        ("Q1", 100),
        ("Q1", 1),
        ("Q2", 1),
    ]


def test_a_call_is_halved_until_it_serves_one_row() -> None:
    """Each half has its own rows and users, and all else of the whole."""
    first, second = halves(REMOVAL)
    assert (served(first), served(second)) == ((["a"], (2,)), (["b", "c"], (3, 5)))
    assert (first.arguments["queue_id"], first.arguments["fields"]) == ("Q1", ["x", "y", "z"])
    assert [served(each) for each in halves(second)] == [(["b"], (3,)), (["c"], (5,))]
    assert halves(first) == ()
    assert halves(ALONE) == ()


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ((), (["a", "b", "c"], (2, 3, 5))),
        ((9,), (["a", "b", "c"], (2, 3, 5))),
        ((3,), (["a", "c"], (2, 5))),
        ((2, 3), (["c"], (5,))),
    ],
)
def test_a_call_without_some_of_its_rows(
    rows: tuple[int, ...], expected: tuple[list[str], tuple[int, ...]]
) -> None:
    """Users and rows stay together."""
    assert served(without_rows(REMOVAL, rows)) == expected


def test_a_call_without_any_of_its_rows_is_none() -> None:
    """Nothing is left to send."""
    assert without_rows(REMOVAL, (2, 3, 5)) is None


def test_role_grants_can_be_given_one_by_one() -> None:
    """All else of the call stays; what gives one, or none, is not cut."""
    assert [written(each) for each in singly(GRANTS)] == [
        {
            "operation": "add_grants",
            "arguments": {"user_id": "a", "grants": [each]},
            "rows": [2],
        }
        for each in GIVEN
    ]
    assert singly(singly(GRANTS)[0]) == ()
    assert singly(REMOVAL) == ()


@pytest.mark.parametrize(
    ("other", "same"),
    [
        (Call("remove_members", {"queue_id": "Q1", "user_ids": ["z"]}, (9,)), True),
        (Call("remove_members", {"queue_id": "Q2", "user_ids": ["a"]}, (2,)), False),
        (Call("add_members", {"queue_id": "Q1", "user_ids": ["a"]}, (2,)), False),
    ],
)
def test_which_calls_concern_the_same(other: Call, same: bool) -> None:
    """What is done, and to which queue, whoever is served."""
    assert same_target(REMOVAL, other) is same


def test_what_a_call_concerns() -> None:
    """A queue, a group, a team; nothing where it is the user alone."""
    joined = Call("patch_member", {"user_id": "a", "queue_id": "Q1"}, (2,))
    assert [target_of(each) for each in (REMOVAL, joined, ALONE)] == ["Q1", "Q1", ""]
