"""How fast requests may be sent. Pure: times are handed in, in seconds of a monotonic clock.

The pace of one token is kept in `lane`; here is the bucket for it. The queue routes also have a
limit per organisation, at an unknown rate shared with every other integration. So their pace,
`AdaptivePace`, follows how many requests are granted: answered with anything but a 429.
"""

import math
from collections import deque
from dataclasses import replace
from typing import Literal

from batch_offboard.genesys.curve import (
    PROBE_DOUBLING_SECONDS,
    WINDOW_SECONDS,
    Curve,
    Stretch,
    curve_after,
    is_believed,
)

Family = Literal["queues", "other"]
_SHARE_OF_NAMED_LIMIT = 0.97
_PROBE_SECONDS = 1.0
_SHORTEST_WAIT_SECONDS = 1.0
_LONGEST_UNASKED_SECONDS = 30.0
_IDLE_SECONDS = 2.0
_SLACK = 0.5
_TIMER_SECONDS = 0.02
_BURST_PACE = 5.0
"""Until a first 429, the pace is so many times the allowance."""


class LastMinute:
    """Counts events in the last 60 seconds."""

    def __init__(self) -> None:
        self._times: deque[float] = deque()

    def add(self, now: float) -> None:
        """Count an event."""
        self._forget(now)
        self._times.append(now)

    def count(self, now: float) -> int:
        """The number of events in the 60 seconds before `now`."""
        self._forget(now)
        return len(self._times)

    def count_since(self, moment: float) -> int:
        """The number of events after `moment`."""
        return sum(at > moment for at in self._times)

    def _forget(self, now: float) -> None:
        while self._times and self._times[0] <= now - WINDOW_SECONDS:
            self._times.popleft()


def bucket(per_minute: float, burst: float) -> tuple[float, float]:
    """Capacity (calls) and period (seconds) of the leaky bucket that spaces a token's calls.

    With a capacity of 1, time lost to a coarse timer (15 ms on Windows) or a busy disk could
    never be caught up. So there is some slack: half a call, or the calls between two ticks of a
    timer. Without bursts, no two calls are sent at once, and in no minute more than two above the
    pace.
    """
    period_seconds = 60 / per_minute
    capacity = max(burst, 1 + max(_SLACK, _TIMER_SECONDS / period_seconds))
    return capacity, capacity * period_seconds


def limited_family(limit_key: str, family: Family, *, token_has_calls_left: bool) -> Family:
    """Whose limit a 429 met: "queues" for the queue routes of all tokens, "other" for one token.

    Genesys may name the limit in the error. Otherwise a 429 on a queue route counts as the
    organisation's limit if the token had calls left [assumed].
    """
    if family == "other" or "token" in limit_key:
        return "other"
    if "queue" in limit_key:
        return "queues"
    return "queues" if token_has_calls_left else "other"


