"""What a person at a terminal, or a log file, sees while a run goes on."""

import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Never, TextIO

import click

from batch_offboard.run.events import (
    CallAnswered,
    Event,
    Paused,
    PhaseFinished,
    PhaseStarted,
    RowGivenUp,
    RowHeld,
    Warned,
)

if TYPE_CHECKING:
    from tqdm import tqdm

LOG_LINE_EVERY_SECONDS = 10.0
"""In a log file a phase gets a line this often instead of a bar."""

_TELLING_PARTS = 10
"""The time left is told from a tenth on: what it is reckoned from is too little before."""

_TITLE_WIDTH = 26
_NARROW = 80


@dataclass(slots=True)
class _PhaseShown:
    """One phase as it is shown: a bar on a terminal, a line now and then in a log."""

    started: PhaseStarted
    began: float
    calls_before: int
    bar: "tqdm[Never] | None" = None
    said: float = 0.0
    done: int = 0


@dataclass(slots=True)
class Terminal:
    """Shows a run on `stream`; `quiet` shows warnings only, `verbose` each row's trouble too."""

    stream: TextIO = field(default_factory=lambda: sys.stderr)
    quiet: bool = False
    verbose: bool = False
    monotonic: Callable[[], float] = time.monotonic
    _phases: dict[str, _PhaseShown] = field(default_factory=dict)
    _calls: int = 0

    def event(self, event: Event) -> None:
        """Show what is worth showing of an event."""
        match event:
            case PhaseStarted():
                self._begin(event)
            case PhaseFinished():
                self._end(event)
            case Paused() if not self.quiet:
                self.say(_pause_sentence(event))
            case Warned():
                self.say(f"Note: {event.message}")
            case RowHeld() | RowGivenUp() | CallAnswered() if self.verbose:
                self._trouble(event)

    def progress(self, phase: str, done: int) -> None:
        """Move a phase on."""
        shown = self._phases.get(phase)
        if shown is None:
            return
        step, shown.done = done - shown.done, done
        if shown.bar is not None:
            shown.bar.set_postfix_str(self._pace(shown), refresh=False)
            shown.bar.update(step)
        elif self.monotonic() - shown.said >= LOG_LINE_EVERY_SECONDS:
            shown.said = self.monotonic()
            self.say(f"{_counts(shown)}, {self._pace(shown)}{self._time_left(shown)}")

    def sent(self) -> None:
        """Count a call, for the calls per minute."""
        self._calls += 1

    def say(self, line: str) -> None:
        """A line that does not disturb the bars."""
        if any(shown.bar is not None for shown in self._phases.values()):
            from tqdm import tqdm

            tqdm.write(line, file=self.stream)
        else:
            click.echo(line, file=self.stream)

    def close(self) -> None:
        """Take down what is still shown."""
        for shown in self._phases.values():
            if shown.bar is not None:
                shown.bar.close()
        self._phases.clear()

    def _begin(self, event: PhaseStarted) -> None:
        if self.quiet:
            return
        now = self.monotonic()
        shown = _PhaseShown(event, now, self._calls, said=now)
        if self.stream.isatty():
            shown.bar = _bar(event, self.stream)
        self._phases[event.phase] = shown

    def _end(self, event: PhaseFinished) -> None:
        shown = self._phases.pop(event.phase, None)
        if shown is None:
            return
        if shown.bar is not None:
            shown.bar.close()
        else:
            seconds = self.monotonic() - shown.began
            self.say(f"{_counts(shown)} in {_duration(seconds)}")

    def _pace(self, shown: _PhaseShown) -> str:
        minutes = max(self.monotonic() - shown.began, 1e-9) / 60
        return f"{(self._calls - shown.calls_before) / minutes:.0f} calls/min"

    def _time_left(self, shown: _PhaseShown) -> str:
        if shown.done * _TELLING_PARTS < shown.started.total or not shown.done:
            return ""
        seconds = self.monotonic() - shown.began
        return f", {_duration(seconds * max(0, shown.started.total / shown.done - 1))} left"

    def _trouble(self, event: RowHeld | RowGivenUp | CallAnswered) -> None:
        match event:
            case RowHeld():
                self.say(f"  row {event.row}: {event.status} {event.code} {event.message}")
            case RowGivenUp():
                self.say(f"  row {event.row}: {event.step}: {event.error.message}")
            case CallAnswered() if event.error is not None:
                self.say(f"  call {event.call_id}: {event.outcome}: {event.error.message}")


def _bar(event: PhaseStarted, stream: TextIO) -> "tqdm[Never]":
    from tqdm import tqdm

    return tqdm(
        desc=event.title.ljust(_TITLE_WIDTH),
        total=event.total,
        unit=f" {event.unit}",
        file=stream,
        # The average over the whole phase: an even pace makes it the truest time left.
        smoothing=0,
        dynamic_ncols=_says_its_width(stream),
        ncols=_NARROW,
        ascii=None,
        bar_format="{desc} {percentage:3.0f}%|{bar}| {n_fmt}/{total_fmt}{unit}"
        " [{elapsed}<{remaining}{postfix}]",
    )


def _says_its_width(stream: TextIO) -> bool:
    """Some terminals, as in containers, say 0 columns: a bar made to fit that is empty."""
    try:
        return os.get_terminal_size(stream.fileno()).columns > 0
    except (OSError, ValueError):
        return False


def _counts(shown: _PhaseShown) -> str:
    started = shown.started
    return f"{started.title}: {shown.done} of {started.total} {started.unit}"


def _pause_sentence(event: Paused) -> str:
    until = datetime.fromisoformat(event.until).astimezone()
    begun = datetime.fromisoformat(event.at)
    seconds = (until.astimezone(UTC) - begun).total_seconds()
    return f"Waiting {seconds:.0f} s, until {until:%H:%M:%S}: {event.reason} ({event.scope})."


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
