"""From the JSON of analytics to open conversations, and whose they are.

Field names are those of the SDK's `AnalyticsConversationWithoutAttributes`, version 269. That an
owner who has not taken the callback yet is shown as a scored or requested agent is [assumed].
"""

from collections.abc import Iterator, Mapping
from typing import Any

from batch_offboard.genesys.decode import Entity, text
from batch_offboard.offboarding.models import OpenConversation


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
    """The agents for whom a callback waits."""
    for segment in segments:
        for agent in _objects(segment, "scoredAgents"):
            yield str(agent.get("scoredAgentId") or "")
        yield from map(str, segment.get("requestedRoutingUserIds") or ())


def _objects(found: Mapping[str, Any], name: str) -> Iterator[Entity]:
    return (each for each in found.get(name) or () if isinstance(each, dict))
