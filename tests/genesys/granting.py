"""How a server may limit a rate: nobody documents which of these Genesys does."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, Protocol

Rate = Callable[[float], float]
"""What is granted a minute, at a moment."""


class Limit(Protocol):
    """A limit that is asked about each call."""

    def wait_seconds(self, now: float) -> float:
        """0 for a call that is let through, else the time until one would be."""


@dataclass
class Window:
    """So many calls a minute: a minute of the clock, one that the first call opens, or the last."""

    kind: Literal["clock", "opened", "sliding"]
    rate: Rate
    calls: deque[float] = field(default_factory=deque)

    def wait_seconds(self, now: float) -> float:
        """0 for a call that is let through, else the time until one would be."""
        self._forget(now)
        if len(self.calls) < self.rate(now):
            self.calls.append(now)
            return 0.0
        began = self._minute(now) if self.kind == "clock" else self.calls[0]
        return began + 60 - now

    def _forget(self, now: float) -> None:
        if self.kind == "sliding":
            while self.calls and self.calls[0] <= now - 60:
                self.calls.popleft()
        elif self.calls and now >= 60 + (
            self._minute(self.calls[0]) if self.kind == "clock" else self.calls[0]
        ):
            self.calls.clear()

    @staticmethod
    def _minute(now: float) -> float:
        return (now + 23) // 60 * 60 - 23


@dataclass
class Bucket:
    """Tokens that drip in at the rate, of which at most `holds` minutes' worth are kept."""

    rate: Rate
    holds: float
    _level: float | None = None
    _at: float = 0.0

    def wait_seconds(self, now: float) -> float:
        """0 for a call that is let through, else the time until one would be."""
        rate = self.rate(now)
        holds = max(1.0, self.holds * rate)
        level = holds if self._level is None else self._level + (now - self._at) * rate / 60
        self._level, self._at = min(holds, level), now
        if self._level >= 1:
            self._level -= 1
            return 0.0
        return (1 - self._level) * 60 / rate


LIMITS: dict[str, Callable[[Rate], Limit]] = {
    "minutes of the clock": lambda rate: Window("clock", rate),
    "minutes from a first call": lambda rate: Window("opened", rate),
    "the last minute": lambda rate: Window("sliding", rate),
    "a bucket of a minute": lambda rate: Bucket(rate, 1.0),
    "a bucket of six seconds": lambda rate: Bucket(rate, 0.1),
    "a bucket of one call": lambda rate: Bucket(rate, 0.0),
}
