"""Which of two ways of reading the same facts costs fewer calls.

Counts and page sizes only ever choose the way; what is read is followed to its last page.
"""

from collections.abc import Iterable
from math import ceil

from batch_offboard.offboarding.limits import GRANTS_PER_PAGE, PAGE_SIZE
from batch_offboard.offboarding.models import Queue

LISTINGS_PER_USER = 2
"""`UsersApi.get_user_queues` must be asked twice: for joined queues and for those not joined."""

GRANTS_PER_USER = 2
"""Role grants that a user has on average, to estimate the pages beforehand [assumed]."""


def sweep_cost(queues: Iterable[Queue]) -> int:
    """Calls to list all members of these queues."""
    return sum(max(1, ceil(queue.member_count / PAGE_SIZE)) for queue in queues)


def listing_cost(people: int) -> int:
    """Calls to list the queues of so many users one by one."""
    return LISTINGS_PER_USER * people


def sweep_is_cheaper(queues: Iterable[Queue], people: int) -> bool:
    """Whether listing the queues' members costs fewer calls than listing each user's queues."""
    return sweep_cost(queues) < listing_cost(people)


def division_grants_are_cheaper(divisions: int, users: int, people: int) -> bool:
    """Whether the grants of every division cost fewer calls than one call for each person."""
    return divisions + ceil(users * GRANTS_PER_USER / GRANTS_PER_PAGE) < people
