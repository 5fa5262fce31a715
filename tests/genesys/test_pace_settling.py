"""How the pace of queue routes settles, by whichever rule a server limits them."""

import asyncio
import itertools
import math
from collections.abc import Callable
from functools import cache

import pytest

from batch_offboard.genesys import Settings
from batch_offboard.genesys.throttle import Turn

from .bench import Bench
from .granting import LIMITS, Limit, Rate
from .virtual_time import now, run

RETRY_AFTER: dict[str, Callable[[float], float]] = {
    "as long as needed": lambda seconds: max(1, math.ceil(seconds)),
    "a second": lambda _: 1,
    "missing": lambda _: 3,
    "always 42 s": lambda _: 42,
}
HONEST = "as long as needed"


def judge(limit: Limit, retry_after: str) -> Callable[[Turn], float]:
    """What a server with this limit answers: 0, or the wait that its Retry-After asks for."""

    def wait_seconds(_: Turn) -> float:
        needed = limit.wait_seconds(now())
        return RETRY_AFTER[retry_after](needed) if needed else 0

    return wait_seconds


@cache
def even_queue_calls(limit: str, granted: int, retry_after: str = HONEST) -> Bench:
    """Queue calls without a break for 12 minutes, in which the same is granted all the time."""
    return queue_calls(limit, lambda _: granted, 12, retry_after)


def queue_calls(
    limit: str, rate: Rate, minutes: float, retry_after: str = HONEST, **settings: int
) -> Bench:
    """Queue calls without a break for so many minutes."""

    async def work() -> Bench:
        bench = Bench(Settings(**settings))
        answer = judge(LIMITS[limit](rate), retry_after)
        await bench.calls_until(60 * minutes, "queues", answer)
        return bench

    return run(work())


def per_minute(bench: Bench, begin: float, end: float) -> float:
    """Queue calls let through a minute, between two minutes of the run."""
    left = sum(60 * begin <= at < 60 * end for at, _, family in bench.left if family == "queues")
    return (left - refused(bench, begin, end)) / (end - begin)


def refused(bench: Bench, begin: float, end: float) -> int:
    """How many 429s there were between two minutes of the run."""
    return sum(60 * begin <= at < 60 * end for at in bench.refused)


@pytest.mark.parametrize("granted", [14, 28, 71, 171])
@pytest.mark.parametrize("limit", LIMITS)
def test_most_of_what_is_granted_is_used_and_few_calls_are_refused(
    limit: str, granted: int
) -> None:
    """A twentieth, a tenth, a quarter or more of what one token may do."""
    bench = even_queue_calls(limit, granted)
    assert per_minute(bench, 3, 12) >= (0.75 if limit == "a bucket of one call" else 0.95) * granted
    assert refused(bench, 0, 3) <= 10
    assert refused(bench, 3, 12) <= 4


def test_nobody_gives_up_in_a_long_line_while_calls_are_let_through() -> None:
    """256 calls share 28 a minute, and every 429 asks for 42 s: pauses alone would take too long.

    Patience (retry.max_wait_seconds three times) is for a wait in which nothing moves.
    """

    async def work() -> int:
        bench = Bench(Settings(workers=128))
        answer = judge(LIMITS["a bucket of a minute"](lambda _: 28), "always 42 s")

        async def one_after_another() -> None:
            while now() < 60 * 40:
                await bench.call("queues", answer, patience_seconds=540)

        await asyncio.gather(*(one_after_another() for _ in range(256)))
        return len(bench.left) - len(bench.refused)

    assert run(work()) >= 0.95 * 28 * 40


@pytest.mark.parametrize("limit", LIMITS)
def test_with_many_tokens_too(limit: str) -> None:
    """Ten tokens may do 47 calls a second, so several are under way when the first is refused."""
    bench = queue_calls(limit, lambda _: 300, 10, tokens=10)
    assert per_minute(bench, 3, 10) >= (0.75 if limit == "a bucket of one call" else 0.93) * 300
    assert refused(bench, 0, 3) <= 25
    assert refused(bench, 3, 10) <= 10


@pytest.mark.parametrize("retry_after", RETRY_AFTER)
@pytest.mark.parametrize("limit", LIMITS)
def test_a_retry_after_that_says_little_does_little_harm(limit: str, retry_after: str) -> None:
    """Pauses that are too long cost their time; those that are too short, a few more 429s."""
    bench = even_queue_calls(limit, 71, retry_after)
    assert per_minute(bench, 3, 12) >= (0.65 if retry_after == "always 42 s" else 0.75) * 71
    assert refused(bench, 0, 3) <= 12
    assert refused(bench, 3, 12) <= 10


@pytest.mark.parametrize("limit", LIMITS)
def test_it_follows_what_another_integration_leaves(limit: str) -> None:
    """From the tenth minute to the twentieth it takes half: found at once, and found again."""
    bench = queue_calls(limit, lambda at: 60 if 600 <= at < 1200 else 120, 29)
    assert refused(bench, 10, 13) <= 10
    assert 0.75 * 60 <= per_minute(bench, 13, 20) <= 1.05 * 60
    assert per_minute(bench, 27, 29) >= 0.75 * 120


@pytest.mark.parametrize("limit", ["minutes of the clock", "a bucket of six seconds"])
def test_a_call_in_line_keeps_no_place_of_an_old_pace(limit: str) -> None:
    """Eighty calls wait when what is granted falls to a tenth: all leave at the new pace."""
    bench = queue_calls(limit, lambda at: 12 if at > 300 else 120, 10, workers=40)
    times = [at for at in bench.times() if at > 420]
    assert min(b - a for a, b in itertools.pairwise(times)) >= 0.5 * 60 / 12
    assert refused(bench, 5, 10) <= 8


@pytest.mark.parametrize("limit", LIMITS)
def test_a_limit_that_names_its_rate_is_not_tried_again(limit: str) -> None:
    """Unless another integration takes a part, there is nothing to look for above it."""

    async def work() -> Bench:
        bench = Bench(Settings(), limit_per_minute=71)
        await bench.calls_until(1800, "queues", judge(LIMITS[limit](lambda _: 71), HONEST))
        return bench

    bench = run(work())
    assert refused(bench, 5, 30) == 0
    assert per_minute(bench, 10, 30) >= 0.95 * 71


def test_other_calls_keep_their_pace_meanwhile() -> None:
    """While 429s on queue routes are learnt from, the token's other slots are all used."""

    async def work() -> Bench:
        bench = Bench(Settings())
        answer = judge(LIMITS["minutes from a first call"](lambda _: 28), HONEST)
        queues = bench.calls_until(300, "queues", answer)
        await asyncio.gather(queues, bench.calls_until(300))
        return bench

    bench = run(work())
    assert len(bench.left) >= 0.98 * 285 * 5
    assert refused(bench, 0, 5) <= 6


def test_a_break_tells_nothing_of_what_is_granted() -> None:
    """Ten minutes in which nobody asks for a queue neither raise the pace nor lower it."""

    async def work() -> Bench:
        bench = Bench(Settings())
        answer = judge(LIMITS["a bucket of six seconds"](lambda _: 100), HONEST)
        await bench.calls_until(600, "queues", answer)
        await asyncio.sleep(600)
        await bench.calls_until(1500, "queues", answer)
        return bench

    bench = run(work())
    assert refused(bench, 20, 22) <= 1
    assert per_minute(bench, 20, 25) >= 90
