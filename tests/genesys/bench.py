"""A throttle at work in virtual time, with a record of what left and what was refused."""

import asyncio
import itertools
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field

from batch_offboard.genesys import Settings, Stop
from batch_offboard.genesys.errors import Failure
from batch_offboard.genesys.pace import Family
from batch_offboard.genesys.throttle import Throttle, Turn
from batch_offboard.genesys.waiting import Patience, Pause, Waits
from batch_offboard.offboarding.models import ApiError

from .virtual_time import now, virtual_clock

LATENCY_SECONDS = 0.15


def limited(key: str, per_minute: float | None) -> Failure:
    """A 429 that names its limit, or none."""
    error = ApiError(429, "too.many", "Too many")
    return Failure("limited", error, limit_key=key, limit_per_minute=per_minute)


@dataclass
class Bench:
    """A throttle with a record of what left and of the pauses it told of."""

    settings: Settings
    stop: Stop = field(default_factory=Stop)
    left: list[tuple[float, int, Family]] = field(default_factory=list)
    refused: list[float] = field(default_factory=list)
    limit_key: Callable[[Turn], str] = lambda _: ""
    limit_per_minute: float | None = None
    pauses: list[Pause] = field(default_factory=list)
    prepared: Callable[[int], Awaitable[None]] | None = None

    def __post_init__(self) -> None:
        waits = Waits(self.settings, self.stop, virtual_clock(), self.pauses.append)
        self.throttle = Throttle(waits, self._prepare)

    async def _prepare(self, number: int) -> None:
        if self.prepared:
            await self.prepared(number)

    async def call(
        self,
        family: Family = "other",
        judge: Callable[[Turn], float] = lambda _: 0,
        patience_seconds: float = 1e9,
    ) -> None:
        """One call with as many tries as `judge` (a wait in seconds, or 0) makes it need."""
        patience, wait = Patience(patience_seconds), 1.0
        while wait:
            async with self.throttle.turn(family, patience) as turn:
                self.left.append((now(), turn.lane.number, family))
                wait = judge(turn)
                await asyncio.sleep(LATENCY_SECONDS)
            if wait:
                self.refused.append(now())
                failure = limited(self.limit_key(turn), self.limit_per_minute)
                self.throttle.limited(turn, failure, wait)
            else:
                self.throttle.granted(turn)

    async def calls(
        self, count: int, family: Family = "other", judge: Callable[[Turn], float] = lambda _: 0
    ) -> None:
        """Many calls, two for each worker under way or waiting."""
        await self._side_by_side(iter(range(count)), family, judge)

    async def calls_until(
        self, end: float, family: Family = "other", judge: Callable[[Turn], float] = lambda _: 0
    ) -> None:
        """Calls without a break until a moment."""
        await self._side_by_side(
            itertools.takewhile(lambda _: now() < end, itertools.count()), family, judge
        )

    async def _side_by_side(
        self, numbers: Iterator[int], family: Family, judge: Callable[[Turn], float]
    ) -> None:
        async def one_after_another() -> None:
            for _ in numbers:
                await self.call(family, judge)

        await asyncio.gather(*(one_after_another() for _ in range(2 * self.settings.workers)))

    def times_of(self, family: Family) -> list[float]:
        """When calls of a family left."""
        return [at for at, _, each in self.left if each == family]

    def times(self, lane: int = 0) -> list[float]:
        """When calls left through a lane."""
        return [at for at, number, _ in self.left if number == lane]
