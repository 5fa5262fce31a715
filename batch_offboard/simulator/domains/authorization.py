"""Roles and role grants. Source: SDK `AuthorizationApi`."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any, NamedTuple

from batch_offboard.simulator import errors
from batch_offboard.simulator.access import Caller, check_guids, existing, has_grant
from batch_offboard.simulator.domains import divisions, users
from batch_offboard.simulator.endpoints import PAGING, Call, operation, page, reference, route
from batch_offboard.simulator.models import ALL_DIVISIONS, Grant, Group, OAuthClient, Role, User
from batch_offboard.simulator.org import Org

VIEW, ADD, DELETE, VIEW_ROLES = (
    "authorization:grant:view",
    "authorization:grant:add",
    "authorization:grant:delete",
    "authorization:role:view",
)
SUBJECT_TYPES = ("PC_USER", "PC_GROUP", "PC_OAUTH_CLIENT")
GRANT_MADE_AT = "2024-01-15T09:30:00.000Z"

Holder = User | Group | OAuthClient


class SubjectGrant(NamedTuple):
    """A role grant and its subject: a user, a group or an OAuth client."""

    subject_id: str
    grant: Grant


# -- roles


def _roles(call: Call) -> dict[str, Any]:
    call.caller.require(VIEW_ROLES)
    shape = partial(_counted_role, call) if call.truth("userCount") else _role_shape
    return page(call, list(call.org.roles.values()), shape, highest=500)


def _counted_role(call: Call, role: Role) -> dict[str, Any]:
    """A role with the number of active users who have it themselves [assumed]."""
    users = [user for user in call.org.users.values() if user.state == "active"]
    count = sum(any(grant.role == role.id for grant in user.grants) for user in users)
    shown = {"userCount": count} if call.assumptions.roles_are_counted else {}
    return _role_shape(role) | shown


def _role(call: Call) -> dict[str, Any]:
    check_guids([call.path["role_id"]])
    call.caller.require(VIEW_ROLES)
    return _role_shape(existing(call.org.roles, call.path["role_id"]))


def _role_shape(role: Role) -> dict[str, Any]:
    policies = [
        {"domain": p["domain"], "entityName": p["entityName"], "actionSet": p["actions"]}
        for p in _policies(role)
    ]
    return reference("authorization/roles", role) | {
        "permissions": role.permissions,
        "permissionPolicies": policies,
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


def _roles_of(caller: Caller, user: User) -> dict[str, Any]:
    """The roles of a user, of their own and through groups, without divisions."""
    org = caller.org
    grants = [*user.grants, *(g for group in org.groups_of(user.id) for g in group.grants)]
    roles = [org.roles[role_id] for role_id in dict.fromkeys(g.role for g in grants)]
    return {"roles": [{"id": r.id, "name": r.name} for r in roles], "unusedRoles": []}


users.EXPANDS["authorization"] = _roles_of


def _user_roles(call: Call) -> dict[str, Any]:
    user = existing(call.org.users, call.path["user_id"])
    call.caller.require_for(user, VIEW)
    return _roles_of(call.caller, user)


def _role_holders(call: Call) -> dict[str, Any]:
    """Who holds a role, each once, with the divisions for which they hold it."""
    check_guids([call.path["role_id"]])
    permitted = call.caller.require(VIEW_ROLES)
    role = existing(call.org.roles, call.path["role_id"])
    found = [
        (holder, divisions_held)
        for holder in _holders(call.org)
        if (divisions_held := _divisions_held(call, holder, role, permitted))
    ]
    return page(call, found, lambda each: _holder_shape(call.org, *each))


def _divisions_held(call: Call, holder: Holder, role: Role, permitted: frozenset[str]) -> list[str]:
    assumed = call.assumptions
    if assumed.role_holders == "users" and not isinstance(holder, User):
        return []
    grants = list(holder.grants)
    if assumed.role_holders == "members" and isinstance(holder, User):
        grants += [g for group in call.org.groups_of(holder.id) for g in group.grants]
    held = list(dict.fromkeys(grant.division for grant in grants if grant.role == role.id))
    if assumed.role_holders_everywhere == "nothing":
        held = [each for each in held if each != ALL_DIVISIONS]
    elif assumed.role_holders_everywhere == "alone" and ALL_DIVISIONS in held:
        held = [ALL_DIVISIONS]
    if assumed.role_holders_divisions == "first":
        held = held[:1]
    elif assumed.role_holders_divisions == "permitted" and ALL_DIVISIONS not in permitted:
        held = [each for each in held if each in permitted]
    return held


def _holder_shape(org: Org, holder: Holder, held: list[str]) -> dict[str, Any]:
    kind = {User: "PC_USER", Group: "PC_GROUP", OAuthClient: "PC_OAUTH_CLIENT"}[type(holder)]
    shown = [divisions.shape(org, each) for each in held]
    return reference("authorization/subjects", holder) | {"type": kind, "divisions": shown}


# -- grants


def _division_grants(call: Call) -> dict[str, Any]:
    """All grants of a division; of `*` those made for all divisions.

    A page is cut out of all 200,000 of them. A value for each would have Python search the whole
    organisation for garbage on every page.
    """
    division_id = call.path["division_id"]
    if division_id != ALL_DIVISIONS:
        divisions.visible_one(call)
    elif call.assumptions.all_divisions_grants == 404:
        raise errors.not_found()
    call.caller.require_in(division_id, VIEW)
    wanted = {division_id}
    if call.assumptions.division_grants_list_all_divisions:
        wanted.add(ALL_DIVISIONS)
    if division_id == ALL_DIVISIONS and call.assumptions.all_divisions_grants == "nothing":
        wanted.clear()
    subject_ids: list[str] = []
    grants: list[Grant] = []
    for holder in _holders(call.org) if wanted else ():
        held = [grant for grant in holder.grants if grant.division in wanted]
        subject_ids += [holder.id] * len(held)
        grants += held

    def shape(number: int) -> dict[str, Any]:
        return _shape(call.org, SubjectGrant(subject_ids[number], grants[number]))

    return page(call, range(len(grants)), shape, highest=500)


def _holders(org: Org) -> Iterator[Holder]:
    yield from org.users.values()
    yield from org.groups.values()
    yield from org.clients.values()


def _holder(call: Call) -> Holder:
    org, subject_id = call.org, call.path["subject_id"]
    check_guids([subject_id])
    for kind in (org.users, org.groups, org.clients):
        if subject_id in kind:
            return kind[subject_id]
    raise errors.not_found()


def _subject(call: Call) -> dict[str, Any]:
    """The grants of a user, group or client; a user's groups' grants come after their own."""
    holder = _holder(call)
    call.caller.require_for(holder, VIEW)
    found = [SubjectGrant(holder.id, grant) for grant in holder.grants]
    if isinstance(holder, User) and call.assumptions.subject_shows_group_grants:
        for group in call.org.groups_of(holder.id):
            found += [SubjectGrant(group.id, grant) for grant in group.grants]
    if not call.truth("includeDuplicates"):
        once = {(g.grant.role, g.grant.division): g for g in reversed(found)}
        found = [g for g in found if once[g.grant.role, g.grant.division] is g]
    return _subject_shape(call.org, holder, found, policies=bool(call.truth("includeFullRoles")))


def _own(call: Call) -> dict[str, Any]:
    """The grants of the calling OAuth client itself."""
    client, shown = call.caller.client, call.assumptions.own_policies
    found = [SubjectGrant(client.id, grant) for grant in client.grants]
    full = bool(call.truth("includeFullRoles"))
    policies = shown == "always" or (shown == "with_full_roles" and full)
    return _subject_shape(call.org, client, found, policies=policies)


def _subject_shape(
    org: Org, holder: Holder, found: list[SubjectGrant], *, policies: bool
) -> dict[str, Any]:
    return reference("authorization/subjects", holder) | {
        "grants": [_shape(org, grant, policies=policies) for grant in found],
        "version": 1,
    }


def _shape(org: Org, found: SubjectGrant, *, policies: bool = False) -> dict[str, Any]:
    """A role grant, with the policies of its role when asked for."""
    role = org.roles[found.grant.role]
    shown = reference("authorization/roles", role)
    return {
        "subjectId": found.subject_id,
        "division": divisions.shape(org, found.grant.division),
        "role": shown | {"policies": _policies(role)} if policies else shown,
        "grantMadeAt": GRANT_MADE_AT,
    }


def _add(call: Call) -> None:
    """POST bulkadd: give roles to a subject; what they have already stays once."""
    kind = call.text("subjectType") or "PC_USER"
    if kind not in SUBJECT_TYPES:
        raise errors.invalid_value(kind, "subjectType", ", ".join(SUBJECT_TYPES))
    holder, wanted = _to_change(call, ADD)
    inactive = isinstance(holder, User) and holder.state != "active"
    if inactive and call.assumptions.grants_for_inactive == "refused":
        raise errors.bad_request(f"User {holder.id} is not active.")
    new = [g for g in wanted if not has_grant(holder.grants, g.role, g.division)]
    holder.grants = [*holder.grants, *new]


def _remove(call: Call) -> None:
    """POST bulkremove: take roles from a subject."""
    holder, unwanted = _to_change(call, DELETE)
    holder.grants = [g for g in holder.grants if not has_grant(unwanted, g.role, g.division)]


def _to_change(call: Call, permission: str) -> tuple[Holder, list[Grant]]:
    body, holder = call.body, _holder(call)
    grants = _grants(call.org, body)
    for grant in grants:
        call.caller.require_in(grant.division, permission)
    return holder, grants


def _grants(org: Org, body: Any) -> list[Grant]:
    pairs = body.get("grants") if isinstance(body, dict) else None
    if not isinstance(pairs, list) or not pairs or not all(isinstance(p, dict) for p in pairs):
        raise errors.bad_request("The request body must carry grants.")
    found = []
    for pair in pairs:
        role_id, division_id = pair.get("roleId"), pair.get("divisionId")
        if role_id not in org.roles:
            raise errors.bad_request(f"Role {role_id} does not exist.")
        if division_id not in org.divisions and division_id != ALL_DIVISIONS:
            raise errors.bad_request(f"Division {division_id} does not exist.")
        found.append(Grant(role=role_id, division=division_id))
    return found


_SUBJECT = "/authorization/subjects/{subject_id}"
_FULL = ("includeDuplicates", "includeFullRoles")

ROUTES = [
    route("/authorization/roles", GET=operation(_roles, *PAGING, "userCount")),
    route("/authorization/roles/{role_id}", GET=operation(_role)),
    route("/authorization/roles/{role_id}/subjectgrants", GET=operation(_role_holders, *PAGING)),
    route("/users/{user_id}/roles", GET=operation(_user_roles)),
    route(
        "/authorization/divisions/{division_id}/grants",
        GET=operation(_division_grants, *PAGING),
    ),
    route("/authorization/subjects/me", GET=operation(_own, *_FULL)),
    route(_SUBJECT, GET=operation(_subject, *_FULL)),
    route(f"{_SUBJECT}/bulkadd", POST=operation(_add, "subjectType", status=204)),
    route(f"{_SUBJECT}/bulkremove", POST=operation(_remove, status=204)),
]
