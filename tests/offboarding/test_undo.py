"""What an undo has to put back: its plan, its calls, and what is still missing."""

from dataclasses import replace
from typing import Any

import pytest

from batch_offboard.offboarding.models import Holding, RoleGrant, Snapshot
from batch_offboard.offboarding.steps import STEPS, steps_named
from batch_offboard.offboarding.steps.deactivate import Deactivate
from batch_offboard.offboarding.undo import (
    Restore,
    is_to_follow,
    missing_memberships,
    still_ended,
    target_state,
    undo_plan_of,
    whole_undo,
)

from .snapshots import membership, person

BOTH = steps_named(["deactivate", "remove_from_queues"])
GRANT = RoleGrant("r1", "d1")
NIGHT = {"groups": (Holding("g1", "Night"),)}


def wanted(row: int = 2, *queues: str, active: bool = True, **more: Any) -> Restore:
    """What a run took from the person of a row."""
    memberships = tuple(membership(each) for each in queues)
    return Restore(row, f"user-{row}", active, memberships, more.pop("grants", ()), **more)


def now(row: int = 2, state: str = "inactive", *queues: str, **more: Any) -> Snapshot:
    """The person of a row today."""
    told = {"row": row, "state": state, "queues": queues, "grants": [], **more}
    return person(told)


def test_the_plan_counts_what_a_person_agrees_to() -> None:
    """People changed, set active, memberships, queues, role grants, and who needs nothing."""
    people = [
        now(2, "inactive", "Q1 off", name="Anna"),
        now(3, "inactive", "Q1", groups=[]),
        now(4, "active", "Q1", "Q2"),
        now(5, "inactive"),
    ]
    restores = {
        2: wanted(2, "Q1", "Q2", grants=(GRANT,)),
        3: wanted(3, "Q1", active=False, holdings=NIGHT),
        4: wanted(4, "Q1", "Q2"),
        5: wanted(5, "Q2", active=False),
    }
    steps = (*BOTH, STEPS["leave_groups"])
    calls = whole_undo(steps, restores, people)
    plan = undo_plan_of(people, calls, restores, steps, ["not_due", "not_due"], ("a note",))
    assert (
        plan.people, plan.to_active, plan.memberships, plan.queues, plan.grants,
        plan.nothing_to_do, plan.held, plan.notes, plan.names,
    ) == (
        3, 1, 3, 2, 1, 1, {"not_due": 2}, ("a note",), ("Anna", "user-3", "user-5"),
    )  # fmt: skip
    assert [(each.count, each.unit) for each in plan.optional] == [(1, "person")]


def test_everything_is_given_back_by_calls_that_follow_each_other() -> None:
    """A membership is added before its flags are set, roles once the person is active."""
    calls = whole_undo(BOTH, {2: wanted(2, "Q1 off ring 3", grants=(GRANT,))}, [now(2)])
    assert [call.operation for call in calls] == [
        "set_state",
        "add_members",
        "add_grants",
        "set_joined",
        "set_ring_number",
    ]


def test_where_all_is_as_before_nothing_is_called() -> None:
    """Not even once."""
    there = now(2, "active", "Q1", grants=[("r1", "d1")])
    assert whole_undo(BOTH, {2: wanted(2, "Q1", grants=(GRANT,))}, [there]) == ()


def test_an_undo_that_never_ends_is_a_defect() -> None:
    """A step whose calls change nothing is named."""

    class Endless(Deactivate):
        """Asks for the state again and again."""

        def undo(self, pairs: Any) -> Any:
            """The call that its effect does not answer."""
            for before, current in pairs:
                again = replace(before, user=replace(before.user, version=current.user.version))
                yield from super().undo([(again, replace(current, user=INACTIVE))])

    with pytest.raises(RuntimeError, match="never ends: set_state is asked for"):
        whole_undo([Endless()], {2: wanted(2)}, [now(2)])


INACTIVE = now(2).user


@pytest.mark.parametrize(("active", "state"), [(True, "active"), (False, "inactive")])
def test_the_state_is_given_back_only_where_the_run_took_it(active: bool, state: str) -> None:
    """Memberships, roles and belongings are those that were taken."""
    target = target_state(wanted(2, "Q1", active=active, grants=(GRANT,), holdings=NIGHT), now(2))
    assert (target.row, target.user.state, target.user.holdings) == (2, state, NIGHT)
    assert (target.memberships, target.grants) == ((membership("Q1"),), (GRANT,))


@pytest.mark.parametrize(
    ("before", "today", "missing"),
    [
        (["Q1"], [], ["Q1"]),
        (["Q1"], ["Q1"], []),
        (["Q1"], ["Q1 off"], ["Q1"]),
        (["Q1 ring 3"], ["Q1"], ["Q1 ring 3"]),
        (["Q1 by group"], ["Q1"], ["Q1 by group"]),
        (["Q1", "Q2"], ["Q2"], ["Q1"]),
    ],
)
def test_what_is_missing_of_the_memberships(
    before: list[str], today: list[str], missing: list[str]
) -> None:
    """Also where the flags differ, or it comes through a group only."""
    found = missing_memberships(map(membership, before), map(membership, today))
    assert found == tuple(map(membership, missing))


def test_what_had_ended_and_was_restored_is_no_longer_named() -> None:
    """Whatever its flags."""
    ended = [membership("Q1"), membership("Q2")]
    assert still_ended(ended, [membership("Q1 off")]) == (membership("Q2"),)


@pytest.mark.parametrize(
    ("restore", "today", "expected"),
    [
        (wanted(2, "Q1 by group", holdings=NIGHT), now(groups=["g1"]), True),
        (wanted(2, "Q1 by group", holdings=NIGHT), now(groups=[]), False),
        (wanted(2, "Q1", holdings=NIGHT), now(groups=["g1"]), False),
        (wanted(2, holdings=NIGHT), now(groups=["g1"]), False),
        (wanted(2, "Q1 by group"), now(2, "inactive", "Q1 by group"), False),
    ],
)
def test_queues_follow_once_the_groups_are_back(
    restore: Restore, today: Snapshot, expected: bool
) -> None:
    """Only what comes through a group, and only until it is shown."""
    assert is_to_follow(restore, today) is expected


def test_the_queues_to_read_are_those_taken_and_those_ended() -> None:
    """By id."""
    assert wanted(2, "Q1", ended=(membership("Q2"),)).queue_ids == {"Q1", "Q2"}
