"""Reading people's queue memberships in the cheaper of two ways: by queue or by user.

Listing a queue's members shows ring number and whether a membership comes through a group; listing
a user's queues shows neither. So memberships listed by user are then looked up in the queues to
which groups lead or, if wanted in full, in every queue.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from batch_offboard.genesys import OnPage
from batch_offboard.genesys.concurrency import for_each, ignore
from batch_offboard.offboarding.models import ApiError, Membership, Named, Queue, Snapshot
from batch_offboard.offboarding.read_costs import sweep_is_cheaper
from batch_offboard.run.members import (
    ListMembers,
    Members,
    list_members,
    list_members_among,
    sweep,
)
from batch_offboard.run.session import Phase, Run

Memberships = tuple[Membership, ...]
Readings = dict[int, Memberships | ApiError]
"""By row: the memberships of its person, or why they could not be read."""


@dataclass(frozen=True, slots=True)
class Listings:
    """Listings already read: queues' members by queue id, people's queues by row."""

    members: dict[str, Members] = field(default_factory=dict)
    queues: dict[int, Memberships] = field(default_factory=dict)

    def forget(self, queue_ids: Collection[str], rows: Collection[int]) -> None:
        """Forget what was read of these queues and people."""
        for queue_id in queue_ids:
            self.members.pop(queue_id, None)
        for row in rows:
            self.queues.pop(row, None)


_NO_LISTINGS = Listings()


async def read_memberships(
    run: Run,
    known: dict[str, Queue],
    people: Sequence[Snapshot],
    queues: Collection[Queue],
    *,
    in_full: bool = False,
    listed: Listings = _NO_LISTINGS,
    list_one: ListMembers = list_members,
) -> Readings:
    """The memberships of these people as they are now, after listing these queues by `list_one`.

    `queues` are those in which something may have changed; what was known of other queues is kept.
    A listing by user shows every queue anyway; those not yet `known` are added. `in_full` includes
    the ring number of every membership of `queues`. What is in `listed` is not read again.
    """
    open_queues = [queue for queue in queues if queue.id not in listed.members]
    open_people = sum(person.row not in listed.queues for person in people)
    if sweep_is_cheaper(open_queues, open_people, open_queues if in_full else ()):
        wanted = {person.user.id for person in people}
        swept = await sweep(run, queues, wanted, ignore, _unless_listed(listed, list_one))
        if not isinstance(swept, ApiError):
            shown = {queue.id for queue in queues}
            return {
                person.row: (
                    *(each for each in person.memberships or () if each.queue_id not in shown),
                    *swept.get(person.user.id, ()),
                )
                for person in people
            }
    in_full_queues = queues if in_full else ()
    return await read_by_user(run, known, people, in_full_queues, listed=listed, shown=False)


def _unless_listed(listed: Listings, list_one: ListMembers) -> ListMembers:
    async def list_unless(run: Run, queue: Queue, on_page: OnPage) -> Members | ApiError:
        if queue.id in listed.members:
            return listed.members[queue.id]
        return await list_one(run, queue, on_page)

    return list_unless


async def read_by_user(
    run: Run,
    known: dict[str, Queue],
    people: Sequence[Snapshot],
    in_full: Collection[Queue],
    *,
    listed: Listings = _NO_LISTINGS,
    shown: bool = True,
) -> Readings:
    """Each person's own listing of queues, then completed from the queues' listings.

    The queues' listings used are those of queues to which groups lead, and of those wanted
    `in_full`. `shown` says whether this counts as a phase of its own.
    """
    title, total = "Reading queue memberships", len(people)
    readings: Readings = {}
    with Phase(run, "memberships", title, total, "people", shown=shown) as phase:

        async def read(person: Snapshot) -> None:
            queues = listed.queues.get(person.row)
            if queues is None:
                readings[person.row] = await run.genesys.user_queues(person.user.id)
            else:
                readings[person.row] = queues
            phase.advance(1)

        await for_each(people, read, run.width)
    add_unknown(known, (each for each in readings.values() if not isinstance(each, ApiError)))
    concerned = _to_look_up(known, people, readings, in_full)
    if not concerned:
        return readings
    title, total = "Reading queue members", len(concerned)
    with Phase(run, "queue_members", title, total, "queues", shown=shown) as phase:
        return await _look_up(run, known, people, readings, concerned, phase)


def add_unknown(known: dict[str, Queue], listings: Iterable[Memberships]) -> list[Queue]:
    """Add queues that only a user's own listing shows, so that they are listed again."""
    ids = dict.fromkeys(each.queue_id for memberships in listings for each in memberships)
    unknown = [Queue(each, each, Named(""), 0) for each in ids if each not in known]
    known.update({queue.id: queue for queue in unknown})
    return unknown


def _to_look_up(
    known: Mapping[str, Queue],
    people: Sequence[Snapshot],
    readings: Readings,
    in_full: Collection[Queue],
) -> dict[str, list[Snapshot]]:
    """By queue: the people whose membership only the queue's own listing shows in full."""
    wanted = {queue.id for queue in in_full}
    concerned: defaultdict[str, list[Snapshot]] = defaultdict(list)
    for person in people:
        listed = readings[person.row]
        for each in () if isinstance(listed, ApiError) else listed:
            if each.queue_id in wanted or known[each.queue_id].member_groups:
                concerned[each.queue_id].append(person)
    return concerned


async def _look_up(
    run: Run,
    known: Mapping[str, Queue],
    people: Sequence[Snapshot],
    readings: Readings,
    concerned: Mapping[str, Sequence[Snapshot]],
    phase: Phase,
) -> Readings:
    """The `readings` by user, completed from the listings of these queues.

    What is not found there stays as it was: a membership that only the user's listing shows.
    """
    found: defaultdict[tuple[str, str], list[Membership]] = defaultdict(list)

    async def read(queue_id: str) -> None:
        members = await list_members_among(run, known[queue_id], concerned[queue_id])
        for user_id, membership in () if isinstance(members, ApiError) else members:
            found[queue_id, user_id].append(membership)
        phase.advance(1)

    await for_each(sorted(concerned), read, run.width)
    completed: Readings = dict(readings)
    for person in people:
        listed = readings[person.row]
        if not isinstance(listed, ApiError):
            completed[person.row] = tuple(
                membership
                for each in listed
                for membership in found.get((each.queue_id, person.user.id), (each,))
            )
    return completed
