"""Virtual time for what talks to nobody: minutes pass in milliseconds, each test from zero."""

import asyncio
from collections.abc import Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from batch_offboard.genesys import Clock
from tests.virtual_time import VirtualTime

T = TypeVar("T")
START = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run `work` in virtual time."""
    return VirtualTime(alone=True).run(work)


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
