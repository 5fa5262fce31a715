"""From Genesys' JSON to users: who they are, what they hold, and whether they are logged in.

Every function raises UnusableAnswerError for JSON that is not what it decodes. Field names are
those of the SDK's model `User`, version 269.
"""

from collections.abc import Callable, Collection, Container, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import cast

from batch_offboard.genesys.decode import (
    Entity,
    count_or_zero,
    named,
    objects_in,
    text,
    text_or_empty,
)
from batch_offboard.genesys.errors import UnusableAnswerError
from batch_offboard.offboarding.belongings import Belonging, shown_holdings
from batch_offboard.offboarding.models import Holding, Holdings, Json, State, User

_STATES = ("active", "inactive", "deleted")
_PRIVATE = ("HOME", "MOBILE")


@lru_cache(maxsize=10_000)
def _shared(ids: tuple[str, ...]) -> tuple[str, ...]:
    return ids


def user(found: Entity, expand: Collection[str] = (), *, numbers: bool = False) -> User:
    """A user, which must have id, state and version, with the holdings named in `expand`.

    Phone numbers are taken only with `numbers`, as they come with every user.
    """
    state, version = found.get("state"), found.get("version")
    if state not in _STATES or not isinstance(version, int):
        raise UnusableAnswerError("a user without state or version")
    return User(
        id=text(found, "id"),
        name=text_or_empty(found, "name"),
        email=text_or_empty(found, "email"),
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


def _inner_text(found: Entity, outer: str, inner: str) -> str | None:
    """The text `inner` of the object `outer`; None where either is missing."""
    holder = found.get(outer)
    value = holder.get(inner) if isinstance(holder, dict) else None
    return None if value is None else str(value)


def _presence(found: Entity) -> str | None:
    """The system presence, to which each of the organisation's own presences belongs."""
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
    return sum(count_or_zero(each.get("active")) for each in details)


def _numbers(found: Entity) -> tuple[str, ...]:
    """The phone numbers and extensions among the addresses (`Contact`), private ones left out.

    That those of the types HOME and MOBILE never ring in Genesys Cloud is [assumed].
    """
    contacts = objects_in(found.get("addresses"))
    phones = [each for each in contacts if each.get("mediaType") == "PHONE"]
    shown = (_number(each) for each in phones if each.get("type") not in _PRIVATE)
    return tuple(dict.fromkeys(filter(None, shown)))


def _number(contact: Entity) -> str:
    """One phone number of a user, or the extension."""
    extension = contact.get("extension")
    number = contact.get("display") or contact.get("address")
    return str(number or (f"extension {extension}" if extension else ""))


def _role_ids(found: Entity) -> tuple[str, ...] | None:
    authorization = found.get("authorization")
    if not isinstance(authorization, dict):
        return None
    return _shared(tuple(named(role).id for role in objects_in(authorization.get("roles"))))


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
    """A context in which an unexpected form becomes an UnusableAnswerError."""
    try:
        yield
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise UnusableAnswerError("holdings in an unexpected form") from error
