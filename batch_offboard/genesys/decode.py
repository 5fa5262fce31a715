"""From Genesys' JSON to the values of offboarding.

Every function raises UnusableAnswerError for JSON that is not what it decodes. Field names are
those of the SDK's models `User`, `Queue`, `QueueMember` and `AuthzGrant`. Equal ids, divisions,
roles and memberships share one object, because a list of 100,000 people is held in memory.
"""

import sys
from collections.abc import Callable, Collection, Container, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Any, TypeVar, cast

from batch_offboard.genesys.errors import UnusableAnswerError
from batch_offboard.offboarding.belongings import Belonging, shown_holdings
from batch_offboard.offboarding.models import (
    ALL_DIVISIONS,
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
_PRIVATE = ("HOME", "MOBILE")
Entity = Mapping[str, Any]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class OwnGrant:
    """A role that the OAuth client itself has in a division, and the permissions it includes.

    A permission is `domain:entity:action`, where "*" stands for any entity or action.
    """

    division_id: str
    permissions: tuple[str, ...]
    role_id: str = ""

    def allows(self, permission: str) -> bool:
        """True if this grant includes `permission` in its division."""
        return any(fnmatchcase(permission, given) for given in self.permissions)


def entity(body: Json) -> Entity:
    """A body that must be one object."""
    if not isinstance(body, dict):
        raise UnusableAnswerError("no object")
    return body


def entities(body: Json, name: str = "entities") -> list[Entity]:
    """The objects in the list `name` of a body."""
    listed = entity(body).get(name)
    if not isinstance(listed, list) or not all(isinstance(each, dict) for each in listed):
        raise UnusableAnswerError(f"no list of {name}")
    return listed


def text(found: Entity, name: str) -> str:
    """The text `name`, which must be there and not empty, such as an id."""
    value = found.get(name)
    if not isinstance(value, str) or not value:
        raise UnusableAnswerError(f"no {name}")
    return sys.intern(value)


def whole_number(body: Json, name: str) -> int:
    """The whole number `name` of a body, which must be there, such as a version."""
    value = entity(body).get(name)
    if not isinstance(value, int):
        raise UnusableAnswerError(f"no {name}")
    return value


_TOKEN_LIMIT = "client.credentials.token.rate.per.minute"


def allowed_per_minute(body: Json) -> int | None:
    """How many requests each token may send in a minute, as the organisation's limits say.

    None if they do not, or not in a way that is understood (SDK `LimitsEntityListing`).
    """
    listed = entity(body).get("entities")
    for limit in listed if isinstance(listed, list) else []:
        if isinstance(limit, dict) and limit.get("key") == _TOKEN_LIMIT:
            value = limit.get("value")
            return int(value) if isinstance(value, int | float) and value >= 1 else None
    return None


def identified(found: Entity) -> Entity:
    """`found` unchanged, once it is known to have an id."""
    text(found, "id")
    return found


_named = lru_cache(maxsize=10_000)(Named)
_role_grant = lru_cache(maxsize=10_000)(RoleGrant)
_membership = lru_cache(maxsize=10_000)(Membership)


@lru_cache(maxsize=10_000)
def _shared(ids: tuple[str, ...]) -> tuple[str, ...]:
    return ids


def _text_or_empty(found: Entity, name: str) -> str:
    return sys.intern(str(found.get(name) or ""))


def named(found: object) -> Named:
    """Id and name of an entity; both empty where Genesys gives none."""
    if not isinstance(found, dict):
        return Named("")
    return _named(_text_or_empty(found, "id"), _text_or_empty(found, "name"))


def permitted_everywhere(page: Entity) -> tuple[Named, ...]:
    """The division "*" if a page of `DivsPermittedEntityListing` says that all are permitted."""
    return (Named(ALL_DIVISIONS),) if page.get("allDivsPermitted") is True else ()


def user(found: Entity, expand: Collection[str] = (), *, numbers: bool = False) -> User:
    """A user, which must have id, state and version, with the holdings named in `expand`.

    Phone numbers are taken only with `numbers`, as they come with every user.
    """
    state, version = found.get("state"), found.get("version")
    if state not in _STATES or not isinstance(version, int):
        raise UnusableAnswerError("a user without state or version")
    return User(
        id=text(found, "id"),
        name=_text_or_empty(found, "name"),
        email=_text_or_empty(found, "email"),
        state=cast(State, state),
        version=version,
        employee_id=_inner_text(found, "employerInfo", "employeeId"),
        role_ids=_role_ids(found),
        holdings=_holdings(found, expand),
        routing_status=_inner_text(found, "routingStatus", "status"),
        presence=_presence(found),
        division=named(found.get("division")),
        conversations=_conversations(found.get("conversationSummary")),
        numbers=_numbers(found) if numbers else None,
    )


def user_among(
    found: Entity, ids: Container[str], expand: Collection[str] = (), *, numbers: bool = False
) -> User:
    """A user that must be one of those asked for."""
    read = user(found, expand, numbers=numbers)
    if read.id not in ids:
        raise UnusableAnswerError("another user")
    return read


def group(found: Entity) -> Holding:
    """A group in the listing of groups."""
    return Holding(text(found, "id"), str(found.get("name") or ""))


def searched_user(found: Entity) -> User:
    """A user of the search index, which may leave the version out [assumed]: it is then 0."""
    return user({"version": 0, **found})


def queue(found: Entity) -> Queue:
    """A queue of the listing."""
    return Queue(
        id=text(found, "id"),
        name=str(found.get("name") or ""),
        division=named(found.get("division")),
        member_count=_count(found.get("memberCount")),
        member_groups=tuple(dict.fromkeys(map(_member_group, _groups_of_queue(found)))),
        uses_rings=_uses_rings(found),
    )


def _groups_of_queue(found: Entity) -> Iterator[Entity]:
    """The groups in all four fields of a queue: members, bullseye rings, conditional routing.

    And those of conditional activation. That members through any of them are listed as members of
    the queue is [assumed].
    """
    holders = [
        (found, "memberGroups"),
        *((ring, "memberGroups") for ring in _inner(found, "bullseye", "rings")),
        *((rule, "groups") for rule in _inner(found, "conditionalGroupRouting", "rules")),
        *((rule, "groups") for rule in _inner(found, "conditionalGroupActivation", "rules")),
    ]
    for holder, name in holders:
        yield from (each for each in holder.get(name) or () if isinstance(each, dict))


def _inner(found: Entity, outer: str, inner: str) -> list[Entity]:
    holder = found.get(outer)
    listed = holder.get(inner) if isinstance(holder, dict) else None
    return [each for each in listed or () if isinstance(each, dict)]


def _uses_rings(found: Entity) -> bool | None:
    """Whether a queue has bullseye rings (SDK `Queue.bullseye`); None if that is not shown."""
    if "bullseye" not in found:
        return None
    bullseye = found["bullseye"]
    return bool(bullseye.get("rings")) if isinstance(bullseye, dict) else False


def member(queue_id: str) -> Callable[[Entity], tuple[str, Membership]]:
    """A decoder of members in the listing of a queue: pairs of user id and membership."""

    def read(found: Entity) -> tuple[str, Membership]:
        ring_number, by = found.get("ringNumber"), found.get("memberBy")
        return text(found, "id"), _membership(
            queue_id,
            found.get("joined") is not False,
            ring_number if isinstance(ring_number, int) else None,
            cast(MemberBy, by) if by in ("user", "group") else "unknown",
        )

    return read


def member_id(found: Entity) -> str:
    """The user id of a member of a work team."""
    return text(found, "id")


def user_queue(joined: bool) -> Callable[[Entity], Membership]:
    """A decoder of memberships in a user's listing of queues that are `joined` or not."""

    def read(found: Entity) -> Membership:
        own = found.get("joined")
        return _membership(text(found, "id"), own if isinstance(own, bool) else joined)

    return read


def grant(found: Entity) -> RoleGrant:
    """A role grant; its division is "*" if it is for all divisions."""
    role = entity(found.get("role"))
    division = entity(found.get("division"))
    return _role_grant(text(role, "id"), text(division, "id"), _text_or_empty(role, "name"))


def subject_grant(found: Entity) -> tuple[str, RoleGrant]:
    """A role grant in the listing of a division: the holder's id and the grant."""
    return text(found, "subjectId"), grant(found)


def role_holder(role: Named) -> Callable[[Entity], tuple[str, tuple[RoleGrant, ...]]]:
    """A decoder of holders of a role: the holder's id, and a grant for each of its divisions."""

    def read(found: Entity) -> tuple[str, tuple[RoleGrant, ...]]:
        divisions = entities(found, "divisions")
        return text(found, "id"), tuple(
            _role_grant(role.id, text(each, "id"), role.name) for each in divisions
        )

    return read


def grants_to(subject_id: str, body: Json) -> tuple[RoleGrant, ...]:
    """The grants given to the subject directly, without those that come through a group.

    Only these are lost when a user is set to inactive.
    """
    return tuple(
        grant(each)
        for each in entities(body, "grants")
        if str(each.get("subjectId") or subject_id) == subject_id
    )


def own_grants(body: Json) -> tuple[OwnGrant, ...]:
    """The grants of the OAuth client itself, with the permissions they include."""
    return tuple(_own_grant(each) for each in entities(body, "grants"))


def _own_grant(found: Entity) -> OwnGrant:
    policies = entity(found.get("role")).get("policies") or ()
    held = grant(found)
    return OwnGrant(held.division_id, tuple(_permissions(policies)), held.role_id)


def _permissions(policies: Any) -> Iterator[str]:
    for policy in policies:
        for action in policy.get("actions") or ():
            yield f"{policy.get('domain')}:{policy.get('entityName')}:{action}"


def _each(found: object, read: Callable[[Entity], T]) -> tuple[T, ...] | None:
    if not isinstance(found, list):
        return None
    return tuple(read(each) for each in found)


def _inner_text(found: Entity, outer: str, inner: str) -> str | None:
    holder = found.get(outer)
    value = holder.get(inner) if isinstance(holder, dict) else None
    return None if value is None else str(value)


def _presence(found: Entity) -> str | None:
    """The system presence: the organisation's own ones all belong to one of these few."""
    presence = found.get("presence")
    if not isinstance(presence, dict):
        return None
    return _inner_text(presence, "presenceDefinition", "systemPresence")


def _conversations(summary: object) -> int | None:
    """How many conversations are active, of every kind, in queues or not."""
    if not isinstance(summary, dict):
        return None
    kinds = [kind for kind in summary.values() if isinstance(kind, dict)]
    details = [each for kind in kinds for each in kind.values() if isinstance(each, dict)]
    return sum(_count(each.get("active")) for each in details)


def _numbers(found: Entity) -> tuple[str, ...]:
    """The phone numbers and extensions among the addresses (`Contact`), private ones left out.

    That those of the types HOME and MOBILE never ring in Genesys Cloud is [assumed].
    """
    contacts = [each for each in found.get("addresses") or () if isinstance(each, dict)]
    phones = [each for each in contacts if each.get("mediaType") == "PHONE"]
    shown = (_number(each) for each in phones if each.get("type") not in _PRIVATE)
    return tuple(dict.fromkeys(filter(None, shown)))


def _number(contact: Entity) -> str:
    extension = contact.get("extension")
    number = contact.get("display") or contact.get("address")
    return str(number or (f"extension {extension}" if extension else ""))


def _role_ids(found: Entity) -> tuple[str, ...] | None:
    authorization = found.get("authorization")
    if not isinstance(authorization, dict):
        return None
    return _shared(tuple(role.id for role in _each(authorization.get("roles"), named) or ()))


def holdings(belonging: Belonging) -> Callable[[Json], tuple[Holding, ...]]:
    """A decoder of what one user has of `belonging`, from the answer of its own operation."""

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
