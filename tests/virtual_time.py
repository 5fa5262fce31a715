"""Time that passes only where somebody waits for it, so that minutes take milliseconds.

An event loop on it skips to the next timer whenever nothing else can happen. While a request is
under way it waits for the answer, as ever; one that does not come soon lets time go on.
"""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Coroutine
from datetime import datetime, timedelta
from typing import Any, TypeVar

from batch_offboard.genesys import Clock

T = TypeVar("T")
TICK_SECONDS = 1e-6
"""What a turn of the loop takes at least: without it, rounding could stop time."""
SOON_SECONDS = 0.1
"""Real seconds in which an answer comes, unless somebody keeps it back."""


class VirtualTime:
    """Seconds that loops let pass, one loop after the other.

    A loop that is `alone` has nobody to wait for: where it would wait for ever, it fails. An
    answer that takes more than `soon_seconds` of real time lets time go on.
    """

    def __init__(self, *, alone: bool = False, soon_seconds: float = SOON_SECONDS) -> None:
        self.now = 0.0
        self.alone = alone
        self.soon_seconds = soon_seconds

    def seconds(self) -> float:
        """Seconds until now."""
        return self.now

    def clock(self, start: datetime | None = None, random: float | None = None) -> Clock:
        """A clock on this time: its calendar begins at `start`, or is today's."""
        chosen: dict[str, Any] = {"monotonic": self.seconds, "loop": lambda: VirtualLoop(self)}
        if start is not None:
            chosen["now"] = lambda: start + timedelta(seconds=self.now)
        if random is not None:
            chosen["random"] = lambda: random
        return Clock(**chosen)

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Run `work` on a loop of its own in this time."""
        return self.clock().run(work)


class _Selector(selectors.DefaultSelector):
    def __init__(self, time: VirtualTime) -> None:
        super().__init__()
        self.time = time
        self.under_way = 0

    def select(self, timeout: float | None = None) -> list[Any]:
        """What happened on the sockets; skips the time to wait for it."""
        if self.under_way:
            events = super().select(0 if timeout == 0 else self.time.soon_seconds)
        elif timeout is None:
            assert not self.time.alone, "the loop would wait for ever"
            return super().select()  # only another thread can go on
        else:
            # Where something else is to be done first, nothing on the sockets is needed yet.
            events = super().select(0) if timeout and not self.time.alone else []
        if not events and not (self.under_way and timeout == 0):
            self.time.now += max(timeout or 0.0, TICK_SECONDS)
        return events


class VirtualLoop(asyncio.SelectorEventLoop):
    """A loop in virtual time, which does not pass while a thread works for it."""

    def __init__(self, time: VirtualTime) -> None:
        self._virtual = _Selector(time)
        super().__init__(self._virtual)

    def time(self) -> float:
        """Virtual seconds."""
        return self._virtual.time.now

    def run_in_executor(self, executor: Any, func: Any, *args: Any) -> Any:
        """As ever; until its result has arrived, it counts as under way."""
        future = super().run_in_executor(executor, func, *args)
        self._virtual.under_way += 1
        future.add_done_callback(self._arrived)
        return future

    async def shutdown_default_executor(self, timeout: float | None = None) -> None:
        """As ever, but for as long as its threads take: they do not go by virtual seconds."""
        await super().shutdown_default_executor()

    def _arrived(self, _future: object) -> None:
        self._virtual.under_way -= 1


TIME = VirtualTime()
"""The time of the fast clock, of the commands in this process, and of simulators that go by it."""
