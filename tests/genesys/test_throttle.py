"""Whose turn it is, in virtual time: minutes pass in milliseconds."""

import asyncio
import itertools
import math
import random
from collections import Counter, deque
from dataclasses import dataclass, field

import pytest

from batch_offboard.errors import StoppedError
from batch_offboard.genesys import Settings
from batch_offboard.genesys.pace import Family
from batch_offboard.genesys.throttle import Turn
from batch_offboard.genesys.waiting import Patience, Pause, WaitedTooLongError

from .bench import LATENCY_SECONDS, Bench
from .granting import LIMITS
from .virtual_time import now, run

TOKEN_KEY = "client.credentials.token.rate.per.minute"


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


@pytest.mark.parametrize("tokens", [1, 4, 10])
def test_the_allowance_is_used(tokens: int) -> None:
    """At least 98.5 % of 300 a minute and token at 150 ms, and never a 429."""

    async def work() -> Bench:
        bench = Bench(Settings(tokens=tokens, workers=2 * tokens + 6))
        windows = [Window(300) for _ in range(tokens)]
        await bench.calls(
            1500 * tokens, judge=lambda turn: windows[turn.lane.number].wait_seconds()
        )
        return bench

    bench = run(work())
    minutes = bench.left[-1][0] // 60
    whole = [at for at, _, _ in bench.left if 60 <= at < 60 * minutes]
    assert len(whole) >= 0.985 * 300 * tokens * (minutes - 1)
    assert bench.refused == []


@pytest.mark.parametrize(
    "limit", ["minutes of the clock", "minutes from a first call", "the last minute"]
)
@pytest.mark.parametrize(
    ("per_minute", "burst", "jitter"),
    [(297, 100, 1.0), (297, 297, 0.3), (30, 4, 9.0), (60, 100, 0.0)],
)
def test_no_minute_has_more_than_the_allowance(
    limit: str, per_minute: int, burst: int, jitter: float
) -> None:
    """As counted strictly by who gets the calls, which take their time there and back."""
    chance = random.Random(f"{limit} {per_minute} {burst}")

    async def work() -> None:
        bench = Bench(Settings(per_minute=per_minute, burst=burst, workers=24))
        counted = LIMITS[limit](lambda _: per_minute)

        async def one() -> None:
            async with bench.throttle.turn("other", Patience(1e9)):
                await asyncio.sleep(chance.expovariate(1 / jitter) if jitter else 0)
                seen["refused" if counted.wait_seconds(now()) else "let_through"] += 1
                await asyncio.sleep(chance.expovariate(1 / jitter) if jitter else 0)

        async def many() -> None:
            while now() < 400:
                await one()
                if chance.random() < 0.01:
                    await asyncio.sleep(chance.uniform(0, 30))

        await asyncio.gather(*(many() for _ in range(48)))

    seen: Counter[str] = Counter()
    run(work())
    assert seen["refused"] == 0
    assert seen["let_through"] > 3 * per_minute


async def hold(bench: Bench, seconds: float, sent: list[float]) -> None:
    """One call that has its answer so many seconds after it was sent."""
    async with bench.throttle.turn("other", Patience(1e9)):
        sent.append(now())
        await asyncio.sleep(seconds)


def test_calls_without_an_answer_count_until_a_minute_after_it() -> None:
    """Genesys may have counted each just before it answered, however long that took."""
    sent: list[float] = []

    async def work() -> None:
        bench = Bench(Settings(per_minute=3, burst=3, workers=8))
        await hold(bench, 0, [])
        await asyncio.sleep(1000)
        await asyncio.gather(*(hold(bench, seconds, sent) for seconds in (100, 90, 70, 500, 1, 1)))

    run(work())
    assert sent == pytest.approx([1000, 1000, 1000, 1130, 1150, 1160], abs=0.1)


def test_the_last_second_of_a_minute_is_waited_for_too() -> None:
    """A slot is free 60 s after the answer, and not a moment before."""

    async def work() -> list[float]:
        bench = Bench(Settings(per_minute=2, burst=2))
        await asyncio.gather(bench.call(), bench.call())
        await asyncio.sleep(59.5)
        await bench.call()
        return bench.times()

    assert run(work())[2] == pytest.approx(60 + LATENCY_SECONDS, abs=0.01)


