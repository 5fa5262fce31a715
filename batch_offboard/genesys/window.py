"""How many requests may leave in any minute, as Genesys counts them. Pure."""

import math
from collections import deque

from batch_offboard.genesys.curve import WINDOW_SECONDS


class StrictWindow:
    """At most `allowance` requests in any 60 seconds, whatever the latency.

    A request holds a slot from the moment it leaves until 60 seconds after its answer. Genesys
    counts it at some moment in between. So when it counts the last request of any 60 seconds, fixed
    or rolling, all the others of those 60 seconds hold a slot. Times are in seconds of a monotonic
    clock.
    """

    def __init__(self, allowance: int) -> None:
        self.allowance = allowance
        self._in_flight = 0
        self._free_at: deque[float] = deque()

    def held(self, now: float) -> int:
        """The number of slots that are held."""
        while self._free_at and self._free_at[0] <= now:
            self._free_at.popleft()
        return self._in_flight + len(self._free_at)

    def opens_at(self, now: float, ahead: int = 0) -> float:
        """When one more request may leave, if `ahead` others leave before it.

        Infinite if that depends on answers that have not come.
        """
        needed = self.held(now) + ahead + 1 - self.allowance
        if needed <= 0:
            return now
        return self._free_at[needed - 1] if needed <= len(self._free_at) else math.inf

    def take(self) -> None:
        """Hold a slot for a request that leaves now."""
        self._in_flight += 1

    def answered(self, now: float) -> None:
        """Give a slot back, 60 seconds from now, as its request was answered or given up."""
        self._in_flight -= 1
        self._free_at.append(now + WINDOW_SECONDS)
