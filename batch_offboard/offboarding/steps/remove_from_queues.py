"""Take the person out of every queue they are a member of, joined or not."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import cast

from batch_offboard.offboarding.batching import calls_by_target
from batch_offboard.offboarding.belongings import QUEUES, is_time_to_restore
from batch_offboard.offboarding.models import Call, Json, Membership, Snapshot
from batch_offboard.offboarding.steps.base import Effect, Left, Permission, Step

DEFAULT_RING_NUMBER = 1
"""The ring number of a member who is added without one (`QueueMember.ring_number`)."""


def _removed(arguments: Mapping[str, Json], person: Snapshot) -> Snapshot:
    kept = tuple(
        each
        for each in person.memberships or ()
        if each.queue_id != arguments["queue_id"] or each.by == "group"
    )
    return replace(person, memberships=kept)


def _added(arguments: Mapping[str, Json], person: Snapshot) -> Snapshot:
    queue_id = cast(str, arguments["queue_id"])
    added = Membership(queue_id, joined=True, ring_number=DEFAULT_RING_NUMBER, by="user")
    return replace(person, memberships=(*(person.memberships or ()), added))


def _set(arguments: Mapping[str, Json], person: Snapshot) -> Snapshot:
    members = cast(list[dict[str, Json]], arguments["members"])
    wanted = next(each for each in members if each["id"] == person.user.id)
    memberships = tuple(
        replace(
            each,
            joined=cast(bool, wanted["joined"]),
            ring_number=cast(int, wanted["ring_number"]),
        )
        if each.queue_id == arguments["queue_id"]
        else each
        for each in person.memberships or ()
    )
    return replace(person, memberships=memberships)


class RemoveFromQueues(Step):
    """Bulk removal, up to 100 members of one queue a call, over the whole list.

    A membership through a group is not removed: it ends with the membership of that group.
    """

    name = "remove_from_queues"
    title = "Leaving queues"
    undo_title = "Putting back into queues"
    unit = "membership"
    does = "takes them out of their queues"
    permissions = (
        Permission(("routing:queue:view",)),
        Permission(("routing:queueMember:manage", "routing:queue:edit")),
    )
    reads = frozenset({QUEUES})
    effects: Mapping[str, Effect] = MappingProxyType(
        {"remove_members": _removed, "add_members": _added, "set_members": _set}
    )

    def calls(self, people: Iterable[Snapshot]) -> Iterator[Call]:
        """For each queue, the people who are members of it other than through a group."""
        leaving: defaultdict[str, list[tuple[int, Json]]] = defaultdict(list)
        for person in people:
            for membership in person.memberships or ():
                if membership.by != "group":
                    leaving[membership.queue_id].append((person.row, person.user.id))
        yield from calls_by_target("remove_members", "queue_id", "user_ids", leaving)

    def left(self, person: Snapshot) -> Iterator[Left]:
        """Every membership that the person still has."""
        for membership in person.memberships or ():
            yield Left(membership.queue_id, membership.by == "group")

    def undo(self, pairs: Iterable[tuple[Snapshot, Snapshot]]) -> Iterator[Call]:
        """Back into the queues first, then joined flag and ring number as they were."""
        missing: defaultdict[str, list[tuple[int, Json]]] = defaultdict(list)
        changed: defaultdict[str, list[tuple[int, Json]]] = defaultdict(list)
        for before, now in pairs:
            if not is_time_to_restore(before, now):
                continue
            for wanted in before.memberships or ():
                if wanted.by == "group":
                    continue
                membership = there_again(wanted, now.memberships or ())
                if membership is None:
                    missing[wanted.queue_id].append((now.row, now.user.id))
                elif not is_as_before(wanted, membership):
                    changed[wanted.queue_id].append((now.row, _member(now.user.id, wanted)))
        yield from calls_by_target("add_members", "queue_id", "user_ids", missing)
        yield from calls_by_target("set_members", "queue_id", "members", changed)


def there_again(wanted: Membership, now: Iterable[Membership]) -> Membership | None:
    """What there is of a wanted membership; one through a group is another.

    Where it was not known how the person was a member, one through a group may be the very same,
    which no removal ends: then there is no difference.
    """
    of_queue = {each.by == "group": each for each in now if each.queue_id == wanted.queue_id}
    same = wanted if wanted.by == "unknown" and of_queue else None
    return of_queue.get(False, same)


def is_as_before(wanted: Membership, current: Membership) -> bool:
    """Whether joined flag and ring number are as wanted; one that was not read is no difference."""
    same_ring = (
        wanted.ring_number is None
        or current.ring_number is None
        or wanted.ring_number == current.ring_number
    )
    return wanted.joined == current.joined and same_ring


def _member(user_id: str, wanted: Membership) -> dict[str, Json]:
    ring_number = wanted.ring_number or DEFAULT_RING_NUMBER
    return {"id": user_id, "joined": wanted.joined, "ring_number": ring_number}
