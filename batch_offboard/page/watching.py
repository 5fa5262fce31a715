"""The progress of a running command: a listener that keeps a snapshot of it."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from batch_offboard.page.moments import clock_time
from batch_offboard.present.time_left import PhaseProgress, Waited, duration
from batch_offboard.record.events import Event, Paused, PhaseFinished, PhaseStarted
from batch_offboard.wording import counted

_NO_OTHER_WAITS = "this call"
"""The scope of a pause that delays a single call."""
_SINGULARS = {"people": "person"}


@dataclass(frozen=True, slots=True)
class PhaseShown:
    """A phase of the run: how much of its total is done, and the time left in words, if known."""

    name: str
    title: str
    done: int
    total: int
    unit: str
    time_left: str = ""
    ended: bool = False

    @property
    def words(self) -> str:
        """`21 of 35 people, about 12 s left`."""
        left = f", about {self.time_left} left" if self.time_left else ""
        singular = _SINGULARS.get(self.unit, self.unit.removesuffix("s"))
        return f"{self.done:,} of {counted(self.total, singular)}{left}"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A running command at one moment, complete, so that any tab can show it at any time.

    `folder` is set once the run is on record. `waiting` is why the last pause was made, and
    `waiting_until` its end (ISO 8601), which may be past.
    """

    folder: Path | None = None
    phases: tuple[PhaseShown, ...] = ()
    waiting: str = ""
    waiting_until: str = ""

    def waits(self, now: datetime) -> str:
        """Why the command is waiting and until when, in words; empty if it is not."""
        if not self.waiting or datetime.fromisoformat(self.waiting_until) <= now:
            return ""
        return f"Waiting until {clock_time(self.waiting_until)}: {self.waiting}"


@dataclass
class Watch:
    """The listener of one command; `now` is replaced as a whole, so that any thread may read it."""

    monotonic: Callable[[], float] = time.monotonic
    now: Snapshot = field(default_factory=Snapshot)
    _progress: dict[str, PhaseProgress] = field(default_factory=dict)
    _ended: dict[str, PhaseShown] = field(default_factory=dict)
    _waited: Waited = field(default_factory=Waited)
    _requests: int = 0

    def begun(self, folder: Path) -> None:
        """Note the run folder."""
        self.now = replace(self.now, folder=folder)

    def event(self, event: Event) -> None:
        """Note a phase that begins or ends, or a pause; other events change nothing."""
        match event:
            case PhaseStarted():
                now = self.monotonic()
                self._progress[event.phase] = PhaseProgress(
                    event, self._waited, now, self._waited.so_far(now), self._requests
                )
                self._publish()
            case PhaseFinished():
                if progress := self._progress.pop(event.phase, None):
                    shown = self._shown(progress)
                    self._ended[event.phase] = replace(shown, time_left="", ended=True)
                    self._publish()
            case Paused():
                self._pause(event)

    def progress(self, phase: str, done: int) -> None:
        """Note how much of a phase is done."""
        if progress := self._progress.get(phase):
            progress.move(self.monotonic(), done)
            self._publish()

    def sent(self) -> None:
        """Count a request."""
        self._requests += 1

    def _pause(self, event: Paused) -> None:
        until = datetime.fromisoformat(event.until)
        if event.scope == _NO_OTHER_WAITS:
            return
        seconds = (until - datetime.fromisoformat(event.at)).total_seconds()
        self._waited.begin(self.monotonic(), seconds)
        reason = f"{event.reason.removesuffix('.')} ({event.scope})."
        self.now = replace(self.now, waiting=reason, waiting_until=until.isoformat())

    def _publish(self) -> None:
        running = tuple(map(self._shown, self._progress.values()))
        self.now = replace(self.now, phases=(*self._ended.values(), *running))

    def _shown(self, progress: PhaseProgress) -> PhaseShown:
        started, left = progress.started, progress.seconds_left(self.monotonic())
        time_left = "" if left is None else duration(left)
        return PhaseShown(
            started.phase, started.title, progress.done, started.total, started.unit, time_left
        )
