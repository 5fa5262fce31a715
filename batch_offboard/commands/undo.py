"""`undo`: put back what a run changed."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from itertools import chain
from pathlib import Path
from typing import cast

from batch_offboard.commands.execute import execute
from batch_offboard.commands.order import Options, Order, Outcome, Work, check_rows
from batch_offboard.commands.publish import publish
from batch_offboard.commands.recorder import written_at
from batch_offboard.commands.report import Refreshed, looks_of, refresh_reruns
from batch_offboard.commands.restores import restores_of
from batch_offboard.config import Config
from batch_offboard.genesys import Clock, Credentials, Stop
from batch_offboard.offboarding.undo import Restore
from batch_offboard.record.events import (
    FILE_KEPT,
    DivisionsRead,
    Event,
    Predecessor,
    QueuesRead,
    ResultsWritten,
    RowsUndone,
    RunStarted,
    Warned,
)
from batch_offboard.record.file_system import FileSystem
from batch_offboard.record.folder import RunFolder, folder_of, remove_temporary, remove_unfinished
from batch_offboard.record.journal import Journal, stamp
from batch_offboard.record.journal_lines import read_journal
from batch_offboard.record.lock import locked
from batch_offboard.results.fold import RunFold
from batch_offboard.results.models import RunView
from batch_offboard.results.moments import parse_moment
from batch_offboard.results.placing import Placing, Written
from batch_offboard.results.put_back import shown_views
from batch_offboard.results.results_csv import write_results
from batch_offboard.results.row_record import RowRecord
from batch_offboard.results.run_folder import is_as_written, read_run
from batch_offboard.results.runs_beside import reruns_beside
from batch_offboard.results.standing import ResultsStanding
from batch_offboard.run.agree import Ask
from batch_offboard.run.session import Listener, Run
from batch_offboard.run.undo import put_back, wait_until_shown
from batch_offboard.termination_list.models import Termination

_PUT_BACK = ("done", "already_done", "partial")


@dataclass(frozen=True, slots=True)
class UndoRequest:
    """Put back what a run changed, for all rows or those named in the options.

    `path` is the run's folder, or a file in it, such as its results.
    """

    path: Path
    config: Config
    credentials: Credentials
    options: Options

    async def carry_out(self, stop: Stop, ask: Ask, listener: Listener, clock: Clock) -> Outcome:
        """Carry out the request; see `perform`.

        Raises UsageError if there is nothing to put back, naming the run to undo if an earlier one
        made the change, and RefusedError while another process uses that run or one before it.
        """
        folder, options = RunFolder(folder_of(self.path)), self.options
        with ExitStack() as held:
            gathered = _held_run(folder, held, options.files)
            check_rows(options, gathered.records)
            wanted, warnings = restores_of(folder, gathered, options.rows, held)
            started, undone = gathered.started, _UndoneRun(folder, gathered, clock, options.files)
            order = Order(
                command="undo",
                list=started.list,
                rows=tuple(_row(gathered.records[row]) for row in wanted),
                work=_work(wanted, warnings, ask, undone, dry_run=options.dry_run),
                config=_with_steps_of(started.settings, self.config),
                credentials=self.credentials,
                options=options,
                previous=Predecessor(started.run_id, str(folder.path.resolve())),
                notes=(_undo_note(started),),
                organisation_id=started.organisation.id,
                opening=(_queues_of(gathered, wanted), DivisionsRead(tuple(gathered.divisions))),
            )
            held.enter_context(stop.leaving(partial(remove_temporary, folder)))
            outcome = await execute(order, stop, listener, clock)
            if not options.dry_run:
                outcome = _with(undone.ends(outcome.view), outcome)
        if not options.dry_run:  # and the run's folder is free again
            outcome = _with(undone.leaves(), outcome)
        return outcome


def _undo_note(started: RunStarted) -> str:
    """What the plan says first: which run is put back."""
    return f"Run to undo: {started.run_id}, list {started.list.termination_list.name}."


def _with(warnings: Iterable[Warned], outcome: Outcome) -> Outcome:
    """The outcome with these warnings too, about files of the undone run or of reruns of it."""
    all_warnings = dict.fromkeys((*outcome.view.warnings, *warnings))
    return replace(outcome, view=replace(outcome.view, warnings=tuple(all_warnings)))


def _held_run(folder: RunFolder, held: ExitStack, files: FileSystem) -> RunFold:
    """The run to be undone, its folder locked against other processes."""
    # Without a journal there is no run, and locking would leave a file there.
    next(read_journal(folder.journal), None)
    held.enter_context(locked(folder, files))
    return read_run(folder)


def _work(
    wanted: Mapping[int, Restore],
    warnings: Iterable[Warned],
    ask: Ask,
    undone: "_UndoneRun",
    *,
    dry_run: bool,
) -> Work:
    async def work(run: Run) -> None:
        for warning in warnings:
            run.record(warning)

        def begin(rows: Iterable[int]) -> None:
            for warning in undone.begins(run.run_id, rows):
                run.record(warning)

        await wait_until_shown(run, undone.last_unread)
        await put_back(run, wanted, ask, begin, dry_run=dry_run)

    return work


def _queues_of(gathered: RunFold, wanted: Mapping[int, Restore]) -> QueuesRead:
    """The queues to put people back into, as the undone run saw them: one may be deleted since."""
    ids = frozenset[str]().union(*(each.queue_ids for each in wanted.values()))
    return QueuesRead(tuple(each for each in gathered.queues.values() if each.id in ids))


def _row(record: RowRecord) -> Termination:
    return Termination(record.row, record.cells, user_id=record.user.id if record.user else None)


def _with_steps_of(settings: Mapping[str, object], config: Config) -> Config:
    """The configuration with the steps of the undone run."""
    steps = settings.get("steps", config.steps)
    return config.model_copy(update={"steps": tuple(cast(list[str], steps))})


class _UndoneRun:
    """The run being undone, in whose own journal this undo is recorded.

    It is recorded before the first call, and shown in the files of the run and of reruns of it, so
    that after a killed undo none of them still says "done".
    """

    def __init__(
        self, folder: RunFolder, gathered: RunFold, clock: Clock, files: FileSystem
    ) -> None:
        self._folder, self._gathered, self._clock, self._files = folder, gathered, clock, files
        self._begun: set[int] = set()
        self._refreshed: dict[Path, Refreshed | None] = {}
        """The files of the run and of reruns as last written, by folder; see `refresh_reruns`."""
        self._about_files: tuple[Warned, ...] = ()
        """The warnings about the run's files when they were last written."""

    @property
    def last_unread(self) -> datetime | None:
        """When the run's last request was answered whose effect it did not read back; or None."""
        records = self._gathered.records.values()
        moments = [parse_moment(each.finished_at) for each in records if each.is_unread]
        return max(moments, default=None)

    def begins(self, run_id: str, rows: Iterable[int]) -> tuple[Warned, ...]:
        """Record that these rows are about to be put back; warnings about files that were edited.

        This includes rows that an earlier undo put back: a later run offboarded them again, and
        reruns of that run must see this undo.
        """
        self._begun = set(rows)
        self._record((self._begun, run_id))
        warnings = (*self._about_files, *self._refresh())
        return tuple(each for each in warnings if each.code == FILE_KEPT)

    def ends(self, view: RunView) -> tuple[Warned, ...]:
        """Record which rows were put back, and withdraw the record for rows left unchanged.

        The warnings are about the run's files, which are written again if that changes them.
        """
        back = {each.row for each in view.results if each.status in _PUT_BACK}
        untouched = {each.row for each in view.results if each.is_untouched}
        self._record((back - self._begun, view.started.run_id), (untouched & self._begun, ""))
        return self._about_files

    def leaves(self) -> tuple[Warned, ...]:
        """Bring the files of reruns up to date, once the run's folder is free again.

        The run may be one itself, of which an earlier undo put somebody back. And a spreadsheet may
        have saved the run's own files as they were before the undo.
        """
        is_rerun = self._gathered.started.command == "rerun"
        written = self._refreshed.get(self._folder.path)
        has_changed = written is not None and written.looks != looks_of(self._folder)
        return self._refresh(*((self._folder,) if is_rerun or has_changed else ()))

    def _refresh(self, *own: RunFolder) -> tuple[Warned, ...]:
        """Write files of reruns again that may say "done" of somebody who was put back."""
        beside = reruns_beside(self._folder, self._gathered.started)
        return tuple(refresh_reruns((*own, *beside), self._refreshed, self._files))

    def _record(self, *undone: tuple[Collection[int], str]) -> None:
        """Record undos, if there are any, and write the run's files again."""
        now = self._clock.now()
        events = [
            RowsUndone(tuple(sorted(rows)), by_run, stamp(now)) for rows, by_run in undone if rows
        ]
        if not events:
            return
        folder, gathered, files = self._folder, self._gathered, self._files
        remove_unfinished(folder, files)
        shown = shown_views(folder, gathered)
        with closing(Journal(folder.journal, files)) as journal:

            def record(event: Event) -> None:
                journal.append(event)
                gathered.apply(event)

            def announce(written: Written) -> None:
                record(written_at(written, now))

            def write() -> Written:
                return write_results(folder.path, gathered.view(), announce, Placing(files))

            for event in chain[Event](self._unrecorded(shown, now), events):
                record(event)
            published = publish(folder, gathered, journal, write, announce, files, shown)
        self._about_files = published.warnings
        self._refreshed[folder.path] = Refreshed({}, looks_of(folder))

    def _unrecorded(self, shown: Sequence[RunView], now: datetime) -> Iterator[ResultsWritten]:
        """Results files that say what the journal says and that it does not know.

        `report` wrote them, or a spreadsheet saved them again: once the journal goes on, they must
        not pass for edited.
        """
        view, *since = shown
        for each in ResultsStanding(view, since).unedited(self._folder):
            if not is_as_written(each.sha256, view):
                yield written_at(Written(each.name, each.sha256), now)
