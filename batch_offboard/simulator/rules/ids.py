"""Ids of a request that must be GUIDs and must exist."""

from __future__ import annotations

from collections.abc import Iterable

from batch_offboard.simulator import errors
from batch_offboard.simulator.models import Group, Queue, User, is_guid
from batch_offboard.simulator.org import Org


def check_guids(ids: Iterable[str]) -> None:
    """ApiError 400 `invalid.id` for the first id that is no GUID."""
    if not all(is_guid(i) for i in ids):
        raise errors.invalid_id()


def existing_user(org: Org, user_id: str) -> User:
    """The user, deleted ones too; ApiError 400 or 404."""
    check_guids([user_id])
    if user_id not in org.users:
        raise errors.not_found()
    return org.users[user_id]


def living_user(org: Org, user_id: str) -> User:
    """The user, unless deleted; ApiError 400 or 404."""
    user = existing_user(org, user_id)
    if user.state == "deleted":
        raise errors.not_found()
    return user


def existing_queue(org: Org, queue_id: str) -> Queue:
    """The queue; ApiError 400 or 404."""
    check_guids([queue_id])
    if queue_id not in org.queues:
        raise errors.not_found()
    return org.queues[queue_id]


def existing_group(org: Org, group_id: str, *types: str) -> Group:
    """The group, if it is of one of these types; ApiError 400 or 404."""
    check_guids([group_id])
    group = org.groups.get(group_id)
    if group is None or group.type not in types:
        raise errors.not_found()
    return group
