"""How far a phase is, how fast, and how long it will take: reckoned here, shown by the terminal."""

import math
from dataclasses import dataclass

from batch_offboard.run.events import PhaseStarted

_TELLING_PARTS = 10
"""The time left is told from a tenth on: what it is reckoned from is too little before."""


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


@dataclass(slots=True)
class PhaseProgress:
    """One phase under way: when it began, and what was done since; times in seconds."""

    started: PhaseStarted
    began: float
    waited_before: float
    calls_before: int
    done: int = 0

    def calls_per_minute(self, now: float, calls: int) -> float:
        """The pace since the phase began, of all phases that go on side by side."""
        return 60 * (calls - self.calls_before) / max(now - self.began, 1e-9)

    def seconds_left(self, now: float, waited: Waited) -> float | None:
        """How long the phase will take yet; None as long as too little is done to tell.

        A pause that is over says nothing about the pace of the rest: it is left out.
        """
        total, done = self.started.total, self.done
        if not done or done * _TELLING_PARTS < total:
            return None
        worked = now - self.began - (waited.so_far(now) - self.waited_before)
        return max(0.0, worked) * max(0.0, total / done - 1) + waited.left(now)
