"""Choosing between two ways of reading the same facts by the number of calls.

Counts and page sizes only decide which way is used; every listing is read to its last page.
"""

from collections.abc import Collection, Iterable
from math import ceil

from batch_offboard.offboarding.limits import GRANTS_PER_PAGE, PAGE_SIZE
from batch_offboard.offboarding.models import Queue

LISTINGS_PER_USER = 2
"""`UsersApi.get_user_queues` must be asked twice: for joined queues and for those not joined."""

MEMBERSHIPS_PER_USER = 5
"""Queue memberships that a user has on average, to estimate the calls beforehand [assumed]."""

GRANTS_PER_USER = 2
"""Role grants that a user has on average, to estimate the pages beforehand [assumed]."""


def sweep_cost(queues: Iterable[Queue]) -> int:
    """Calls to list all members of these queues."""
    return sum(max(1, ceil(queue.member_count / PAGE_SIZE)) for queue in queues)


def listing_cost(people: int) -> int:
    """Calls to list the queues of so many users one by one."""
    return LISTINGS_PER_USER * people


def sweep_is_cheaper(queues: Collection[Queue], people: int, *, in_full: bool = False) -> bool:
    """Whether listing the queues' members costs fewer calls than listing each user's queues.

    `in_full` is with ring number and kind of membership, which a user's own listing does not show:
    each membership listed there takes one more call.
    """
    per_person = LISTINGS_PER_USER + (MEMBERSHIPS_PER_USER if in_full else 0)
    return sweep_cost(queues) < people * per_person


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
