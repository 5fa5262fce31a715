"""The command line's event loop, and Ctrl-C: the first stops in order, the second at once."""

import asyncio
import os
import signal
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, TypeVar

from batch_offboard.errors import ExitCode, InterruptedRunError
from batch_offboard.genesys import Stop

T = TypeVar("T")


def run_to_end(work: Callable[[Stop], Coroutine[Any, Any, T]]) -> T:
    """Run a command's coroutine to its end; Ctrl-C requests the stop that it is given."""
    stop = Stop()
    with _stopping_on_interrupt(stop):
        return asyncio.run(work(stop))


@contextmanager
def _stopping_on_interrupt(stop: Stop) -> Iterator[None]:
    """While this lasts, Ctrl-C asks for a stop instead of tearing the program down.

    A second Ctrl-C ends the program on the spot: the journal is on disk.
    """

    def interrupt(_signal: int, _frame: FrameType | None) -> None:
        if stop.requested:
            os._exit(ExitCode.INTERRUPTED)
        stop.request(InterruptedRunError("Stopped by Ctrl-C."))

    previous = signal.signal(signal.SIGINT, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, previous)
