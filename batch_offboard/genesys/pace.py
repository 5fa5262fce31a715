"""How fast calls may go: pure decisions, handed the time in seconds of a monotonic clock.

A token has an even pace of its own (aiolimiter, in `throttle`). The queue routes are moreover
limited per organisation, at a rate that is not known and is shared with every other integration,
so their pace follows what is granted.
"""

import math
from collections import deque
from typing import Literal

from batch_offboard.offboarding.limits import CALLS_PER_MINUTE

Family = Literal["queues", "other"]
WINDOW_SECONDS = 60.0
_BACK_OFF = 0.92
_PLATEAU_SECONDS = 300.0
_TELLING_CALLS = 10
_DEEPEST_CUT = 0.7
_SLACK = 0.5
_TIMER_SECONDS = 0.02


class LastMinute:
    """Counts what happened within the last 60 seconds."""

    def __init__(self) -> None:
        self._times: deque[float] = deque()

    def add(self, now: float) -> None:
        """Note one more."""
        self._times.append(now)

    def count(self, now: float) -> int:
        """How many there were in the 60 seconds before `now`."""
        while self._times and self._times[0] <= now - WINDOW_SECONDS:
            self._times.popleft()
        return len(self._times)


def bucket(per_minute: float) -> tuple[float, float]:
    """Capacity and period (seconds) of the leaky bucket that spaces a token's calls evenly.

    A capacity of 1 would lose for ever what a late moment delays (a timer that ticks every 15 ms
    on Windows, a journal line on its way to a busy disk), so there is some slack: half a call, or
    what passes between two ticks of a timer. Two calls never leave together, and in no minute do
    more than two above the pace.
    """
    period_seconds = 60 / per_minute
    capacity = 1 + max(_SLACK, _TIMER_SECONDS / period_seconds)
    return capacity, capacity * period_seconds


def limit_concerns(limit_key: str, family: Family, token_calls_last_minute: int) -> Family:
    """What a 429 limits: "queues" for the routes of queues under every token, "other" for a token.

    Genesys may name the limit in the error. Otherwise a 429 on a queue route counts as the
    organisation's while the token still had some of its 300 calls a minute left [assumed].
    """
    if family == "other" or "token" in limit_key:
        return "other"
    if "queue" in limit_key:
        return "queues"
    return "queues" if token_calls_last_minute < CALLS_PER_MINUTE else "other"


class AdaptivePace:
    """A pace that settles just under what is granted; without limit until the first 429.

    After a 429 it goes on at 92 % of what was granted in the last minute, comes back to that
    level and stays near it for some minutes, and then looks for more ever faster, as another
    integration may have stopped taking its part. The curve is CUBIC's (RFC 9438), which
    botocore's adaptive retries use too.
    """

    def __init__(self) -> None:
        self._granted = LastMinute()
        self._level_per_minute: float | None = None
        self._since = -math.inf
        self._refused_at = -math.inf
        self._refused_in_a_row = 0
        self._next = -math.inf

    def per_minute(self, now: float) -> float | None:
        """The pace at this moment; None for no limit."""
        if self._level_per_minute is None:
            return None
        return pace_after(now - self._since, self._level_per_minute)

    def reserve(self, now: float) -> float:
        """The moment at which one more call may go."""
        per_minute = self.per_minute(now)
        if per_minute is None:
            return now
        at = max(now, self._next)
        self._next = at + 60 / per_minute
        return at

    def granted(self, now: float) -> None:
        """A call was let through."""
        self._granted.add(now)
        self._refused_in_a_row = 0

    def limited(self, now: float, left_at: float, resume_at: float) -> float:
        """A call that left at `left_at` met a 429 which asks to wait until `resume_at`.

        Gives the moment to wait for, which is later when one 429 follows another. Calls that were
        under way together are one piece of news, and so are all 429s within a minute: until then
        the count of what is granted says too little.
        """
        if left_at <= self._refused_at:
            return resume_at
        self._refused_at = now
        self._refused_in_a_row += 1
        resume_at = max(resume_at, now + _patience_seconds(self._refused_in_a_row))
        self._next = max(self._next, resume_at)
        level = _granted_level(self._granted.count(now), self.per_minute(now))
        if level is not None and now >= self._since + WINDOW_SECONDS:
            self._level_per_minute, self._since = level, resume_at
        return resume_at


def _patience_seconds(refused_in_a_row: int) -> float:
    """What to wait at least when so many 429s came with nothing granted in between."""
    return min(WINDOW_SECONDS / 4, 2.0 ** (refused_in_a_row - 2))


def _granted_level(granted_last_minute: int, pace_per_minute: float | None) -> float | None:
    """What a 429 teaches of the rate that is granted; None while there is too little to tell.

    A pause within the last minute makes the count too small, so one 429 never cuts deeply.
    """
    if pace_per_minute is None:
        return granted_last_minute if granted_last_minute >= _TELLING_CALLS else None
    return min(pace_per_minute, max(granted_last_minute, _DEEPEST_CUT * pace_per_minute))


def pace_after(seconds: float, granted_per_minute: float) -> float:
    """The pace `seconds` after a 429 ended that came when so many calls a minute were granted."""
    distance = (max(seconds, 0.0) - _PLATEAU_SECONDS) / _PLATEAU_SECONDS
    return granted_per_minute * (1 + (1 - _BACK_OFF) * distance**3)
