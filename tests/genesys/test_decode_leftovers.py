"""Open conversations as analytics shows them."""

from collections.abc import Callable
from typing import Any

import pytest

from batch_offboard.genesys import decode, decode_leftovers
from batch_offboard.genesys.decode_leftovers import open_conversation
from batch_offboard.genesys.errors import UnusableAnswerError
from batch_offboard.offboarding.models import Named, OpenConversation
from tests.support import id_of

CALLBACK, QUEUE, ROLE = id_of("C1"), id_of("Billing"), id_of("Admin")
OPEN, OVER = {"segmentStart": "t"}, {"segmentStart": "t", "segmentEnd": "t"}


def session(medium: str, *segments: Any, **more: Any) -> dict[str, Any]:
    """A session with these segments."""
    return {"mediaType": medium, "segments": list(segments), **more}


@pytest.mark.parametrize(
    ("participants", "queue", "owners", "inside"),
    [
        (None, "", set(), {}),
        ([None, {"userId": "u"}, {"userId": "u", "sessions": [None]}], "", set(), {}),
        ([{"userId": "u", "sessions": [session("email", OPEN)]}], "", set(), {"u": "email"}),
        ([{"userId": "u", "sessions": [session("email", OVER)]}], "", set(), {}),
        ([{"userId": "u", "sessions": [session("voice", OVER, OPEN)]}], "", set(), {"u": "voice"}),
        (
            [{"purpose": "acd", "sessions": [session("email", OPEN | {"queueId": QUEUE})]}],
            QUEUE,
            set(),
            {},
        ),
        (
            [
                {
                    "purpose": "acd",
                    "sessions": [
                        session(
                            "callback",
                            OPEN | {"queueId": QUEUE, "scoredAgents": [{"scoredAgentId": "u"}]},
                            agentOwned=True,
                        )
                    ],
                }
            ],
            QUEUE,
            {"u"},
            {},
        ),
        (
            [
                {
                    "sessions": [
                        session(
                            "callback", OPEN | {"requestedRoutingUserIds": ["u"]}, agentOwned=True
                        )
                    ]
                }
            ],
            "",
            {"u"},
            {},
        ),
        (
            [{"userId": "u", "sessions": [session("callback", OPEN, callbackScheduledTime="t")]}],
            "",
            {"u"},
            {},
        ),
        (
            [{"sessions": [session("callback", OPEN, callbackScheduledTime="t")]}],
            "",
            set(),
            {},
        ),
        (
            [{"sessions": [session("voice", OPEN | {"scoredAgents": [{"scoredAgentId": "u"}]})]}],
            "",
            set(),
            {},
        ),
    ],
)
def test_whose_a_conversation_is(
    participants: Any, queue: str, owners: set[str], inside: dict[str, str]
) -> None:
    """Agents that were only scored for a conversation of the queue are not in it."""
    found = open_conversation({"conversationId": CALLBACK, "participants": participants})
    assert found == OpenConversation(CALLBACK, queue, frozenset(owners), inside)


def _waiting(**segment: object) -> dict[str, Any]:
    """A callback that is owned, with such a segment."""
    sessions = [session("callback", segment, agentOwned=True)]
    return {"conversationId": CALLBACK, "participants": [{"sessions": sessions}]}


@pytest.mark.parametrize(
    ("read", "body"),
    [
        (open_conversation, {"participants": []}),
        (open_conversation, {"conversationId": "../me", "participants": []}),
        (open_conversation, {"conversationId": CALLBACK, "participants": 5}),
        (open_conversation, {"conversationId": CALLBACK, "participants": [{"sessions": {}}]}),
        (open_conversation, _waiting(scoredAgents=5)),
        (open_conversation, _waiting(requestedRoutingUserIds=True)),
        (decode_leftovers.counted_role, {"id": "../me", "userCount": 1}),
        (decode_leftovers.counted_role, {"name": "Admin"}),
        (decode_leftovers.owned_group, {"id": "g", "owners": 5}),
        (decode_leftovers.owned_group, {"id": "g", "owners": [{}]}),
        (decode_leftovers.oauth_clients, {"entities": None}),
        (decode_leftovers.service_names, {"services": ["SCIM"]}),
        (decode_leftovers.names, {}),
        (decode_leftovers.names, ["x"]),
        (decode_leftovers.forwarded_to, []),
        (decode_leftovers.forwarded_to, {"enabled": True, "calls": 5}),
    ],
)
def test_what_has_another_form_is_not_the_same_as_none(
    read: Callable[[Any], object], body: Any
) -> None:
    """It was not seen then. An id that may go into a request has to be one."""
    with pytest.raises(UnusableAnswerError):
        read(body)


@pytest.mark.parametrize(
    ("creator", "found"), [({"id": "u"}, "u"), ({"id": None}, ""), ({}, ""), (None, ""), ("u", "")]
)
def test_who_made_an_oauth_client(creator: object, found: str) -> None:
    """Where that is shown."""
    body = {"entities": [{"id": "c", "name": "Sync", "createdBy": creator}]}
    assert decode_leftovers.oauth_clients(body) == ((Named("c", "Sync"), found),)


def test_a_queue_that_is_no_id_is_unknown() -> None:
    """No callback can be handed to it."""
    assert open_conversation(_waiting(queueId="../me")).queue_id == ""


@pytest.mark.parametrize(("shown", "count"), [(3, 3), (None, None), (True, None), ("3", None)])
def test_the_users_of_a_role_are_counted_only_by_a_number(shown: object, count: int | None) -> None:
    """Else it is not shown how many there are."""
    found = decode_leftovers.counted_role({"id": ROLE, "name": "Admin", "userCount": shown})
    assert found == (Named(ROLE, "Admin"), count)


ROUTES = [{"targets": [{"type": "STATION", "value": "s"}, {"type": "PHONENUMBER", "value": "+2"}]}]


@pytest.mark.parametrize(
    ("shown", "numbers"),
    [
        ({}, ()),
        ({"enabled": None, "phoneNumber": "+1"}, ()),
        ({"enabled": True, "phoneNumber": "+1", "calls": ROUTES}, ("+1",)),
        ({"enabled": True, "calls": ROUTES}, ("+2",)),
        ({"enabled": True, "calls": [None, {"targets": None}]}, ("somebody else",)),
    ],
)
def test_where_calls_are_forwarded(shown: Any, numbers: tuple[str, ...]) -> None:
    """The SDK calls `phoneNumber` deprecated, and names `calls` instead."""
    assert decode_leftovers.forwarded_to(shown) == numbers


@pytest.mark.parametrize(
    ("value", "limit"),
    [
        (60, 60),
        (60.5, 60),
        (10**400, 10**400),
        (0, None),
        (-1, None),
        (True, None),
        ("60", None),
        (float("inf"), None),
        (float("nan"), None),
        (None, None),
    ],
)
def test_a_limit_is_a_number_from_one_on(value: object, limit: int | None) -> None:
    """Else it counts as none: a run is not slowed down by what makes no sense."""
    key = "client.credentials.token.rate.per.minute"
    body = {"entities": [{"key": key, "value": value}, {}]}
    assert decode_leftovers.limits(body).get(key) == limit == decode.allowed_per_minute(body)
