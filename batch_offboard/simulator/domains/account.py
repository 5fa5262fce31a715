"""Login, the client's own token, the organisation and its OAuth clients.

Source: SDK `TokensApi`, `OAuthApi`, `OrganizationApi`.
"""

from __future__ import annotations

import base64
import binascii
from typing import Any
from urllib.parse import parse_qs

from batch_offboard.simulator import errors
from batch_offboard.simulator.access import check_guids, existing
from batch_offboard.simulator.endpoints import Call, Route, operation, route
from batch_offboard.simulator.models import OAuthClient
from batch_offboard.simulator.practice import Practice
from batch_offboard.simulator.request_log import LOGIN_PATH
from batch_offboard.simulator.wire import Answer, Request, json_answer


def log_in(request: Request, _path: dict[str, str], practice: Practice) -> Answer:
    """POST /oauth/token on the same host as the API. LoginError, also when logins are limited."""
    if request.method != "POST":
        raise errors.unknown_operation(405, request.method, request.path)
    wait = practice.meter.login_wait_seconds(practice.clock())
    if wait:
        text = f"rate limit exceeded the maximum. Retry the request in [{wait}] seconds"
        raise errors.LoginError(400, f"invalid_request ({text})", text)
    client = _client_of_login(request, practice)
    token = practice.tokens.issue(client)
    seconds = client.token_seconds
    content = {"access_token": token.secret, "token_type": "bearer", "expires_in": seconds}
    return json_answer(200, content)


def _client_of_login(request: Request, practice: Practice) -> OAuthClient:
    form = parse_qs(request.body.decode("utf-8", "replace"))
    if form.get("grant_type") != ["client_credentials"]:
        raise errors.LoginError(400, "unsupported_grant_type", "unsupported grant type")
    client_id, secret = _basic(request.headers.get("authorization", ""))
    client = practice.org.clients.get(client_id)
    if client is None or client.secret != secret:
        status = practice.assumptions.wrong_secret_status
        raise errors.LoginError(status, "invalid_client", "client not found or invalid")
    return client


def _basic(authorization: str) -> tuple[str, str]:
    scheme, _, encoded = authorization.partition(" ")
    if scheme.lower() != "basic":
        return "", ""
    try:
        client_id, _, secret = base64.b64decode(encoded).decode("utf-8").partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return client_id, secret


def _me(call: Call) -> dict[str, Any]:
    organization = _organization(call)
    client = _client(call.caller.client) | {"organization": organization}
    return {"organization": organization, "homeOrganization": organization, "OAuthClient": client}


def _organization(call: Call) -> dict[str, Any]:
    found = call.org.organization
    return {"id": found.id, "name": found.name}


def _full_organization(call: Call) -> dict[str, Any]:
    return _organization(call) | {"state": "active", "version": 1, "selfUri": call.request.path}


def _client(client: OAuthClient) -> dict[str, Any]:
    return {
        "id": client.id,
        "name": client.name,
        "authorizedGrantType": "CLIENT-CREDENTIALS",
        "state": "active",
        "roleDivisions": [{"roleId": g.role, "divisionId": g.division} for g in client.grants],
    }


def _oauth_client(call: Call) -> dict[str, Any]:
    check_guids([call.path["client_id"]])
    call.caller.require("oauth:client:view")
    client = existing(call.org.clients, call.path["client_id"])
    return _client(client) | {
        "accessTokenValiditySeconds": client.token_seconds,
        "selfUri": f"/api/v2/oauth/clients/{client.id}",
    }


def _oauth_clients(call: Call) -> dict[str, Any]:
    """Every OAuth client, its secret too."""
    call.caller.require("oauth:client:view")
    shown = []
    for client in call.org.clients.values():
        made = {"createdBy": {"id": client.created_by}} if client.created_by else {}
        shown.append(_client(client) | {"secret": client.secret} | made)
    return {"entities": shown, "total": len(shown)}


def _users_me(call: Call) -> None:
    if call.assumptions.users_me_status == 404:
        raise errors.not_found()
    raise errors.bad_request("This request requires a user context.")


def _end_own_token(call: Call) -> None:
    call.practice.tokens.revoke(call.caller.token_label)


def _limits(call: Call) -> dict[str, Any]:
    """SDK `OrganizationApi.get_organizations_limits_namespace`, `LimitsEntityListing`."""
    listed, namespace = call.assumptions.limits_listed, call.path["namespace"]
    if listed == 403:
        raise errors.not_authorized()
    if listed == 404:
        raise errors.not_found()
    limits = call.practice.meter.limits
    values = {
        "platform.api": ("client.credentials.token.rate.per.minute", limits.per_minute),
        "routing": ("organization.queue.rate.per.minute", limits.queue_routes_per_minute),
    }
    key, value = values.get(namespace, ("", None))
    shown = listed == "listed" and value is not None
    entities = [{"key": key, "namespace": namespace, "value": value}] if shown else []
    return {"entities": entities, "total": len(entities), "pageNumber": 1, "pageCount": 1}


ROUTES = [
    Route(LOGIN_PATH, log_in),
    route(
        "/tokens/me",
        GET=operation(_me, "preserveIdleTTL"),
        DELETE=operation(_end_own_token, status=204),
    ),
    route("/organizations/me", GET=operation(_full_organization)),
    route("/users/me", GET=operation(_users_me, "expand")),
    route("/organizations/limits/namespaces/{namespace}", GET=operation(_limits)),
    route("/oauth/clients", GET=operation(_oauth_clients)),
    route("/oauth/clients/{client_id}", GET=operation(_oauth_client)),
]
