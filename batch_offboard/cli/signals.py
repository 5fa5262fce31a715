"""The signals that ask the program to end: Ctrl-C, and what systemd, docker and `kill` send."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

Handler = Callable[[int, FrameType | None], object] | int | None

ENDING = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGBREAK") if hasattr(signal, name)
)
"""SIGBREAK is Ctrl-Break, and the end of the console, on Windows."""


@contextmanager
def handled(handler: Handler, afterwards: Callable[[], Handler] = lambda: None) -> Iterator[None]:
    """While this lasts, `handler` receives these signals; then `afterwards()`, else as before.

    A signal that something else handles or ignores by then stays so.
    """
    before = {each: signal.signal(each, handler) for each in ENDING}
    try:
        yield
    finally:
        then = afterwards()
        for each, previous in before.items():
            if signal.getsignal(each) is handler:
                signal.signal(each, previous if then is None else then)


def stopped_by(number: int) -> str:
    """The reason of a run that this signal ended."""
    name = "Ctrl-C" if number == signal.SIGINT else f"the signal {signal.Signals(number).name}"
    return f"Stopped by {name}."


def interrupt(number: int, _frame: FrameType | None) -> None:
    """Raise KeyboardInterrupt with the reason: the handler where no request is under way."""
    raise KeyboardInterrupt(stopped_by(number))
