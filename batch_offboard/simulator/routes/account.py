"""Login, who am I, the organisation, tokens and OAuth clients."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs

from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from batch_offboard.simulator import errors
from batch_offboard.simulator.exchange import Answer, Request, json_answer
from batch_offboard.simulator.models import OAuthClient
from batch_offboard.simulator.practice import Practice
from batch_offboard.simulator.request_log import LOGIN_PATH
from batch_offboard.simulator.routes.common import Call, answered, operation, route
from batch_offboard.simulator.rules import authorization, users


class Login:
    """POST /oauth/token on the same host as the API."""

    async def __call__(self, scope: Scope, _receive: Receive, _send: Send) -> None:
        """Answer by putting the answer into the scope."""
        scope["answer"] = answered(
            lambda: _log_in(scope["request"], scope["practice"]), scope["correlation_id"]
        )


def _log_in(request: Request, practice: Practice) -> Answer:
    if request.method != "POST":
        text = f"The simulator does not know {request.method} {request.path}."
        raise errors.ApiError(405, "simulator.unknown.request", text)
    form = parse_qs(request.body.decode("utf-8", "replace"))
    grant_type = form.get("grant_type", [""])[0]
    token = practice.log_in(request.headers.get("authorization"), grant_type)
    seconds = practice.org.clients[token.client_id].token_seconds
    content = {"access_token": token.secret, "token_type": "bearer", "expires_in": seconds}
    return json_answer(200, content)


def _me(call: Call) -> dict[str, Any]:
    organization = _organization(call)
    client = _client(call.caller.client) | {"organization": organization}
    return {"organization": organization, "homeOrganization": organization, "OAuthClient": client}


def _organization(call: Call) -> dict[str, Any]:
    found = call.org.organization
    return {"id": found.id, "name": found.name}


def _client(client: OAuthClient) -> dict[str, Any]:
    return {
        "id": client.id,
        "name": client.name,
        "authorizedGrantType": "CLIENT-CREDENTIALS",
        "state": "active",
        "roleDivisions": [{"roleId": g.role, "divisionId": g.division} for g in client.grants],
    }


def _oauth_client(call: Call) -> dict[str, Any]:
    client = authorization.oauth_client(call.caller, call.path["client_id"])
    return _client(client) | {
        "accessTokenValiditySeconds": client.token_seconds,
        "selfUri": f"/api/v2/oauth/clients/{client.id}",
    }


def _users_me(call: Call) -> None:
    if call.caller.assumptions.users_me_status == 404:
        raise errors.not_found()
    raise errors.bad_request("This request requires a user context.")


def _full_organization(call: Call) -> dict[str, Any]:
    return _organization(call) | {"state": "active", "version": 1, "selfUri": call.request.path}


def _end_own_token(call: Call) -> None:
    call.practice.tokens.revoke(call.caller.token_label)


def _end_logins(call: Call) -> None:
    users.end_logins(call.caller, call.path["user_id"])


ROUTES = [
    Route(LOGIN_PATH, Login()),
    route(
        "/tokens/me",
        GET=operation(_me, "preserveIdleTTL"),
        DELETE=operation(_end_own_token, status=204),
    ),
    route("/tokens/{user_id}", DELETE=operation(_end_logins, status=204)),
    route("/organizations/me", GET=operation(_full_organization)),
    route("/users/me", GET=operation(_users_me, "expand")),
    route("/oauth/clients/{client_id}", GET=operation(_oauth_client)),
]
