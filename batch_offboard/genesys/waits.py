"""Waiting: what all parts of one connection share to do it, and how they tell of it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from batch_offboard.genesys.clock import Clock
from batch_offboard.genesys.settings import Settings
from batch_offboard.genesys.stop import Stop

MENTIONED_SECONDS = 1.0
"""Shorter waits are not worth a word."""


@dataclass(frozen=True, slots=True)
class Pause:
    """Calls of a scope (`token 1`, `queue routes`, `login`, `this call`) wait, and why."""

    scope: str
    reason: str
    begins: datetime
    ends: datetime


@dataclass(frozen=True, slots=True)
class Waits:
    """How patient to be, by which clock, what ends every wait, and who hears of long ones."""

    settings: Settings
    stop: Stop
    clock: Clock
    on_pause: Callable[[Pause], None]

    def monotonic(self) -> float:
        """Seconds of the event loop's clock."""
        return self.clock.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Let time pass; raises the stop's error as soon as a stop is asked for."""
        if seconds > 0:
            await self.stop.unless(self.clock.sleep(seconds))

    def mention(self, scope: str, reason: str, seconds: float) -> None:
        """Say that calls of `scope` wait so long from now."""
        if seconds <= MENTIONED_SECONDS:
            return
        now = self.clock.now()
        self.on_pause(Pause(scope, reason, now, now + timedelta(seconds=seconds)))
