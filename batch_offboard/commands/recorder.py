"""Recording a run's events: in the journal, the fold, results.csv and the listener."""

from collections.abc import Iterable
from itertools import chain
from pathlib import Path

from batch_offboard.commands.publish import publish, written_at
from batch_offboard.genesys import Clock
from batch_offboard.record.events import Event, ResultsWritten, RowListed
from batch_offboard.record.folder import RunFolder
from batch_offboard.record.journal import Journal
from batch_offboard.results.fold import RunFold
from batch_offboard.results.results_csv import write_results
from batch_offboard.results.results_file import Written
from batch_offboard.run.session import Listener

RESULTS_EVERY_SECONDS = 3.0
RESULTS_SHARE_OF_TIME = 0.01
"""Writing a long results file holds every call up meanwhile: this share of the time at most."""


class Recorder:
    """Records events, in memory until the journal is open, and keeps results.csv up to date."""

    def __init__(self, listener: Listener, clock: Clock) -> None:
        self.fold = RunFold()
        self._listener, self._clock = listener, clock
        self._early: list[Event] = []
        self._journal: Journal | None = None
        self._folder: Path | None = None
        self._due = 0.0

    def open(self, folder: RunFolder, journal: Journal, opening: Iterable[Event]) -> None:
        """Begin the journal with `opening`, on disk on return, then the events recorded before."""
        self._journal, self._folder = journal, folder.path
        for event in chain(opening, self._early):
            journal.append(event)
            self.fold.apply(event)
            if not isinstance(event, RowListed):
                self._listener.event(event)
        journal.sync()
        started = self.fold.started
        journal.can_be_rerun = started.command != "undo" and not started.dry_run
        self._due = self._clock.monotonic() + RESULTS_EVERY_SECONDS

    def record(self, event: Event) -> None:
        """Append an event to the journal, and rewrite results.csv when that is due.

        Raises StoppedError if it cannot be written to disk.
        """
        if self._journal is None:
            self._early.append(event)
            return
        self._journal.append(event)
        self.fold.apply(event)
        self._listener.event(event)
        if self._clock.monotonic() >= self._due and not isinstance(event, ResultsWritten):
            self.write_results()

    def write_results(self) -> None:
        """Write results.csv from the journal, after recording its digest in the journal."""
        if self._folder is None:
            raise LookupError("the record is not open yet")
        started = self._clock.monotonic()
        # Not due meanwhile: recording the event that announces the file must not start it again.
        self._due = float("inf")
        write_results(self._folder, self.fold.view(), announce=self._announce)
        took_seconds = self._clock.monotonic() - started
        pause = max(RESULTS_EVERY_SECONDS, took_seconds / RESULTS_SHARE_OF_TIME)
        self._due = self._clock.monotonic() + pause

    def publish(self) -> str:
        """Write results, workbook and report for the last time; the name of the results file."""
        if self._folder is None or self._journal is None:
            raise LookupError("the record is not open yet")
        self._due = float("inf")
        return publish(self._folder, self.fold, self._journal, self._announce)

    def _announce(self, written: Written) -> None:
        self.record(written_at(written, self._clock.now()))
