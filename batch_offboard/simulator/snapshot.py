"""A plain, comparable image of an organisation, for before-and-after tests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from batch_offboard.simulator.models import Grant, Group, Member, Queue, Rating, User

if TYPE_CHECKING:
    from batch_offboard.simulator.org import Org


def snapshot(org: Org) -> dict[str, Any]:
    """Users, queues and groups by id; lists without meaningful order are sorted."""
    return {
        "users": {user.id: _user(user) for user in org.users.values()},
        "queues": {queue.id: _queue(queue) for queue in org.queues.values()},
        "groups": {group.id: _group(group) for group in org.groups.values()},
    }


def _user(user: User) -> dict[str, Any]:
    return {
        "name": user.name,
        "email": user.email,
        "employee_id": user.employee_id,
        "state": user.state,
        "division": user.division,
        "grants": _grants(user.grants),
        "skills": _ratings(user.skills),
        "languages": _ratings(user.languages),
        "station": user.station,
        "logged_in": user.logged_in,
    }


def _queue(queue: Queue) -> dict[str, Any]:
    return {
        "name": queue.name,
        "members": _members(queue.members),
        "member_groups": sorted(queue.member_groups),
        "group_members": _members(queue.group_members),
    }


def _group(group: Group) -> dict[str, Any]:
    return {
        "name": group.name,
        "members": sorted(group.members),
        "grants": _grants(group.grants),
    }


def _grants(grants: list[Grant]) -> list[list[str]]:
    return sorted([grant.role, grant.division] for grant in grants)


def _ratings(ratings: list[Rating]) -> dict[str, float]:
    return {rating.id: rating.proficiency for rating in ratings}


def _members(members: dict[str, Member]) -> dict[str, dict[str, Any]]:
    return {
        member.id: {"joined": member.joined, "ring_number": member.ring_number}
        for member in members.values()
    }
