"""Choosing between two ways of reading the same facts by the number of calls.

Counts and page sizes only decide which way is used; every listing is read to its last page.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from math import ceil

from batch_offboard.offboarding.limits import GRANTS_PER_PAGE, PAGE_SIZE
from batch_offboard.offboarding.models import Queue

LISTINGS_PER_USER = 2
"""`UsersApi.get_user_queues` must be asked twice: for joined queues and for those not joined."""

MEMBERSHIPS_PER_USER = 5
"""Queue memberships that a user has on average, where the number of users is unknown [assumed]."""

GRANTS_PER_USER = 2
"""Role grants that a user has on average, to estimate the pages beforehand [assumed]."""


def sweep_cost(queues: Iterable[Queue]) -> int:
    """Calls to list all members of these queues: twice, by user and by group, where groups lead."""
    return sum(_pages(queue) + bool(queue.member_groups) for queue in queues)


def _pages(queue: Queue) -> int:
    return max(1, ceil(queue.member_count / PAGE_SIZE))


def listing_cost(people: int) -> int:
    """Calls to list the queues of so many users one by one."""
    return LISTINGS_PER_USER * people


def by_user_cost(
    queues: Collection[Queue],
    people: int,
    looked_up: Collection[Queue] = (),
    active_users: int | None = None,
) -> float:
    """Calls to list the queues of so many users one by one, and to complete what that shows.

    What a user's own listing leaves out is looked up in `looked_up` and in the queues that groups
    lead to: person by person, or in the whole queue where that has fewer pages. How many of the
    people are in a queue is estimated from its share of the organisation's `active_users`.
    """
    users = active_users or sum(queue.member_count for queue in queues) / MEMBERSHIPS_PER_USER
    completed = {queue.id: queue for queue in (*looked_up, *_led(queues))}.values()
    return listing_cost(people) + sum(_look_up_cost(queue, people, users) for queue in completed)


def _led(queues: Iterable[Queue]) -> Iterator[Queue]:
    return (queue for queue in queues if queue.member_groups)


def _look_up_cost(queue: Queue, people: int, users: float) -> float:
    expected = min(1.0, queue.member_count / users) * people if users else 0.0
    return min(expected * (1 + bool(queue.member_groups)), sweep_cost([queue]))


def sweep_is_cheaper(
    queues: Collection[Queue],
    people: int,
    looked_up: Collection[Queue] = (),
    active_users: int | None = None,
) -> bool:
    """Whether listing the queues' members costs fewer calls than listing each user's queues.

    The parameters are those of `by_user_cost`.
    """
    return sweep_cost(queues) < by_user_cost(queues, people, looked_up, active_users)


def ring_queues(queues: Sequence[Queue]) -> Sequence[Queue]:
    """The queues whose ring numbers mean something: those that use rings.

    All of them if no queue shows whether it does.
    """
    if all(queue.uses_rings is None for queue in queues):
        return queues
    return [queue for queue in queues if queue.uses_rings]


def division_grants_are_cheaper(divisions: int, users: int, people: int) -> bool:
    """Whether the grants of every division, and those for all divisions ("*"), cost fewer calls.

    The other way is one call for each person.
    """
    return 1 + _division_grants_cost(divisions, users) < people


def role_holders_are_cheaper(divisions: int, roles: int, users: int, people: int) -> bool:
    """Whether the holders of every role, and the grants of every division, cost fewer calls.

    The other way is one call for each person.
    """
    listings = 1 + ceil(roles / PAGE_SIZE)
    holders = roles + ceil(users * GRANTS_PER_USER / PAGE_SIZE)
    return listings + holders + _division_grants_cost(divisions, users) < people


def _division_grants_cost(divisions: int, users: int) -> int:
    return divisions + ceil(users * GRANTS_PER_USER / GRANTS_PER_PAGE)
