"""Rate limits. Pure: every question is asked with the time it is asked at."""

from __future__ import annotations

import math
from collections import defaultdict, deque
from dataclasses import dataclass
from typing import Literal


@dataclass
class Limits:
    """What is allowed in a minute; None allows everything. May be changed while it runs.

    `per_minute` counts by token, the queue routes' limit is the whole organisation's, and
    `other_integration_per_minute` is what somebody else takes of it.
    """

    per_minute: float | None = 300
    queue_routes_per_minute: float | None = None
    login_per_minute: float | None = None
    other_integration_per_minute: float = 0
    window: Literal["fixed", "sliding"] = "fixed"
    """A fixed window opens with the first call and allows again when it is over; a sliding one
    looks back. Which of them Genesys uses is [assumed]."""
    window_seconds: float = 60


class Meter:
    """Counts calls against `Limits`. A refused call is not counted [assumed]."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._calls: defaultdict[str, deque[float]] = defaultdict(deque)

    def login_wait_seconds(self, now: float) -> int:
        """0 when a login is allowed now (it is then counted), else seconds until it is."""
        return self._wait_seconds("login", self.limits.login_per_minute, now)

    def token_wait_seconds(self, token: str, now: float) -> int:
        """The same for a call with this token."""
        return self._wait_seconds(f"token {token}", self.limits.per_minute, now)

    def queue_wait_seconds(self, now: float) -> int:
        """The same for a call on the queue routes, with whatever token."""
        allowed = self.limits.queue_routes_per_minute
        if allowed is not None:
            allowed = max(0.0, allowed - self.limits.other_integration_per_minute)
        return self._wait_seconds("queue routes", allowed, now)

    def uncount(self, token: str) -> None:
        """Take back the latest call of a token: another limit refused it."""
        if self._calls[f"token {token}"]:
            self._calls[f"token {token}"].pop()

    def _wait_seconds(self, key: str, per_minute: float | None, now: float) -> int:
        if per_minute is None:
            return 0
        calls, window = self._calls[key], self.limits.window_seconds
        self._forget(calls, now)
        if len(calls) < per_minute * window / 60:
            calls.append(now)
            return 0
        opened = calls[0] if calls else now
        return max(1, math.ceil(opened + window - now))

    def _forget(self, calls: deque[float], now: float) -> None:
        over = now - self.limits.window_seconds
        if self.limits.window == "sliding":
            while calls and calls[0] <= over:
                calls.popleft()
        elif calls and calls[0] <= over:
            calls.clear()