def test_a_stop_ends_the_wait_for_calls_without_an_answer() -> None:
    """Those are waited for, the others leave no more."""
    sent: list[float] = []

    async def work() -> float:
        bench = Bench(Settings(per_minute=1, burst=1, workers=8))
        calls = [asyncio.create_task(hold(bench, 100, sent)) for _ in range(3)]
        await asyncio.sleep(10)
        bench.stop.request(StoppedError("Ctrl-C"))
        await asyncio.wait(calls[1:])
        assert [type(each.exception()) for each in calls[1:]] == [StoppedError] * 2
        ended = now()
        await calls[0]
        return ended

    assert (run(work()) < 10.1, len(sent)) == (True, 1)


@pytest.mark.parametrize("burst", [1, 20])
def test_after_a_burst_calls_leave_evenly(burst: int) -> None:
    """So many at once, in any minute; the others one by one."""

    async def work() -> Bench:
        bench = Bench(Settings(burst=burst, workers=32))
        await bench.calls(290)
        return bench

    times = run(work()).times()
    gaps = [b - a for a, b in itertools.pairwise(times)]
    assert times[burst - 1] <= LATENCY_SECONDS
    assert min(gaps[burst:]) >= 0.49 * 60 / (297 - burst)
    assert max(gaps) <= 1.01 * 60 / (297 - burst)


@pytest.mark.parametrize("tokens", [1, 4])
def test_the_requests_of_a_minute_leave_early_and_the_next_ones_in_a_burst_again(
    tokens: int,
) -> None:
    """After the burst they are spaced by 60 seconds / 297; what is left waits for the next minute.

    506 requests with a token need 60 s, a burst, and 109 such spaces.
    """

    async def work() -> Bench:
        bench = Bench(Settings(tokens=tokens, workers=32 * tokens))
        await bench.calls(506 * tokens)
        return bench

    bench = run(work())
    for lane in range(tokens):
        times = bench.times(lane)
        assert times[99] <= 100 / 32 * LATENCY_SECONDS
        assert times[296] == pytest.approx(197 * 60 / 297, abs=0.5)
        assert 60 + LATENCY_SECONDS <= times[297] <= 60.5
        assert times[396] <= 62
        assert times[-1] == pytest.approx(60 + 109 * 60 / 297, abs=1)
        assert [b - a for a, b in itertools.pairwise(times[120:297])] == pytest.approx(
            [60 / 297] * 176, abs=0.01
        )


@pytest.mark.parametrize("tokens", [1, 3])
def test_the_wait_for_the_next_minute_is_mentioned_every_minute(tokens: int) -> None:
    """By one token, as it is the same for all."""

    async def work() -> Bench:
        bench = Bench(Settings(tokens=tokens, workers=16 * tokens))
        await bench.calls(800 * tokens)
        return bench

    pauses = run(work()).pauses
    assert {pause.scope for pause in pauses} == {"all tokens"}
    assert [round((pause.ends - pause.begins).total_seconds()) for pause in pauses] == [
        pytest.approx(20, abs=1)
    ] * 2
    assert (pauses[1].begins - pauses[0].begins).total_seconds() == pytest.approx(60, abs=1)


def test_a_429_ends_bursts() -> None:
    """Of any request of a token; of a queue request, with all tokens."""

    async def work(family: Family) -> Bench:
        bench = Bench(Settings(tokens=2, workers=32))
        refusals = iter([1])
        await bench.call(family, lambda _: next(refusals, 0))
        await asyncio.sleep(300)
        await bench.calls(100)
        return bench

    for family, lanes in (("other", {0}), ("queues", {0, 1})):
        bench = run(work(family))
        for lane in (0, 1):
            times = [at for at in bench.times(lane) if at > 60]
            gaps = [b - a for a, b in itertools.pairwise(times)]
            assert (min(gaps) >= 0.49 * 60 / 297) is (lane in lanes)


def test_the_pace_holds_after_idle_time() -> None:
    """Slots that nobody used are gone: ten calls after an hour still leave one by one."""

    async def work() -> list[float]:
        bench = Bench(Settings(per_minute=60, burst=1))
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
        bench = Bench(Settings(per_minute=60, burst=1))

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
        bench = Bench(Settings(tokens=2, per_minute=60, burst=1))
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


