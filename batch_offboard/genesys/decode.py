"""From Genesys' JSON to the values of offboarding.

Every function raises UnusableAnswerError for JSON that is not what it decodes. Field names are
those of the SDK's models `Queue` and `QueueMember`; users and role grants are decoded in modules of
their own. Equal ids, divisions, roles and memberships share one object, because a list of 100,000
people is held in memory.
"""

import sys
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from math import inf
from typing import Any, TypeVar, cast

from batch_offboard.genesys.errors import UnusableAnswerError
from batch_offboard.offboarding.models import (
    Json,
    MemberBy,
    MemberGroup,
    Membership,
    Named,
    Queue,
)

Entity = Mapping[str, Any]
T = TypeVar("T")


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


def objects_in(value: object) -> list[Entity]:
    """The objects in what should be a list; anything else has none."""
    listed = value if isinstance(value, list) else ()
    return [each for each in listed if isinstance(each, dict)]


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
    for limit in objects_in(listed):
        if limit.get("key") == _TOKEN_LIMIT:
            return allowance(limit.get("value"))
    return None


def allowance(value: object) -> int | None:
    """The value of a limit, rounded down; None if it is no number from 1 on."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return int(value) if 1 <= value < inf else None


def identified(found: Entity) -> Entity:
    """`found` unchanged, once it is known to have an id."""
    text(found, "id")
    return found


_named = lru_cache(maxsize=10_000)(Named)
_membership = lru_cache(maxsize=10_000)(Membership)


def text_or_empty(found: Entity, name: str) -> str:
    """The text `name`, shared by all that have the same; empty if there is none."""
    return sys.intern(str(found.get(name) or ""))


def named(found: object) -> Named:
    """Id and name of an entity; both empty where Genesys gives none."""
    if not isinstance(found, dict):
        return Named("")
    return _named(text_or_empty(found, "id"), text_or_empty(found, "name"))


def queue(found: Entity) -> Queue:
    """A queue of the listing."""
    return Queue(
        id=text(found, "id"),
        name=str(found.get("name") or ""),
        division=named(found.get("division")),
        member_count=count_or_zero(found.get("memberCount")),
        member_groups=tuple(dict.fromkeys(map(_member_group, _groups_of_queue(found)))),
        uses_rings=_uses_rings(found),
    )


def _groups_of_queue(found: Entity) -> Iterator[Entity]:
    """The groups in all four fields of a queue that may hold some.

    They are those of members, bullseye rings, conditional routing and conditional activation. That
    members through any of them are listed as members of the queue is [assumed].
    """
    holders = [
        (found, "memberGroups"),
        *((ring, "memberGroups") for ring in _inner(found, "bullseye", "rings")),
        *((rule, "groups") for rule in _inner(found, "conditionalGroupRouting", "rules")),
        *((rule, "groups") for rule in _inner(found, "conditionalGroupActivation", "rules")),
    ]
    for holder, name in holders:
        yield from (each for each in objects_in(holder.get(name)) if each.get("id"))


def _inner(found: Entity, outer: str, inner: str) -> list[Entity]:
    holder = found.get(outer)
    return objects_in(holder.get(inner)) if isinstance(holder, dict) else []


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


def _member_group(found: Entity) -> MemberGroup:
    return MemberGroup(
        text(found, "id"), str(found.get("name") or ""), str(found.get("type") or "GROUP")
    )


def count_or_zero(value: object) -> int:
    """A number of things; 0 where it is not shown."""
    return value if isinstance(value, int) else 0
