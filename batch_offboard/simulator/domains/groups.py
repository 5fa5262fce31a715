"""Groups, work teams and skill groups. Source: SDK `GroupsApi`, `TeamsApi`."""

from __future__ import annotations

from typing import Any

from batch_offboard.simulator import errors
from batch_offboard.simulator.access import Caller, check_guids, existing_group, living_user
from batch_offboard.simulator.domains import users
from batch_offboard.simulator.endpoints import (
    CURSOR,
    PAGING,
    Call,
    cursor_page,
    operation,
    page,
    reference,
    route,
)
from batch_offboard.simulator.models import Group, Named, User
from batch_offboard.simulator.org import Org

MAX_MEMBERS = 50
GROUP_VIEW = "directory:group:view"
TEAM_VIEW, TEAM_ASSIGN = "groups:team:view", "groups:team:assign"
SKILL_GROUP_VIEW = "routing:skillGroup:view"

# -- what a user is in


def _unnamed(kind: str, found: Named) -> dict[str, Any]:
    shown = reference(kind, found)
    del shown["name"]
    return shown


def _groups_of(caller: Caller, user: User) -> list[dict[str, Any]]:
    shape = reference if caller.assumptions.user_groups_named else _unnamed
    return [shape("groups", group) for group in caller.org.groups_shown(user.id, "GROUP")]


def _team_of(caller: Caller, user: User) -> dict[str, Any] | None:
    teams = caller.org.groups_shown(user.id, "TEAM")
    return reference("teams", teams[0]) if teams else None


users.EXPANDS.update(groups=_groups_of, team=_team_of)

# -- groups


def _shape(call: Call, group: Group, *, named_division: bool = True) -> dict[str, Any]:
    """A group, work team or skill group."""
    paths = {"GROUP": "groups", "TEAM": "teams", "SKILLGROUP": "routing/skillgroups"}
    shown = reference(paths[group.type], group) | {"memberCount": len(group.members)}
    if group.type == "GROUP":
        owners = [_unnamed("users", call.org.users[each]) for each in group.owners]
        shown |= {"owners": owners} if owners else {}
        return shown | {"state": "active", "version": group.version, "type": "official"}
    division = call.org.divisions[call.org.division_of(group)]
    shape = reference if named_division else _unnamed
    return shown | {"division": shape("authorization/divisions", division)}


def _group(call: Call) -> Group:
    return existing_group(call.org, call.path["group_id"], "GROUP")


def _list(call: Call) -> dict[str, Any]:
    """The groups; work teams and skill groups have listings of their own."""
    ids = call.words("id")
    check_guids(ids or [])
    groups = [g for g in call.org.groups.values() if g.type == "GROUP"]
    found = groups if ids is None else [g for g in groups if g.id in ids]
    return page(call, found, lambda g: _shape(call, g))


def _dynamic_settings(call: Call) -> dict[str, Any]:
    """The rule that a group's members follow; 404 for a group without one."""
    call.caller.require(GROUP_VIEW)
    group = existing_group(call.org, call.path["group_id"], "GROUP", "SKILLGROUP")
    if not group.dynamic:
        raise errors.not_found()
    return {
        "group": {"id": group.id, "selfUri": f"/api/v2/groups/{group.id}"},
        "query": {"skillConditions": []},
        "selfUri": call.request.path,
    }


def _members(org: Org, group: Group) -> list[User]:
    """Who is in a group, deleted users left out."""
    members = (org.users[user_id] for user_id in sorted(group.members))
    return [user for user in members if user.state != "deleted"]


def _list_members(call: Call) -> dict[str, Any]:
    found = _members(call.org, _group(call))
    return page(call, found, lambda user: users.shape(call.caller, user))


def _add_members(call: Call) -> dict[str, Any]:
    """POST members of a group: needs its version, at most 50 at a time."""
    body, group = call.body, _group(call)
    if not isinstance(body, dict) or not isinstance(body.get("version"), int):
        raise errors.bad_request("The version of the group is required.")
    user_ids = _member_ids(body.get("memberIds"))
    _refuse_dynamic(call, group)
    if body["version"] != group.version:
        text = "The version supplied does not match the current version of the group"
        raise errors.conflict(text)
    for user_id in user_ids:
        living_user(call.org, user_id)
    call.org.change_group(group.id, add=set(user_ids), remove=set())
    return {}


