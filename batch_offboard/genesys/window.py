"""The limit of requests in any 60 seconds, kept whatever the latency. Pure."""

import math
from collections import deque

from batch_offboard.genesys.curve import WINDOW_SECONDS


class StrictWindow:
    """Slots for at most `allowance` requests in any 60 seconds; times are monotonic seconds.

    A request holds a slot from the moment it is sent until 60 seconds after its answer. Genesys
    counts it at an unknown moment before the answer, so two requests that it counts within the same
    60 seconds, fixed or rolling, always hold their slots at the same time.
    """

    def __init__(self, allowance: int) -> None:
        self.allowance = allowance
        self._in_flight = 0
        self._free_at: deque[float] = deque()

    def held(self, now: float) -> int:
        """The number of slots held at `now`."""
        while self._free_at and self._free_at[0] <= now:
            self._free_at.popleft()
        return self._in_flight + len(self._free_at)

    def opens_at(self, now: float, ahead: int = 0) -> float:
        """The earliest time to send one more request, if `ahead` others are sent before it.

        Infinite if that depends on requests that are still without an answer.
        """
        needed = self.held(now) + ahead + 1 - self.allowance
        if needed <= 0:
            return now
        return self._free_at[needed - 1] if needed <= len(self._free_at) else math.inf

    def take(self) -> None:
        """Hold a slot for a request that is sent now; it is up to the caller that one is free."""
        self._in_flight += 1

    def answered(self, now: float) -> None:
        """Free a slot 60 seconds from now, as its request was answered or given up."""
        self._in_flight -= 1
        self._free_at.append(now + WINDOW_SECONDS)
