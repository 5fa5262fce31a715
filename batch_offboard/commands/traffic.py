"""Calls per minute and pauses of the connection, recorded as events."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from batch_offboard.record.events import Event, Paused, Traffic
from batch_offboard.run.session import Listener

if TYPE_CHECKING:
    from batch_offboard.genesys import Pause, SentCall


@dataclass(slots=True)
class TrafficCount:
    """Counts the calls of the current minute, and records an event for each past minute."""

    record: Callable[[Event], None]
    listener: Listener
    _minute: datetime | None = None
    _calls: int = 0
    _limited: int = 0

    def count(self, sent: "SentCall") -> None:
        """One call was answered, with a 429 or otherwise."""
        minute = sent.at.replace(second=0, microsecond=0)
        if minute != self._minute:
            self.flush()
            self._minute = minute
        self._calls += 1
        self._limited += sent.limited
        self.listener.sent()

    def flush(self) -> None:
        """Record the current minute so far."""
        if self._minute and self._calls:
            minute = self._minute.strftime("%Y-%m-%dT%H:%MZ")
            self.record(Traffic(minute, self._calls, self._limited))
        self._calls = self._limited = 0

    def pause(self, pause: "Pause") -> None:
        """Record that calls have to wait."""
        self.record(paused(pause))


def paused(pause: "Pause") -> Paused:
    """The event of a pause."""
    return Paused(pause.scope, pause.reason, pause.begins.isoformat(), pause.ends.isoformat())
