"""One token's pace: a burst, then evenly spaced requests, never more than the allowance."""

import asyncio
import math
from collections.abc import Iterator
from contextlib import contextmanager

from aiolimiter import AsyncLimiter

from batch_offboard.genesys.pace import bucket
from batch_offboard.genesys.waiting import Waits
from batch_offboard.genesys.window import StrictWindow
from batch_offboard.offboarding.limits import DEFAULT_PER_MINUTE

_USED_UP = "all requests allowed in this minute have been sent; this may happen every minute"


class Lane:
    """The pace and the pauses of one token; `number` counts from 0.

    At most `burst` requests may be sent at once, the others evenly spaced as if the allowance were
    spread over a minute. The burst uses the allowance up before the minute is over; the token then
    waits. A 429 shows that Genesys counts differently than assumed: from then on there are no
    bursts. `paused_until` is in seconds of the monotonic clock.
    """

    def __init__(self, number: int, burst: int, waits: Waits) -> None:
        self.number = number
        self.paused_until = -math.inf
        self.line = asyncio.Lock()
        """Held by the one request that waits for the next slot."""
        self._waits = waits
        self._window = StrictWindow(DEFAULT_PER_MINUTE)
        self._burst = burst
        self._answered = asyncio.Event()
        self._ahead = 0
        self.allow(DEFAULT_PER_MINUTE)

    def allow(self, allowance: int) -> None:
        """Set how many requests may be sent in any minute; those already sent count."""
        self._window.allowance = allowance
        self._spacing = AsyncLimiter(*bucket(allowance, self._burst))

    def sent_lately(self, now: float) -> int:
        """The most requests that Genesys may have counted in the last minute."""
        return self._window.held(now)

    def rank(self, now: float) -> tuple[float, bool, int]:
        """How well this token suits one more request: the token of the lowest rank is to take it.

        First when the request could be sent. Then whether the token has sent nothing lately, as its
        pace is lost if not used at once. Then how many wait already.
        """
        window = self._window.opens_at(now, self._ahead)
        is_rested = self._spacing.has_capacity(self._spacing.max_rate)
        return max(self.paused_until, window, self._spaced_at(now)), not is_rested, self._ahead

    def _spaced_at(self, now: float) -> float:
        """About when one more request would be spaced from those ahead of it."""
        if self._spacing.has_capacity(self._ahead + 1):
            return now
        return now + (self._ahead + 1) * 60 / self._window.allowance

    @contextmanager
    def booked(self) -> Iterator[None]:
        """A context in which one request counts as waiting for this token."""
        self._ahead += 1
        try:
            yield
        finally:
            self._ahead -= 1

    async def wait_for_slot(self) -> None:
        """Wait until one more request may be sent.

        The caller must hold `line`. Raises the stop's error as soon as a stop is requested.
        """
        while (seconds := self._window.opens_at(now := self._waits.monotonic()) - now) > 0:
            if seconds < math.inf:
                self._mention(seconds)
                await self._waits.sleep(seconds)
            else:
                self._answered.clear()
                await self._waits.stop.unless(self._answered.wait())
        await self._waits.stop.unless(self._spacing.acquire())

    def _mention(self, seconds: float) -> None:
        """Say that the next minute is waited for. One token says it, as it is the same for all."""
        if self.number == 0:
            self._waits.mention("all tokens", _USED_UP, seconds)

    def take(self) -> None:
        """Hold a slot for a request that is sent now."""
        self._window.take()

    def answered(self) -> None:
        """Free the slot of a request that was answered or given up, 60 seconds from now."""
        self._window.answered(self._waits.monotonic())
        self._answered.set()

    def limited(self) -> None:
        """Space all requests evenly from now on, because one met a 429."""
        if self._burst > 1:
            self._burst = 1
            self.allow(self._window.allowance)