def _remove_members(call: Call) -> dict[str, Any]:
    """DELETE members of a group, at most 50 at a time; ids of others are ignored [assumed]."""
    group = _group(call)
    _refuse_dynamic(call, group)
    call.org.change_group(group.id, add=set(), remove=set(_member_ids(call.words("ids"))))
    return {}


def _member_ids(user_ids: Any) -> list[str]:
    ids = [str(user_id) for user_id in user_ids] if isinstance(user_ids, list) else []
    if not ids:
        raise errors.bad_request("At least one member is needed.")
    if len(ids) > MAX_MEMBERS:
        raise errors.bad_request(f"At most {MAX_MEMBERS} members are allowed per request.")
    check_guids(ids)
    return ids


def _refuse_dynamic(call: Call, group: Group) -> None:
    if not group.dynamic:
        return
    text = "The members of this group follow a rule and cannot be changed one by one."
    if call.assumptions.dynamic_group_status == 409:
        raise errors.conflict(text)
    raise errors.bad_request(text)


# -- work teams and skill groups


def _seen(call: Call, kind: str, permission: str) -> list[Group]:
    """The work teams or skill groups of the divisions that the client may see."""
    held = call.caller.require(permission)
    groups = [group for group in call.org.groups.values() if group.type == kind]
    return [group for group in groups if call.caller.within(held, group)]


def _skill_groups(call: Call) -> dict[str, Any]:
    found = _seen(call, "SKILLGROUP", SKILL_GROUP_VIEW)
    return cursor_page(call, found, lambda group: _shape(call, group))


def _teams(call: Call) -> dict[str, Any]:
    """The work teams whose name starts with `name`, ignoring case."""
    start, found = (call.text("name") or "").casefold(), _seen(call, "TEAM", TEAM_VIEW)
    found = [team for team in found if team.name.casefold().startswith(start)]
    named = _expands(call, "entities.division")
    return cursor_page(call, found, lambda team: _shape(call, team, named_division=named))


def _one_team(call: Call) -> dict[str, Any]:
    named = _expands(call, "entities.division")
    return _shape(call, _team(call), named_division=named)


def _team(call: Call, permission: str = TEAM_VIEW) -> Group:
    found = existing_group(call.org, call.path["team_id"], "TEAM")
    call.caller.require_for(found, permission)
    return found


def _team_members(call: Call) -> dict[str, Any]:
    found = _members(call.org, _team(call))
    shape = reference if _expands(call, "entities") else _unnamed
    return cursor_page(call, found, lambda user: shape("users", user))


def _expands(call: Call, what: str) -> bool:
    asked = call.text("expand")
    if asked not in (None, what):
        raise errors.invalid_value(asked, "expand", what)
    return asked == what


def _add_to_team(call: Call) -> dict[str, Any]:
    """POST members of a work team. A user is in one team at most [assumed: they move]."""
    body, team = call.body, _team(call, TEAM_ASSIGN)
    user_ids = _member_ids(body.get("memberIds") if isinstance(body, dict) else None)
    added = [living_user(call.org, user_id) for user_id in user_ids]
    for other in call.org.groups.values():
        if other.type == "TEAM" and other.id != team.id and other.members & set(user_ids):
            call.org.change_group(other.id, add=set(), remove=set(user_ids))
    call.org.change_group(team.id, add=set(user_ids), remove=set())
    return {"entities": [reference("users", user) for user in added], "failures": []}


def _remove_from_team(call: Call) -> None:
    team = _team(call, TEAM_ASSIGN)
    call.org.change_group(team.id, add=set(), remove=set(_member_ids(call.words("id"))))


ROUTES = [
    route("/groups", GET=operation(_list, *PAGING, "id")),
    route("/groups/{group_id}", GET=operation(lambda call: _shape(call, _group(call)))),
    route("/groups/{group_id}/dynamicsettings", GET=operation(_dynamic_settings)),
    route(
        "/groups/{group_id}/members",
        GET=operation(_list_members, *PAGING),
        POST=operation(_add_members),
        DELETE=operation(_remove_members, "ids"),
    ),
    route("/teams", GET=operation(_teams, *CURSOR, "name", "expand")),
    route("/teams/{team_id}", GET=operation(_one_team, "expand")),
    route(
        "/teams/{team_id}/members",
        GET=operation(_team_members, *CURSOR, "expand"),
        POST=operation(_add_to_team),
        DELETE=operation(_remove_from_team, "id", status=204),
    ),
    route("/routing/skillgroups", GET=operation(_skill_groups, *CURSOR)),
]
