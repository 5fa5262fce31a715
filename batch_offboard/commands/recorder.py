"""Recording a run's events: in the journal, the fold, results.csv and the listener."""

from collections.abc import Iterable
from datetime import datetime
from itertools import chain
from pathlib import Path

from batch_offboard import __version__
from batch_offboard.commands.group_commit import GroupCommit
from batch_offboard.errors import StoppedError
from batch_offboard.genesys import Clock
from batch_offboard.record.events import Event, ResultsWritten, RowListed
from batch_offboard.record.file_system import LOCAL, FileSystem
from batch_offboard.record.folder import RESULTS_NAME, RunFolder
from batch_offboard.record.journal import Journal, stamp
from batch_offboard.results.fold import RunFold
from batch_offboard.results.placing import Placing, Written
from batch_offboard.results.results_csv import write_results
from batch_offboard.run.session import Listener

RESULTS_EVERY_SECONDS = 3.0
RESULTS_SHARE_OF_TIME = 0.01
"""The largest share of time spent on rewriting results.csv, which holds up every call."""
AGAIN_SECONDS = 1.0
TRIES_IN_PLACE = 3
"""How often writing results.csv is tried, a second apart, before a numbered sibling is."""


class Recorder:
    """Records events, in memory until the journal is open, and keeps results.csv up to date."""

    def __init__(self, listener: Listener, clock: Clock, files: FileSystem = LOCAL) -> None:
        self.fold = RunFold()
        self._listener, self._clock, self._files = listener, clock, files
        self._locked_out = 0
        self._early: list[Event] = []
        self._journal: Journal | None = None
        self._commits: GroupCommit | None = None
        self._folder: Path | None = None
        self._due = 0.0
        self.begun = False
        """Whether the run is on record: its beginning and its whole list are on disk."""

    def open(self, folder: RunFolder, journal: Journal, opening: Iterable[Event]) -> None:
        """Begin the journal with `opening`, on disk on return, then the events recorded before."""
        self._journal, self._folder = journal, folder.path
        self._commits = GroupCommit(journal)
        for event in chain(opening, self._early):
            journal.append(event)
            self.fold.apply(event)
            if not isinstance(event, RowListed):
                self._listener.event(event)
        journal.sync()
        started = self.fold.started
        journal.can_be_rerun = started.command != "undo" and not started.dry_run
        self._due = self._clock.monotonic() + RESULTS_EVERY_SECONDS
        self.begun = True

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
            self._keep_current()

    async def commit(self) -> None:
        """Wait until every event recorded so far is on disk.

        Raises StoppedError if it cannot be written to disk.
        """
        if self._commits is None:
            raise LookupError("the record is not open yet")
        await self._commits.wait()

    def close(self) -> None:
        """Wait for an fsync that is under way; after that nothing more can be waited for."""
        if self._commits is not None:
            self._commits.end()

    def write_results(self) -> Written:
        """Write results.csv for the last time, waiting for a short lock to end.

        Raises StoppedError if it cannot be written.
        """
        return self._write(Placing(self._files))

    def _keep_current(self) -> None:
        """Rewrite results.csv without waiting; what cannot be done now is tried again later.

        The journal has everything, so the run goes on.
        """
        patient = self._locked_out < TRIES_IN_PLACE
        try:
            written = self._write(Placing(self._files, waits=(), siblings=not patient))
        except StoppedError:
            self._locked_out += 1
            if patient:
                self._due = self._clock.monotonic() + AGAIN_SECONDS
            return
        finally:
            # Of a long list it takes much memory, and the next time is far off.
            self.fold.forget_view()
        if written.name == RESULTS_NAME:
            self._locked_out = 0

    def _write(self, how: Placing) -> Written:
        """Write results.csv from the journal, after recording its digest in the journal."""
        if self._folder is None:
            raise LookupError("the record is not open yet")
        started = self._clock.monotonic()
        # Not due meanwhile: recording the event that announces the file must not start it again.
        self._due = float("inf")
        try:
            return write_results(self._folder, self.fold.view(), self.announce, how)
        finally:
            took_seconds = self._clock.monotonic() - started
            pause = max(RESULTS_EVERY_SECONDS, took_seconds / RESULTS_SHARE_OF_TIME)
            self._due = self._clock.monotonic() + pause

    def announce(self, written: Written) -> None:
        """Record a file that is about to appear."""
        self.record(written_at(written, self._clock.now()))


def written_at(written: Written, now: datetime) -> ResultsWritten:
    """The event that records a file of this version."""
    return ResultsWritten(written.name, written.sha256, stamp(now), __version__)
