"""A running practice organisation apart from HTTP: its state, tokens and allowances."""

from __future__ import annotations

import random
import threading
import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from batch_offboard.simulator.access import Caller
from batch_offboard.simulator.assumptions import Assumptions
from batch_offboard.simulator.errors import ApiError, bad_request, too_many_requests
from batch_offboard.simulator.limits import Meter
from batch_offboard.simulator.models import OAuthClient
from batch_offboard.simulator.org import Org
from batch_offboard.simulator.wire import Request


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


@dataclass
class Practice:
    """The organisation, who is logged in to it, and what they have used of their allowance."""

    org: Org
    assumptions: Assumptions
    meter: Meter
    clock: Callable[[], float]
    rng: random.Random
    tokens: Tokens = field(init=False)
    lock: threading.RLock = field(default_factory=threading.RLock)
    _asked: Counter[str] = field(init=False, default_factory=Counter)

    def __post_init__(self) -> None:
        self.tokens = Tokens(self.clock, self.rng)
        self._salt = self.rng.getrandbits(64)
        self.org.lag.clock = self.clock

    def correlation_id(self, request: Request) -> str:
        """A new correlation id, the same for the same request of every run.

        It depends on how often this request was made, and not on what else was asked before.
        """
        key = f"{request.method} {request.path} {sorted(request.query.items())}"
        self._asked[key] += 1
        drawn = random.Random(f"{self._salt} {key} {self._asked[key]}").getrandbits(128)
        return str(uuid.UUID(int=drawn, version=4))

    def admit(self, authorization: str | None, *, on_queue_routes: bool) -> Caller:
        """The caller behind a request. ApiError 401, or 429 when an allowance is used up."""
        token = self.tokens.authenticate(authorization)
        client = self.org.clients.get(token.client_id)
        if client is None:
            raise bad_request("The OAuth client does not exist any more.")
        now = self.clock()
        wait = self.meter.token_wait_seconds(token.secret, now)
        if wait:
            raise too_many_requests(wait)
        if on_queue_routes:
            self._admit_on_queue_routes(token, now)
        return Caller(self.org, client, self.assumptions, token.label)

    def _admit_on_queue_routes(self, token: Token, now: float) -> None:
        wait = self.meter.queue_wait_seconds(now)
        if not wait:
            return
        self.meter.uncount(token.secret)
        limit = {
            "key": "organization.queue.rate.per.minute",
            "namespace": "routing",
            "value": self.meter.limits.queue_routes_per_minute,
        }
        named = self.assumptions.queue_limit_names_itself
        raise too_many_requests(wait, limit if named else None)
