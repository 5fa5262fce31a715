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

Slots = tuple[StrictWindow, ...]
"""The windows in which one request holds a slot: the allowance's, or also the burst's."""

_USED_UP = "all requests allowed in this minute are used up"
"""Why a request waits for the next minute."""


class Lane:
    """The pace and the pauses of one token; `number` counts from 0.

    Of the allowance in any minute, `burst` requests may be sent at any moment, the others evenly
    spaced. A 429 shows that Genesys counts otherwise than assumed: from then on all are spaced.
    `paused_until` is in seconds of the monotonic clock.
    """

    def __init__(self, number: int, burst: int, waits: Waits) -> None:
        self.number = number
        self.paused_until = -math.inf
        self.line = asyncio.Lock()
        """Held by the one request that waits for the next slots."""
        self._waits = waits
        self._window = StrictWindow(DEFAULT_PER_MINUTE)
        self._most_at_once = burst
        self._answered = asyncio.Event()
        self._ahead = 0
        self._booked_until = -math.inf
        self._spread(burst)

    def allow(self, allowance: int) -> None:
        """Set how many requests may be sent in any minute; those already sent count."""
        self._window.allowance = allowance
        self._spread(self._most_at_once)

    def _spread(self, burst: int) -> None:
        """Divide the allowance; the first evenly spaced request leaves as one of the burst."""
        allowance = self._window.allowance
        evenly = allowance - burst + 1 if burst < allowance else 0
        self._burst = StrictWindow(allowance - evenly)
        self._even = AsyncLimiter(*bucket(evenly)) if evenly else None
        self._period_seconds = 60 / evenly if evenly else math.inf

    def sent_lately(self, now: float) -> int:
        """The most requests that Genesys may have counted in the last minute."""
        return self._window.held(now)

    def rank(self, now: float) -> tuple[float, bool, int]:
        """How well this token suits one more request: the token of the lowest rank is to take it.

        First when the request could be sent. Then whether it would be one of the burst: an evenly
        spaced slot comes first, as it is lost if not used at once. Then how many wait already.
        """
        evenly = self._evenly_at(now)
        burst = self._burst.opens_at(now, self._ahead)
        window = self._window.opens_at(now, self._ahead)
        return max(self.paused_until, window, min(burst, evenly)), evenly > now, self._ahead

    def _evenly_at(self, now: float) -> float:
        """The earliest time for one more of the evenly spaced requests."""
        if self._even is None:
            return math.inf
        if not self._ahead and self._even.has_capacity():
            return now
        return max(now, self._booked_until)

    @contextmanager
    def booked(self, now: float) -> Iterator[None]:
        """A context in which one request counts as waiting for this token."""
        evenly = self._evenly_at(now)
        if evenly <= self._burst.opens_at(now, self._ahead):
            self._booked_until = evenly + self._period_seconds
        self._ahead += 1
        try:
            yield
        finally:
            self._ahead -= 1

    async def wait_for_slots(self) -> Slots:
        """Wait until one more request may be sent; returns the slots that it is to take.

        The caller must hold `line`. Raises the stop's error as soon as a stop is requested.
        """
        await self._until_open(self._window)
        if self._even is None:
            await self._until_open(self._burst)
            return self._window, self._burst
        now = self._waits.monotonic()
        opens_at = self._burst.opens_at(now)
        if opens_at <= now and not self._even.has_capacity():
            return self._window, self._burst
        try:
            async with asyncio.timeout_at(opens_at if now < opens_at < math.inf else None):
                await self._waits.stop.unless(self._even.acquire())
        except TimeoutError:
            return self._window, self._burst
        return (self._window,)

    def answered(self, slots: Slots) -> None:
        """Free the slots of a request that was answered or given up, 60 seconds from now."""
        for each in slots:
            each.answered(self._waits.monotonic())
        self._answered.set()

    def limited(self) -> None:
        """Space all requests evenly from now on, because one with this token met a 429."""
        self._spread(1)

    async def _until_open(self, window: StrictWindow) -> None:
        """Wait until this token can take a request, and say so if it takes long."""
        while (seconds := window.opens_at(now := self._waits.monotonic()) - now) > 0:
            if seconds < math.inf:
                self._waits.mention(f"token {self.number + 1}", _USED_UP, seconds)
                await self._waits.sleep(seconds)
            else:
                self._answered.clear()
                await self._waits.stop.unless(self._answered.wait())
