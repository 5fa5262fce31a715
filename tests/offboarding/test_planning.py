"""The plan's numbers, and which reading is cheaper."""

import pytest

from batch_offboard.offboarding.planning import calls_needed, plan_of
from batch_offboard.offboarding.read_costs import (
    division_grants_are_cheaper,
    listing_cost,
    role_holders_are_cheaper,
    sweep_cost,
    sweep_is_cheaper,
)
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


@pytest.mark.parametrize(
    ("members", "cost"), [([], 0), ([0], 1), ([100], 1), ([101], 2), ([1, 250, 0], 5)]
)
def test_a_sweep_costs_the_pages_of_every_queue(members: list[int], cost: int) -> None:
    """A hundred members a page, and at least one page a queue."""
    assert sweep_cost(queue(f"Q{n}", count) for n, count in enumerate(members)) == cost


@pytest.mark.parametrize(
    ("queues", "people", "cheaper"), [(1, 1, True), (2, 1, False), (3, 1, False)]
)
def test_the_cheaper_reading_is_taken(queues: int, people: int, cheaper: bool) -> None:
    """Two listings a person against one page a queue."""
    assert listing_cost(people) == 2 * people
    assert sweep_is_cheaper([queue(f"Q{n}", 1) for n in range(queues)], people) is cheaper


def test_to_list_in_full_is_dearer_by_user() -> None:
    """Each membership that a user's own listing shows is then looked up in its queue."""
    queues = [queue(f"Q{n}", 1) for n in range(5)]
    assert not sweep_is_cheaper(queues, 1)
    assert sweep_is_cheaper(queues, 1, in_full=True)


@pytest.mark.parametrize(
    ("divisions", "users", "people", "cheaper"),
    [(1, 100, 4, True), (1, 100, 3, False), (1, 3000, 300, True), (1, 3000, 10, False)],
)
def test_division_grants_are_read_for_long_lists(
    divisions: int, users: int, people: int, cheaper: bool
) -> None:
    """500 grants a page, about two a user, and those for all divisions."""
    assert division_grants_are_cheaper(divisions, users, people) is cheaper


@pytest.mark.parametrize(
    ("divisions", "roles", "users", "people", "cheaper"),
    [
        (1, 3, 100, 9, False),
        (1, 3, 100, 10, True),
        (4, 40, 3000, 300, True),
        (4, 40, 20_000, 500, False),
    ],
)
def test_the_holders_of_roles_are_read_for_long_lists(
    divisions: int, roles: int, users: int, people: int, cheaper: bool
) -> None:
    """100 holders a page, besides the divisions' grants and the client's own."""
    assert role_holders_are_cheaper(divisions, roles, users, people) is cheaper
