"""Open conversations as analytics shows them."""

from typing import Any

import pytest

from batch_offboard.genesys.decode_leftovers import open_conversation
from batch_offboard.genesys.errors import UnusableAnswerError
from batch_offboard.offboarding.models import OpenConversation

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
            [{"purpose": "acd", "sessions": [session("email", OPEN | {"queueId": "q"})]}],
            "q",
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
                            OPEN | {"queueId": "q", "scoredAgents": [{"scoredAgentId": "u"}]},
                            agentOwned=True,
                        )
                    ],
                }
            ],
            "q",
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
    found = open_conversation({"conversationId": "c", "participants": participants})
    assert found == OpenConversation("c", queue, frozenset(owners), inside)


def test_a_conversation_has_an_id() -> None:
    """Else it is none."""
    with pytest.raises(UnusableAnswerError):
        open_conversation({"participants": []})
