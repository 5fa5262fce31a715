"""An event loop whose time jumps to the next timer, so that minutes pass in milliseconds."""

import asyncio
import selectors
from collections.abc import Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from batch_offboard.genesys import Clock

T = TypeVar("T")
TICK_SECONDS = 1e-6
"""What a turn of the loop takes at least: without it, rounding could stop time."""
START = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


class JumpingSelector(selectors.DefaultSelector):
    """Never waits: when nothing has happened, the time that would have been waited is skipped."""

    now = 0.0

    def select(self, timeout: float | None = None) -> list[Any]:
        """What happened on the sockets; skips the time to wait for it."""
        # Where something else is to be done first, nothing on the sockets is needed yet.
        events = [] if timeout == 0 else super().select(0)
        if not events and timeout is None:
            raise AssertionError("the loop would wait for ever")
        if not events:
            self.now += max(timeout or 0.0, TICK_SECONDS)
        return events


class JumpingLoop(asyncio.SelectorEventLoop):
    """A loop on the time of its JumpingSelector."""

    def __init__(self) -> None:
        self._jumping = JumpingSelector()
        super().__init__(self._jumping)

    def time(self) -> float:
        """Virtual seconds."""
        return self._jumping.now


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run `work` in virtual time."""
    with asyncio.Runner(loop_factory=JumpingLoop) as runner:
        return runner.run(work)


def now() -> float:
    """Virtual seconds since the loop began."""
    return asyncio.get_running_loop().time()


def virtual_clock(random: float = 1.0) -> Clock:
    """A clock on the running loop's time, whose chance is always the same."""
    return Clock(
        now=lambda: START + timedelta(seconds=now()),
        monotonic=now,
        sleep=asyncio.sleep,
        random=lambda: random,
    )


class SleptTime:
    """Seconds that pass only where somebody sleeps, so that real HTTP takes none of them.

    For work that sleeps in one place at a time.
    """

    def __init__(self) -> None:
        self.seconds = 0.0

    async def _sleep(self, seconds: float) -> None:
        self.seconds += seconds
        await asyncio.sleep(0)

    def clock(self) -> Clock:
        """A clock on this time, whose chance is always the same."""
        return Clock(
            now=lambda: START + timedelta(seconds=self.seconds),
            monotonic=lambda: self.seconds,
            sleep=self._sleep,
            random=lambda: 1.0,
        )
