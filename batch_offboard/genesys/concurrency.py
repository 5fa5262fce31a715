"""Running work concurrently; whatever has begun is finished, never cancelled."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
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
    """Do `work` for every item, `width` at a time; `all_begun` is called once all have begun.

    Nothing in flight is cancelled: after a first exception no new item is begun, those in progress
    are finished, and then the exception is raised. A defect is raised rather than a stop.
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

    await asyncio.gather(*(take() for _ in range(width)))
    _raise_first(failures)


async def together(*works: Awaitable[T]) -> list[T]:
    """The results of all of these, run concurrently.

    All are finished; then the first exception is raised, if any.
    """
    outcomes = await asyncio.gather(*works, return_exceptions=True)
    _raise_first([outcome for outcome in outcomes if isinstance(outcome, BaseException)])
    return [outcome for outcome in outcomes if not isinstance(outcome, BaseException)]


def _raise_first(failures: list[BaseException]) -> None:
    defects = [failure for failure in failures if not isinstance(failure, StoppedError)]
    for failure in (*defects, *failures):
        raise failure
