"""Routing skills and languages of users. Source: SDK `UsersApi`, `RoutingApi`."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

from batch_offboard.simulator import errors
from batch_offboard.simulator.caller import Caller
from batch_offboard.simulator.models import Named, Rating, User
from batch_offboard.simulator.rules.ids import check_guids, living_user

Kind = Literal["skill", "language"]
ASSIGN = {
    "skill": ("routing:skill:assign",),
    "language": ("routing:skill:assign", "routing:language:assign"),
}
MAX_LANGUAGES = 50


class Rated(NamedTuple):
    """A skill or language of a user, with its name."""

    kind: Kind
    id: str
    name: str
    proficiency: float


def skills_of(caller: Caller, user: User) -> list[Rated]:
    """The skills of a user."""
    return [_rated("skill", caller.org.skills, rating) for rating in user.skills]


def languages_of(caller: Caller, user: User) -> list[Rated]:
    """The languages of a user."""
    return [_rated("language", caller.org.languages, rating) for rating in user.languages]


def ratings(caller: Caller, user_id: str, kind: Kind) -> list[Rated]:
    """The skills or the languages of a user."""
    user = living_user(caller.org, user_id)
    return skills_of(caller, user) if kind == "skill" else languages_of(caller, user)


def replace(caller: Caller, user_id: str, body: Any) -> None:
    """PUT bulk: these are all the skills from now on; an empty list takes all away."""
    user = _assignable(caller, user_id, "skill")
    _keep(caller, user, "skill", _ratings(caller, "skill", body))


def add(caller: Caller, user_id: str, kind: Kind, body: Any) -> None:
    """PATCH bulk: add or change these, keep the others."""
    user = _assignable(caller, user_id, kind)
    new = _ratings(caller, kind, body)
    if kind == "language" and len(new) > MAX_LANGUAGES:
        raise errors.bad_request(f"At most {MAX_LANGUAGES} languages a request.")
    own = user.skills if kind == "skill" else user.languages
    changed = {rating.id for rating in new}
    _keep(caller, user, kind, [r for r in own if r.id not in changed] + new)


def remove(caller: Caller, user_id: str, kind: Kind, rated_id: str) -> None:
    """DELETE of one skill or language; 404 when the user does not have it."""
    user = _assignable(caller, user_id, kind)
    check_guids([rated_id])
    own = user.skills if kind == "skill" else user.languages
    if rated_id not in {rating.id for rating in own}:
        raise errors.not_found()
    _keep(caller, user, kind, [r for r in own if r.id != rated_id])


def _assignable(caller: Caller, user_id: str, kind: Kind) -> User:
    user = living_user(caller.org, user_id)
    caller.require_in(caller.org.division_of(user), *ASSIGN[kind])
    return user


def _ratings(caller: Caller, kind: Kind, body: Any) -> list[Rating]:
    if not isinstance(body, list) or not all(isinstance(e, dict) and "id" in e for e in body):
        raise errors.bad_request(f"The request body must be a list of {kind}s with an id.")
    check_guids(entry["id"] for entry in body)
    known = caller.org.skills if kind == "skill" else caller.org.languages
    for entry in body:
        if entry["id"] not in known:
            raise errors.bad_request(f"There is no {kind} {entry['id']}.")
    return [Rating(id=e["id"], proficiency=e.get("proficiency") or 0.0) for e in body]


def _keep(caller: Caller, user: User, kind: Kind, kept: list[Rating]) -> None:
    if kind == "language":
        caller.org.change_belongings(user.id, languages=kept)
        return
    caller.org.change_belongings(user.id, skills=kept)
    _follow_skill_groups(caller, user)


def _follow_skill_groups(caller: Caller, user: User) -> None:
    held = {rating.id for rating in user.skills}
    for group in caller.org.groups.values():
        if group.type != "SKILLGROUP" or not group.skills:
            continue
        inside, fits = user.id in group.members, held.issuperset(group.skills)
        if inside and not fits:
            caller.org.change_group(group.id, add=set(), remove={user.id})
        elif fits and not inside:
            caller.org.change_group(group.id, add={user.id}, remove=set())


def _rated(kind: Kind, known: dict[str, Named], rating: Rating) -> Rated:
    return Rated(kind, rating.id, known[rating.id].name, rating.proficiency)
