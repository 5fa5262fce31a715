"""The plan's numbers."""

from dataclasses import replace

from batch_offboard.offboarding.models import MemberGroup
from batch_offboard.offboarding.planning import calls_needed, plan_of
from batch_offboard.offboarding.steps import steps_named

from .snapshots import person, queue

STEPS = steps_named(["deactivate", "remove_from_queues"])


def test_the_plan_counts_what_a_person_agrees_to() -> None:
    """People changed, set inactive, memberships, queues, emptied queues, held rows."""
    people = [
        person({"row": 2, "queues": ["Q1", "Q2 off"], "grants": []}),
        person({"row": 3, "state": "inactive", "queues": ["Q1"]}),
        person({"row": 4, "state": "inactive", "queues": []}),
        person({"row": 5, "state": "inactive", "queues": ["Q3 by group"]}),
    ]
    queues = {each.id: each for each in (queue("Q1", 2, "Billing"), queue("Q2", 9), queue("Q3", 1))}
    plan = plan_of(
        people,
        calls_needed(people, STEPS),
        STEPS,
        queues,
        ["duplicate", "not_due", "duplicate"],
        300,
    )
    assert (
        plan.people, plan.to_inactive, plan.memberships, plan.queues, plan.emptied_queues,
        plan.through_groups, plan.nothing_to_do, plan.held, plan.roles_kept,
    ) == (2, 1, 3, 2, ("Billing",), 1, 1, {"duplicate": 2, "not_due": 1}, True)  # fmt: skip


def test_calls_and_minutes_include_the_reading_back() -> None:
    """One PATCH, one removal, one read of states, one listing of the queue."""
    people = [person({"row": 2, "queues": ["Q1"], "grants": []})]
    plan = plan_of(people, calls_needed(people, STEPS), STEPS, {"Q1": queue("Q1", 5)}, (), 120)
    assert (plan.calls, plan.minutes) == (4, 4 / 120)


def test_roles_are_not_kept_when_one_persons_were_not_read() -> None:
    """Only those count who will lose them."""
    read, unread = person({"row": 2, "grants": []}), person({"row": 3})
    inactive = person({"row": 4, "state": "inactive"})
    kept = [
        plan_of(each, calls_needed(each, STEPS), STEPS, {}, (), 300).roles_kept
        for each in ([read, inactive], [unread])
    ]
    assert kept == [True, False]


def test_a_queue_that_is_not_listed_is_counted_all_the_same() -> None:
    """What it costs to read it back, and whether anybody is left in it, is not known."""
    people = [person({"row": 2, "queues": ["Q1", "Q2"], "grants": []})]
    plan = plan_of(people, calls_needed(people, STEPS), STEPS, {"Q2": queue("Q2", 5)}, (), 120)
    assert (plan.memberships, plan.queues, plan.emptied_queues, plan.calls) == (2, 2, (), 5)


def test_what_comes_through_a_group_stays_unless_the_group_is_left() -> None:
    """A group that follows a rule cannot be left; of one that is not listed nothing is known."""
    steps = (*STEPS, *steps_named(["leave_groups"]))
    people = [
        person({"row": 2, "queues": ["Q1 by group", "Q2"], "groups": ["g1"], "grants": []}),
        person({"row": 3, "queues": ["Q1 by group"], "groups": ["g1 fixed"], "grants": []}),
        person({"row": 4, "queues": ["Q9 by group"], "groups": ["g1"], "grants": []}),
        person({"row": 5, "queues": [], "groups": [], "grants": []}),
    ]
    queues = {"Q1": replace(queue("Q1", 9), member_groups=(MemberGroup("g1"),))}
    calls = calls_needed(people, steps)
    plan = plan_of(people, calls, iter(steps), queues, (), 120)
    without = plan_of(people, calls, STEPS, queues, (), 120)
    assert (plan.through_groups, without.through_groups) == (2, 3)
    assert [(each.title, each.count) for each in plan.optional] == [("Removing from groups", 2)]
    assert without.optional == ()


def test_what_comes_through_a_group_that_was_not_shown_stays_too() -> None:
    """Without the step nothing is said of the groups that lead to a queue."""
    people = [person({"row": 2, "queues": ["Q1 by group"], "groups": [], "grants": []})]
    queues = {"Q1": replace(queue("Q1", 9), member_groups=(MemberGroup("g1"),))}
    assert plan_of(people, (), STEPS, queues, (), 120).through_groups == 1


def test_a_plan_for_nobody_is_empty() -> None:
    """No people, no calls."""
    plan = plan_of((), (), STEPS, {}, (), 300)
    assert (plan.people, plan.calls, plan.minutes) == (0, 0, 0)
