"""The command line's event loop, and Ctrl-C: the first stops in order, the second at once."""

import os
import signal
import sys
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Any, TypeVar

from batch_offboard.cli.json_object import early_object, print_json
from batch_offboard.cli.signals import Handler, handled, stopped_by
from batch_offboard.cli.surroundings import surroundings
from batch_offboard.cli.wording import Invocation
from batch_offboard.cli.wrapping import columns_of, wrapped
from batch_offboard.errors import ExitCode, InterruptedRunError
from batch_offboard.genesys import Clock, Stop

T = TypeVar("T")

UNCHANGED = "Stopped immediately. Nothing was changed."
"""What is said on Ctrl-C before anything was changed."""
_FIRST = "Stopping. Requests under way may still finish. Press Ctrl-C again to stop immediately."
"""What is said on the first Ctrl-C, which lets requests under way finish."""


def run_to_end(
    work: Callable[[Stop, Clock], Coroutine[Any, Any, T]],
    invocation: Invocation,
    at_once: Callable[[], str] = lambda: UNCHANGED,
) -> T:
    """Run a command's coroutine, given a stop and its clock, to its end; Ctrl-C requests the stop.

    `at_once` words what it means that the program ends at the second Ctrl-C.
    """

    around = surroundings(invocation.context)
    clock = around.clock or Clock()

    def ended() -> str:
        said, context = at_once(), invocation.context
        if invocation.parameters.get("as_json"):
            name = context.info_name or ""
            print_json(early_object(name, ExitCode.INTERRUPTED, said), around.stdout)
        return said

    stop = Stop()
    with _stopping_on_interrupt(stop, ended):
        return clock.run(work(stop, clock))


@contextmanager
def _stopping_on_interrupt(stop: Stop, at_once: Callable[[], str]) -> Iterator[None]:
    """While this lasts, Ctrl-C asks for a stop instead of tearing the program down.

    So do the signals with which systemd, docker and `kill` end a program. A second one ends it on
    the spot: the journal is on disk, and nothing else stays.
    """

    def interrupt(number: int, _frame: FrameType | None) -> None:
        if stop.requested:
            stop.remove_traces()
            _say(at_once())
            os._exit(ExitCode.INTERRUPTED)
        _say(_FIRST)
        stop.request(InterruptedRunError(stopped_by(number)))

    def afterwards() -> Handler:
        # What is left of a run that was stopped is its ending, which an impatient Ctrl-C must not
        # cut off.
        return signal.SIG_IGN if isinstance(stop.error, InterruptedRunError) else None

    with handled(interrupt, afterwards):
        yield


def _say(text: str) -> None:
    """Print to stderr past its buffer, which the signal may have caught in the middle of a line."""
    text = wrapped(text, columns_of(sys.stderr))
    with suppress(OSError):
        os.write(sys.stderr.fileno(), f"\n{text}\n".encode(sys.stderr.encoding, "backslashreplace"))
