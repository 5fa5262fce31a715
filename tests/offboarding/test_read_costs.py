"""Which reading is cheaper."""

import pytest

from batch_offboard.offboarding.read_costs import (
    division_grants_are_cheaper,
    listing_cost,
    role_holders_are_cheaper,
    sample_of,
    share_of_queues,
    sweep_cost,
    sweep_is_cheaper,
    sweep_stays_cheaper,
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


QUEUES = [queue(f"Q{n}", 30) for n in range(200)]
"""Everybody of 1,000 is in six of them on average."""


@pytest.mark.parametrize(
    ("people", "queues", "sample"),
    [
        (60, 200, [10, 30, 50]),
        (4, 200, [0, 2, 3]),
        (3, 200, []),  # nobody would be left
        (92, 200, [15, 46, 76]),
        (93, 200, []),  # their own listings alone cost nine tenths of the sweep
        (60, 180, [10, 30, 50]),
        (60, 179, []),  # the sample would cost more than a thirtieth of the sweep
    ],
)
def test_some_people_are_asked_first_where_that_can_pay(
    people: int, queues: int, sample: list[int]
) -> None:
    """Three of them, from the whole list."""
    assert list(sample_of(range(people), QUEUES[:queues])) == sample


@pytest.mark.parametrize(
    ("sampled", "share"),
    [
        ([], 1.0),
        ([[], [], []], 1.0),  # who is in no queue shows nothing
        ([["Q0", "Q1"], ["Q2", "Q3"], ["Q4"]], 1.0),
        ([["Q0"], ["Q0"], ["Q1"]], 3 * 200 * (3 / (3 * 200)) ** 2 / 1),
        ([["Q0", "Q1"], ["Q0", "Q1"], ["Q0", "Q1"]], 3 * 200 * (6 / (3 * 200)) ** 2 / 6),
        ([["Q0"], ["Q0"], ["new", "new"]], 3 * 200 * (2 / (3 * 200)) ** 2 / 1),
    ],
)
def test_people_who_meet_are_in_few_queues(sampled: list[list[str]], share: float) -> None:
    """How often two of them would meet by chance, by how often they do; new queues do not count."""
    assert share_of_queues(QUEUES, 1000, sampled) == pytest.approx(share)


def test_people_may_meet_less_often_than_by_chance() -> None:
    """Everybody is in the one large queue, which shows nothing."""
    queues = [queue("All", 1000), queue("Other", 1000)]
    assert share_of_queues(queues, 1000, [["All"], ["All"]]) == pytest.approx(0.5)
    assert share_of_queues(queues, 1000, [["All"], ["All", "Other"], ["Other"]]) == 1.0


@pytest.mark.parametrize(
    ("people", "sampled", "stays"),
    [
        (60, [["Q0"], ["Q1"], ["Q2"]], True),
        (60, [], True),
        (60, [["Q0", "Q1"], ["Q0", "Q1"], ["Q0", "Q1"]], False),
        (92, [["Q0", "Q1"], ["Q0", "Q1"], ["Q0", "Q1"]], True),
        (91, [["Q0", "Q1"], ["Q0", "Q1"], ["Q0", "Q1"]], False),
    ],
)
def test_a_sweep_is_made_unless_the_sample_shows_that_it_costs_clearly_more(
    people: int, sampled: list[list[str]], stays: bool
) -> None:
    """180 of 200 requests are not enough; what the sample has cost is spent."""
    assert sweep_is_cheaper(QUEUES, people, QUEUES, 1000)
    assert sweep_stays_cheaper(QUEUES, people, QUEUES, 1000, sampled) is stays


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
