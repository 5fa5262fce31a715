"""When a try may be sent: it waits for its family of routes, for a worker and for a token."""

import asyncio
import math
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from batch_offboard.genesys.errors import Failure
from batch_offboard.genesys.lane import Lane
from batch_offboard.genesys.pace import AdaptivePace, Family, limited_family
from batch_offboard.genesys.waiting import MENTIONED_SECONDS, Patience, Waits
from batch_offboard.offboarding.limits import CALLS_PER_MINUTE, DEFAULT_PER_MINUTE


@dataclass
class Turn:
    """The permission to send one try now, with one token."""

    lane: Lane
    family: Family
    sent_at: float


class _Routes:
    """The pace and the pauses of the queue routes, for all tokens together.

    Calls wait for `line`, and only its holder waits for the pace: no call keeps a slot that was
    assigned at a pace which has changed since.
    """

    def __init__(self, most_per_minute: float) -> None:
        self.paused_until = -math.inf
        self.pace = AdaptivePace(most_per_minute)
        self.line = asyncio.Lock()


class Throttle:
    """Spaces the calls of each token and pauses what a 429 concerns, and nothing else.

    `prepare` is awaited with the number of a token before its pace, so that the token is valid.
    """

    def __init__(self, waits: Waits, prepare: Callable[[int], Awaitable[None]]) -> None:
        settings = waits.settings
        self._waits = waits
        self._prepare = prepare
        self._workers = asyncio.Semaphore(settings.workers)
        self._lanes = [Lane(number, settings.burst, waits) for number in range(settings.tokens)]
        self.allow(settings.per_minute or DEFAULT_PER_MINUTE)

    def allow(self, per_minute: int) -> None:
        """Set how many requests each token may send in any minute. To be called before a 429."""
        for lane in self._lanes:
            lane.allow(per_minute)
        self._queue_routes = _Routes(per_minute * len(self._lanes))

    @asynccontextmanager
    async def turn(self, family: Family, patience: Patience) -> AsyncIterator[Turn]:
        """Wait until a try of `family` may be sent, and hold a worker until it has an answer.

        A try that waits for its family holds neither a worker nor a slot of a token. Raises the
        stop's error, or WaitedTooLongError once pauses have used up the patience.
        """
        while True:
            self._waits.stop.check()
            await self._until_family_opens(family, patience)
            await self._waits.stop.unless(self._workers.acquire())
            try:
                turn = await self._turn_of(family, patience)
                if turn is not None:
                    try:
                        # A stop may have been requested meanwhile: nothing is sent after it.
                        self._waits.stop.check()
                        yield turn
                    finally:
                        turn.lane.answered()
                    return
            finally:
                self._workers.release()

    def granted(self, turn: Turn) -> None:
        """Count the try of `turn` as granted."""
        if turn.family == "queues":
            self._queue_routes.pace.granted(self._waits.monotonic())

    def limited(self, turn: Turn, failure: Failure, wait_seconds: float) -> None:
        """Pause what the 429 of `turn` concerns, for `wait_seconds` or longer."""
        now = self._waits.monotonic()
        until = now + wait_seconds
        calls_left = (
            not self._is_paused(turn.lane) and turn.lane.sent_lately(now) < CALLS_PER_MINUTE
        )
        concerns = limited_family(failure.limit_key, turn.family, token_has_calls_left=calls_left)
        if concerns == "queues":
            if failure.limit_per_minute is not None:
                self._queue_routes.pace.set_named_limit(failure.limit_per_minute)
            until = self._queue_routes.pace.limited(now, turn.sent_at, until)
            reason = "the organisation's limit for queue requests is reached"
            self._pause(self._queue_routes, until, "queue routes", reason)
            for lane in self._lanes:
                lane.limited()
        else:
            reason = "Genesys' request limit is reached"
            self._pause(turn.lane, until, f"token {turn.lane.number + 1}", reason)
            turn.lane.limited()

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
                # While nothing is granted, waiting in line must use up patience too.
                if not (self._is_paused(routes) and routes.pace.grants_nothing):
                    await self._waits.sleep(routes.pace.opens_at - self._waits.monotonic())
                if not self._is_paused(routes):
                    routes.pace.take(self._waits.monotonic())
                    return

    async def _turn_of(self, family: Family, patience: Patience) -> Turn | None:
        """A turn with the token that is free first; None if a pause began meanwhile."""
        now = self._waits.monotonic()
        lane = min(self._lanes, key=lambda lane: lane.rank(now))
        with lane.booked():
            await self._sleep_out(lane, patience)
            await self._prepare(lane.number)
            async with lane.line:
                await lane.wait_for_slot()
                closed = family == "queues" and self._is_paused(self._queue_routes)
                if closed or self._is_paused(lane):
                    return None
                lane.take()
                return Turn(lane, family, self._waits.monotonic())

    def _is_paused(self, paused: Lane | _Routes) -> bool:
        return paused.paused_until > self._waits.monotonic()

    async def _sleep_out(self, paused: Lane | _Routes, patience: Patience) -> None:
        while self._is_paused(paused):
            seconds = paused.paused_until - self._waits.monotonic()
            await self._waits.sleep(patience.spend(seconds))
