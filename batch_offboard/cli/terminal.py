"""The display of a running run, on a terminal or in a log file."""

import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Never, TextIO

import click

from batch_offboard.cli.wrapping import columns_of, wrapped
from batch_offboard.present.pauses import holds_up, pause_reason
from batch_offboard.present.time_left import PhaseProgress, Waited, duration
from batch_offboard.record.events import (
    FILE_KEPT,
    CallAnswered,
    Event,
    Paused,
    PhaseFinished,
    PhaseStarted,
    RowGivenUp,
    RowHeld,
    Warned,
)
from batch_offboard.wording import printable

if TYPE_CHECKING:
    from tqdm import tqdm

LOG_LINE_EVERY_SECONDS = 10.0
"""In a log file a phase gets a line this often instead of a bar."""

_NEWS_SECONDS = 2.0
"""A pause that ends so little later than another with the same reason is no news.

Where single requests wait, that time doubles with each that was shown.
"""

_TITLE_WIDTH = 25
_ASSUMED_COLUMNS = 80
_ASSUMED_LINES = 24
_FEW_COLUMNS = 72
"""On a narrower terminal a phase is shown without bar, pace and unit."""


@dataclass(slots=True)
class _PhaseShown:
    """One phase as it is shown: a bar on a terminal, a line now and then in a log."""

    progress: PhaseProgress
    said: float
    bar: "tqdm[Never] | None" = None
    narrow: bool = False


