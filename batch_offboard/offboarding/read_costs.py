"""Choosing between two ways of reading the same facts by the number of calls.

Counts and page sizes only decide which way is used; every listing is read to its last page.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from math import ceil, comb
from typing import TypeVar

from batch_offboard.offboarding.limits import GRANTS_PER_PAGE, PAGE_SIZE
from batch_offboard.offboarding.models import Queue

LISTINGS_PER_USER = 2
"""`UsersApi.get_user_queues` must be asked twice: for joined queues and for those not joined."""

MEMBERSHIPS_PER_USER = 5
"""Queue memberships that a user has on average, where the number of users is unknown [assumed]."""

GRANTS_PER_USER = 2
"""Role grants that a user has on average, to estimate the pages beforehand [assumed]."""

T = TypeVar("T")

_SAMPLE = 3
"""How many people's queues are listed first, where the cheaper way depends on the list."""
_SAMPLE_SHARE = 1 / 30
"""The most that a sample may cost, as a share of a sweep: it is wasted if the sweep is made."""
_CLEARLY = 0.9
"""A sample is only an estimate: the other way must cost less than this share of a sweep."""


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
    share: float = 1.0,
) -> float:
    """Calls to list the queues of so many users one by one, and to complete what that shows.

    What a user's own listing leaves out is looked up in `looked_up` and in the queues that groups
    lead to: person by person, or in the whole queue where that has fewer pages. How many of the
    people are in a queue is estimated from its share of the organisation's `active_users`, given
    that they are all in the same `share` of the queues (`share_of_queues`).
    """
    users = _users(queues, active_users) * share
    completed = {queue.id: queue for queue in (*looked_up, *_led(queues))}.values()
    looked_up_cost = sum(_look_up_cost(queue, people, users) for queue in completed)
    return listing_cost(people) + share * looked_up_cost


def _users(queues: Iterable[Queue], active_users: int | None) -> float:
    return active_users or sum(queue.member_count for queue in queues) / MEMBERSHIPS_PER_USER


def _led(queues: Iterable[Queue]) -> Iterator[Queue]:
    return (queue for queue in queues if queue.member_groups)


def _look_up_cost(queue: Queue, people: int, users: float) -> float:
    expected = _chance(queue, users) * people
    return min(expected * (1 + bool(queue.member_groups)), sweep_cost([queue]))


def _chance(queue: Queue, users: float) -> float:
    """The probability that any one of so many users is in the queue."""
    return min(1.0, queue.member_count / users) if users else 0.0


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


def sample_of(people: Sequence[T], queues: Collection[Queue]) -> Sequence[T]:
    """The people whose queues to list before deciding on a sweep, spread evenly over the list.

    Lists often name people of one site or team. They share a few queues, each of which has to be
    looked up only once, and that can cost half of a sweep or less. Empty where the people's own
    listings alone cost too much for that, or a sweep costs little anyway.
    """
    sweep, count = sweep_cost(queues), len(people)
    is_hopeless = listing_cost(count - _SAMPLE) >= _CLEARLY * sweep
    if count <= _SAMPLE or is_hopeless or listing_cost(_SAMPLE) > _SAMPLE_SHARE * sweep:
        return ()
    return [people[(2 * number + 1) * count // (2 * _SAMPLE)] for number in range(_SAMPLE)]


def sweep_stays_cheaper(
    queues: Collection[Queue],
    people: int,
    looked_up: Collection[Queue],
    active_users: int | None,
    sampled: Sequence[Collection[str]],
) -> bool:
    """Whether to make a sweep after all, now that the queues of some of the people are known.

    `sampled` has the ids of each one's queues; the other parameters are those of `by_user_cost`.
    """
    share = share_of_queues(queues, active_users, sampled)
    rest = by_user_cost(queues, people, looked_up, active_users, share) - listing_cost(len(sampled))
    return rest >= _CLEARLY * sweep_cost(queues)


def share_of_queues(
    queues: Collection[Queue], active_users: int | None, sampled: Sequence[Collection[str]]
) -> float:
    """The share of the queues that the people's memberships come from, estimated from a sample.

    At most 1. It is the number of shared queues expected by chance, divided by the number that
    pairs in the sample do share: people of a site with a tenth of the queues share ten times as
    many.
    """
    users = _users(queues, active_users)
    chances = {queue.id: _chance(queue, users) for queue in queues}
    seen = Counter(queue_id for each in sampled for queue_id in each if queue_id in chances)
    shared = sum(comb(count, 2) for count in seen.values())
    if not shared:
        return 1.0
    fullness = seen.total() / (len(sampled) * sum(chances.values()))
    by_chance = comb(len(sampled), 2) * sum((fullness * each) ** 2 for each in chances.values())
    return min(1.0, by_chance / shared)


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
