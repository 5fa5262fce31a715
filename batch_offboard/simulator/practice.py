"""Everything a running practice organisation consists of, apart from HTTP."""

from __future__ import annotations

import random
import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field

from batch_offboard.simulator.assumptions import Assumptions
from batch_offboard.simulator.caller import Caller
from batch_offboard.simulator.errors import LoginError, bad_request, too_many_requests
from batch_offboard.simulator.limits import Meter
from batch_offboard.simulator.org import Org
from batch_offboard.simulator.tokens import Token, Tokens, client_of_login


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

    def __post_init__(self) -> None:
        self.tokens = Tokens(self.clock, self.rng)
        self.org.lag.clock = self.clock

    def correlation_id(self) -> str:
        """A new correlation id."""
        return str(uuid.UUID(int=self.rng.getrandbits(128), version=4))

    def log_in(self, authorization: str | None, grant_type: str) -> Token:
        """A token for the client in a Basic header. LoginError, also when logins are limited."""
        wait = self.meter.login_wait_seconds(self.clock())
        if wait:
            text = f"rate limit exceeded the maximum. Retry the request in [{wait}] seconds"
            raise LoginError(400, f"invalid_request ({text})", text)
        status = self.assumptions.wrong_secret_status
        client = client_of_login(self.org.clients, authorization, grant_type, status)
        return self.tokens.issue(client)

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
