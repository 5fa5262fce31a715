"""The pace of a phase and its time left."""

import math
from collections import deque
from dataclasses import dataclass, field

from batch_offboard.record.events import PhaseStarted

_SHOWN_FROM_PARTS = 10
"""The time left is shown once a tenth is done: earlier estimates rest on too little."""
_ENOUGH_PARTS = 20
"""The pace is measured over at least a twentieth of the whole."""

_LEAST_SECONDS = 1.0

_BEGINNING = (0.0, 0)


@dataclass(slots=True)
class Waited:
    """Total time of pauses that Genesys asked for; overlapping pauses count once."""

    _seconds: float = 0.0
    _until: float = -math.inf

    def begin(self, now: float, seconds: float) -> None:
        """Record a pause that begins now, in seconds."""
        until = max(self._until, now + seconds)
        self._seconds += until - max(now, self._until)
        self._until = until

    def left(self, now: float) -> float:
        """The seconds left of the current pause."""
        return max(0.0, self._until - now)

    def so_far(self, now: float) -> float:
        """The seconds waited until now."""
        return self._seconds - self.left(now)


def _nothing_done() -> deque[tuple[float, int]]:
    return deque([_BEGINNING])


@dataclass(slots=True)
class PhaseProgress:
    """A phase in progress: when it began and what was done since; times in seconds."""

    started: PhaseStarted
    waited: Waited
    began: float
    waited_before: float
    calls_before: int
    done: int = 0
    _steps: deque[tuple[float, int]] = field(default_factory=_nothing_done)
    """Pairs of the seconds worked and the amount done by then, for the latter half of those."""

    def move(self, now: float, done: int) -> None:
        """Record the amount done by now."""
        self.done = done
        worked = self._worked(now)
        self._steps.append((worked, done))
        while self._steps[1][0] < worked / 2:
            self._steps.popleft()

    def calls_per_minute(self, now: float, calls: int) -> float:
        """The calls a minute since the phase began, of all phases that run in parallel.

        `calls` is the number of calls of the whole run by now. At least a second is assumed, as one
        or two calls within a moment say nothing about the pace.
        """
        return 60 * (calls - self.calls_before) / max(now - self.began, _LEAST_SECONDS)

    def seconds_left(self, now: float) -> float | None:
        """The seconds until the phase is done; None while too little is done to estimate them.

        Estimated from the second half of the time worked, because parallel phases that shared the
        pace may have ended. Past pauses are left out, as they say nothing about the rest.
        """
        rest = max(0, self.started.total - self.done)
        if not self.done or self.done * _SHOWN_FROM_PARTS < self.started.total:
            return None
        since, had = self._measured_from()
        a_piece = (self._worked(now) - since) / (self.done - had)
        return rest * a_piece + self.waited.left(now)

    def _measured_from(self) -> tuple[float, int]:
        """The pair of `_steps` from which the pace is measured.

        The first answer, as calls run in parallel and the time before it is no measure; if too
        little was done since, the earliest pair that is kept; else the beginning.
        """
        first = next((step for step in self._steps if step != _BEGINNING), _BEGINNING)
        for since, had in (first, self._steps[0]):
            if (self.done - had) * _ENOUGH_PARTS >= self.started.total:
                return since, had
        return _BEGINNING

    def _worked(self, now: float) -> float:
        """The seconds in which calls could be sent."""
        return max(0.0, now - self.began - (self.waited.so_far(now) - self.waited_before))


def duration(seconds: float) -> str:
    """`12 s`, `1 min 5 s`."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
