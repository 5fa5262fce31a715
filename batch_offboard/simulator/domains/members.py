"""Members of a queue: listing, adding, removing and joining them. Source: SDK `RoutingApi`."""

from __future__ import annotations

from typing import Any

from batch_offboard.simulator import errors
from batch_offboard.simulator.access import check_guids
from batch_offboard.simulator.assumptions import UnfitMember
from batch_offboard.simulator.domains import queues
from batch_offboard.simulator.endpoints import PAGING, Call, operation, page, queue_route, reference
from batch_offboard.simulator.models import Queue, User
from batch_offboard.simulator.org import Membership

EDIT = ("routing:queue:edit", "routing:queueMember:manage")
MAX_MEMBERS = 100


def _list(call: Call) -> dict[str, Any]:
    """GET of members, filtered by `memberBy`, `joined` and `name`."""
    by, joined = call.text("memberBy"), call.truth("joined")
    queue = call.queue(queues.VIEW)
    if by not in (None, "user", "group"):
        raise errors.invalid_value(by, "memberBy", "user, group")
    found = queues.listed(call, call.org.memberships(queue.id))
    found = _once(call, found) if by is None else [m for m in found if m.by == by]
    found = _named(call, found, call.text("name"))
    if joined is not None:
        found = [m for m in found if m.joined == joined]
    return page(call, found, lambda m: _shape(call, m), totals=False)


def _once(call: Call, listed: list[Membership]) -> list[Membership]:
    shown_as = call.assumptions.double_membership_listed
    if shown_as == "twice":
        return listed
    by_user = {m.user_id for m in listed if m.by == "user"}
    both = {m.user_id for m in listed if m.by == "group" and m.user_id in by_user}
    return [m for m in listed if m.user_id not in both or m.by == shown_as]


def _named(call: Call, listed: list[Membership], name: str | None) -> list[Membership]:
    """A contains-style search, ignoring case (the SDK's page of `get_routing_queue_members`)."""
    filtered = call.assumptions.member_name_filter
    if name is None or filtered == "ignored":
        return listed
    if filtered == 400:
        raise errors.bad_request("The name cannot be searched.")
    part = name.casefold()
    return [m for m in listed if part in call.org.users[m.user_id].name.casefold()]


def _shape(call: Call, membership: Membership) -> dict[str, Any]:
    user = call.org.users[membership.user_id]
    return {
        "id": user.id,
        "name": user.name,
        "user": reference("users", user),
        "ringNumber": membership.ring_number,
        "joined": membership.joined,
        "memberBy": membership.by,
        "selfUri": f"/api/v2/routing/queues/{membership.queue_id}/members/{user.id}",
    }


def _add_or_remove(call: Call) -> None:
    """POST of members: adds them, or with `delete` removes them; all of the entries or none."""
    body, delete = call.body, call.truth("delete")
    queue = call.queue(*EDIT)
    user_ids = [entry["id"] for entry in _entries(body)]
    check_guids(user_ids)
    choose = _to_remove if delete else _to_add
    change = call.org.remove_member if delete else call.org.add_member
    for user_id in [user_id for user_id in user_ids if choose(call, queue, user_id)]:
        change(queue.id, user_id)


def _entries(body: Any) -> list[dict[str, Any]]:
    if not isinstance(body, list) or not all(isinstance(e, dict) and "id" in e for e in body):
        raise errors.bad_request("The request body must be a list of members with an id.")
    if not body:
        raise errors.bad_request("At least one member is needed.")
    if len(body) > MAX_MEMBERS:
        raise errors.bad_request(f"At most {MAX_MEMBERS} members can be changed at a time.")
    return body


def _to_remove(call: Call, queue: Queue, user_id: str) -> bool:
    """Whether this entry is carried out, or ignored; ApiError if it fails the whole call."""
    assumed = call.assumptions
    if user_id not in queue.members:
        accepts(assumed.bulk_remove_stranger, user_id, "is not a member of the queue")
        return False
    user = call.org.users[user_id]
    if _in_wrap_up(user):
        if assumed.wrap_up_in_bulk == "refused":
            raise _busy(user_id)
        return False
    unfit: dict[str, UnfitMember] = {
        "active": "accepted",
        "inactive": assumed.bulk_remove_inactive,
        "deleted": assumed.bulk_remove_deleted,
    }
    return accepts(unfit[user.state], user_id, f"is {user.state}")


