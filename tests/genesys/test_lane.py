"""Which of several tokens takes the next request."""

import math
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from batch_offboard.genesys import Settings, Stop
from batch_offboard.genesys.concurrency import ignore
from batch_offboard.genesys.lane import Lane
from batch_offboard.genesys.waiting import Waits

from .virtual_time import now, run, virtual_clock

RESTED, BUSY = False, True


async def nothing(_: Lane) -> None:
    """The lane of a token that has sent nothing."""


async def one_sent(lane: Lane) -> None:
    """The lane has just sent a request."""
    await lane.wait_for_slot()
    lane.take()


async def one_answered(lane: Lane) -> None:
    """The lane has sent a request and has its answer."""
    await one_sent(lane)
    lane.answered()


async def paused(lane: Lane) -> None:
    """The lane is paused for 7 s, as after a 429."""
    await one_answered(lane)
    lane.paused_until = now() + 7


@pytest.mark.parametrize(
    ("before", "allowance", "burst", "ranks"),
    [
        (nothing, 60, 1, [(0, RESTED, 0), (2, RESTED, 1)]),
        (nothing, 60, 2, [(0, RESTED, 0), (0, RESTED, 1)]),
        (one_sent, 60, 1, [(1, BUSY, 0), (2, BUSY, 1)]),
        (one_sent, 120, 1, [(0.5, BUSY, 0), (1, BUSY, 1)]),
        (one_sent, 60, 2, [(0, BUSY, 0), (2, BUSY, 1)]),
        (one_sent, 1, 1, [(math.inf, BUSY, 0), (math.inf, BUSY, 1)]),
        (one_answered, 1, 1, [(60, BUSY, 0), (math.inf, BUSY, 1)]),
        (paused, 60, 1, [(7, BUSY, 0), (7, BUSY, 1)]),
    ],
)
def test_the_token_that_can_send_soonest_is_preferred(
    before: Callable[[Lane], Coroutine[Any, Any, None]],
    allowance: int,
    burst: int,
    ranks: list[tuple[float, bool, int]],
) -> None:
    """`ranks` are those with nobody waiting, then with one request waiting.

    A rank is when the token can send, whether it is busy, and how many wait for it.
    """
    found = []

    async def work() -> None:
        lane = Lane(0, burst, Waits(Settings(), Stop(), virtual_clock(), ignore))
        lane.allow(allowance)
        await before(lane)
        found.append(lane.rank(now()))
        with lane.booked():
            found.append(lane.rank(now()))

    run(work())
    assert [(round(at, 2), busy, ahead) for at, busy, ahead in found] == ranks
