"""Divisions, roles and role grants. Source: SDK `AuthorizationApi`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from batch_offboard.simulator import errors
from batch_offboard.simulator.caller import Caller, has_grant
from batch_offboard.simulator.models import ALL_DIVISIONS, Division, Grant, OAuthClient, Role, User
from batch_offboard.simulator.rules.ids import check_guids

VIEW, ADD, DELETE = (
    "authorization:grant:view",
    "authorization:grant:add",
    "authorization:grant:delete",
)


class SubjectGrant(NamedTuple):
    """A role grant with whom it was made to: a user, a group or an OAuth client."""

    subject_id: str
    grant: Grant


def divisions(caller: Caller, ids: list[str] | None, name: str | None) -> list[Division]:
    """The divisions, all of them unless `divisions_need_permission` is on."""
    found = list(caller.org.divisions.values())
    if caller.assumptions.divisions_need_permission:
        held = {grant.division for grant in caller.client.grants}
        found = [d for d in found if ALL_DIVISIONS in held or d.id in held]
    if ids is not None:
        found = [d for d in found if d.id in ids]
    return [d for d in found if name is None or name.lower() in d.name.lower()]


def division(caller: Caller, division_id: str) -> Division:
    """One division."""
    check_guids([division_id])
    for found in divisions(caller, [division_id], None):
        return found
    raise errors.not_found()


def permitted(caller: Caller, permission: str) -> list[Division]:
    """The divisions in which the caller holds a permission."""
    status = caller.assumptions.divisions_permitted_me
    if status == 403:
        raise errors.not_authorized()
    if status == 404:
        raise errors.not_found()
    return [d for d in caller.org.divisions.values() if caller.sees(d.id, permission)]


def division_grants(caller: Caller, division_id: str) -> tuple[list[str], list[Grant]]:
    """All grants of a division; of `*` those made for all divisions. The subjects' ids come first.

    A page is cut out of all 200,000 of them. A value for each would have Python search the whole
    organisation for garbage on every page.
    """
    if division_id != ALL_DIVISIONS:
        division(caller, division_id)
    elif caller.assumptions.all_divisions_grants == 404:
        raise errors.not_found()
    caller.require_in(division_id, VIEW)
    wanted = {division_id}
    if division_id == ALL_DIVISIONS and caller.assumptions.all_divisions_grants == "nothing":
        return [], []
    if caller.assumptions.division_grants_list_all_divisions:
        wanted.add(ALL_DIVISIONS)
    org = caller.org
    holders: Iterator[Any] = (
        holder for kind in (org.users, org.groups, org.clients) for holder in kind.values()
    )
    subject_ids: list[str] = []
    grants: list[Grant] = []
    for holder in holders:
        held = [grant for grant in holder.grants if grant.division in wanted]
        subject_ids += [holder.id] * len(held)
        grants += held
    return subject_ids, grants


def subject(caller: Caller, subject_id: str, *, duplicates: bool) -> list[SubjectGrant]:
    """The grants of a user, group or client; a user's groups' grants come after their own."""
    holder = _holder(caller, subject_id)
    caller.require_in(_division_of(caller, holder), VIEW)
    found = [SubjectGrant(subject_id, grant) for grant in holder.grants]
    if isinstance(holder, User) and caller.assumptions.subject_shows_group_grants:
        for group in caller.org.groups_of(subject_id):
            found += [SubjectGrant(group.id, grant) for grant in group.grants]
    return found if duplicates else _without_duplicates(found)


def own(caller: Caller) -> list[SubjectGrant]:
    """The grants of the calling OAuth client itself."""
    return [SubjectGrant(caller.client.id, grant) for grant in caller.client.grants]


def add_grants(caller: Caller, subject_id: str, body: Any) -> None:
    """POST bulkadd: give roles to a subject; what they have already stays once."""
    holder = _holder(caller, subject_id)
    wanted = _grants(caller, body)
    for grant in wanted:
        caller.require_in(grant.division, ADD)
    inactive = isinstance(holder, User) and holder.state != "active"
    if inactive and caller.assumptions.grants_for_inactive == "refused":
        raise errors.bad_request(f"User {subject_id} is not active.")
    new = [g for g in wanted if not has_grant(holder.grants, g.role, g.division)]
    holder.grants = [*holder.grants, *new]


def remove_grants(caller: Caller, subject_id: str, body: Any) -> None:
    """POST bulkremove: take roles from a subject."""
    holder = _holder(caller, subject_id)
    unwanted = _grants(caller, body)
    for grant in unwanted:
        caller.require_in(grant.division, DELETE)
    holder.grants = [g for g in holder.grants if not has_grant(unwanted, g.role, g.division)]


def roles(caller: Caller) -> list[Role]:
    """The organisation's roles."""
    caller.require("authorization:role:view")
    return list(caller.org.roles.values())


def role(caller: Caller, role_id: str) -> Role:
    """One role."""
    check_guids([role_id])
    caller.require("authorization:role:view")
    if role_id not in caller.org.roles:
        raise errors.not_found()
    return caller.org.roles[role_id]


def roles_of(caller: Caller, user: User) -> list[Role]:
    """The roles a user has, of their own and through groups, each once."""
    grants = [*user.grants, *(g for group in caller.org.groups_of(user.id) for g in group.grants)]
    return [caller.org.roles[role_id] for role_id in dict.fromkeys(g.role for g in grants)]


def oauth_client(caller: Caller, client_id: str) -> OAuthClient:
    """One OAuth client."""
    check_guids([client_id])
    caller.require("oauth:client:view")
    if client_id not in caller.org.clients:
        raise errors.not_found()
    return caller.org.clients[client_id]


def _holder(caller: Caller, subject_id: str) -> Any:
    check_guids([subject_id])
    org = caller.org
    for kind in (org.users, org.groups, org.clients):
        if subject_id in kind:
            return kind[subject_id]
    raise errors.not_found()


def _division_of(caller: Caller, holder: Any) -> str:
    return getattr(holder, "division", "") or caller.org.home_division()


def _without_duplicates(found: list[SubjectGrant]) -> list[SubjectGrant]:
    once = {(g.grant.role, g.grant.division): g for g in reversed(found)}
    return [g for g in found if once[g.grant.role, g.grant.division] is g]


def _grants(caller: Caller, body: Any) -> list[Grant]:
    pairs = body.get("grants") if isinstance(body, dict) else None
    if not isinstance(pairs, list) or not pairs or not all(isinstance(p, dict) for p in pairs):
        raise errors.bad_request("The request body must carry grants.")
    found = []
    for pair in pairs:
        role_id, division_id = pair.get("roleId"), pair.get("divisionId")
        if role_id not in caller.org.roles:
            raise errors.bad_request(f"Role {role_id} does not exist.")
        if division_id not in caller.org.divisions and division_id != ALL_DIVISIONS:
            raise errors.bad_request(f"Division {division_id} does not exist.")
        found.append(Grant(role=role_id, division=division_id))
    return found
