"""Groups, work teams and skill groups. Source: SDK `GroupsApi`, `TeamsApi`."""

from __future__ import annotations

from typing import Any

from batch_offboard.simulator import errors
from batch_offboard.simulator.caller import Caller
from batch_offboard.simulator.models import ALL_DIVISIONS, Group, User
from batch_offboard.simulator.rules.ids import check_guids, existing_group, living_user

MAX_MEMBERS = 50
GROUP_VIEW = "directory:group:view"
TEAM_VIEW, TEAM_ASSIGN = "groups:team:view", "groups:team:assign"
SKILL_GROUP_VIEW = "routing:skillGroup:view"


def groups(caller: Caller, ids: list[str] | None) -> list[Group]:
    """The groups; work teams and skill groups have listings of their own."""
    check_guids(ids or [])
    found = [g for g in caller.org.groups.values() if g.type == "GROUP"]
    return found if ids is None else [g for g in found if g.id in ids]


def teams(caller: Caller) -> list[Group]:
    """The work teams of the divisions that the caller may see."""
    return _seen(caller, "TEAM", caller.require(TEAM_VIEW))


def skill_groups(caller: Caller) -> list[Group]:
    """The skill groups of the divisions that the caller may see."""
    return _seen(caller, "SKILLGROUP", caller.require(SKILL_GROUP_VIEW))


def team(caller: Caller, team_id: str) -> Group:
    """One work team."""
    found = existing_group(caller.org, team_id, "TEAM")
    caller.require_in(caller.org.division_of(found), TEAM_VIEW)
    return found


def rule_based(caller: Caller, group_id: str) -> Group:
    """A group whose members follow a rule; 404 for any other. Reading it takes a permission."""
    caller.require(GROUP_VIEW)
    group = existing_group(caller.org, group_id, "GROUP", "SKILLGROUP")
    if not group.dynamic:
        raise errors.not_found()
    return group


def members(caller: Caller, group: Group) -> list[User]:
    """Who is in a group, deleted users left out."""
    users = (caller.org.users[user_id] for user_id in sorted(group.members))
    return [user for user in users if user.state != "deleted"]


def add_members(caller: Caller, group_id: str, body: Any) -> None:
    """POST members of a group: needs its version, at most 50 at a time."""
    group = existing_group(caller.org, group_id, "GROUP")
    if not isinstance(body, dict) or not isinstance(body.get("version"), int):
        raise errors.bad_request("The version of the group is required.")
    user_ids = _some(body.get("memberIds") or [])
    _refuse_dynamic(caller, group)
    if body["version"] != group.version:
        text = "The version supplied does not match the current version of the group"
        raise errors.ApiError(409, "general.conflict", text)
    for user_id in user_ids:
        living_user(caller.org, user_id)
    caller.org.change_group(group_id, add=set(user_ids), remove=set())


def remove_members(caller: Caller, group_id: str, user_ids: list[str]) -> None:
    """DELETE members of a group, at most 50 at a time; who is none is passed over [assumed]."""
    group = existing_group(caller.org, group_id, "GROUP")
    _refuse_dynamic(caller, group)
    caller.org.change_group(group_id, add=set(), remove=set(_some(user_ids)))


def add_to_team(caller: Caller, team_id: str, body: Any) -> list[User]:
    """POST members of a work team. A user is in one team at most [assumed: they move]."""
    found = _assignable_team(caller, team_id)
    user_ids = _some(body.get("memberIds") or [] if isinstance(body, dict) else [])
    users = [living_user(caller.org, user_id) for user_id in user_ids]
    for other in caller.org.groups.values():
        if other.type == "TEAM" and other.id != team_id and other.members & set(user_ids):
            caller.org.change_group(other.id, add=set(), remove=set(user_ids))
    caller.org.change_group(found.id, add=set(user_ids), remove=set())
    return users


def remove_from_team(caller: Caller, team_id: str, user_ids: list[str]) -> None:
    """DELETE members of a work team."""
    found = _assignable_team(caller, team_id)
    caller.org.change_group(found.id, add=set(), remove=set(_some(user_ids)))


def _assignable_team(caller: Caller, team_id: str) -> Group:
    found = existing_group(caller.org, team_id, "TEAM")
    caller.require_in(caller.org.division_of(found), TEAM_ASSIGN)
    return found


def _some(user_ids: Any) -> list[str]:
    ids = [str(user_id) for user_id in user_ids] if isinstance(user_ids, list) else []
    if not ids:
        raise errors.bad_request("At least one member is needed.")
    if len(ids) > MAX_MEMBERS:
        raise errors.bad_request(f"At most {MAX_MEMBERS} members are allowed per request.")
    check_guids(ids)
    return ids


def _refuse_dynamic(caller: Caller, group: Group) -> None:
    if not group.dynamic:
        return
    text = "The members of this group follow a rule and cannot be changed one by one."
    if caller.assumptions.dynamic_group_status == 409:
        raise errors.ApiError(409, "general.conflict", text)
    raise errors.bad_request(text)


def _seen(caller: Caller, kind: str, held: frozenset[str]) -> list[Group]:
    return [
        group
        for group in caller.org.groups.values()
        if group.type == kind and (ALL_DIVISIONS in held or caller.org.division_of(group) in held)
    ]
