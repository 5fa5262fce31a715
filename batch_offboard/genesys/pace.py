"""How fast calls may go: pure decisions, handed the time in seconds of a monotonic clock.

A token has an even pace of its own (aiolimiter, in `throttle`). The queue routes are moreover
limited per organisation, at a rate that is not known and is shared with every other integration,
so their pace follows what is granted.
"""

import math
from collections import deque
from dataclasses import dataclass
from typing import Literal

Family = Literal["queues", "other"]
WINDOW_SECONDS = 60.0
_BACK_OFF = 0.92
_SHORTEST_PLATEAU_SECONDS = 60.0
_LONGEST_PLATEAU_SECONDS = 300.0
_UNDER_NAMED = 0.97
_SAME_LEVEL = 1.3
_DOUBLING_SECONDS = 120.0
_TELLING_CALLS = 10
_LEAST_PER_MINUTE = 6.0
_AHEAD_SECONDS = 1.0
_SHORTEST_WAIT_SECONDS = 1.0
_LONGEST_UNASKED_SECONDS = 30.0
_SLACK = 0.5
_TIMER_SECONDS = 0.02


class LastMinute:
    """Counts what happened within the last 60 seconds."""

    def __init__(self) -> None:
        self._times: deque[float] = deque()

    def add(self, now: float) -> None:
        """Note one more."""
        self._forget(now)
        self._times.append(now)

    def count(self, now: float) -> int:
        """How many there were in the 60 seconds before `now`."""
        self._forget(now)
        return len(self._times)

    def count_since(self, moment: float) -> int:
        """How many there were after `moment`."""
        return sum(at > moment for at in self._times)

    def _forget(self, now: float) -> None:
        while self._times and self._times[0] <= now - WINDOW_SECONDS:
            self._times.popleft()


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


def limit_concerns(limit_key: str, family: Family, *, token_has_calls_left: bool) -> Family:
    """What a 429 limits: "queues" for the routes of queues under every token, "other" for a token.

    Genesys may name the limit in the error. Otherwise a 429 on a queue route counts as the
    organisation's while its token had calls left [assumed].
    """
    if family == "other" or "token" in limit_key:
        return "other"
    if "queue" in limit_key:
        return "queues"
    return "queues" if token_has_calls_left else "other"


@dataclass(frozen=True, slots=True)
class Curve:
    """The pace after a 429: from `start` back to `level`, near it for a while, then upwards.

    So CUBIC (RFC 9438) looks for what it is granted, as botocore's adaptive retries do.
    """

    begins_at: float
    start: float
    level: float
    plateau_seconds: float

    def per_minute(self, now: float) -> float:
        """The pace at this moment."""
        past = now - self.begins_at - self.plateau_seconds
        if past >= 0:
            return self.level * (1 + (past / _DOUBLING_SECONDS) ** 3)
        return self.level + (self.level - self.start) * max(past / self.plateau_seconds, -1.0) ** 3


@dataclass(frozen=True, slots=True)
class Stretch:
    """The time from a pause to the 429 that ended it, at a pace which was too much in the end.

    `granted` are the calls that were let through in it, or in its last minute; `curve` is what
    the pace followed, None before the first 429.
    """

    began_at: float
    ended_at: float
    granted: int
    per_minute: float
    curve: Curve | None

    @property
    def seconds(self) -> float:
        """How long it went well."""
        return self.ended_at - self.began_at


def level_after(stretch: Stretch, resume_at: float) -> float:
    """The rate that seems to be granted, by a stretch and the pause to `resume_at` after it.

    Whatever the limit is like, windows of a minute or a bucket, what it grants for a short
    stretch has to do for the pause too that it asks for. A handful of calls tells little, so that
    they halve the pace at most. A pace that went well for a minute was nearly right.
    """
    granted = float(stretch.granted)
    if stretch.seconds < WINDOW_SECONDS:
        granted *= 60 / (resume_at - stretch.began_at)
    if stretch.granted < _TELLING_CALLS:
        granted = max(granted, stretch.per_minute / 2)
    return max(min(granted, stretch.per_minute), _LEAST_PER_MINUTE)


