"""Reading queue memberships, by the cheaper of two ways: by queue or by user.

Listing a queue's members tells ring number and whether a membership comes through a group; listing
a user's queues does not, so there the members of a queue with groups are listed too.
"""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Sequence

from batch_offboard.offboarding.limits import PAGE_SIZE
from batch_offboard.offboarding.models import ApiError, Membership, Named, Queue, Snapshot
from batch_offboard.offboarding.readings import sweep_cost, sweep_is_cheaper
from batch_offboard.run.crew import for_each
from batch_offboard.run.session import Run

Memberships = tuple[Membership, ...]
Members = tuple[tuple[str, Membership], ...]
Readings = dict[int, Memberships | ApiError]
"""By row: the memberships of its person, or why they could not be read."""

QUEUE_GONE = 404
"""A queue that was deleted meanwhile has no members."""


def extent(queues: Collection[Queue], people: int) -> tuple[int, str]:
    """What `read_memberships` counts its progress up to, and in what: each takes about as long."""
    if sweep_is_cheaper(queues, people):
        return sweep_cost(queues), "pages"
    return people, "people"


async def read_memberships(
    run: Run,
    people: Sequence[Snapshot],
    queues: Collection[Queue],
    advance: Callable[[int], None] = lambda _: None,
    *,
    counts_are_fresh: bool = False,
) -> Readings:
    """The memberships of these people as they are now known, after listing these queues again.

    `queues` are all that the client sees, or those in which something may have changed: what was
    known of the other queues stays. A listing by user tells of every queue anyway. With
    `counts_are_fresh` a listing that shows fewer members than its queue has is made once more.
    """
    if sweep_is_cheaper(queues, len(people)):
        list_members = _counted_members if counts_are_fresh else _members
        swept = await _by_queue(run, people, queues, advance, list_members)
        if swept is not None:
            return swept
    return await _by_user(run, people, advance)


async def _by_queue(
    run: Run,
    people: Sequence[Snapshot],
    queues: Collection[Queue],
    advance: Callable[[int], None],
    list_members: Callable[[Run, Queue], Awaitable[Members | ApiError]],
) -> Readings | None:
    """None when some queue cannot be listed: then each person's own listing must tell."""
    rows = {person.user.id: person.row for person in people}
    found: defaultdict[int, list[Membership]] = defaultdict(list)
    unreadable: list[ApiError] = []

    async def read(queue: Queue) -> None:
        if unreadable:
            return
        members = await list_members(run, queue)
        if not isinstance(members, ApiError):
            for user_id, membership in members:
                if user_id in rows:
                    found[rows[user_id]].append(membership)
        elif members.status != QUEUE_GONE:
            unreadable.append(members)
        advance(sweep_cost([queue]))

    await for_each(queues, read, run.width)
    if unreadable:
        return None
    listed = {queue.id for queue in queues}
    return {
        person.row: (
            *(each for each in person.memberships or () if each.queue_id not in listed),
            *found[person.row],
        )
        for person in people
    }


async def _counted_members(run: Run, queue: Queue) -> Members | ApiError:
    """The members of a queue, listed again and united when one may have slipped between pages.

    When somebody leaves the queue between two pages, the next page begins one member too late.
    The listing has no total; the queue's own count tells.
    """
    members = await _members(run, queue)
    if isinstance(members, ApiError) or queue.member_count <= PAGE_SIZE:
        return members
    if len({user_id for user_id, _ in members}) >= queue.member_count:
        return members
    again = await _members(run, queue)
    return again if isinstance(again, ApiError) else tuple(dict.fromkeys((*members, *again)))


async def _members(run: Run, queue: Queue) -> Members | ApiError:
    """The members of a queue; of one that groups lead to, those by user and those by group.

    An unfiltered listing may show who is both only once, as either [assumed], and a membership by
    user that is not seen would be left behind.
    """
    if not queue.member_groups:
        return await run.genesys.queue_members(queue.id)
    found: dict[tuple[str, Membership], None] = {}
    for by in ("user", "group"):
        members = await run.genesys.queue_members(queue.id, by)
        if isinstance(members, ApiError):
            return members
        found.update(dict.fromkeys(members))
    return tuple(found)


async def _by_user(
    run: Run,
    people: Sequence[Snapshot],
    advance: Callable[[int], None],
) -> Readings:
    readings: Readings = {}

    async def read(person: Snapshot) -> None:
        readings[person.row] = await run.genesys.user_queues(person.user.id)
        advance(1)

    await for_each(people, read, run.width)
    _know_queues(run, readings)
    await _tell_groups(run, people, readings)
    return readings


def _know_queues(run: Run, readings: Readings) -> None:
    """Take in queues that only a user's own listing tells of, so that they are listed again."""
    for listed in readings.values():
        for each in () if isinstance(listed, ApiError) else listed:
            if each.queue_id not in run.queues:
                run.queues[each.queue_id] = Queue(each.queue_id, each.queue_id, Named(""), 0)


async def _tell_groups(run: Run, people: Sequence[Snapshot], readings: Readings) -> None:
    """Find out which of the listed memberships come through a group of the queue."""
    concerned = {
        membership.queue_id
        for listed in readings.values()
        if not isinstance(listed, ApiError)
        for membership in listed
        if membership.queue_id in run.queues and run.queues[membership.queue_id].member_groups
    }
    told: defaultdict[tuple[str, str], list[Membership]] = defaultdict(list)

    async def read(queue_id: str) -> None:
        members = await _members(run, run.queues[queue_id])
        if not isinstance(members, ApiError):
            for user_id, membership in members:
                told[queue_id, user_id].append(membership)

    await for_each(sorted(concerned), read, run.width)
    for person in people:
        listed = readings[person.row]
        if not isinstance(listed, ApiError):
            readings[person.row] = tuple(
                membership
                for each in listed
                for membership in told.get((each.queue_id, person.user.id), (each,))
            )
