"""Calls per minute and pauses of the connection, recorded as events."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from batch_offboard.genesys import Clock
from batch_offboard.record.events import Event, Paused, Traffic
from batch_offboard.run.session import Listener

if TYPE_CHECKING:
    from batch_offboard.genesys import Pause, SentCall


@dataclass(slots=True)
class TrafficCount:
    """Counts the calls of the current minute, and records an event for each past minute."""

    clock: Clock
    record: Callable[[Event], None]
    listener: Listener
    _minute: str = ""
    _calls: int = 0
    _limited: int = 0

    def count(self, sent: "SentCall") -> None:
        """One call was answered, with a 429 or otherwise."""
        minute = self.clock.now().strftime("%Y-%m-%dT%H:%MZ")
        if minute != self._minute:
            self.flush()
            self._minute = minute
        self._calls += 1
        self._limited += sent.limited
        self.listener.sent()

    def flush(self) -> None:
        """Record the current minute so far."""
        if self._calls:
            self.record(Traffic(self._minute, self._calls, self._limited))
        self._calls = self._limited = 0

    def pause(self, pause: "Pause") -> None:
        """Record that calls have to wait."""
        self.record(paused(pause))


def paused(pause: "Pause") -> Paused:
    """The event of a pause."""
    return Paused(pause.scope, pause.reason, pause.begins.isoformat(), pause.ends.isoformat())