def curve_after(stretch: Stretch, resume_at: float) -> Curve:
    """How to go on after a stretch and a pause to `resume_at`.

    It begins under the lower of the old level and the new. Each time that a level is much like
    the one before it is kept for longer before more is tried, from one minute up to five.
    """
    level, before = level_after(stretch, resume_at), stretch.curve
    if before is None:
        return Curve(resume_at, _BACK_OFF * level, level, _SHORTEST_PLATEAU_SECONDS)
    same = 1 / _SAME_LEVEL <= level / before.level <= _SAME_LEVEL
    longer = min(2 * before.plateau_seconds, _LONGEST_PLATEAU_SECONDS)
    plateau_seconds = longer if same else _SHORTEST_PLATEAU_SECONDS
    return Curve(resume_at, _BACK_OFF * min(level, before.level), level, plateau_seconds)


class AdaptivePace:
    """A pace that settles just under what is granted; no limit but `most` until the first 429.

    A 429 ends a stretch of calls, which tells what is granted. It goes on a little slower, one
    call ahead of the others, returns to that level, and after some minutes looks for more, ever
    faster, as another integration may have stopped taking its part. 429s with nothing granted in
    between are one row, and each waits twice as long as the one before.
    """

    def __init__(self, most_per_minute: float) -> None:
        self._most = most_per_minute
        self._granted = LastMinute()
        self._named = math.inf
        self._curve: Curve | None = None
        self._stretch: Stretch | None = None
        self._began_at = math.inf
        self._refused_at = -math.inf
        self._refused_in_a_row = 0
        self._is_ahead = False
        self.opens_at = -math.inf
        """The moment at which one more call may go."""

    @property
    def lets_nothing_through(self) -> bool:
        """Whether the last 429 came with nothing granted since the one before."""
        return self._refused_in_a_row > 0

    def per_minute(self, now: float) -> float:
        """The pace at this moment. More is looked for only as far as there are calls to use it."""
        most = min(self._most, self._named)
        if self._curve is None:
            return most
        used = max(self._curve.level, 2 * self._granted.count(now))
        return min(most, self._curve.per_minute(now), used)

    def take(self, now: float) -> None:
        """A call goes now, at `opens_at` or later. What a timer was late by is not lost."""
        if now > self.opens_at + WINDOW_SECONDS:
            self._began_at = now
        per_minute = self.per_minute(now)
        seconds = 60 / per_minute if per_minute < self._most else 0.0
        if self._is_ahead:
            seconds = max(seconds, _AHEAD_SECONDS)
        self._is_ahead = False
        self.opens_at = max(self.opens_at, now - _TIMER_SECONDS) + seconds

    def granted(self, now: float) -> None:
        """A call was let through."""
        self._granted.add(now)

    def name(self, per_minute: float) -> None:
        """Genesys names its limit: no more than that is ever looked for."""
        self._named = _UNDER_NAMED * per_minute

    def limited(self, now: float, left_at: float, resume_at: float) -> float:
        """A call that left at `left_at` met a 429 which asks to wait until `resume_at`.

        Gives the moment to wait for, which is later when one 429 follows another. Calls that were
        under way together are one piece of news.
        """
        if left_at <= self._refused_at:
            return resume_at
        stretch = self._stretch_until(now)
        resume_at = max(resume_at, now + _patience_seconds(resume_at - now, self._refused_in_a_row))
        if stretch.granted:
            self._curve = curve_after(stretch, resume_at)
        self._stretch, self._refused_at = stretch, now
        self._began_at = self.opens_at = resume_at
        self._is_ahead = True
        return resume_at

    def _stretch_until(self, now: float) -> Stretch:
        """The stretch that a 429 ends; within a row of them the one that the first ended."""
        began_at = min(self._began_at, now)
        granted = self._granted.count_since(max(began_at, now - WINDOW_SECONDS))
        if self._stretch and not granted:
            self._refused_in_a_row += 1
            return self._stretch
        self._refused_in_a_row = 0
        return Stretch(began_at, now, granted, self.per_minute(now), self._curve)


def _patience_seconds(asked_seconds: float, refused_before: int) -> float:
    """What to wait at least after so many 429s with nothing granted in between."""
    doubled = max(asked_seconds, _SHORTEST_WAIT_SECONDS) * 2.0 ** min(refused_before, 5)
    return min(doubled, _LONGEST_UNASKED_SECONDS)
