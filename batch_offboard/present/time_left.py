"""How far a phase is, how fast, and how long it will take: reckoned here, shown by each shell."""

import math
from collections import deque
from dataclasses import dataclass, field

from batch_offboard.record.events import PhaseStarted

_TELLING_PARTS = 10
"""The time left is told from a tenth on: what it is reckoned from is too little before."""
_ENOUGH_PARTS = 20
"""The pace is reckoned from no less than such a part of the whole."""

_LEAST_SECONDS = 1.0

_BEGINNING = (0.0, 0)


@dataclass(slots=True)
class Waited:
    """How long calls have waited because Genesys asked for it, pauses that overlap counted once."""

    _seconds: float = 0.0
    _until: float = -math.inf

    def begin(self, now: float, seconds: float) -> None:
        """A pause begins now and lasts so long."""
        until = max(self._until, now + seconds)
        self._seconds += until - max(now, self._until)
        self._until = until

    def left(self, now: float) -> float:
        """How much of the pause is to come."""
        return max(0.0, self._until - now)

    def so_far(self, now: float) -> float:
        """How much has been waited until now."""
        return self._seconds - self.left(now)


def _nothing_done() -> deque[tuple[float, int]]:
    return deque([_BEGINNING])


@dataclass(slots=True)
class PhaseProgress:
    """One phase under way: when it began, and what was done since; times in seconds."""

    started: PhaseStarted
    waited: Waited
    began: float
    waited_before: float
    calls_before: int
    done: int = 0
    _steps: deque[tuple[float, int]] = field(default_factory=_nothing_done)
    """How much was done after how much work, for the latter half of the work."""

    def move(self, now: float, done: int) -> None:
        """So much is done by now."""
        self.done = done
        worked = self._worked(now)
        self._steps.append((worked, done))
        while self._steps[1][0] < worked / 2:
            self._steps.popleft()

    def calls_per_minute(self, now: float, calls: int) -> float:
        """The pace since the phase began, of all phases that go on side by side.

        A call or two within a moment are no pace: what is told is never that of a part of a second.
        """
        return 60 * (calls - self.calls_before) / max(now - self.began, _LEAST_SECONDS)

    def seconds_left(self, now: float) -> float | None:
        """How long the phase will take yet; None as long as too little is done to tell.

        It is reckoned from the latter half of the work, as phases share the pace with others that
        end meanwhile. A pause that is over says nothing about the rest: it is left out.
        """
        rest = max(0, self.started.total - self.done)
        if not self.done or self.done * _TELLING_PARTS < self.started.total:
            return None
        since, had = self._reckoned_from()
        a_piece = (self._worked(now) - since) / (self.done - had)
        return rest * a_piece + self.waited.left(now)

    def _reckoned_from(self) -> tuple[float, int]:
        """The moment from which the pace is reckoned: not the beginning, if enough came since.

        Several calls go on side by side, and nothing counts before the first of them is answered.
        """
        first = next((step for step in self._steps if step != _BEGINNING), _BEGINNING)
        for since, had in (first, self._steps[0]):
            if (self.done - had) * _ENOUGH_PARTS >= self.started.total:
                return since, had
        return _BEGINNING

    def _worked(self, now: float) -> float:
        """The time in which calls could leave."""
        return max(0.0, now - self.began - (self.waited.so_far(now) - self.waited_before))


def duration(seconds: float) -> str:
    """`12 s`, `1 min 5 s`."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
