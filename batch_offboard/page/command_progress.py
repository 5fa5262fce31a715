"""The progress of a running command: a listener that keeps a snapshot of it."""

import time
from collections.abc import Callable, Sequence
from dataclasses import InitVar, dataclass, field, replace
from datetime import datetime
from pathlib import Path

from batch_offboard.page.moments import clock_time
from batch_offboard.present.pauses import ONE_CALL, holds_up, pause_reason
from batch_offboard.present.time_left import PhaseProgress, Waited, duration
from batch_offboard.record.events import Event, Paused, PhaseFinished, PhaseStarted, RunStarted
from batch_offboard.wording import counted

_LEAST_SECONDS = 0.5
"""Less time left is not shown."""
_SINGULARS = {"people": "person"}


@dataclass(frozen=True, slots=True)
class PhaseShown:
    """A phase of the run: how much of its total is done, and the time left in words, if known."""

    title: str
    done: int = 0
    total: int = 0
    unit: str = ""
    time_left: str = ""
    begun: bool = True
    ended: bool = False

    @property
    def words(self) -> str:
        """`21 of 35 people, about 12 s left`; `not begun`, or `nothing to do` of one left out."""
        if not self.begun:
            return "nothing to do" if self.ended else "not begun"
        left = f", about {self.time_left} left" if self.time_left else ""
        singular = _SINGULARS.get(self.unit, self.unit.removesuffix("s"))
        return f"{self.done:,} of {counted(self.total, singular)}{left}"


@dataclass(frozen=True, slots=True)
class CommandStatus:
    """A running command at one moment, complete, so that any tab can show it at any time.

    `organisation` is set once the run is on record. `waiting` is why the last pause was made, and
    `waiting_until` its end (ISO 8601), which may be past.
    """

    organisation: str = ""
    phases: tuple[PhaseShown, ...] = ()
    waiting: str = ""
    waiting_until: str = ""

    def waits(self, now: datetime) -> str:
        """Why the command is waiting and until when, in words; empty if it is not."""
        if not self.waiting or datetime.fromisoformat(self.waiting_until) <= now:
            return ""
        return f"Waiting until {clock_time(self.waiting_until)}: {self.waiting}"


@dataclass
class CommandProgress:
    """The listener of one command; `now` is replaced as a whole, so that any thread may read it.

    `expected` are the titles of the phases that will come, in their order, as far as that is known
    beforehand. Phases are told apart by their titles: those of an undo share names.
    """

    monotonic: Callable[[], float] = time.monotonic
    expected: InitVar[Sequence[str]] = ()
    now: CommandStatus = field(init=False, default_factory=CommandStatus)
    _shown: list[PhaseShown] = field(init=False, default_factory=list)
    _progress: dict[str, PhaseProgress] = field(init=False, default_factory=dict)
    _waited: Waited = field(init=False, default_factory=Waited)
    _requests: int = field(init=False, default=0)

    def __post_init__(self, expected: Sequence[str]) -> None:
        self._shown = [PhaseShown(title, begun=False) for title in expected]
        self.now = CommandStatus(phases=tuple(self._shown))

    def begun(self, folder: Path) -> None:
        """Do nothing: the page has made the run folder itself."""

    def event(self, event: Event) -> None:
        """Note the organisation, a phase that begins or ends, or a pause."""
        match event:
            case RunStarted():
                self.now = replace(self.now, organisation=event.organisation.name)
            case PhaseStarted():
                now = self.monotonic()
                begun = PhaseProgress(
                    event, self._waited, now, self._waited.so_far(now), self._requests
                )
                self._progress[event.phase] = begun
                self._show(begun)
            case PhaseFinished():
                if progress := self._progress.pop(event.phase, None):
                    self._show(progress, ended=True)
            case Paused():
                self._pause(event)

    def progress(self, phase: str, done: int) -> None:
        """Note how much of a phase is done."""
        if progress := self._progress.get(phase):
            progress.move(self.monotonic(), done)
            self._show(progress)

    def sent(self) -> None:
        """Count a request."""
        self._requests += 1

    def _pause(self, event: Paused) -> None:
        until = datetime.fromisoformat(event.until)
        if event.scope == ONE_CALL:
            return
        if holds_up(event):
            seconds = (until - datetime.fromisoformat(event.at)).total_seconds()
            self._waited.begin(self.monotonic(), seconds)
        waiting_until = until.isoformat()
        self.now = replace(self.now, waiting=pause_reason(event), waiting_until=waiting_until)

    def _show(self, progress: PhaseProgress, *, ended: bool = False) -> None:
        """Publish a phase: in its own place, else before the first that has not begun."""
        started, left = progress.started, progress.seconds_left(self.monotonic())
        time_left = "" if left is None or left < _LEAST_SECONDS or ended else duration(left)
        phase = PhaseShown(
            started.title, progress.done, started.total, started.unit, time_left, ended=ended
        )
        shown = self._shown
        at = next((n for n, each in enumerate(shown) if each.title == phase.title), None)
        if at is None:
            at = next((n for n, each in enumerate(shown) if not each.begun), len(shown))
            shown.insert(at, phase)
        shown[at] = phase
        self.now = replace(self.now, phases=_with_left_out(shown))


def _with_left_out(phases: Sequence[PhaseShown]) -> tuple[PhaseShown, ...]:
    """The phases; those that were passed over have ended, as there was nothing to do in them."""
    last = max(n for n, each in enumerate(phases) if each.begun)
    return tuple(
        each if each.begun or n > last else replace(each, ended=True)
        for n, each in enumerate(phases)
    )
