"""Counting the members of several queues in one request."""

import asyncio
from collections.abc import Sequence

from batch_offboard.genesys.member_counts import MemberCounts
from batch_offboard.offboarding.limits import QUEUES_PER_READ
from batch_offboard.offboarding.models import ApiError, Named, Queue

MANY = [f"q{number}" for number in range(QUEUES_PER_READ + 20)]


def counted(*rounds: Sequence[str], lost: Sequence[int] = ()) -> tuple[list[int], list[list[int]]]:
    """Ask for the queues of each round together; how many ids each request had, and the counts.

    A request whose number (from 1) is `lost` fails. A queue has as many members as there have been
    requests.
    """
    asked: list[int] = []

    async def read(ids: Sequence[str]) -> tuple[Queue, ...] | ApiError:
        asked.append(len(ids))
        await asyncio.sleep(0)
        if len(asked) in lost:
            return ApiError(500, "internal.server.error", "No.")
        return tuple(Queue(each, each, Named(""), len(asked)) for each in ids)

    async def work() -> list[list[int]]:
        counts = MemberCounts(read)
        return [list(await asyncio.gather(*map(counts.of, each))) for each in rounds]

    found = asyncio.run(work())
    return asked, found


def test_all_who_wait_share_the_next_request() -> None:
    """As many as one request takes."""
    asked, (counts,) = counted(MANY)
    assert (asked, counts) == ([1, 100, 19], [1, *[2] * 100, *[3] * 19])


def test_whoever_asks_again_gets_a_new_count() -> None:
    """Also for a queue that others have just asked for."""
    assert counted(["a"], ["a"], ["b", "a", "a"]) == ([1, 1, 1, 2], [[1], [2], [3, 4, 4]])


def test_what_cannot_be_read_counts_as_unknown() -> None:
    """Not as it was before."""
    assert counted(["a"], ["a"], ["a"], lost=[2]) == ([1, 1, 1], [[1], [0], [3]])
