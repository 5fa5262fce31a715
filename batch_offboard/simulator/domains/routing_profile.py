"""Routing skills and languages of users. Source: SDK `UsersApi`, `RoutingApi`."""

from __future__ import annotations

from functools import partial
from typing import Any, Literal

from batch_offboard.simulator import errors
from batch_offboard.simulator.access import Caller, check_guids
from batch_offboard.simulator.domains.users import EXPANDS
from batch_offboard.simulator.endpoints import PAGING, Call, operation, page, reference, route
from batch_offboard.simulator.models import Named, Rating, User
from batch_offboard.simulator.org import Org

Kind = Literal["skill", "language"]
ASSIGN = {
    "skill": ("routing:skill:assign",),
    "language": ("routing:skill:assign", "routing:language:assign"),
}
MAX_LANGUAGES = 50


def _held(user: User, kind: Kind) -> list[Rating]:
    return user.skills if kind == "skill" else user.languages


def _known(org: Org, kind: Kind) -> dict[str, Named]:
    return org.skills if kind == "skill" else org.languages


def _shape(org: Org, user: User, kind: Kind, rating: Rating) -> dict[str, Any]:
    named = _known(org, kind)[rating.id]
    return reference(f"users/{user.id}/routing{kind}s", named) | {
        "proficiency": rating.proficiency,
        "state": "active",
    }


def _all(kind: Kind, caller: Caller, user: User) -> list[dict[str, Any]]:
    return [_shape(caller.org, user, kind, rating) for rating in _held(user, kind)]


EXPANDS.update(skills=partial(_all, "skill"), languages=partial(_all, "language"))


def _list(kind: Kind, call: Call) -> dict[str, Any]:
    user = call.user()
    return page(call, _held(user, kind), lambda r: _shape(call.org, user, kind, r))


def _replace(call: Call) -> dict[str, Any]:
    """PUT bulk: these are all the skills from now on; an empty list takes all away."""
    body, user = call.body, call.user(*ASSIGN["skill"])
    _keep(call.org, user, "skill", _ratings(call.org, "skill", body))
    return _list("skill", call)


def _add(kind: Kind, call: Call) -> dict[str, Any]:
    """PATCH bulk: add or change these, keep the others."""
    body, user = call.body, call.user(*ASSIGN[kind])
    new = _ratings(call.org, kind, body)
    if kind == "language" and len(new) > MAX_LANGUAGES:
        raise errors.bad_request(f"At most {MAX_LANGUAGES} languages a request.")
    changed = {rating.id for rating in new}
    _keep(call.org, user, kind, [r for r in _held(user, kind) if r.id not in changed] + new)
    return _list(kind, call)


def _remove(kind: Kind, call: Call) -> None:
    """DELETE of one skill or language; 404 when the user does not have it."""
    user, rated_id = call.user(*ASSIGN[kind]), call.path["rated_id"]
    check_guids([rated_id])
    kept = [rating for rating in _held(user, kind) if rating.id != rated_id]
    if len(kept) == len(_held(user, kind)):
        raise errors.not_found()
    _keep(call.org, user, kind, kept)


def _ratings(org: Org, kind: Kind, body: Any) -> list[Rating]:
    if not isinstance(body, list) or not all(isinstance(e, dict) and "id" in e for e in body):
        raise errors.bad_request(f"The request body must be a list of {kind}s with an id.")
    check_guids(entry["id"] for entry in body)
    for entry in body:
        if entry["id"] not in _known(org, kind):
            raise errors.bad_request(f"There is no {kind} {entry['id']}.")
    return [Rating(id=e["id"], proficiency=e.get("proficiency") or 0.0) for e in body]


def _keep(org: Org, user: User, kind: Kind, kept: list[Rating]) -> None:
    org.change_belongings(user.id, **{f"{kind}s": kept})
    if kind == "skill":
        _follow_skill_groups(org, user)


def _follow_skill_groups(org: Org, user: User) -> None:
    held = {rating.id for rating in user.skills}
    for group in org.groups.values():
        if group.type != "SKILLGROUP" or not group.skills:
            continue
        inside, fits = user.id in group.members, held.issuperset(group.skills)
        if inside and not fits:
            org.change_group(group.id, add=set(), remove={user.id})
        elif fits and not inside:
            org.change_group(group.id, add={user.id}, remove=set())


_SKILLS, _LANGUAGES = "/users/{user_id}/routingskills", "/users/{user_id}/routinglanguages"

ROUTES = [
    route(_SKILLS, GET=operation(partial(_list, "skill"), *PAGING)),
    route(
        f"{_SKILLS}/bulk",
        PUT=operation(_replace),
        PATCH=operation(partial(_add, "skill")),
    ),
    route(
        _SKILLS + "/{rated_id}",
        DELETE=operation(partial(_remove, "skill"), status=204),
    ),
    route(_LANGUAGES, GET=operation(partial(_list, "language"), *PAGING)),
    route(f"{_LANGUAGES}/bulk", PATCH=operation(partial(_add, "language"))),
    route(
        _LANGUAGES + "/{rated_id}",
        DELETE=operation(partial(_remove, "language"), status=204),
    ),
]
