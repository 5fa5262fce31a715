"""Whose turn it is, in virtual time: minutes pass in milliseconds."""

import asyncio
import itertools
import math
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import pytest

from batch_offboard.errors import StoppedError
from batch_offboard.genesys import Settings, Stop
from batch_offboard.genesys.errors import Failure
from batch_offboard.genesys.pace import Family
from batch_offboard.genesys.retry import Patience, WaitedTooLongError
from batch_offboard.genesys.throttle import Throttle, Turn
from batch_offboard.genesys.waits import Waits
from batch_offboard.offboarding.models import ApiError
from batch_offboard.run.events import Paused

from .virtual_time import now, run, virtual_clock

LATENCY_SECONDS = 0.15


def limited(key: str = "") -> Failure:
    """A 429."""
    return Failure("limited", ApiError(429, "too.many", "Too many"), limit_key=key)


@dataclass
class Window:
    """What Genesys would say: `allowed` calls in any sixty seconds, else the wait in seconds."""

    allowed: int
    calls: deque[float] = field(default_factory=deque)

    def wait_seconds(self, taken_by_others: int = 0) -> int:
        """0 for a call that is let through."""
        while self.calls and self.calls[0] <= now() - 60:
            self.calls.popleft()
        if len(self.calls) < self.allowed - taken_by_others:
            self.calls.append(now())
            return 0
        return max(1, math.ceil(self.calls[0] + 60 - now()))


@dataclass
class Bench:
    """A throttle with a record of what left and of the pauses it told of."""

    settings: Settings
    stop: Stop = field(default_factory=Stop)
    left: list[tuple[float, int, Family]] = field(default_factory=list)
    refused: int = 0
    pauses: list[Paused] = field(default_factory=list)
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
        judge: Callable[[Turn], int] = lambda _: 0,
        patience_seconds: float = 1e9,
    ) -> None:
        """One call with as many tries as `judge` (a wait in seconds, or 0) makes it need."""
        patience, wait = Patience(patience_seconds), 1
        while wait:
            async with self.throttle.turn(family, patience) as turn:
                self.left.append((now(), turn.lane.number, family))
                wait = judge(turn)
                await asyncio.sleep(LATENCY_SECONDS)
            if wait:
                self.refused += 1
                self.throttle.limited(turn, limited(), wait)
            else:
                self.throttle.granted(turn)

    async def calls(
        self, count: int, family: Family = "other", judge: Callable[[Turn], int] = lambda _: 0
    ) -> None:
        """Many calls, two for each worker under way or waiting."""
        numbers = iter(range(count))

        async def one_after_another() -> None:
            for _ in numbers:
                await self.call(family, judge)

        await asyncio.gather(*(one_after_another() for _ in range(2 * self.settings.workers)))

    def times(self, lane: int = 0) -> list[float]:
        """When calls left through a lane."""
        return [at for at, number, _ in self.left if number == lane]


@pytest.mark.parametrize("tokens", [1, 4, 10])
def test_the_allowance_is_used_without_a_burst(tokens: int) -> None:
    """At least 93 % of 300 a minute and token at 150 ms, evenly, and never a 429."""

    async def work() -> Bench:
        bench = Bench(Settings(tokens=tokens))
        windows = [Window(300) for _ in range(tokens)]
        await bench.calls(900 * tokens, judge=lambda turn: windows[turn.lane.number].wait_seconds())
        return bench

    bench = run(work())
    share = len(bench.left) / bench.left[-1][0] * 60 / (300 * tokens)
    gaps = [b - a for lane in range(tokens) for a, b in itertools.pairwise(bench.times(lane))]
    assert share >= 0.93
    assert min(gaps) >= 0.49 * 60 / 285
    assert bench.refused == 0


def test_the_pace_holds_after_idle_time() -> None:
    """Slots that nobody used are gone: ten calls after an hour still leave one by one."""

    async def work() -> list[float]:
        bench = Bench(Settings(per_minute=60))
        await bench.call()
        await asyncio.sleep(3600)
        await asyncio.gather(*(bench.call() for _ in range(8)))
        return bench.times()[1:]

    times = run(work())
    assert [b - a for a, b in itertools.pairwise(times)] == pytest.approx(
        [0.5, *[1.0] * 6], abs=0.01
    )


def test_a_late_timer_loses_nothing() -> None:
    """What a slow moment delays is caught up within half a call."""

    async def work() -> float:
        bench = Bench(Settings(per_minute=60))

        async def late(_: int) -> None:
            await asyncio.sleep(0.3)

        bench.prepared = late
        for _ in range(100):
            await bench.call()
        return bench.times()[-1]

    assert run(work()) == pytest.approx(99, abs=1)


