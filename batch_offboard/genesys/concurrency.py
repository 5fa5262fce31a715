"""Running work concurrently, without cancelling anything that has begun."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from operator import length_hint
from typing import TypeVar

from batch_offboard.errors import StoppedError

T = TypeVar("T")


def ignore(*_: object) -> None:
    """The callback that does nothing."""


async def for_each(
    items: Iterable[T],
    work: Callable[[T], Awaitable[None]],
    width: int,
    all_begun: Callable[[], None] = ignore,
) -> None:
    """Do `work` for every item, at most `width` at a time.

    If the number of items is known, as of a list, no more workers begin than are needed.
    `all_begun` is called when work on every item has begun and a worker is free, and again as each
    other worker ends. After a first exception no further item is begun, and `all_begun` may not be
    called. Work in progress is finished, then an exception is raised: a StoppedError only if there
    is no other.
    """
    iterator = iter(items)
    failures: list[BaseException] = []

    async def take() -> None:
        for item in iterator:
            if failures:
                return
            try:
                await work(item)
            except Exception as error:  # noqa: BLE001 - raised again below, once all have ended
                failures.append(error)
        all_begun()

    # A worker beyond the last item only finds at once that all have begun; more would do nothing.
    workers = min(width, length_hint(items, width) + (all_begun is not ignore))
    await asyncio.gather(*(take() for _ in range(workers)))
    _raise_first(failures)


async def together(*works: Awaitable[T]) -> list[T]:
    """The results of these awaitables, run concurrently, in their order.

    If some raise, all are finished first; then an exception is raised as in `for_each`.
    """
    outcomes = await asyncio.gather(*works, return_exceptions=True)
    _raise_first([outcome for outcome in outcomes if isinstance(outcome, BaseException)])
    return [outcome for outcome in outcomes if not isinstance(outcome, BaseException)]


def _raise_first(failures: list[BaseException]) -> None:
    defects = [failure for failure in failures if not isinstance(failure, StoppedError)]
    for failure in (*defects, *failures):
        raise failure
