"""Whose turn it is: every try waits here for its family of routes, for a worker and for a token."""

import asyncio
import math
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aiolimiter import AsyncLimiter

from batch_offboard.genesys.errors import Failure
from batch_offboard.genesys.pace import AdaptivePace, Family, LastMinute, bucket, limit_concerns
from batch_offboard.genesys.retry import Patience
from batch_offboard.genesys.waits import MENTIONED_SECONDS, Waits
from batch_offboard.offboarding.limits import CALLS_PER_MINUTE


class Lane:
    """One token's way to Genesys: an even pace, and a pause when Genesys asks for one."""

    def __init__(self, number: int, per_minute: float) -> None:
        self.number = number
        self.paused_until = -math.inf
        self.limiter = AsyncLimiter(*bucket(per_minute))
        self.left = LastMinute()
        self._period_seconds = 60 / per_minute
        self._booked_until = -math.inf

    def has_calls_left(self, now: float) -> bool:
        """Whether Genesys would take one more call of this token, as far as we know."""
        return self.paused_until <= now and self.left.count(now) < CALLS_PER_MINUTE

    def free_at(self, now: float) -> float:
        """When this lane could take one more call."""
        return max(now, self._booked_until, self.paused_until)

    def book(self, now: float) -> None:
        """Count on one more call."""
        self._booked_until = self.free_at(now) + self._period_seconds


@dataclass
class Turn:
    """The right to send one try now, through one lane."""

    lane: Lane
    family: Family
    left_at: float


class _Routes:
    """A family of routes that is paused and paced for all tokens together.

    Calls wait in `line` and only the first of them for the pace, so that none keeps a place that
    was given out at a pace which has since been found too fast or too slow.
    """

    def __init__(self, most_per_minute: float) -> None:
        self.paused_until = -math.inf
        self.pace = AdaptivePace(most_per_minute)
        self.line = asyncio.Lock()


class Throttle:
    """Spaces calls per token, pauses what a 429 concerns, and lets everything else go on.

    `prepare` is awaited with the number of a lane before its pace, to have a valid token.
    """

    def __init__(self, waits: Waits, prepare: Callable[[int], Awaitable[None]]) -> None:
        settings = waits.settings
        self._waits = waits
        self._prepare = prepare
        self._workers = asyncio.Semaphore(settings.workers)
        self._lanes = [Lane(number, settings.per_minute) for number in range(settings.tokens)]
        self._queue_routes = _Routes(settings.per_minute * settings.tokens)

    @asynccontextmanager
    async def turn(self, family: Family, patience: Patience) -> AsyncIterator[Turn]:
        """Wait until a try of `family` may leave, and hold a worker while it is under way.

        Raises the stop's error, or WaitedTooLongError once pauses have used up the patience.
        A try that waits for its family holds neither a worker nor a token's slot.
        """
        while True:
            self._waits.stop.check()
            await self._until_family_opens(family, patience)
            await self._waits.stop.unless(self._workers.acquire())
            try:
                lane = await self._lane_for(family, patience)
                if lane is not None:
                    # A stop may have come together with the turn: nothing leaves after it.
                    self._waits.stop.check()
                    yield Turn(lane, family, self._waits.monotonic())
                    return
            finally:
                self._workers.release()

    def granted(self, turn: Turn) -> None:
        """The try of `turn` was not limited."""
        if turn.family == "queues":
            self._queue_routes.pace.granted(self._waits.monotonic())

    def limited(self, turn: Turn, failure: Failure, wait_seconds: float) -> None:
        """The try of `turn` met a 429: pause what it concerns for `wait_seconds` or longer."""
        now = self._waits.monotonic()
        until = now + wait_seconds
        calls_left = turn.lane.has_calls_left(now)
        concerns = limit_concerns(failure.limit_key, turn.family, token_has_calls_left=calls_left)
        if concerns == "queues":
            if failure.limit_per_minute is not None:
                self._queue_routes.pace.name(failure.limit_per_minute)
            until = self._queue_routes.pace.limited(now, turn.left_at, until)
            reason = "the organisation's limit for queue calls is reached"
            self._pause(self._queue_routes, until, "queue routes", reason)
        else:
            reason = "the limit for the calls of one login is reached"
            self._pause(turn.lane, until, f"token {turn.lane.number + 1}", reason)

    def _pause(self, paused: "Lane | _Routes", until: float, scope: str, reason: str) -> None:
        now = self._waits.monotonic()
        if until > max(paused.paused_until, now) + MENTIONED_SECONDS:
            self._waits.mention(scope, reason, until - now)
        paused.paused_until = max(paused.paused_until, until)

    async def _until_family_opens(self, family: Family, patience: Patience) -> None:
        if family == "other":
            return
        routes = self._queue_routes
        while True:
            await self._sleep_out(routes, patience)
            async with routes.line:
                # Where nothing is let through any more, nobody waits in line without patience.
                if not (self._is_paused(routes) and routes.pace.lets_nothing_through):
                    await self._waits.sleep(routes.pace.opens_at - self._waits.monotonic())
                if not self._is_paused(routes):
                    routes.pace.take(self._waits.monotonic())
                    return

    async def _lane_for(self, family: Family, patience: Patience) -> Lane | None:
        """The token that is free first, once it is; None if a pause came in between."""
        now = self._waits.monotonic()
        lane = min(self._lanes, key=lambda lane: lane.free_at(now))
        lane.book(now)
        await self._sleep_out(lane, patience)
        await self._prepare(lane.number)
        await self._waits.stop.unless(lane.limiter.acquire())
        closed = family == "queues" and self._is_paused(self._queue_routes)
        if closed or self._is_paused(lane):
            return None
        lane.left.add(self._waits.monotonic())
        return lane

    def _is_paused(self, paused: Lane | _Routes) -> bool:
        return paused.paused_until > self._waits.monotonic()

    async def _sleep_out(self, paused: Lane | _Routes, patience: Patience) -> None:
        while self._is_paused(paused):
            seconds = paused.paused_until - self._waits.monotonic()
            await self._waits.sleep(patience.spend(seconds))
