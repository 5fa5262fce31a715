"""The plan's numbers."""

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


def test_a_plan_for_nobody_is_empty() -> None:
    """No people, no calls."""
    plan = plan_of((), (), STEPS, {}, (), 300)
    assert (plan.people, plan.calls, plan.minutes) == (0, 0, 0)
