"""One request to stop, seen by everybody who waits."""

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

from batch_offboard.errors import StoppedError

T = TypeVar("T")


class Stop:
    """Whether the run has to stop, and why. Shared by all parts of a run.

    Belongs to the thread of the event loop: ask for a stop from elsewhere with
    `loop.call_soon_threadsafe(stop.request, error)`.
    """

    def __init__(self) -> None:
        self._error: StoppedError | None = None
        self._asked = asyncio.Event()

    @property
    def requested(self) -> bool:
        """True once a stop was asked for."""
        return self._error is not None

    @property
    def error(self) -> StoppedError | None:
        """Why the run stops; the first request wins."""
        return self._error

    def request(self, error: StoppedError) -> None:
        """Ask everybody to stop: every wait ends at once with this error."""
        if self._error is None:
            self._error = error
            self._asked.set()

    def check(self) -> None:
        """Raise the stop's error if a stop was asked for."""
        if self._error is not None:
            raise self._error

    async def unless(self, awaited: Awaitable[T]) -> T:
        """What `awaited` gives, or the stop's error as soon as a stop is asked for."""
        work = asyncio.ensure_future(awaited)
        asked = asyncio.ensure_future(self._asked.wait())
        try:
            await asyncio.wait((work, asked), return_when=asyncio.FIRST_COMPLETED)
            if not work.done():
                self.check()
            return await work
        finally:
            asked.cancel()
            work.cancel()