def test_a_queue_call_that_meets_its_tokens_limit_pauses_no_other_token() -> None:
    """The key of the limit says so; queue calls go on through the other token."""

    async def work() -> Bench:
        bench = Bench(Settings(tokens=2, per_minute=60, burst=1), limit_key=lambda _: TOKEN_KEY)
        refusals = iter([30])
        await bench.calls(
            40, "queues", lambda turn: next(refusals, 0) if turn.lane.number == 0 else 0
        )
        return bench

    bench = run(work())
    first, second, *_ = bench.times(0)
    assert second >= first + 30
    assert len([at for at in bench.times(1) if at < 30]) == pytest.approx(30, abs=1)
    assert [pause.scope for pause in bench.pauses] == ["token 1"]


def test_a_queue_call_under_way_when_its_token_is_paused_says_nothing_of_queues() -> None:
    """Its token's limit has just refused another call, and the 429 names no limit."""

    async def work() -> Bench:
        bench = Bench(Settings(tokens=2, per_minute=600))
        refusals = {"other": iter([30]), "queues": iter([30])}

        def answer(turn: Turn) -> float:
            return next(refusals[turn.family], 0) if turn.lane.number == 0 else 0

        calls = [bench.call("other", answer), *(bench.call("queues", answer) for _ in range(40))]
        await asyncio.gather(*calls)
        return bench

    bench = run(work())
    assert len(bench.refused) == 2
    assert bench.left[-1][0] < 10
    assert {pause.scope for pause in bench.pauses} == {"token 1"}


@pytest.mark.parametrize(("named", "share"), [(True, 0.9), (False, 0.5)])
def test_both_limits_at_once_leave_both_families_their_share(named: bool, share: float) -> None:
    """Each token may make 250 calls a minute, less than it tries, and queue calls are 100.

    Where no limit is named, some of a token's 429s on queue routes pass for the organisation's.
    """
    by_token: set[int] = set()
    let_through: list[float] = []

    def limit_key(turn: Turn) -> str:
        return TOKEN_KEY if named and id(turn) in by_token else ""

    async def work() -> Bench:
        bench = Bench(Settings(tokens=2), limit_key=limit_key)
        own, shared = [Window(250), Window(250)], Window(100)

        def answer(turn: Turn) -> float:
            by_token.discard(id(turn))
            wait = own[turn.lane.number].wait_seconds()
            if wait:
                by_token.add(id(turn))
            elif turn.family == "queues":
                wait = shared.wait_seconds()
                let_through.extend([] if wait else [now()])
            return wait

        await asyncio.gather(
            bench.calls_until(900, "queues", answer), bench.calls_until(900, "other", answer)
        )
        return bench

    bench = run(work())
    assert len([at for at in let_through if at > 300]) >= share * 100 * 10
    assert len(bench.left) - len(bench.refused) >= 0.93 * 500 * 15


def test_short_pauses_are_not_mentioned() -> None:
    """A second is not worth a word, and neither is a pause that is already known."""

    async def work() -> list[Pause]:
        bench = Bench(Settings(per_minute=6000, workers=4))
        refusals = iter([1, 20, 20, 20])
        await bench.calls(12, judge=lambda _: next(refusals, 0))
        return bench.pauses

    pauses = run(work())
    assert [(pause.scope, f"{pause.ends:%H:%M:%S}") for pause in pauses] == [
        ("token 1", "12:00:20")
    ]


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
    assert len(bench.refused) <= 6 + len(bench.left) / 200 + others / 2


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


def test_calls_in_line_for_queue_routes_lose_patience_in_a_pause_too() -> None:
    """Where nothing is ever let through, all give up together and not one after the other."""

    async def work() -> float:
        bench = Bench(Settings())
        calls = (bench.call("queues", lambda _: 50, patience_seconds=540) for _ in range(16))
        ends = await asyncio.gather(*calls, return_exceptions=True)
        assert [type(end) for end in ends] == [WaitedTooLongError] * 16
        return now()

    assert run(work()) < 540 + 2 * 50


