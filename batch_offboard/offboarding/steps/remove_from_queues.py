"""Take the person out of every queue they are a member of, joined or not."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, cast

from batch_offboard.offboarding.batching import calls_by_target
from batch_offboard.offboarding.belongings import QUEUES
from batch_offboard.offboarding.models import Call, Json, Membership, Snapshot
from batch_offboard.offboarding.steps.base import Effect, Permission, Remainder, Step

DEFAULT_RING_NUMBER = 1
"""The ring number of a member who is added without one (`QueueMember.ring_number`)."""
VIEW = Permission(("routing:queue:view",), "queue")
"""What the memberships are read with, even by a run that does not end them."""
STEP_OFF = "remove_from_queues is not among the steps"


def _removed(arguments: Mapping[str, Json], person: Snapshot) -> Snapshot:
    queue_id, memberships = arguments["queue_id"], person.memberships or ()
    kept = tuple([each for each in memberships if each.queue_id != queue_id or each.by == "group"])
    return person.with_memberships(kept)


def _added(arguments: Mapping[str, Json], person: Snapshot) -> Snapshot:
    queue_id = cast(str, arguments["queue_id"])
    added = Membership(queue_id, joined=True, ring_number=DEFAULT_RING_NUMBER, by="user")
    return person.with_memberships((*(person.memberships or ()), added))


def _joined_set(arguments: Mapping[str, Json], person: Snapshot) -> Snapshot:
    members = cast(list[dict[str, Json]], arguments["members"])
    wanted = next(each for each in members if each["id"] == person.user.id)
    return _changed(arguments, person, joined=cast(bool, wanted["joined"]))


def _ring_number_set(arguments: Mapping[str, Json], person: Snapshot) -> Snapshot:
    return _changed(arguments, person, ring_number=cast(int, arguments["ring_number"]))


def _changed(arguments: Mapping[str, Json], person: Snapshot, **change: Any) -> Snapshot:
    """The person with their membership of the call's queue changed."""
    memberships = tuple(
        replace(each, **change) if each.queue_id == arguments["queue_id"] else each
        for each in person.memberships or ()
    )
    return person.with_memberships(memberships)


class RemoveFromQueues(Step):
    """POST of up to 100 members of one queue with `delete=true`, for the people of the whole list.

    A membership through a group cannot be removed: it ends with the membership of that group.
    """

    name = "remove_from_queues"
    title = "Removing from queues"
    undo_title = "Putting back into queues"
    undo_titles = MappingProxyType({"set_ring_number": "Putting ring numbers back"})
    unit = "membership"
    does = "removes them from their queues"
    permissions = (
        VIEW,
        Permission(("routing:queueMember:manage", "routing:queue:edit"), "queue"),
    )
    reads = frozenset({QUEUES})
    effects: Mapping[str, Effect] = MappingProxyType(
        {
            "remove_members": _removed,
            "add_members": _added,
            "set_joined": _joined_set,
            "set_ring_number": _ring_number_set,
        }
    )

    def calls(self, people: Iterable[Snapshot]) -> Iterator[Call]:
        """For each queue, calls that remove its members, except those through a group."""
        leaving: defaultdict[str, list[tuple[int, Json]]] = defaultdict(list)
        for person in people:
            entry = (person.row, person.user.id)
            for membership in person.memberships or ():
                if membership.by != "group":
                    leaving[membership.queue_id].append(entry)
        yield from calls_by_target("remove_members", "queue_id", "user_ids", leaving)

    def left(self, person: Snapshot) -> Iterator[Remainder]:
        """Every membership that the person still has."""
        for membership in person.memberships or ():
            yield Remainder(membership.queue_id, membership.by == "group")

    def undo(self, pairs: Iterable[tuple[Snapshot, Snapshot]]) -> Iterator[Call]:
        """The calls that still have to restore memberships, joined flags and ring numbers.

        Each membership gets the first one that it needs: to add it, to set its joined flag, to set
        its ring number; the next is planned once that is made. Joined flags are restored while the
        person is still inactive too, so that nobody is offered calls in a queue that they had
        switched off. A ring number takes a call of its own
        (`RoutingApi.patch_routing_queue_member`: "ring number OR joined").
        """
        missing: defaultdict[str, list[tuple[int, Json]]] = defaultdict(list)
        switched: defaultdict[str, list[tuple[int, Json]]] = defaultdict(list)
        rings: list[Call] = []
        for before, now in pairs:
            both = (*(before.memberships or ()), *(now.memberships or ()))
            by_user = {each.queue_id for each in both if each.by != "group"}
            for wanted in before.memberships or ():
                membership = matching_membership(wanted, now.memberships or ())
                # It comes with the group; a change of it would reach the one by user too.
                if wanted.by == "group" and (membership is None or wanted.queue_id in by_user):
                    continue
                if membership is None:
                    missing[wanted.queue_id].append((now.row, now.user.id))
                elif membership.joined != wanted.joined:
                    member: Json = {"id": now.user.id, "joined": wanted.joined}
                    switched[wanted.queue_id].append((now.row, member))
                elif not is_restored(wanted, membership):
                    rings.append(_set_ring_number(now, wanted))
        yield from calls_by_target("add_members", "queue_id", "user_ids", missing)
        yield from calls_by_target("set_joined", "queue_id", "members", switched)
        yield from rings


def matching_membership(wanted: Membership, now: Iterable[Membership]) -> Membership | None:
    """The membership in `now` of the same queue as `wanted`, and like it by user or by group.

    None if there is none. If `wanted.by` is unknown and `now` has one by group only, both may be
    the same one, which no removal ends: then `wanted` itself is returned.
    """
    of_queue = {each.by == "group": each for each in now if each.queue_id == wanted.queue_id}
    same = wanted if wanted.by == "unknown" and of_queue else None
    return of_queue.get(wanted.by == "group", same)


def is_restored(wanted: Membership, current: Membership) -> bool:
    """Whether joined flag and ring number are as wanted; one that was not read counts as equal."""
    same_ring = (
        wanted.ring_number is None
        or current.ring_number is None
        or wanted.ring_number == current.ring_number
    )
    return wanted.joined == current.joined and same_ring


def is_as_newly_added(membership: Membership) -> bool:
    """Whether joined flag and ring number are those of a newly added member."""
    return membership.joined and membership.ring_number in (None, DEFAULT_RING_NUMBER)


def _set_ring_number(person: Snapshot, wanted: Membership) -> Call:
    arguments = {
        "queue_id": wanted.queue_id,
        "user_id": person.user.id,
        "ring_number": wanted.ring_number,
    }
    return Call("set_ring_number", arguments, (person.row,))