def _to_add(call: Call, _queue: Queue, user_id: str) -> bool:
    user = call.org.users.get(user_id)
    if user is None or user.state == "deleted":
        return accepts("refused", user_id, "does not exist")
    if user.state == "active":
        return True
    return accepts(call.assumptions.bulk_add_inactive, user_id, "is inactive")


def accepts(unfit: UnfitMember, user_id: str, why: str) -> bool:
    """Whether a user who is `unfit` is acted on, or ignored; ApiError 400 if they are refused."""
    if unfit == "refused":
        error = errors.bad_request(f"User {user_id} {why}.")
        error.entity_id = user_id
        raise error
    return unfit == "accepted"


def _in_wrap_up(user: User) -> bool:
    if user.wrap_up_attempts <= 0:
        return False
    user.wrap_up_attempts -= 1
    return True


def _busy(user_id: str) -> errors.ApiError:
    text = "The agent is handling an interaction and cannot be removed from the queue."
    return errors.conflict(text, user_id)


def _remove(call: Call) -> None:
    """DELETE of one member."""
    queue, user_id = call.queue(*EDIT), call.path["user_id"]
    check_guids([user_id])
    if user_id not in queue.members:
        if call.assumptions.single_remove_stranger_status == 404:
            raise errors.not_found()
        return
    if _in_wrap_up(call.org.users[user_id]):
        raise _busy(user_id)
    call.org.remove_member(queue.id, user_id)


def _join(call: Call) -> dict[str, Any]:
    """PATCH of many members: joins or unjoins them. It removes nobody."""
    body, queue = call.body, call.queue(*EDIT)
    entries = _entries(body)
    check_guids(entry["id"] for entry in entries)
    changes = [entry for entry in entries if _to_join(call, queue, entry["id"], entry)]
    for entry in changes:
        ring_too = call.assumptions.bulk_member_patch_takes_ring_number
        _set(call, queue, entry["id"], entry if ring_too else entry | {"ringNumber": None})
    return {"entities": []}


def _join_one(call: Call) -> None:
    """PATCH of one member: "Update the ring number OR joined status" (SDK)."""
    body, queue, user_id = call.body, call.queue(*EDIT), call.path["user_id"]
    check_guids([user_id])
    if not isinstance(body, dict):
        raise errors.bad_request("The request body must be a queue member.")
    if body.get("joined") is not None and body.get("ringNumber") is not None:
        raise errors.bad_request("Either joined or ringNumber can be changed, not both.")
    if not _is_member(call, queue, user_id):
        raise errors.not_found()
    if _to_join(call, queue, user_id, body):
        _set(call, queue, user_id, body)


def _is_member(call: Call, queue: Queue, user_id: str) -> bool:
    through = any(user_id in call.org.groups[g].members for g in queue.groups)
    return through or user_id in queue.members


def _to_join(call: Call, queue: Queue, user_id: str, change: dict[str, Any]) -> bool:
    """Whether this entry is carried out, or ignored; ApiError if it fails the whole call."""
    ring, joined = change.get("ringNumber"), change.get("joined")
    if ring is not None and not (isinstance(ring, int) and 1 <= ring <= 6):
        raise errors.invalid_value(ring, "ringNumber", "1 to 6")
    if joined is not None and not isinstance(joined, bool):
        raise errors.invalid_value(joined, "joined", "true, false")
    if not _is_member(call, queue, user_id):
        if call.assumptions.bulk_join_stranger == 404:
            raise errors.not_found()
        return False
    if call.org.users[user_id].state == "active":
        return True
    return accepts(call.assumptions.join_inactive, user_id, "is not active")


def _set(call: Call, queue: Queue, user_id: str, change: dict[str, Any]) -> None:
    joined, ring = change.get("joined"), change.get("ringNumber")
    call.org.set_member(queue.id, user_id, joined=joined, ring_number=ring)


ROUTES = [
    queue_route(
        "/routing/queues/{queue_id}/members",
        GET=operation(_list, *PAGING, "memberBy", "joined", "name"),
        POST=operation(_add_or_remove, "delete", status=204),
        PATCH=operation(_join, status=202),
    ),
    queue_route(
        "/routing/queues/{queue_id}/members/{user_id}",
        PATCH=operation(_join_one, status=202),
        DELETE=operation(_remove, status=204),
    ),
]
