"""Reading people's queue memberships, by the cheaper of two ways: by queue or by user.

Listing a queue's members tells ring number and whether a membership comes through a group; listing
a user's queues tells neither. So what was listed by user is then looked up in the queues to which
groups lead, or, where it is wanted in full, in every queue.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field

from batch_offboard.genesys import OnPage
from batch_offboard.offboarding.models import ApiError, Membership, Named, Queue, Snapshot
from batch_offboard.offboarding.read_costs import sweep_is_cheaper
from batch_offboard.run.concurrency import for_each
from batch_offboard.run.members import (
    ListMembers,
    Members,
    list_members,
    list_members_among,
    sweep,
)
from batch_offboard.run.session import Run

Memberships = tuple[Membership, ...]
Readings = dict[int, Memberships | ApiError]
"""By row: the memberships of its person, or why they could not be read."""


@dataclass(frozen=True, slots=True)
class Listings:
    """Listings that were made already: queues' members by queue id, people's queues by row."""

    members: dict[str, Members] = field(default_factory=dict)
    queues: dict[int, Memberships] = field(default_factory=dict)

    def forget(self, queue_ids: Collection[str], rows: Collection[int]) -> None:
        """These queues and people are to be listed anew."""
        for queue_id in queue_ids:
            self.members.pop(queue_id, None)
        for row in rows:
            self.queues.pop(row, None)


_NO_LISTINGS = Listings()


def _ignore(_count: int) -> None:
    """Progress that is not shown."""


async def read_memberships(
    run: Run,
    people: Sequence[Snapshot],
    queues: Collection[Queue],
    *,
    in_full: bool = False,
    listed: Listings = _NO_LISTINGS,
) -> Readings:
    """The memberships of these people as they are now known, after listing these queues again.

    `queues` are those in which something may have changed: what was known of the other queues
    stays. A listing by user tells of every queue anyway. `in_full` is with the ring number of
    every membership of `queues`. What is `listed` is not asked for again.
    """
    open_queues = [queue for queue in queues if queue.id not in listed.members]
    open_people = sum(person.row not in listed.queues for person in people)
    if sweep_is_cheaper(open_queues, open_people, in_full=in_full):
        wanted = {person.user.id for person in people}
        swept = await sweep(run, queues, wanted, _ignore, _unless_listed(listed))
        if not isinstance(swept, ApiError):
            told = {queue.id for queue in queues}
            return {
                person.row: (
                    *(each for each in person.memberships or () if each.queue_id not in told),
                    *swept.get(person.user.id, ()),
                )
                for person in people
            }
    readings = await read_by_user(run, people, listed=listed)
    await look_up(run, people, readings, queues if in_full else ())
    return readings


def _unless_listed(listed: Listings) -> ListMembers:
    async def list_one(run: Run, queue: Queue, on_page: OnPage) -> Members | ApiError:
        if queue.id in listed.members:
            return listed.members[queue.id]
        return await list_members(run, queue, on_page)

    return list_one


async def read_by_user(
    run: Run,
    people: Sequence[Snapshot],
    advance: Callable[[int], None] = _ignore,
    *,
    listed: Listings = _NO_LISTINGS,
) -> Readings:
    """Each person's own listing of queues."""
    readings: Readings = {}

    async def read(person: Snapshot) -> None:
        known = listed.queues.get(person.row)
        readings[person.row] = (
            await run.genesys.user_queues(person.user.id) if known is None else known
        )
        advance(1)

    await for_each(people, read, run.width)
    _know_queues(run, readings)
    return readings


def _know_queues(run: Run, readings: Readings) -> None:
    """Take in queues that only a user's own listing tells of, so that they are listed again."""
    for listed in readings.values():
        for each in () if isinstance(listed, ApiError) else listed:
            if each.queue_id not in run.queues:
                run.queues[each.queue_id] = Queue(each.queue_id, each.queue_id, Named(""), 0)


def members_to_look_up(
    run: Run, people: Sequence[Snapshot], readings: Readings, in_full: Collection[Queue]
) -> dict[str, list[Snapshot]]:
    """By queue: whose membership, listed by user, only its own listing can tell in full."""
    wanted = {queue.id for queue in in_full}
    concerned: defaultdict[str, list[Snapshot]] = defaultdict(list)
    for person in people:
        listed = readings[person.row]
        for each in () if isinstance(listed, ApiError) else listed:
            if each.queue_id in wanted or run.queues[each.queue_id].member_groups:
                concerned[each.queue_id].append(person)
    return concerned


async def look_up(
    run: Run,
    people: Sequence[Snapshot],
    readings: Readings,
    in_full: Collection[Queue],
    advance: Callable[[int], None] = _ignore,
) -> None:
    """Put what the queues' own listings tell into `readings` that were made by user.

    What is not found there stays as it was: a membership that only the user's listing shows.
    """
    concerned = members_to_look_up(run, people, readings, in_full)
    told: defaultdict[tuple[str, str], list[Membership]] = defaultdict(list)

    async def read(queue_id: str) -> None:
        members = await list_members_among(run, run.queues[queue_id], concerned[queue_id])
        for user_id, membership in () if isinstance(members, ApiError) else members:
            told[queue_id, user_id].append(membership)
        advance(1)

    await for_each(sorted(concerned), read, run.width)
    for person in people:
        listed = readings[person.row]
        if not isinstance(listed, ApiError):
            readings[person.row] = tuple(
                membership
                for each in listed
                for membership in told.get((each.queue_id, person.user.id), (each,))
            )
