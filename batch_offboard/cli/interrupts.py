"""The command line's event loop, and Ctrl-C: the first stops in order, the second at once."""

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Any, TypeVar

from batch_offboard.errors import ExitCode, InterruptedRunError
from batch_offboard.genesys import Stop

T = TypeVar("T")

_FIRST = "Stopping: requests under way may still finish. Press Ctrl-C again to stop at once."


def run_to_end(work: Callable[[Stop], Coroutine[Any, Any, T]], at_once: Callable[[], str]) -> T:
    """Run a command's coroutine to its end; Ctrl-C requests the stop that it is given.

    `at_once` words what it means that the program ends at the second Ctrl-C.
    """
    stop = Stop()
    with _stopping_on_interrupt(stop, at_once):
        return asyncio.run(work(stop))


@contextmanager
def _stopping_on_interrupt(stop: Stop, at_once: Callable[[], str]) -> Iterator[None]:
    """While this lasts, Ctrl-C asks for a stop instead of tearing the program down.

    A second Ctrl-C ends the program on the spot: the journal is on disk, and nothing else stays.
    """

    def interrupt(_signal: int, _frame: FrameType | None) -> None:
        if stop.requested:
            stop.remove_traces()
            _say(at_once())
            os._exit(ExitCode.INTERRUPTED)
        _say(_FIRST)
        stop.request(InterruptedRunError("Stopped by Ctrl-C."))

    previous = signal.signal(signal.SIGINT, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, previous)


def _say(text: str) -> None:
    """Print to stderr past its buffer, which the signal may have caught in the middle of a line."""
    with suppress(OSError):
        os.write(sys.stderr.fileno(), f"\n{text}\n".encode(sys.stderr.encoding, "backslashreplace"))
