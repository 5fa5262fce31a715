"""How things look in JSON. Source of the field names: the SDK's models."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from batch_offboard.simulator.caller import Caller
from batch_offboard.simulator.models import ALL_DIVISIONS, Group, Named, Queue, Role, User
from batch_offboard.simulator.org import Membership
from batch_offboard.simulator.rules import authorization, queues, skills

GRANT_MADE_AT = "2024-01-15T09:30:00.000Z"
EXPANDS = (
    "authorization",
    "employerInfo",
    "groups",
    "languages",
    "skills",
    "station",
    "team",
)


def division(caller: Caller, division_id: str) -> dict[str, Any]:
    """A division, or `*` for all of them."""
    if division_id == ALL_DIVISIONS:
        return {"id": ALL_DIVISIONS, "name": ALL_DIVISIONS}
    found = caller.org.divisions[division_id]
    return {
        "id": found.id,
        "name": found.name,
        "homeDivision": found.id == caller.org.home_division(),
        "selfUri": f"/api/v2/authorization/divisions/{found.id}",
    }


def short_division(caller: Caller, thing: User | Queue | Group) -> dict[str, Any]:
    """The division of a user, queue or team."""
    found = caller.org.divisions[caller.org.division_of(thing)]
    return {
        "id": found.id,
        "name": found.name,
        "selfUri": f"/api/v2/authorization/divisions/{found.id}",
    }


def user(caller: Caller, found: User, expand: list[str]) -> dict[str, Any]:
    """A user, with what `expand` asks for."""
    shape: dict[str, Any] = {
        "id": found.id,
        "name": found.name,
        "division": short_division(caller, found),
        "chat": {"jabberId": f"{found.id}@practice.orgspan.com"},
        "state": found.state,
        "version": found.version,
        "selfUri": f"/api/v2/users/{found.id}",
    }
    optional = {"department": found.department, "title": found.title}
    if found.email:
        optional |= {"email": found.email, "username": found.email}
    shape |= {name: value for name, value in optional.items() if value}
    for name in expand:
        shape |= _expanded(caller, found, name)
    return shape


def _expanded(caller: Caller, found: User, name: str) -> dict[str, Any]:
    if name == "employerInfo" and not found.employee_id:
        return {}
    expansions: dict[str, Callable[[], Any]] = {
        "authorization": lambda: user_authorization(caller, found),
        "employerInfo": lambda: {"employeeId": found.employee_id},
        "groups": lambda: _groups(caller, found, "GROUP"),
        "languages": lambda: [rating(found.id, r) for r in skills.languages_of(caller, found)],
        "skills": lambda: [rating(found.id, r) for r in skills.skills_of(caller, found)],
        "station": lambda: stations(caller, found),
        "team": lambda: next(iter(_groups(caller, found, "TEAM")), None),
    }
    content = expansions[name]()
    return {} if content is None else {name: content}


def _groups(caller: Caller, found: User, kind: str) -> list[dict[str, Any]]:
    path = "teams" if kind == "TEAM" else "groups"
    groups = caller.org.groups_shown(found.id, kind)
    if kind == "GROUP" and not caller.assumptions.user_groups_named:
        return [{"id": g.id, "selfUri": f"/api/v2/groups/{g.id}"} for g in groups]
    return [named(path, g) for g in groups]


def user_authorization(caller: Caller, found: User) -> dict[str, Any]:
    """The roles of a user, of their own and through groups, without divisions."""
    roles = authorization.roles_of(caller, found)
    return {"roles": [{"id": r.id, "name": r.name} for r in roles], "unusedRoles": []}


def rating(user_id: str, rated: skills.Rated) -> dict[str, Any]:
    """A skill or language of a user."""
    return {
        "id": rated.id,
        "name": rated.name,
        "proficiency": rated.proficiency,
        "state": "active",
        "selfUri": f"/api/v2/users/{user_id}/routing{rated.kind}s/{rated.id}",
    }


def stations(caller: Caller, found: User) -> dict[str, Any]:
    """The stations of a user: only the associated one is modelled."""
    if found.station is None:
        return {}
    station = caller.org.stations[found.station]
    shape = {"id": station.id, "name": station.name, "type": "inin_webrtc_softphone"}
    return {"associatedStation": shape, "effectiveStation": dict(shape)}


def queue(caller: Caller, found: Queue) -> dict[str, Any]:
    """A queue with its counts and member groups."""
    counts = queues.counts(caller, found.id)
    return {
        "id": found.id,
        "name": found.name,
        "division": short_division(caller, found),
        "memberCount": counts.members,
        "userMemberCount": counts.by_user,
        "joinedMemberCount": counts.joined,
        "memberGroups": [_member_group(caller, group_id) for group_id in found.member_groups],
        "selfUri": f"/api/v2/routing/queues/{found.id}",
    }


def user_queue(caller: Caller, found: tuple[Queue, bool]) -> dict[str, Any]:
    """A queue in the listing of one user's queues."""
    return queue(caller, found[0]) | {"joined": found[1]}


