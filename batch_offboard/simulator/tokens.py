"""Login of OAuth clients (client credentials) and the tokens it gives out."""

from __future__ import annotations

import base64
import binascii
import random
from collections.abc import Callable
from dataclasses import dataclass

from batch_offboard.simulator.errors import ApiError, LoginError
from batch_offboard.simulator.models import OAuthClient


@dataclass(frozen=True)
class Token:
    """A live token. `label` may be shown and logged, `secret` may not."""

    secret: str
    label: str
    client_id: str
    expires_at: float
    """In seconds of the simulator's clock."""


class Tokens:
    """The tokens that are alive. Any number of them may belong to one client."""

    def __init__(self, clock: Callable[[], float], rng: random.Random) -> None:
        self._clock = clock
        self._rng = rng
        self._alive: dict[str, Token] = {}
        self._issued = 0

    def issue(self, client: OAuthClient) -> Token:
        """A new token; those given out before stay alive."""
        self._issued += 1
        token = Token(
            secret=f"practice-{self._rng.getrandbits(256):064x}",
            label=f"token-{self._issued}",
            client_id=client.id,
            expires_at=self._clock() + client.token_seconds,
        )
        self._alive[token.secret] = token
        return token

    def label(self, authorization: str | None) -> str | None:
        """The label of the token in an Authorization header, if it is or was a known one."""
        token = self._alive.get((authorization or "").removeprefix("Bearer ").strip())
        return token.label if token else None

    def authenticate(self, authorization: str | None) -> Token:
        """The token of a request. ApiError 401: none was sent, or it is unknown or over."""
        if not authorization or not authorization.lower().startswith("bearer "):
            text = "No authentication bearer token specified in authorization header."
            raise ApiError(401, "authentication.required", text)
        token = self._alive.get(authorization[len("bearer ") :].strip())
        if token is None or token.expires_at <= self._clock():
            raise ApiError(401, "bad.credentials", "Invalid login credentials.")
        return token

    def revoke(self, label: str | None = None) -> None:
        """End the token with this label, or all."""
        ended = [t.secret for t in self._alive.values() if label in (None, t.label)]
        for secret in ended:
            del self._alive[secret]


def client_of_login(
    clients: dict[str, OAuthClient], authorization: str | None, grant_type: str, status: int
) -> OAuthClient:
    """The client that logs in with Basic authentication. LoginError says why it may not.

    `status` is what a wrong id or secret is answered with.
    """
    if grant_type != "client_credentials":
        raise LoginError(400, "unsupported_grant_type", "unsupported grant type")
    client_id, secret = _basic(authorization or "")
    client = clients.get(client_id)
    if client is None or client.secret != secret:
        raise LoginError(status, "invalid_client", "client not found or invalid")
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