@dataclass(slots=True)
class Terminal:
    """Shows a run on `stream`; `quiet` shows warnings only, `verbose` each row's trouble too."""

    stream: TextIO = field(default_factory=lambda: sys.stderr)
    quiet: bool = False
    verbose: bool = False
    monotonic: Callable[[], float] = time.monotonic
    folder: Path | None = None
    """The run folder, once the run is recorded in it."""
    _phases: dict[str, _PhaseShown] = field(default_factory=dict)
    _calls: int = 0
    _waited: Waited = field(default_factory=Waited)
    _said_until: dict[tuple[str, str], tuple[datetime, float]] = field(default_factory=dict)
    """By scope and reason, until when a pause was shown, and how much later one would be news."""

    def begun(self, folder: Path) -> None:
        """Keep the folder; the summary names it."""
        self.folder = folder

    def event(self, event: Event) -> None:
        """Print the event, if it is one for the person at the terminal."""
        match event:
            case PhaseStarted():
                self._begin(event)
            case PhaseFinished():
                self._end(event)
            case Paused():
                self._pause(event)
            case Warned() if event.code != FILE_KEPT:  # the summary names it
                self.say(f"Note: {event.message}")
            case RowHeld() | RowGivenUp() | CallAnswered() if self.verbose:
                self._trouble(event)

    def progress(self, phase: str, done: int) -> None:
        """Advance the display of a phase."""
        shown = self._phases.get(phase)
        if shown is None:
            return
        now, step = self.monotonic(), done - shown.progress.done
        shown.progress.move(now, done)
        if shown.bar is not None:
            shown.bar.set_postfix_str(self._beside_bar(shown, now), refresh=False)
            shown.bar.update(step)
        elif now - shown.said >= LOG_LINE_EVERY_SECONDS:
            shown.said = now
            left = shown.progress.seconds_left(now)
            time_left = "" if left is None else f", {duration(left)} left"
            self.say(f"{_counts(shown)}, {self._pace(shown, now)}{time_left}")

    def sent(self) -> None:
        """Count a call, for the calls per minute."""
        self._calls += 1

    def say(self, line: str) -> None:
        """Print a line, wrapped if it is too long, without disturbing the bars."""
        line = wrapped(printable(line), columns_of(self.stream))
        if any(shown.bar is not None for shown in self._phases.values()):
            from tqdm import tqdm

            tqdm.write(line, file=self.stream)
        else:
            click.echo(line, file=self.stream)

    def close(self) -> None:
        """Remove the bars that are still shown."""
        for shown in self._phases.values():
            if shown.bar is not None:
                shown.bar.close()
        self._phases.clear()

    def _begin(self, event: PhaseStarted) -> None:
        if self.quiet or not event.total:
            return
        now = self.monotonic()
        progress = PhaseProgress(event, self._waited, now, self._waited.so_far(now), self._calls)
        shown = _PhaseShown(progress, said=now)
        if _can_redraw(self.stream):
            columns = columns_of(self.stream)
            shown.narrow = (columns or _ASSUMED_COLUMNS) < _FEW_COLUMNS
            shown.bar = _bar(event, self.stream, narrow=shown.narrow, resizes=columns > 0)
        self._phases[event.phase] = shown

    def _end(self, event: PhaseFinished) -> None:
        """Show how long a phase took."""
        shown = self._phases.pop(event.phase, None)
        if shown is None:
            return
        now = self.monotonic()
        seconds = now - shown.progress.began
        if shown.bar is None:
            self.say(f"{_counts(shown)} in {duration(seconds)}")
            return
        pace = "" if shown.narrow else f"{self._pace(shown, now)}, "
        shown.bar.set_postfix_str(f"{pace}in {_clock(seconds)}", refresh=False)
        self._take_down(shown.bar)

    def _take_down(self, bar: "tqdm[Never]") -> None:
        """Print a finished bar's last line above the remaining bars, which move up.

        If it stayed in place, the bars beside it would overwrite one another; and clearing a bar
        below the top leaves the cursor behind the blanks.
        """
        from tqdm import tqdm

        ended = str(bar)
        bar.leave = False
        bar.close()
        proceeding = [shown.bar for shown in self._phases.values() if shown.bar is not None]
        for place, each in enumerate(proceeding):
            each.clear()
            each.pos = -place
        tqdm.write(ended, file=self.stream)

    def _pause(self, event: Paused) -> None:
        """Say until when requests wait, and why, if that is news."""
        until = datetime.fromisoformat(event.until).astimezone()
        seconds = (until - datetime.fromisoformat(event.at)).total_seconds()
        if holds_up(event):
            self._waited.begin(self.monotonic(), seconds)
        if self.quiet or not self._is_news(event, until):
            return
        self.say(f"Waiting {seconds:.0f} s, until {until:%H:%M:%S}: {pause_reason(event)}")

    def _is_news(self, event: Paused, until: datetime) -> bool:
        """Whether to show a pause: many requests may wait for the same reason."""
        said_until, later = self._said_until.get((event.scope, event.reason), (None, _NEWS_SECONDS))
        if said_until is not None:
            if (until - said_until).total_seconds() < later:
                return False
            later = later if holds_up(event) else 2 * later
        self._said_until[event.scope, event.reason] = until, later
        return True

    def _beside_bar(self, shown: _PhaseShown, now: float) -> str:
        """Pace and time left, as they stand beside a bar."""
        left = shown.progress.seconds_left(now)
        pace = [] if shown.narrow else [self._pace(shown, now)]
        return ", ".join(pace if left is None else [*pace, f"{_clock(left)} left"])

    def _pace(self, shown: _PhaseShown, now: float) -> str:
        """The requests a minute of a phase."""
        return f"{shown.progress.calls_per_minute(now, self._calls):.0f} requests/min"

    def _trouble(self, event: RowHeld | RowGivenUp | CallAnswered) -> None:
        """With --verbose: print what kept a row from being done, or why a request failed."""
        match event:
            case RowHeld():
                self.say(f"  row {event.row}: {event.status} {event.code} {event.message}")
            case RowGivenUp():
                self.say(f"  row {event.row}: {event.step}: {event.error.message}")
            case CallAnswered() if event.error is not None:
                self.say(f"  request {event.call_id}: {event.outcome}: {event.error.message}")


def _bar(event: PhaseStarted, stream: TextIO, *, narrow: bool, resizes: bool) -> "tqdm[Never]":
    from tqdm import tqdm

    counts = "{n_fmt}/{total_fmt}{postfix}: {desc}"
    drawn = "{desc} |{bar}| {n_fmt}/{total_fmt}{unit}{postfix}"
    return tqdm(
        desc=event.title if narrow else event.title.ljust(_TITLE_WIDTH),
        total=event.total,
        unit=f" {event.unit}",
        file=stream,
        dynamic_ncols=resizes,
        ncols=_ASSUMED_COLUMNS,
        nrows=None if resizes else _ASSUMED_LINES,
        ascii=None,
        bar_format=counts if narrow else drawn,
    )


def _can_redraw(stream: TextIO) -> bool:
    """Whether a line can be overwritten: not in a log, nor on a terminal without cursor control."""
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def _counts(shown: _PhaseShown) -> str:
    """`Reading people: 21 of 35 rows`."""
    started = shown.progress.started
    return f"{started.title}: {shown.progress.done} of {started.total} {started.unit}"


def _clock(seconds: float) -> str:
    """`01:22`, `1:02:03`."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes:02}:{rest:02}"
