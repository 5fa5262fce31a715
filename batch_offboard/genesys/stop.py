"""One request to stop, seen by everybody who waits."""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from batch_offboard.errors import StoppedError

T = TypeVar("T")


class Stop:
    """Whether the run has to stop, and why. Shared by all parts of a run and its shell.

    A stop may be requested at any moment, before the event loop begins and from any thread or
    signal handler: hence a lock that its own thread may take again.
    """

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._error: StoppedError | None = None
        self._calls: list[Callable[[StoppedError], None]] = []

    @property
    def requested(self) -> bool:
        """True once a stop was requested."""
        return self._error is not None

    @property
    def error(self) -> StoppedError | None:
        """Why the run stops; the first request wins."""
        return self._error

    def request(self, error: StoppedError) -> None:
        """Ask everybody to stop: every wait ends at once with this error."""
        with self._lock:
            if self._error is None:
                self._error = error
                for call in tuple(self._calls):
                    call(error)

    def check(self) -> None:
        """Raise the stop's error if a stop was requested."""
        if self._error is not None:
            raise self._error

    @contextmanager
    def calling(self, call: Callable[[StoppedError], None]) -> Iterator[None]:
        """While this lasts, a stop calls `call`, in the thread that requests it.

        It is called at once where a stop was requested before.
        """
        with self._lock:
            self._calls.append(call)
            if self._error is not None:
                call(self._error)
        try:
            yield
        finally:
            with self._lock:
                self._calls.remove(call)

    async def unless(self, awaited: Awaitable[T]) -> T:
        """What `awaited` gives, or the stop's error as soon as a stop is requested."""
        loop = asyncio.get_running_loop()
        work = asyncio.ensure_future(awaited)
        # A future, not a task that waits: every wait of a run passes through here.
        stopping: asyncio.Future[None] = loop.create_future()

        def wake(_error: StoppedError) -> None:
            loop.call_soon_threadsafe(stopping.cancel)

        try:
            with self.calling(wake):
                await asyncio.wait((work, stopping), return_when=asyncio.FIRST_COMPLETED)
            if not work.done():
                self.check()
            return await work
        finally:
            stopping.cancel()
            work.cancel()