def member(caller: Caller, membership: Membership) -> dict[str, Any]:
    """A line of a queue's member listing."""
    found = caller.org.users[membership.user_id]
    return {
        "id": found.id,
        "name": found.name,
        "user": {
            "id": found.id,
            "name": found.name,
            "selfUri": f"/api/v2/users/{found.id}",
        },
        "ringNumber": membership.ring_number,
        "joined": membership.joined,
        "memberBy": membership.by,
        "selfUri": f"/api/v2/routing/queues/{membership.queue_id}/members/{found.id}",
    }


def _member_group(caller: Caller, group_id: str) -> dict[str, Any]:
    found = caller.org.groups[group_id]
    return {
        "id": found.id,
        "name": found.name,
        "type": found.type,
        "memberCount": len(found.members),
    }


def grant(
    caller: Caller, found: authorization.SubjectGrant, *, policies: bool = False
) -> dict[str, Any]:
    """A role grant, with the policies of its role when asked for."""
    role = caller.org.roles[found.grant.role]
    shape: dict[str, Any] = {
        "id": role.id,
        "name": role.name,
        "selfUri": f"/api/v2/authorization/roles/{role.id}",
    }
    if policies:
        shape["policies"] = _policies(role)
    return {
        "subjectId": found.subject_id,
        "division": division(caller, found.grant.division),
        "role": shape,
        "grantMadeAt": GRANT_MADE_AT,
    }


def _policies(role: Role) -> list[dict[str, Any]]:
    actions: dict[tuple[str, str], list[str]] = {}
    for permission in role.permissions:
        domain, entity, action = [*permission.split(":"), "*", "*"][:3]
        actions.setdefault((domain, entity), []).append(action)
    return [
        {"domain": domain, "entityName": entity, "actions": names}
        for (domain, entity), names in actions.items()
    ]


def role(found: Role) -> dict[str, Any]:
    """A role with its permission policies."""
    return {
        "id": found.id,
        "name": found.name,
        "permissions": found.permissions,
        "permissionPolicies": [
            {"domain": p["domain"], "entityName": p["entityName"], "actionSet": p["actions"]}
            for p in _policies(found)
        ],
        "selfUri": f"/api/v2/authorization/roles/{found.id}",
    }


def group(caller: Caller, found: Group) -> dict[str, Any]:
    """A group, work team or skill group."""
    shape: dict[str, Any] = {
        "id": found.id,
        "name": found.name,
        "memberCount": len(found.members),
    }
    if found.type == "GROUP":
        shape |= {"state": "active", "version": found.version, "type": "official"}
        return shape | {"selfUri": f"/api/v2/groups/{found.id}"}
    kind = "teams" if found.type == "TEAM" else "routing/skillgroups"
    return shape | {
        "division": short_division(caller, found),
        "selfUri": f"/api/v2/{kind}/{found.id}",
    }


def named(kind: str, found: Named) -> dict[str, Any]:
    """A skill, language or station."""
    return {"id": found.id, "name": found.name, "selfUri": f"/api/v2/{kind}/{found.id}"}