def test_calls_in_line_for_queue_routes_keep_their_patience_while_others_are_granted() -> None:
    """All pauses together take four times as long as any of the calls would wait."""

    async def work() -> Bench:
        bench = Bench(Settings())
        tries = itertools.count(1)

        def refuse_every_fourth(_: Turn) -> int:
            return 0 if next(tries) % 4 else 20

        calls = (
            bench.call("queues", refuse_every_fourth, patience_seconds=150) for _ in range(100)
        )
        await asyncio.gather(*calls)
        return bench

    bench = run(work())
    assert (len(bench.left) - len(bench.refused), len(bench.refused) * 20 > 4 * 150) == (100, True)


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


@pytest.mark.parametrize("burst", [1, 297])
def test_nothing_leaves_once_a_stop_was_requested_while_its_token_was_renewed(burst: int) -> None:
    """Whether it would have been one of the burst or evenly spaced."""

    async def work() -> Bench:
        bench = Bench(Settings(burst=burst))

        async def stopped(_: int) -> None:
            bench.stop.request(StoppedError("Ctrl-C"))

        bench.prepared = stopped
        with pytest.raises(StoppedError, match="Ctrl-C"):
            await bench.call()
        return bench

    assert run(work()).left == []


def test_no_token_is_renewed_for_a_call_that_begins_after_a_stop() -> None:
    """That would be a login for nothing."""
    renewed: list[int] = []

    async def work() -> None:
        bench = Bench(Settings())

        async def renew(number: int) -> None:
            renewed.append(number)

        bench.prepared = renew
        bench.stop.request(StoppedError("Ctrl-C"))
        with pytest.raises(StoppedError, match="Ctrl-C"):
            await bench.call()

    run(work())
    assert renewed == []


@pytest.mark.parametrize("family", ["queues", "other"])
def test_a_shorter_pause_does_not_end_a_longer_one(family: Family) -> None:
    """Two calls under way are refused, the second for less time."""

    async def work() -> Bench:
        bench = Bench(Settings())
        refusals = iter([30, 5])
        await asyncio.gather(*(bench.call(family, lambda _: next(refusals, 0)) for _ in range(2)))
        return bench

    _, _, *later = run(work()).times_of(family)
    assert min(later) >= 30


def test_a_queue_call_that_has_its_token_late_heeds_a_pause_begun_meanwhile() -> None:
    """It had passed the queue routes before they were paused."""

    async def work() -> Bench:
        bench = Bench(Settings())
        renewals = iter([0, 5])

        async def renewed(_: int) -> None:
            await asyncio.sleep(next(renewals, 0))

        bench.prepared = renewed
        refusals = iter([30])
        calls = (bench.call("queues", lambda _: next(refusals, 0)) for _ in range(2))
        await asyncio.gather(*calls)
        return bench

    first, *later = run(work()).times_of("queues")
    assert (first < 1, len(later)) == (True, 2)
    assert min(later) >= 30


@pytest.mark.parametrize("burst", [2, 100])
def test_after_a_429_all_calls_of_its_token_are_spaced(burst: int) -> None:
    """Genesys counts otherwise than assumed, so there is no burst any more."""

    async def work() -> Bench:
        bench = Bench(Settings(burst=burst, workers=32))
        refusals = iter([30])
        await bench.call(judge=lambda _: next(refusals, 0))
        await bench.calls(60)
        return bench

    times = [at for at in run(work()).times() if at > 30]
    gaps = [b - a for a, b in itertools.pairwise(times)]
    assert (len(times), min(gaps[1:]) >= 0.49 * 60 / 297) == (61, True)


@pytest.mark.parametrize(("before", "scope"), [(298, "queue routes"), (299, "token 1")])
def test_a_429_after_all_calls_that_a_token_has_by_default_is_the_tokens(
    before: int, scope: str
) -> None:
    """Where it names no limit, and the organisation says that it allows more."""

    async def work() -> Bench:
        bench = Bench(Settings(per_minute=600, burst=600, workers=32))
        await bench.calls(before)
        refusals = iter([30])
        await bench.call("queues", lambda _: next(refusals, 0))
        return bench

    assert [pause.scope for pause in run(work()).pauses] == [scope]
