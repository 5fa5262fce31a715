"""The rate that Genesys seems to grant, judged by a 429, and the pace to follow afterwards. Pure.

Times are in seconds of a monotonic clock, rates in calls a minute.
"""

import math
from dataclasses import dataclass

WINDOW_SECONDS = 60.0
PROBE_DOUBLING_SECONDS = 10.0
_BACK_OFF = 0.92
_SHORTEST_PLATEAU_SECONDS = 60.0
_LONGEST_PLATEAU_SECONDS = 300.0
_DOUBLING_SECONDS = 120.0
_SAME_LEVEL = 1.3
_MEANINGFUL_CALLS = 10
_LEAST_PER_MINUTE = 6.0
_FAR_BELOW = 3.0
_PROBE_AFTER_SECONDS = 15.0
_MOST_DOUBTS = 3
_MOST_ISOLATED = 3
_ROUNDING_SECONDS = 2.0
_SOON_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Curve:
    """The pace after a 429, in calls a minute: from `start` up to `level`, then beyond it.

    It reaches `level` after `plateau_seconds` and changes little around that moment: the same shape
    as CUBIC (RFC 9438), which botocore's adaptive retries use too. If the level is doubted, the
    pace rises steeply after a few seconds, up to `probes_up_to`, which is 0 otherwise.
    """

    begins_at: float
    start: float
    level: float
    plateau_seconds: float
    probes_up_to: float = 0.0

    @property
    def doubted(self) -> bool:
        """Whether the level may be far too low, so that a higher pace is soon tried."""
        return self.probes_up_to > 0

    def per_minute(self, now: float) -> float:
        """The pace at this moment."""
        return max(self._careful(now), min(self._probing(now), self.probes_up_to))

    def _careful(self, now: float) -> float:
        past = now - self.begins_at - self.plateau_seconds
        if past >= 0:
            return self.level * (1 + (past / _DOUBLING_SECONDS) ** 3)
        return self.level + (self.level - self.start) * max(past / self.plateau_seconds, -1.0) ** 3

    def _probing(self, now: float) -> float:
        past = now - self.begins_at - _PROBE_AFTER_SECONDS
        return self.level * (1 + (past / PROBE_DOUBLING_SECONDS) ** 3) if past >= 0 else 0.0


@dataclass(frozen=True, slots=True)
class Stretch:
    """The time between two pauses: from the end of one to the 429 that caused the next.

    `granted` is the number of calls granted in its last minute at most, and `lately` in its last
    PROBE_DOUBLING_SECONDS; in that minute no call was waiting for `idle_seconds`. `per_minute` is
    the pace at its end, and `curve` what the pace followed, None before the first 429. `refused`
    counts the 429s at its end with nothing granted in between. `usual` is the last pace that was
    not in doubt, and `doubts` the number of doubted levels since.
    """

    began_at: float
    ended_at: float
    granted: int
    per_minute: float
    curve: Curve | None
    lately: int = 0
    idle_seconds: float = 0.0
    refused: int = 1
    usual: float = 0.0
    doubts: int = 0

    @property
    def seconds(self) -> float:
        """How long calls were granted."""
        return self.ended_at - self.began_at

    @property
    def probed(self) -> Curve | None:
        """The curve, if its level is doubted and the pace has begun to rise above it; else None."""
        has_risen = self.seconds > _PROBE_AFTER_SECONDS
        return self.curve if self.curve and self.curve.doubted and has_risen else None


