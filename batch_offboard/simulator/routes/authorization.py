"""Divisions, roles and role grants."""

from __future__ import annotations

from typing import Any

from batch_offboard.simulator import errors
from batch_offboard.simulator.routes import shapes
from batch_offboard.simulator.routes.common import PAGING, Call, operation, page, route
from batch_offboard.simulator.rules import authorization
from batch_offboard.simulator.rules.ids import existing_user

SUBJECT_TYPES = ("PC_USER", "PC_GROUP", "PC_OAUTH_CLIENT")


def _divisions(call: Call) -> dict[str, Any]:
    found = authorization.divisions(call.caller, call.words("id"), call.text("name"))
    return page(call, found, lambda d: shapes.division(call.caller, d.id), highest=500)


def _division(call: Call) -> dict[str, Any]:
    found = authorization.division(call.caller, call.path["division_id"])
    return shapes.division(call.caller, found.id)


def _division_grants(call: Call) -> dict[str, Any]:
    subject_ids, grants = authorization.division_grants(call.caller, call.path["division_id"])

    def shape(number: int) -> dict[str, Any]:
        found = authorization.SubjectGrant(subject_ids[number], grants[number])
        return shapes.grant(call.caller, found)

    return page(call, range(len(grants)), shape, highest=500)


def _permitted(call: Call) -> dict[str, Any]:
    permission = call.text("permission")
    if permission is None:
        raise errors.bad_request("The permission is required.")
    found = authorization.permitted(call.caller, permission)
    listing = page(call, found, lambda d: shapes.division(call.caller, d.id), highest=500)
    every = "*" in call.caller.divisions(permission)
    return listing | {"allDivsPermitted": every}


def _subject(call: Call) -> dict[str, Any]:
    subject_id = call.path["subject_id"]
    duplicates = call.truth("includeDuplicates") or False
    found = authorization.subject(call.caller, subject_id, duplicates=duplicates)
    return _listing(call, subject_id, found, policies=call.truth("includeFullRoles") or False)


def _own(call: Call) -> dict[str, Any]:
    shown = call.caller.assumptions.own_policies
    full = call.truth("includeFullRoles") or False
    policies = shown == "always" or (shown == "with_full_roles" and full)
    found = authorization.own(call.caller)
    return _listing(call, call.caller.client.id, found, policies=policies)


def _listing(
    call: Call,
    subject_id: str,
    found: list[authorization.SubjectGrant],
    *,
    policies: bool,
) -> dict[str, Any]:
    org = call.org
    holder = org.users.get(subject_id) or org.groups.get(subject_id) or org.clients[subject_id]
    return {
        "id": subject_id,
        "name": holder.name,
        "grants": [shapes.grant(call.caller, g, policies=policies) for g in found],
        "version": 1,
        "selfUri": f"/api/v2/authorization/subjects/{subject_id}",
    }


def _add(call: Call) -> None:
    kind = call.text("subjectType") or "PC_USER"
    if kind not in SUBJECT_TYPES:
        raise errors.invalid_value(kind, "subjectType", ", ".join(SUBJECT_TYPES))
    authorization.add_grants(call.caller, call.path["subject_id"], call.body)


def _remove(call: Call) -> None:
    authorization.remove_grants(call.caller, call.path["subject_id"], call.body)


def _roles(call: Call) -> dict[str, Any]:
    return page(call, authorization.roles(call.caller), shapes.role, highest=500)


def _role(call: Call) -> dict[str, Any]:
    return shapes.role(authorization.role(call.caller, call.path["role_id"]))


def _user_roles(call: Call) -> dict[str, Any]:
    user = existing_user(call.org, call.path["user_id"])
    call.caller.require_in(call.org.division_of(user), authorization.VIEW)
    return shapes.user_authorization(call.caller, user)


_FULL = ("includeDuplicates", "includeFullRoles")

ROUTES = [
    route("/authorization/divisions", GET=operation(_divisions, *PAGING, "id", "name")),
    route(
        "/authorization/divisions/{division_id}/grants",
        GET=operation(_division_grants, *PAGING),
    ),
    route("/authorization/divisions/{division_id}", GET=operation(_division)),
    route(
        "/authorization/divisionspermitted/paged/me",
        GET=operation(_permitted, *PAGING, "permission"),
    ),
    route("/authorization/subjects/me", GET=operation(_own, *_FULL)),
    route("/authorization/subjects/{subject_id}", GET=operation(_subject, *_FULL)),
    route(
        "/authorization/subjects/{subject_id}/bulkadd",
        POST=operation(_add, "subjectType", status=204),
    ),
    route("/authorization/subjects/{subject_id}/bulkremove", POST=operation(_remove, status=204)),
    route("/authorization/roles", GET=operation(_roles, *PAGING)),
    route("/authorization/roles/{role_id}", GET=operation(_role)),
    route("/users/{user_id}/roles", GET=operation(_user_roles)),
]
