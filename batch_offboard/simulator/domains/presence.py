"""Whether users are logged in, on queue and busy. Source: SDK `PresenceApi`, `UsersApi`."""

from __future__ import annotations

import uuid
from typing import Any

from batch_offboard.simulator import errors
from batch_offboard.simulator.access import Caller, existing
from batch_offboard.simulator.domains.users import EXPANDS, LOGGED_OUT
from batch_offboard.simulator.endpoints import Call, operation, route
from batch_offboard.simulator.models import User

_CHANGED_AT = "2024-01-15T09:30:00.000Z"
_MEDIA = ("call", "callback", "email", "message", "chat", "socialExpression", "video")


def _routing_status(_caller: Caller, user: User) -> dict[str, Any]:
    return {"userId": user.id, "status": user.routing_status, "startTime": _CHANGED_AT}


def _presence(_caller: Caller, user: User) -> dict[str, Any]:
    definition = uuid.uuid5(uuid.NAMESPACE_URL, user.presence)
    return {
        "source": "PURECLOUD",
        "presenceDefinition": {"id": str(definition), "systemPresence": user.presence},
        "modifiedDate": _CHANGED_AT,
        "selfUri": f"/api/v2/users/{user.id}/presences/purecloud",
    }


def _conversation_summary(_caller: Caller, user: User) -> dict[str, Any]:
    """How many conversations of each kind a user has; those outside queues are not modelled."""
    none = {"active": 0, "acw": 0}
    return {"userId": user.id} | {
        media: {
            "contactCenter": {"active": user.conversations.get(media, 0), "acw": 0},
            "enterprise": none,
        }
        for media in _MEDIA
    }


EXPANDS.update(
    routingStatus=_routing_status, presence=_presence, conversationSummary=_conversation_summary
)


def _end_logins(call: Call) -> None:
    """DELETE of a user's tokens: logged out everywhere, off queue; of a deleted user too."""
    user = existing(call.org.users, call.path["user_id"])
    call.caller.require_for(user, "oauth:token:delete")
    if not user.logged_in and call.assumptions.token_delete_without_login_status == 404:
        raise errors.not_found()
    call.org.change_belongings(user.id, **LOGGED_OUT)


ROUTES = [
    route(
        "/users/{user_id}/routingstatus",
        GET=operation(lambda call: _routing_status(call.caller, call.user())),
    ),
    route(
        "/users/{user_id}/presences/purecloud",
        GET=operation(lambda call: _presence(call.caller, call.user())),
    ),
    route("/tokens/{user_id}", DELETE=operation(_end_logins, status=204)),
]
