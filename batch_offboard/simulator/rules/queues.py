"""Queues and who is in them. Source: SDK `RoutingApi`, `UsersApi.get_user_queues`."""

from __future__ import annotations

from batch_offboard.simulator import errors
from batch_offboard.simulator.caller import Caller
from batch_offboard.simulator.models import ALL_DIVISIONS, Queue
from batch_offboard.simulator.org import Counts, Membership
from batch_offboard.simulator.rules.ids import check_guids, existing_queue, living_user

VIEW = "routing:queue:view"


def queues(caller: Caller, ids: list[str] | None, divisions: list[str] | None) -> list[Queue]:
    """The queues the caller may see; what it may not see is silently left out."""
    held = caller.require(VIEW)
    check_guids(ids or [])
    return [
        queue
        for queue in caller.org.queues.values()
        if _visible(caller, queue, held)
        and (ids is None or queue.id in ids)
        and (divisions is None or caller.org.division_of(queue) in divisions)
    ]


def queue(caller: Caller, queue_id: str) -> Queue:
    """One queue; ApiError 403 when it is in a division that the caller does not see."""
    found = existing_queue(caller.org, queue_id)
    caller.require_in(caller.org.division_of(found), VIEW)
    return found


def counts(caller: Caller, queue_id: str) -> Counts:
    """The counts that a queue's listing carries."""
    return caller.org.counts(queue_id, _hidden(caller))


def members(
    caller: Caller, queue_id: str, *, by: str | None, joined: bool | None, name: str | None = None
) -> list[Membership]:
    """A queue's members, all or only those by `user` or `group`, joined or not, named so."""
    queue(caller, queue_id)
    if by not in (None, "user", "group"):
        raise errors.invalid_value(by, "memberBy", "user, group")
    listed = _listed(caller, caller.org.memberships(queue_id))
    listed = _once(caller, listed) if by is None else [m for m in listed if m.by == by]
    listed = _named(caller, listed, name)
    return listed if joined is None else [m for m in listed if m.joined == joined]


def _named(caller: Caller, listed: list[Membership], name: str | None) -> list[Membership]:
    """A contains-style search, ignoring case (the SDK's page of `get_routing_queue_members`)."""
    filtered = caller.assumptions.member_name_filter
    if name is None or filtered == "ignored":
        return listed
    if filtered == 400:
        raise errors.bad_request("The name cannot be searched.")
    part = name.casefold()
    return [m for m in listed if part in caller.org.users[m.user_id].name.casefold()]


def queues_of(
    caller: Caller, user_id: str, *, joined: bool, divisions: list[str] | None
) -> list[tuple[Queue, bool]]:
    """The queues of one user that the caller may see, with the joined flag.

    `joined` is a filter; the listing does not tell how the user became a member.
    """
    living_user(caller.org, user_id)
    held = caller.require(VIEW)
    found: dict[str, bool] = {}
    for membership in _listed(caller, caller.org.memberships_of(user_id)):
        found[membership.queue_id] = found.get(membership.queue_id, False) or membership.joined
    org = caller.org
    return [
        (org.queues[queue_id], is_joined)
        for queue_id, is_joined in found.items()
        if is_joined == joined
        and _visible(caller, org.queues[queue_id], held)
        and (divisions is None or org.division_of(org.queues[queue_id]) in divisions)
    ]


def _visible(caller: Caller, queue: Queue, held: frozenset[str]) -> bool:
    return ALL_DIVISIONS in held or caller.org.division_of(queue) in held


def _hidden(caller: Caller) -> set[str]:
    hidden = set()
    if not caller.assumptions.inactive_members_listed:
        hidden.add("inactive")
    if not caller.assumptions.deleted_members_listed:
        hidden.add("deleted")
    return hidden


def _listed(caller: Caller, memberships: list[Membership]) -> list[Membership]:
    hidden = _hidden(caller)
    if not hidden:
        return memberships
    return [m for m in memberships if caller.org.users[m.user_id].state not in hidden]


def _once(caller: Caller, listed: list[Membership]) -> list[Membership]:
    shown_as = caller.assumptions.double_membership_listed
    if shown_as == "twice":
        return listed
    by_user = {m.user_id for m in listed if m.by == "user"}
    both = {m.user_id for m in listed if m.by == "group" and m.user_id in by_user}
    return [m for m in listed if m.user_id not in both or m.by == shown_as]