def test_a_429_pauses_its_token_and_nothing_else() -> None:
    """The other token goes on; the paused one returns when its pause is over."""

    async def work() -> Bench:
        bench = Bench(Settings(tokens=2, per_minute=60))
        refusals = iter([30])
        await bench.calls(60, judge=lambda turn: next(refusals, 0) if turn.lane.number == 0 else 0)
        return bench

    bench = run(work())
    first, *rest = bench.times(0)
    assert rest[0] >= first + LATENCY_SECONDS + 30
    assert len([at for at in bench.times(1) if at < rest[0]]) == pytest.approx(31, abs=1)
    assert [pause.scope for pause in bench.pauses] == ["token 1"]


def test_a_429_on_a_queue_route_pauses_the_queue_routes_of_all_tokens() -> None:
    """Other calls go on through every token, and no worker is held by those that wait."""

    async def work() -> Bench:
        bench = Bench(Settings(tokens=2, per_minute=60, workers=2))
        refusals = iter([30])
        queues = [
            asyncio.create_task(bench.call("queues", lambda _: next(refusals, 0))) for _ in range(6)
        ]
        await asyncio.sleep(5)
        await bench.calls(40)
        await asyncio.gather(*queues)
        return bench

    bench = run(work())
    queues = [at for at, _, family in bench.left if family == "queues"]
    others = [at for at, _, family in bench.left if family == "other"]
    pause = [at for at in queues if 6 < at < 30]
    assert pause == []
    assert others[-1] < 26
    assert [pause.scope for pause in bench.pauses] == ["queue routes"]


def test_short_pauses_are_not_mentioned() -> None:
    """A second is not worth a word, and neither is a pause that is already known."""

    async def work() -> list[Paused]:
        bench = Bench(Settings(per_minute=6000, workers=4))
        refusals = iter([1, 20, 20, 20])
        await bench.calls(12, judge=lambda _: next(refusals, 0))
        return bench.pauses

    pauses = run(work())
    assert [(pause.scope, pause.until[11:19]) for pause in pauses] == [("token 1", "12:00:20")]


@pytest.mark.parametrize("others", [0, 40])
def test_queue_calls_settle_just_under_what_is_granted(others: int) -> None:
    """With another integration taking its part from the fifth minute on."""

    async def work() -> Bench:
        bench = Bench(Settings(tokens=4))
        window = Window(100)
        await bench.calls(
            1500, "queues", lambda _: window.wait_seconds(others if now() > 300 else 0)
        )
        return bench

    bench = run(work())
    steady = [at for at, _, _ in bench.left if at > 500]
    per_minute = len(steady) / (steady[-1] - steady[0]) * 60
    assert 0.93 * (100 - others) <= per_minute <= 1.02 * (100 - others)
    assert bench.refused <= 6 + len(bench.left) / 200 + others / 2


def test_a_call_gives_up_once_pauses_have_used_up_its_patience() -> None:
    """Waiting for the pace is no pause and does not count."""

    async def work() -> float:
        bench = Bench(Settings(per_minute=1))
        await bench.call()
        await bench.call(patience_seconds=1)
        with pytest.raises(WaitedTooLongError):
            await bench.call(judge=lambda _: 50, patience_seconds=60)
        return now()

    assert run(work()) < 60 * 3 + 50 * 3


@pytest.mark.parametrize("family", ["queues", "other"])
def test_a_stop_ends_a_pause_at_once(family: Family) -> None:
    """Nobody waits an hour for a pause after Ctrl-C."""

    async def work() -> float:
        bench = Bench(Settings())
        waiting = asyncio.create_task(bench.call(family, lambda _: 3600))
        await asyncio.sleep(10)
        bench.stop.request(StoppedError("Ctrl-C"))
        with pytest.raises(StoppedError, match="Ctrl-C"):
            await waiting
        with pytest.raises(StoppedError, match="Ctrl-C"):
            await bench.call()
        return now()

    assert run(work()) < 10.1


def test_no_more_workers_than_allowed() -> None:
    """`workers` bounds the calls in flight."""

    async def work() -> int:
        bench = Bench(Settings(per_minute=60_000, workers=3))
        flying = most = 0

        def judge(_: Turn) -> int:
            nonlocal flying, most
            flying += 1
            most = max(most, flying)
            asyncio.get_running_loop().call_later(LATENCY_SECONDS * 0.99, land)
            return 0

        def land() -> None:
            nonlocal flying
            flying -= 1

        await bench.calls(60, judge=judge)
        return most

    assert run(work()) == 3
