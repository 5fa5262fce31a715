"""Waiting: by which clock, for how long in all, and how long before a call is tried again."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from batch_offboard.genesys.errors import Failure
from batch_offboard.genesys.settings import Settings
from batch_offboard.genesys.stop import Stop

T = TypeVar("T")

MENTIONED_SECONDS = 1.0
"""Shorter waits are not reported."""
FIRST_BACKOFF_SECONDS = 0.5
LONGEST_BACKOFF_SECONDS = 30.0
UNSPECIFIED_PAUSE_SECONDS = 3.0
"""The pause after a 429 without Retry-After, the same as in Genesys' other SDKs."""
FIRST_LIMITED_SECONDS = 1.0
"""The shortest wait of a call after its first 429: some gateways keep sending `Retry-After: 0`."""


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Clock:
    """Time and randomness, handed in so that tests can bring their own; the real ones by default.

    `monotonic` must be the time of the running event loop, in seconds: shells make theirs with
    `loop`, by default asyncio's own.
    """

    now: Callable[[], datetime] = _utc_now
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    random: Callable[[], float] = random.random
    loop: Callable[[], asyncio.AbstractEventLoop] | None = None

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine to its end on an event loop that goes by this clock."""
        with asyncio.Runner(loop_factory=self.loop) as runner:
            return runner.run(work)


@dataclass(frozen=True, slots=True)
class Pause:
    """A wait longer than a second: what waits, why, and from when until when (UTC).

    `scope` is `token 1`, `queue routes`, `login` or `this call`.
    """

    scope: str
    reason: str
    begins: datetime
    ends: datetime


@dataclass(frozen=True, slots=True)
class Waits:
    """What all parts of one connection need in order to wait.

    `on_pause` receives every wait longer than MENTIONED_SECONDS as it begins.
    """

    settings: Settings
    stop: Stop
    clock: Clock
    on_pause: Callable[[Pause], None]

    def monotonic(self) -> float:
        """The time of the event loop, in seconds."""
        return self.clock.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Let time pass; raises the stop's error as soon as a stop is requested."""
        if seconds > 0:
            await self.stop.unless(self.clock.sleep(seconds))

    def mention(self, scope: str, reason: str, seconds: float) -> None:
        """Report that calls of `scope` wait for `seconds` from now."""
        if seconds <= MENTIONED_SECONDS:
            return
        now = self.clock.now()
        self.on_pause(Pause(scope, reason, now, now + timedelta(seconds=seconds)))


class WaitedTooLongError(Exception):
    """A call has used up the time that it may wait in all."""


@dataclass
class Patience:
    """How long one call may still wait in all, in seconds."""

    left_seconds: float

    def spend(self, seconds: float) -> float:
        """Deduct `seconds`, or what is left of them, and return the seconds deducted.

        Raises WaitedTooLongError when nothing is left.
        """
        if self.left_seconds <= 0:
            raise WaitedTooLongError
        spent = min(seconds, self.left_seconds)
        self.left_seconds -= spent
        return spent


def is_worth_another_try(failure: Failure, *, writes: bool) -> bool:
    """True for a call that was not carried out, and for a reading call that may have been."""
    if failure.kind in ("limited", "retryable", "auth"):
        return True
    return failure.kind == "unknown" and not writes


def costs_an_attempt(failure: Failure) -> bool:
    """False for a 429, which was not processed, and for a 401, which only needs a new token."""
    return failure.kind not in ("limited", "auth")


def pause_seconds(failure: Failure) -> float:
    """How long a 429 asks to pause what it concerns."""
    asked = failure.retry_after_seconds
    return UNSPECIFIED_PAUSE_SECONDS if asked is None else asked


def backoff_seconds(tries: int, random: float) -> float:
    """The wait after so many tries: at most 0.5 s after the first, doubling, never above 30 s.

    `random`, from 0 to 1, is the share of the longest wait that is taken (full jitter).
    """
    return random * min(LONGEST_BACKOFF_SECONDS, FIRST_BACKOFF_SECONDS * 2.0 ** (tries - 1))


def limited_seconds(times: int) -> float:
    """The shortest wait of one call after so many 429s: 1 s, doubling, never above 30 s."""
    return min(LONGEST_BACKOFF_SECONDS, FIRST_LIMITED_SECONDS * 2.0 ** (min(times, 10) - 1))


def wait_seconds(failure: Failure, tries: int, limited: int, random: float) -> float:
    """The wait of one call before its next try: at least Retry-After.

    After a 429, this is only the shortest wait for so many (`limited`), because the 429 pauses
    its token or routes too. 0 after a 401, which waits for a new token.
    """
    if failure.kind == "limited":
        return limited_seconds(limited)
    if failure.kind == "auth":
        return 0.0
    return max(backoff_seconds(tries, random), failure.retry_after_seconds or 0.0)