def level_after(stretch: Stretch, resume_at: float) -> float:
    """The rate (calls a minute) that Genesys seems to grant, by a stretch and the pause after it.

    Whether Genesys counts in windows of a minute or fills a bucket, the calls granted in a short
    stretch have to last until `resume_at`, the end of the pause. A few calls prove little, so they
    halve the pace at most. A pace that was granted for a whole minute was nearly right. Idle time
    proves nothing.
    """
    granted, pause_seconds = float(stretch.granted), resume_at - stretch.ended_at
    if stretch.seconds < WINDOW_SECONDS or stretch.idle_seconds:
        busy_seconds = max(0.0, min(stretch.seconds, WINDOW_SECONDS) - stretch.idle_seconds)
        granted *= 60 / (busy_seconds + pause_seconds)
    if stretch.probed:
        granted = _level_of_probe(stretch, stretch.probed, granted, pause_seconds)
    if stretch.granted < _MEANINGFUL_CALLS:
        highest = _highest_level(stretch)
        return max(min(max(granted, highest / 2), highest), _LEAST_PER_MINUTE)
    return max(min(granted, stretch.per_minute), _LEAST_PER_MINUTE)


def _highest_level(stretch: Stretch) -> float:
    """The pace, or the level of its curve if it started far below that."""
    curve = stretch.curve
    if curve is None or curve.start > curve.level / 2:
        return stretch.per_minute
    return max(stretch.per_minute, curve.level)


def _level_of_probe(stretch: Stretch, probed: Curve, level: float, pause_seconds: float) -> float:
    """The level after a steep rise: at least where the rise began, judged by the last seconds.

    A pause that ends more than a minute after the stretch began is not the rest of a window, so it
    says nothing about the rate: the level is then the geometric mean of the lowest and the highest
    rate that fit what was granted.
    """
    at_least = max(level, probed.level)
    if stretch.seconds + pause_seconds <= WINDOW_SECONDS + _ROUNDING_SECONDS:
        return max(at_least, stretch.lately * 60 / (PROBE_DOUBLING_SECONDS + pause_seconds))
    at_most = stretch.lately * 60 / PROBE_DOUBLING_SECONDS
    return math.sqrt(max(at_least, stretch.granted) * max(at_least, at_most))


def is_believed(level: float, stretch: Stretch, resume_at: float) -> bool:
    """Whether the level after a stretch is beyond doubt.

    It is if stretch and pause together are one window of a minute, if several 429s came in a row,
    or if enough calls after a doubted level led to nearly the same one again.
    """
    minute = abs(resume_at - stretch.began_at - WINDOW_SECONDS) <= _ROUNDING_SECONDS
    before = stretch.curve
    confirmed = (
        before is not None
        and before.doubted
        and stretch.granted >= _MEANINGFUL_CALLS
        and _is_found_again(level, before)
    )
    return minute or confirmed or stretch.refused > _MOST_ISOLATED


def _is_found_again(level: float, before: Curve) -> bool:
    return 1 / _SAME_LEVEL <= level / before.level <= _SAME_LEVEL


def curve_after(stretch: Stretch, resume_at: float) -> Curve:
    """The pace to follow from `resume_at`, the end of the pause after `stretch`.

    It begins below the lower of the old and the new level. If the two are close, the pace stays
    near the level twice as long as before, from one minute up to five; but a 429 soon after another
    proves nothing, so it returns to the old level as soon as it can. A level far below the usual
    pace is doubted: the 429 may have been an isolated one, and only more calls can show that.
    """
    level, before = level_after(stretch, resume_at), stretch.curve
    start = _BACK_OFF * min(level, before.level if before else level)
    believed = is_believed(level, stretch, resume_at)
    far_below = level * _FAR_BELOW <= stretch.usual and stretch.doubts < _MOST_DOUBTS
    if far_below and not believed:
        return Curve(resume_at, start, level, _SHORTEST_PLATEAU_SECONDS, stretch.usual)
    if not before or not _is_found_again(level, before):
        return Curve(resume_at, start, level, _SHORTEST_PLATEAU_SECONDS)
    if stretch.seconds < _SOON_SECONDS and not believed:
        return Curve(resume_at, start, before.level, _SHORTEST_PLATEAU_SECONDS)
    plateau_seconds = min(2 * before.plateau_seconds, _LONGEST_PLATEAU_SECONDS)
    return Curve(resume_at, start, level, plateau_seconds)
