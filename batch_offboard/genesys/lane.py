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
"""The slots that one request holds: of the whole allowance, and of the burst if it is one of it."""

_USED_UP = "all requests allowed in this minute are used up"
"""Why a request waits for the next minute."""


class Lane:
    """The slots and the pauses of one token; `number` counts from 0.

    Of the allowance in any minute, `burst` requests may leave at any moment and the others leave
    evenly. A 429 shows that Genesys counts otherwise than assumed: from then on all leave evenly.
    """

    def __init__(self, number: int, burst: int, waits: Waits) -> None:
        self.number = number
        self.paused_until = -math.inf
        self.line = asyncio.Lock()
        """Held by the one request that waits for the next slot."""
        self._waits = waits
        self._window = StrictWindow(DEFAULT_PER_MINUTE)
        self._most_at_once = burst
        self._answered = asyncio.Event()
        self._ahead = 0
        self._booked_until = -math.inf
        self._spread(burst)

    def allow(self, allowance: int) -> None:
        """Set how many requests may leave in any minute; those that have left count."""
        self._window.allowance = allowance
        self._spread(self._most_at_once)

    def _spread(self, burst: int) -> None:
        """Divide the allowance. The first one of those that leave evenly belongs to the burst."""
        allowance = self._window.allowance
        evenly = allowance - burst + 1 if burst < allowance else 0
        self._burst = StrictWindow(allowance - evenly)
        self._even = AsyncLimiter(*bucket(evenly)) if evenly else None
        self._period_seconds = 60 / evenly if evenly else math.inf

    def sent_lately(self, now: float) -> int:
        """How many requests Genesys may count in the last minute."""
        return self._window.held(now)

    def load(self, now: float) -> tuple[float, bool, int]:
        """When this token could take one more request, and how many wait for it already.

        Between the two: whether that would be one of the burst. A slot of those that leave evenly
        is lost if it is not used at once.
        """
        evenly = self._evenly_at(now)
        burst = self._burst.opens_at(now, self._ahead)
        window = self._window.opens_at(now, self._ahead)
        return max(self.paused_until, window, min(burst, evenly)), evenly > now, self._ahead

    def _evenly_at(self, now: float) -> float:
        """When one more request could leave as one of those that leave evenly."""
        if self._even is None:
            return math.inf
        if not self._ahead and self._even.has_capacity():
            return now
        return max(now, self._booked_until)

    @contextmanager
    def booked(self, now: float) -> Iterator[None]:
        """A context in which a request counts as waiting for this token."""
        evenly = self._evenly_at(now)
        if evenly <= self._burst.opens_at(now, self._ahead):
            self._booked_until = evenly + self._period_seconds
        self._ahead += 1
        try:
            yield
        finally:
            self._ahead -= 1

    async def slots(self) -> Slots:
        """Wait until one more request may leave; the slots that it is to take. Hold `line`.

        Raises the stop's error as soon as a stop is requested.
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
        """A request that took these slots was answered or given up."""
        for each in slots:
            each.answered(self._waits.monotonic())
        self._answered.set()

    def limited(self) -> None:
        """Send evenly from now on: a request through this token met its limit."""
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
