"""Conversations: the query for open ones, and callbacks that change owner.

Source: SDK `AnalyticsApi.post_analytics_conversations_details_query`, `ConversationsApi`. How an
owner of a callback is shown, and most of how filters match, is [assumed].
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from batch_offboard.simulator import errors
from batch_offboard.simulator.access import Caller, check_guids
from batch_offboard.simulator.endpoints import API, Call, operation, route
from batch_offboard.simulator.models import Conversation

VIEW = ("analytics:conversationDetail:view", "analytics:agentConversationDetail:view")
EDIT = "conversation:callback:edit"
MOST_DAYS = 31
MOST_A_PAGE = 100
_KNOWN_KEYS = {"interval", "order", "orderBy", "paging", "conversationFilters", "segmentFilters"}
_WORDS = {"call": "voice"}
"""How analytics calls a medium, where it has a word of its own."""


def _query(call: Call) -> dict[str, Any]:
    """The conversations of an interval, by their start, that meet every filter."""
    held = call.caller.require(*VIEW)
    body = call.body
    begin, end = _interval(body)
    filters = _filters(call, body)
    shown = [_as_read(call, each) for each in call.org.conversations.values()]
    found = [
        each
        for each in shown
        if begin <= _started(each, end)
        and (not each.user or call.caller.within(held, call.org.users[each.user]))
        and all(_meets(call, each, one) for one in filters)
    ]
    size, number = _paging(body)
    some = found[(number - 1) * size : number * size]
    conversations = [_shape(call.caller, each, _started(each, end)) for each in some]
    if not found and call.assumptions.no_conversations == "empty":
        return {}
    listed = {"conversations": conversations} if conversations else {}
    return listed | {"totalHits": len(found)}


def _interval(body: Any) -> tuple[datetime, datetime]:
    if not isinstance(body, dict) or set(body) - _KNOWN_KEYS:
        raise errors.unknown_request("such a query of conversations")
    try:
        begin, end = map(datetime.fromisoformat, body["interval"].split("/"))
    except (KeyError, AttributeError, ValueError):
        raise errors.bad_request("The interval is not valid.") from None
    if not timedelta(0) < end - begin <= timedelta(days=MOST_DAYS):
        raise errors.bad_request(f"The interval must not be longer than {MOST_DAYS} days.")
    return begin, end


def _paging(body: dict[str, Any]) -> tuple[int, int]:
    paging = body.get("paging") or {}
    size, number = paging.get("pageSize", 25), paging.get("pageNumber", 1)
    if not 1 <= size <= MOST_A_PAGE or number < 1:
        raise errors.invalid_value(size, "pageSize", f"1 to {MOST_A_PAGE}")
    return size, number


def _filters(call: Call, body: dict[str, Any]) -> list[dict[str, Any]]:
    filters = [*body.get("conversationFilters", ()), *body.get("segmentFilters", ())]
    count = sum(len(each.get("predicates", ())) for each in filters)
    if count > call.assumptions.most_analytics_predicates:
        raise errors.bad_request("The query has too many predicates.")
    return filters


def _meets(call: Call, conversation: Conversation, found: dict[str, Any]) -> bool:
    answers = [_is(call, conversation, each) for each in found["predicates"]]
    return any(answers) if found["type"] == "or" else all(answers)


def _is(call: Call, conversation: Conversation, predicate: dict[str, Any]) -> bool:
    asked = (predicate.get("dimension"), predicate.get("operator", "matches"))
    if asked == ("conversationEnd", "notExists"):
        return not conversation.ended
    if asked == ("userId", "matches"):
        return predicate["value"] == conversation.user and not _is_scored(call.caller, conversation)
    if asked == ("scoredAgentId", "matches"):
        return predicate["value"] == conversation.user and _is_scored(call.caller, conversation)
    raise errors.unknown_request(f"the filter {asked[0]} {asked[1]}")


def _is_scored(caller: Caller, conversation: Conversation) -> bool:
    """Whether the owner is shown as an agent scored for it, and not as a participant."""
    return conversation.owned and caller.assumptions.callback_owner == "scored_agent"


def _started(conversation: Conversation, now: datetime) -> datetime:
    """When it began: always as long before `now`, so that it does not age."""
    return now - timedelta(days=conversation.days_ago, hours=1)


def _shape(caller: Caller, found: Conversation, at: datetime) -> dict[str, Any]:
    """A conversation (`AnalyticsConversationWithoutAttributes`): a queue's side, a person's."""
    started = at.strftime("%Y-%m-%dT%H:%M:%S.000Z")
    segment: dict[str, Any] = {"segmentStart": started, "segmentType": _segment_type(found)}
    session: dict[str, Any] = {"mediaType": _WORDS.get(found.medium, found.medium)}
    session |= {"agentOwned": True} if found.owned else {}
    session |= {"callbackScheduledTime": found.scheduled} if found.scheduled else {}
    in_queue = segment | ({"queueId": found.queue} if found.queue else {})
    participants = []
    if _is_scored(caller, found):
        owners = (found.user, *found.further_owners)
        in_queue |= {"scoredAgents": [{"scoredAgentId": each, "agentScore": 1} for each in owners]}
    elif found.user:
        segments = [segment | ({"segmentEnd": started} if found.passed_on else {})]
        agent = {"purpose": "agent", "userId": found.user}
        participants = [agent | {"sessions": [session | {"segments": segments}]}]
    acd = {"purpose": "acd", "sessions": [session | {"segments": [in_queue]}]}
    return {
        "conversationId": found.id,
        "conversationStart": started,
        "participants": [acd, *participants],
    } | ({"conversationEnd": started} if found.ended else {})


def _segment_type(found: Conversation) -> str:
    if found.parked:
        return "parked"
    return "scheduled" if found.scheduled else "interact"


def _as_read(call: Call, found: Conversation) -> Conversation:
    shown: Conversation | None = call.org.lag.shown("conversations", found.id)
    return shown or found


def _update_callbacks(call: Call) -> dict[str, Any]:
    """Each callback gets the agent and the queue that are named."""
    call.caller.require(EDIT)
    requests = call.body["patchCallbackRequests"]
    results = [_update(call, each) for each in requests]
    failed = [number for number, each in enumerate(results) if "error" in each]
    return {"results": results, "errorCount": len(failed), "errorIndexes": failed}


def _update(call: Call, request: dict[str, Any]) -> dict[str, Any]:
    known = {"conversationId", "queueId", "agentId"}
    if set(request) - known or not request.get("queueId"):
        raise errors.unknown_request("such a change of a callback")
    check_guids([request["conversationId"], request["queueId"]])
    found = call.org.conversations.get(request["conversationId"])
    if found is None or found.medium != "callback" or found.ended:
        return {"error": errors.not_found().body("")}
    agent = request.get("agentId")
    if agent or call.assumptions.callback_without_agent == "freed":
        call.org.change_conversation(
            found.id, user=agent or "", owned=bool(agent), queue=request["queueId"]
        )
    return {"entity": {"conversation": {"id": found.id, "selfUri": f"{API}/conversations"}}}


ROUTES = [
    route("/analytics/conversations/details/query", POST=operation(_query)),
    route("/conversations/callbacks/bulk/update", POST=operation(_update_callbacks)),
]
