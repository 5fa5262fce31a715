"""Ctrl-C: the first stops the run in order, the second at once."""

import asyncio
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING

from batch_offboard.errors import ExitCode, InterruptedRunError
from batch_offboard.genesys import Stop

if TYPE_CHECKING:
    from batch_offboard.genesys import Genesys

GRACE_SECONDS = 5.0
"""How long calls in flight may take to be answered before their connections are cut."""


@contextmanager
def stopping_on_interrupt(stop: Stop, genesys: "Genesys") -> Iterator[None]:
    """While this lasts, Ctrl-C asks for a stop instead of tearing the program down.

    Calls in flight are waited for and recorded; after a grace their connections are cut, so that
    they count as unknown. A second Ctrl-C ends the program on the spot: the journal is on disk.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    loop = asyncio.get_running_loop()

    def request_stop() -> None:
        stop.request(InterruptedRunError("Stopped by Ctrl-C."))
        loop.call_later(GRACE_SECONDS, genesys.abort)

    def interrupt(_signal: int, _frame: FrameType | None) -> None:
        if stop.requested:
            os._exit(ExitCode.INTERRUPTED)
        loop.call_soon_threadsafe(request_stop)

    previous = signal.signal(signal.SIGINT, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, previous)