class AdaptivePace:
    """A pace that stays just below what Genesys grants, and never above `most_per_minute`.

    A 429 ends a stretch of calls, and the number granted in it gives a level (`curve`). After the
    pause one call is sent alone, as a probe. The pace resumes a little below the level and returns
    to it. Minutes later it rises above it, ever faster, because another integration may have
    stopped using its share; if the level is in doubt, it rises within seconds. 429s with nothing
    granted in between count as one streak; each doubles the wait.
    """

    def __init__(self, most_per_minute: float) -> None:
        self._most = most_per_minute
        self._granted = LastMinute()
        self._named = math.inf
        self._curve: Curve | None = None
        self._stretch: Stretch | None = None
        self._began_at = math.inf
        self._idle: list[tuple[float, float]] = []
        self._usual = most_per_minute
        self._doubts = 0
        self._refused_at = -math.inf
        self._streak = 0
        self._next_is_probe = False
        self.opens_at = -math.inf
        """The time from which one more call may be sent."""

    @property
    def grants_nothing(self) -> bool:
        """Whether nothing was granted between the last two 429s."""
        return self._streak > 0

    def per_minute(self, now: float) -> float:
        """The pace now, in calls a minute.

        It rises above the level only as far as there are calls to use it: up to twice those granted
        in the last minute. If the level is in doubt it rises regardless, as there may just have
        been few calls to send.
        """
        most = min(self._most, self._named)
        if self._curve is None:
            return most
        if not self._curve.doubted:
            most = min(most, max(self._curve.level, 2 * self._granted.count(now)))
        return min(most, self._curve.per_minute(now))

    def take(self, now: float) -> None:
        """Count a call that is sent now, and set `opens_at`, the time for the next one.

        To be called at `opens_at` or later. The delay of a late timer is made up for.
        """
        if now > self.opens_at + WINDOW_SECONDS:
            self._began_at = now
        elif now > self.opens_at + _IDLE_SECONDS:
            self._idle.append((self.opens_at, now))
        per_minute = self.per_minute(now)
        seconds = 60 / per_minute
        if self._curve is None and per_minute >= self._most:
            # In a burst, so that few calls are under way when the first of them is refused.
            seconds /= _BURST_PACE
        if self._next_is_probe:
            seconds = max(seconds, _PROBE_SECONDS)
        self._next_is_probe = False
        self.opens_at = max(self.opens_at, now - _TIMER_SECONDS) + seconds

    def granted(self, now: float) -> None:
        """Count a call that was granted."""
        self._granted.add(now)

    def set_named_limit(self, per_minute: float) -> None:
        """Stay below the limit that Genesys names in a 429."""
        self._named = _SHARE_OF_NAMED_LIMIT * per_minute

    def limited(self, now: float, sent_at: float, resume_at: float) -> float:
        """Slow down after a 429 that asks to wait until `resume_at`; returns when to resume.

        That is later than asked for if the wait is very short or one 429 follows another. A 429 for
        a call that was sent before the last 429 came (`sent_at`) changes nothing.
        """
        if sent_at <= self._refused_at:
            return resume_at
        stretch = self._stretch_until(now)
        resume_at = max(resume_at, now + _patience_seconds(resume_at - now, self._streak))
        if stretch.granted:
            self._follow(curve_after(stretch, resume_at), stretch)
        self._stretch, self._refused_at = stretch, now
        self._began_at = self.opens_at = resume_at
        self._next_is_probe = True
        return resume_at

    def _follow(self, curve: Curve, stretch: Stretch) -> None:
        self._curve, self._doubts = curve, stretch.doubts + curve.doubted
        if is_believed(curve.level, stretch, curve.begins_at):
            self._usual, self._doubts = curve.level, 0

    def _stretch_until(self, now: float) -> Stretch:
        """The stretch that a 429 ends; within a streak, the one that its first 429 ended."""
        began_at = min(self._began_at, now)
        since = max(began_at, now - WINDOW_SECONDS)
        granted, per_minute = self._granted.count_since(since), self.per_minute(now)
        if self._stretch and not granted:
            self._streak += 1
            return replace(self._stretch, refused=self._streak + 1)
        self._streak = 0
        if now - began_at >= WINDOW_SECONDS:
            probing = self._curve is not None and self._curve.doubted
            self._usual, self._doubts = granted if probing else per_minute, 0
        lately = self._granted.count_since(max(since, now - PROBE_DOUBLING_SECONDS))
        idle_seconds = sum(max(0.0, end - max(begin, since)) for begin, end in self._idle)
        self._idle.clear()
        return Stretch(
            began_at,
            now,
            granted,
            per_minute,
            self._curve,
            lately,
            idle_seconds,
            usual=self._usual,
            doubts=self._doubts,
        )


def _patience_seconds(asked_seconds: float, refused_before: int) -> float:
    """The shortest wait after so many 429s with nothing granted in between."""
    doubled = max(asked_seconds, _SHORTEST_WAIT_SECONDS) * 2.0 ** min(refused_before, 5)
    return min(doubled, _LONGEST_UNASKED_SECONDS)
