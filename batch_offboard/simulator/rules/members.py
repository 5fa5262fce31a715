"""Adding, removing and joining members of a queue. Source: SDK `RoutingApi`."""

from __future__ import annotations

from typing import Any

from batch_offboard.simulator import errors
from batch_offboard.simulator.assumptions import UnfitMember
from batch_offboard.simulator.caller import Caller
from batch_offboard.simulator.models import Queue, User
from batch_offboard.simulator.rules.ids import check_guids, existing_queue, existing_user

EDIT = ("routing:queue:edit", "routing:queueMember:manage")
MAX_MEMBERS = 100


def add_or_remove(caller: Caller, queue_id: str, body: Any, *, delete: bool) -> None:
    """POST of members: adds them, or with `delete` removes them. The whole call or none of it."""
    queue = _editable(caller, queue_id)
    user_ids = [entry["id"] for entry in _entries(body)]
    check_guids(user_ids)
    choose = _to_remove if delete else _to_add
    chosen = [user_id for user_id in user_ids if choose(caller, queue, user_id)]
    for user_id in chosen:
        if delete:
            caller.org.remove_member(queue_id, user_id)
        else:
            caller.org.add_member(queue_id, user_id)


def remove(caller: Caller, queue_id: str, user_id: str) -> None:
    """DELETE of one member."""
    queue = _editable(caller, queue_id)
    check_guids([user_id])
    if user_id not in queue.members:
        if caller.assumptions.single_remove_stranger_status == 404:
            raise errors.not_found()
        return
    if _in_wrap_up(caller.org.users[user_id]):
        raise _busy(user_id)
    caller.org.remove_member(queue_id, user_id)


def join(caller: Caller, queue_id: str, body: Any) -> None:
    """PATCH of many members: joined and ring number. It removes nobody."""
    queue = _editable(caller, queue_id)
    entries = _entries(body)
    check_guids(entry["id"] for entry in entries)
    for entry in entries:
        _check_joining(caller, queue, entry["id"], entry)
    for entry in entries:
        _set(caller, queue_id, entry["id"], entry)


def join_one(caller: Caller, queue_id: str, user_id: str, body: Any) -> None:
    """PATCH of one member."""
    queue = _editable(caller, queue_id)
    check_guids([user_id])
    if not isinstance(body, dict):
        raise errors.bad_request("The request body must be a queue member.")
    _check_joining(caller, queue, user_id, body)
    _set(caller, queue_id, user_id, body)


def _editable(caller: Caller, queue_id: str) -> Queue:
    queue = existing_queue(caller.org, queue_id)
    caller.require_in(caller.org.division_of(queue), *EDIT)
    return queue


def _entries(body: Any) -> list[dict[str, Any]]:
    if not isinstance(body, list) or not all(isinstance(e, dict) and "id" in e for e in body):
        raise errors.bad_request("The request body must be a list of members with an id.")
    if not body:
        raise errors.bad_request("At least one member is needed.")
    if len(body) > MAX_MEMBERS:
        raise errors.bad_request(f"At most {MAX_MEMBERS} members can be changed at a time.")
    return body


def _to_remove(caller: Caller, queue: Queue, user_id: str) -> bool:
    """Whether this one will be removed; ApiError when the whole call is refused for them."""
    if user_id not in queue.members:
        accepts(caller.assumptions.bulk_remove_stranger, user_id, "is not a member of the queue")
        return False
    user = caller.org.users[user_id]
    if _in_wrap_up(user):
        if caller.assumptions.wrap_up_in_bulk == "refused":
            raise _busy(user_id)
        return False
    if user.state == "active":
        return True
    unfit = caller.assumptions.bulk_remove_inactive
    if user.state == "deleted":
        unfit = caller.assumptions.bulk_remove_deleted
    return accepts(unfit, user_id, f"is {user.state}")


def _to_add(caller: Caller, queue: Queue, user_id: str) -> bool:  # noqa: ARG001
    if user_id not in caller.org.users or caller.org.users[user_id].state == "deleted":
        return accepts("refused", user_id, "does not exist")
    user = existing_user(caller.org, user_id)
    if user.state == "active":
        return True
    return accepts(caller.assumptions.bulk_add_inactive, user_id, "is inactive")


def accepts(unfit: UnfitMember, user_id: str, why: str) -> bool:
    """Whether one who is not as expected is still acted on; ApiError 400 when that is refused."""
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
    return errors.ApiError(409, "general.conflict", text, entity_id=user_id)


def _check_joining(caller: Caller, queue: Queue, user_id: str, change: dict[str, Any]) -> None:
    through = any(user_id in caller.org.groups[g].members for g in queue.member_groups)
    if user_id not in queue.members and not through:
        raise errors.not_found()
    ring, joined = change.get("ringNumber"), change.get("joined")
    if ring is not None and not (isinstance(ring, int) and 1 <= ring <= 6):
        raise errors.invalid_value(ring, "ringNumber", "1 to 6")
    if joined is not None and not isinstance(joined, bool):
        raise errors.invalid_value(joined, "joined", "true, false")


def _set(caller: Caller, queue_id: str, user_id: str, change: dict[str, Any]) -> None:
    caller.org.set_member(
        queue_id, user_id, joined=change.get("joined"), ring_number=change.get("ringNumber")
    )
