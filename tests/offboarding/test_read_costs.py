"""Which reading is cheaper."""

import pytest

from batch_offboard.offboarding.read_costs import (
    division_grants_are_cheaper,
    listing_cost,
    role_holders_are_cheaper,
    sweep_cost,
    sweep_is_cheaper,
)

from .snapshots import queue


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
    assert sweep_is_cheaper(queues, 1, queues)


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
