"""The request to stop a run, which ends every wait."""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
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
        self._traces: list[Callable[[], None]] = []

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
        """A context in which a stop calls `call`, in the thread that requests it.

        `call` is called at once if a stop was requested before.
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

    @contextmanager
    def leaving(self, remove: Callable[[], None]) -> Iterator[None]:
        """A context that leaves something behind if the program ends within it, unless removed."""
        self._traces.append(remove)
        try:
            yield
        finally:
            self._traces.remove(remove)

    def remove_traces(self) -> None:
        """Remove what would be left behind, for a program that is about to end at once."""
        for remove in reversed(self._traces):
            with suppress(OSError):
                remove()

    async def unless(self, awaited: Awaitable[T]) -> T:
        """The result of `awaited`; raises the stop's error as soon as a stop is requested.

        A stop cancels the wait in its own task, as `asyncio.timeout` does: a separate task for
        every wait would take as long as all else that a request takes.
        """
        loop, task = asyncio.get_running_loop(), asyncio.current_task()
        assert task is not None
        waking: list[asyncio.Handle] = []
        stopped = False

        def cancel() -> None:
            nonlocal stopped
            stopped = True
            task.cancel()

        def wake(_error: StoppedError) -> None:
            waking.append(loop.call_soon_threadsafe(cancel))

        try:
            with self.calling(wake):
                return await awaited
        except asyncio.CancelledError:
            if stopped and task.cancelling() == 1:  # nobody else cancels the task
                self.check()
            raise
        finally:
            for handle in waking:
                handle.cancel()
            if stopped:
                task.uncancel()
