"""From Genesys' JSON to what is left behind: open conversations, roles, groups, audits, limits.

Every function raises UnusableAnswerError for JSON that is not what it decodes. Field names are
those of the SDK's models, version 269. That an owner who has not taken a callback yet is shown as a
scored or requested agent is [assumed].
"""

from collections.abc import Iterator, Mapping
from typing import Any

from batch_offboard.genesys.decode import Entity, entities, entity, named, text
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
    return OpenConversation(text(found, "conversationId"), queue_id, frozenset(owners), inside)


def _queue_id(segments: list[Entity]) -> str:
    return next((str(each["queueId"]) for each in segments if each.get("queueId")), "")


def _agents(segments: list[Entity]) -> Iterator[str]:
    """The agents a callback is waiting for."""
    for segment in segments:
        for agent in _objects(segment, "scoredAgents"):
            yield str(agent.get("scoredAgentId") or "")
        yield from map(str, segment.get("requestedRoutingUserIds") or ())


def _objects(found: Mapping[str, Any], name: str) -> Iterator[Entity]:
    return (each for each in found.get(name) or () if isinstance(each, dict))


def counted_role(found: Entity) -> tuple[Named, int | None]:
    """A role, and how many users have it, if that is shown."""
    count = found.get("userCount")
    return named(found), count if isinstance(count, int) else None


def owned_group(found: Entity) -> tuple[Named, tuple[str, ...]]:
    """A group, and the ids of its owners."""
    return named(found), tuple(text(owner, "id") for owner in _objects(found, "owners"))


def oauth_clients(body: Json) -> tuple[tuple[Named, str], ...]:
    """OAuth clients, and the ids of the users who made them. The secrets in it are left alone."""
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
    return tuple(each.name or each.id for each in found)


def forwarded_to(body: Json) -> tuple[str, ...]:
    """Where calls are forwarded: the numbers of `CallForwarding`, if it is enabled."""
    found = entity(body)
    if found.get("enabled") is not True:
        return ()
    number = found.get("phoneNumber")
    return (str(number or "somebody else"),)


def limits(body: Json) -> dict[str, int]:
    """Limits by key (`Limit`)."""
    return {
        text(each, "key"): each["value"]
        for each in entities(body)
        if isinstance(each.get("value"), int)
    }
