"""Doing many things at once without losing any."""

import asyncio

import pytest

from batch_offboard.errors import StoppedError
from batch_offboard.genesys.concurrency import for_each, together


def test_everything_is_done_so_many_at_a_time() -> None:
    """Never more than the width are under way."""
    under_way, most, done = 0, 0, []

    async def work(item: int) -> None:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        await asyncio.sleep(0)
        under_way -= 1
        done.append(item)

    asyncio.run(for_each(range(20), work, 3))
    assert (sorted(done), most) == (list(range(20)), 3)


def test_the_end_of_what_is_to_begin_is_told_as_each_worker_becomes_free() -> None:
    """First once everything has begun."""
    under_way, told = 0, []

    async def work(item: int) -> None:
        nonlocal under_way
        under_way += 1
        await asyncio.sleep(0.01 * item)
        under_way -= 1

    asyncio.run(for_each([1, 1, 2], work, 2, lambda: told.append(under_way)))
    assert told == [1, 0]


def test_where_workers_are_left_over_the_end_is_told_at_once() -> None:
    """Not only when the first of them is free again."""
    under_way, told = 0, []

    async def work(_: int) -> None:
        nonlocal under_way
        under_way += 1
        await asyncio.sleep(0)
        under_way -= 1

    asyncio.run(for_each([1, 2], work, 8, lambda: told.append(under_way)))
    assert told == [2, 1, 0]


def test_results_come_in_the_order_of_the_works() -> None:
    """Whichever is finished first."""

    async def rest(seconds: float) -> float:
        await asyncio.sleep(seconds)
        return seconds

    async def both() -> list[float]:
        return await together(rest(0.01), rest(0))

    assert asyncio.run(both()) == [0.01, 0]


def test_after_a_failure_what_is_under_way_ends_and_nothing_new_begins() -> None:
    """No call in flight is ever cancelled."""
    begun, ended = [], []

    async def work(item: int) -> None:
        begun.append(item)
        await asyncio.sleep(0)
        if item == 1:
            raise StoppedError("stop")
        await asyncio.sleep(0.01)
        ended.append(item)

    with pytest.raises(StoppedError, match="stop"):
        asyncio.run(for_each(range(20), work, 3))
    assert (begun, sorted(ended)) == ([0, 1, 2], [0, 2])


def test_a_defect_comes_before_a_stop() -> None:
    """A stop must not hide what is wrong with the program."""

    async def work(item: int) -> None:
        await asyncio.sleep(0)
        raise StoppedError("stop") if item == 0 else ValueError("defect")

    with pytest.raises(ValueError, match="defect"):
        asyncio.run(for_each(range(2), work, 2))


def test_works_side_by_side_all_come_to_their_end() -> None:
    """The first exception is raised once every one of them has ended."""
    ended = []

    async def fails() -> None:
        raise StoppedError("stop")

    async def goes_on() -> None:
        await asyncio.sleep(0.01)
        ended.append("on")

    async def both() -> None:
        await together(fails(), goes_on())

    with pytest.raises(StoppedError, match="stop"):
        asyncio.run(both())
    assert ended == ["on"]
