"""From Genesys' JSON to what is left behind: open conversations, roles, groups, audits, limits.

Every function raises UnusableAnswerError for JSON that is not what it decodes. Field names are
those of the SDK's models, version 269. That an owner who has not taken a callback yet is shown as a
scored or requested agent is [assumed].
"""

from collections.abc import Iterator
from typing import Any

from batch_offboard.genesys.argument_checks import is_guid
from batch_offboard.genesys.decode import (
    Entity,
    allowance,
    entities,
    entity,
    named,
    objects_in,
    text,
)
from batch_offboard.genesys.errors import UnusableAnswerError
from batch_offboard.offboarding.models import Json, Named, OpenConversation


def open_conversation(found: Entity) -> OpenConversation:
    """An open conversation: who owns it as a callback, and who is in it, by medium."""
    owners, inside, queue_id = set[str](), dict[str, str](), ""
    for participant in _objects(found, "participants"):
        user_id = str(participant.get("userId") or "")
        for session in _objects(participant, "sessions"):
            segments = list(_objects(session, "segments"))
            queue_id = _queue_id(segments) or queue_id
            if session.get("agentOwned") is True:
                owners.update(_agents(segments), {user_id} if user_id else ())
            elif user_id and session.get("callbackScheduledTime"):
                owners.add(user_id)
            elif user_id and any(not each.get("segmentEnd") for each in segments):
                inside[user_id] = str(session.get("mediaType") or "")
    id = _guid(found, "conversationId")
    return OpenConversation(id, queue_id, frozenset(owners - {""}), inside)


def _guid(found: Entity, name: str) -> str:
    """An id that later goes into a request."""
    id = text(found, name)
    if not is_guid(id):
        raise UnusableAnswerError(f"no {name}")
    return id


def _queue_id(segments: list[Entity]) -> str:
    return next((str(each["queueId"]) for each in segments if is_guid(each.get("queueId"))), "")


def _agents(segments: list[Entity]) -> Iterator[str]:
    """The agents a callback is waiting for."""
    for segment in segments:
        for agent in _objects(segment, "scoredAgents"):
            yield str(agent.get("scoredAgentId") or "")
        yield from map(str, _listed(segment, "requestedRoutingUserIds"))


def _objects(found: Entity, name: str) -> list[Entity]:
    return objects_in(_listed(found, name))


def _listed(found: Entity, name: str) -> list[Any]:
    """A list, empty if it is missing; anything else in its place is no answer."""
    value = found.get(name)
    if value is not None and not isinstance(value, list):
        raise UnusableAnswerError(f"{name} in an unexpected form")
    return value or []


def counted_role(found: Entity) -> tuple[Named, int | None]:
    """A role, and how many users have it, if that is shown."""
    count = found.get("userCount")
    is_number = isinstance(count, int) and not isinstance(count, bool)
    return Named(_guid(found, "id"), named(found).name), count if is_number else None


def owned_group(found: Entity) -> tuple[Named, tuple[str, ...]]:
    """A group, and the ids of its owners."""
    return named(found), tuple(text(owner, "id") for owner in _objects(found, "owners"))


def oauth_clients(body: Json) -> tuple[tuple[Named, str], ...]:
    """OAuth clients, and the ids of the users who made them. Their secrets are left alone."""
    return tuple((named(each), _creator(each)) for each in entities(body))


def _creator(client: Entity) -> str:
    creator = client.get("createdBy")
    return str(creator.get("id") or "") if isinstance(creator, dict) else ""


def service_names(body: Json) -> tuple[str, ...]:
    """The names of the services that audits know (`AuditQueryServiceMapping`)."""
    return tuple(str(each.get("name") or "") for each in entities(body, "services"))


def names(body: Json) -> tuple[str, ...]:
    """The names of a list of users, or their ids."""
    if not isinstance(body, list):
        raise UnusableAnswerError("no list of users")
    found = (named(entity(each)) for each in body)
    return tuple(each.name or each.id for each in found if each.id)


def forwarded_to(body: Json) -> tuple[str, ...]:
    """Where calls are forwarded: the numbers of `CallForwarding`, if it is enabled."""
    found = entity(body)
    if found.get("enabled") is not True:
        return ()
    targets = [each for route in _objects(found, "calls") for each in _objects(route, "targets")]
    numbers = [each.get("value") for each in targets if each.get("type") == "PHONENUMBER"]
    return (str(found.get("phoneNumber") or next(filter(None, numbers), "somebody else")),)


def limits(body: Json) -> dict[str, int]:
    """Limits by key (`Limit`)."""
    found = {str(each.get("key") or ""): allowance(each.get("value")) for each in entities(body)}
    return {key: value for key, value in found.items() if value is not None}
