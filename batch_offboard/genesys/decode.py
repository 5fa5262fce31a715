"""From Genesys' JSON to the values of offboarding; raises UnusableAnswerError for what is not it.

Field names are those of the SDK's models `User`, `Queue`, `QueueMember`, `AuthzGrant`. What many
answers say alike (ids, divisions, roles, memberships) is kept once: a list of 100,000 people is
held in memory as a whole.
"""

import sys
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Any, TypeVar, cast

from batch_offboard.genesys.errors import UnusableAnswerError
from batch_offboard.offboarding.belongings import Belonging, shown_holdings
from batch_offboard.offboarding.models import (
    Holding,
    Holdings,
    Json,
    MemberBy,
    MemberGroup,
    Membership,
    Named,
    Queue,
    RoleGrant,
    State,
    User,
)

_STATES = ("active", "inactive", "deleted")
Entity = Mapping[str, Any]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class OwnGrant:
    """A role that the OAuth client itself holds in a division, and the permissions it gives.

    Permissions read `domain:entity:action`, with "*" for any of a part.
    """

    division_id: str
    permissions: tuple[str, ...]

    def allows(self, permission: str) -> bool:
        """Whether this grant gives `permission` in its division."""
        return any(fnmatchcase(permission, given) for given in self.permissions)


def entity(body: Json) -> Entity:
    """An answer that is one object."""
    if not isinstance(body, dict):
        raise UnusableAnswerError("no object")
    return body


def entities(body: Json, name: str = "entities") -> list[Entity]:
    """The objects of one page of a listing."""
    listed = entity(body).get(name)
    if not isinstance(listed, list) or not all(isinstance(each, dict) for each in listed):
        raise UnusableAnswerError(f"no list of {name}")
    return listed


def text(found: Entity, name: str) -> str:
    """A text that must be there, such as an id."""
    value = found.get(name)
    if not isinstance(value, str) or not value:
        raise UnusableAnswerError(f"no {name}")
    return sys.intern(value)


def identified(found: Entity) -> Entity:
    """An entity that must have an id, as it is."""
    text(found, "id")
    return found


_named = lru_cache(maxsize=10_000)(Named)
_role_grant = lru_cache(maxsize=10_000)(RoleGrant)
_membership = lru_cache(maxsize=10_000)(Membership)


@lru_cache(maxsize=10_000)
def _kept_once(ids: tuple[str, ...]) -> tuple[str, ...]:
    return ids


def _said(found: Entity, name: str) -> str:
    """A text that may be missing, such as a name."""
    return sys.intern(str(found.get(name) or ""))


def named(found: object) -> Named:
    """A reference to an entity; empty where Genesys gives none."""
    if not isinstance(found, dict):
        return Named("")
    return _named(_said(found, "id"), _said(found, "name"))


def user(found: Entity, expand: Collection[str] = ()) -> User:
    """A user, with what was asked for by `expand`; id, state and version must be there."""
    state, version = found.get("state"), found.get("version")
    if state not in _STATES or not isinstance(version, int):
        raise UnusableAnswerError("a user without state or version")
    return User(
        id=text(found, "id"),
        name=_said(found, "name"),
        email=_said(found, "email"),
        state=cast(State, state),
        version=version,
        employee_id=_within(found, "employerInfo", "employeeId"),
        role_ids=_role_ids(found),
        holdings=_holdings(found, expand),
    )


def group(found: Entity) -> Holding:
    """A group as the listing of groups shows it."""
    return Holding(text(found, "id"), str(found.get("name") or ""))


def searched_user(found: Entity) -> User:
    """A user as the search index shows it; the index may leave the version out [assumed]."""
    return user({"version": 0, **found})


def queue(found: Entity) -> Queue:
    """A queue of the listing."""
    return Queue(
        id=text(found, "id"),
        name=str(found.get("name") or ""),
        division=named(found.get("division")),
        member_count=_count(found.get("memberCount")),
        member_groups=_each(found.get("memberGroups"), _member_group) or (),
    )


def member(queue_id: str) -> Callable[[Entity], tuple[str, Membership]]:
    """A member of a queue as its own listing shows it: user id and membership."""

    def read(found: Entity) -> tuple[str, Membership]:
        ring_number, by = found.get("ringNumber"), found.get("memberBy")
        return text(found, "id"), _membership(
            queue_id,
            found.get("joined") is not False,
            ring_number if isinstance(ring_number, int) else None,
            cast(MemberBy, by) if by in ("user", "group") else "unknown",
        )

    return read


def user_queue(joined: bool) -> Callable[[Entity], Membership]:
    """A membership as the user's listing of joined (or not joined) queues shows it."""

    def read(found: Entity) -> Membership:
        said = found.get("joined")
        return _membership(text(found, "id"), said if isinstance(said, bool) else joined)

    return read


def grant(found: Entity) -> RoleGrant:
    """A role grant; "*" is the division of a grant for all divisions."""
    role = entity(found.get("role"))
    division = entity(found.get("division"))
    return _role_grant(text(role, "id"), text(division, "id"), _said(role, "name"))


def subject_grant(found: Entity) -> tuple[str, RoleGrant]:
    """A role grant of a division's listing, with the id of whom it is given to."""
    return text(found, "subjectId"), grant(found)


def grants_to(subject_id: str, body: Json) -> tuple[RoleGrant, ...]:
    """The grants given to the subject itself: those through a group outlast setting inactive."""
    return tuple(
        grant(each)
        for each in entities(body, "grants")
        if str(each.get("subjectId") or subject_id) == subject_id
    )


def own_grants(body: Json) -> tuple[OwnGrant, ...]:
    """The OAuth client's own grants with what they permit."""
    return tuple(_own_grant(each) for each in entities(body, "grants"))


def _own_grant(found: Entity) -> OwnGrant:
    policies = entity(found.get("role")).get("policies") or ()
    return OwnGrant(grant(found).division_id, tuple(_permissions(policies)))


def _permissions(policies: Any) -> Iterator[str]:
    for policy in policies:
        for action in policy.get("actions") or ():
            yield f"{policy.get('domain')}:{policy.get('entityName')}:{action}"


def _each(found: object, read: Callable[[Entity], T]) -> tuple[T, ...] | None:
    if not isinstance(found, list):
        return None
    return tuple(read(each) for each in found)


def _within(found: Entity, outer: str, inner: str) -> str | None:
    holder = found.get(outer)
    value = holder.get(inner) if isinstance(holder, dict) else None
    return None if value is None else str(value)


def _role_ids(found: Entity) -> tuple[str, ...] | None:
    authorization = found.get("authorization")
    if not isinstance(authorization, dict):
        return None
    return _kept_once(tuple(role.id for role in _each(authorization.get("roles"), named) or ()))


def holdings(belonging: Belonging) -> Callable[[Json], tuple[Holding, ...]]:
    """A user's own reading of a belonging."""

    def read(body: Json) -> tuple[Holding, ...]:
        with _of_known_form():
            return belonging.decode(body)

    return read


def _holdings(found: Entity, expand: Collection[str]) -> Holdings:
    with _of_known_form():
        return shown_holdings(found, expand)


@contextmanager
def _of_known_form() -> Iterator[None]:
    try:
        yield
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise UnusableAnswerError("belongings of another form") from error


def _member_group(found: Entity) -> MemberGroup:
    return MemberGroup(
        text(found, "id"), str(found.get("name") or ""), str(found.get("type") or "GROUP")
    )


def _count(value: object) -> int:
    return value if isinstance(value, int) else 0
