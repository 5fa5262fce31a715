"""`runs`: what was done here, by the run folders below `runs`; only what is needed is read."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from batch_offboard.errors import Action, ExitCode, OffboardError
from batch_offboard.record.events import Command, Event, RowsUndone, RunFinished, RunStarted
from batch_offboard.record.folder import RunFolder, in_use
from batch_offboard.record.journal import beginning, ending
from batch_offboard.results.open_rows import OpenRows, open_rows

_REFUSED = (ExitCode.USAGE, ExitCode.REFUSED)


@dataclass(frozen=True, slots=True)
class PastRun:
    """One folder below `runs`.

    `started` is None for a folder from which no run of ours can be read. `end` are the run's
    RunFinished and what was recorded after it. `running` is true while a process uses the folder.
    `list_name` is the list that the first run of its chain had, as far as that one is here.
    `continued` is the folder of the rerun, or of the repeated undo, that has taken over the open
    rows; if there is none, `action` does them. `problem` says what could not be read.
    """

    folder: Path
    started: RunStarted | None = None
    list_name: str = ""
    end: tuple[Event, ...] = ()
    running: bool = False
    rows: OpenRows = field(default_factory=OpenRows)
    continued: Path | None = None
    action: Action | None = None
    problem: str = ""

    @property
    def finished(self) -> RunFinished | None:
        """How the run ended; None while it goes on, or if it was cut short."""
        return next((event for event in self.end if isinstance(event, RunFinished)), None)

    @property
    def refused(self) -> bool:
        """Whether the run ended before it changed anything."""
        return self.finished is not None and self.finished.exit_code in _REFUSED

    @property
    def rows_undone(self) -> frozenset[int]:
        """The rows that were put back since."""
        rows: frozenset[int] = frozenset()
        for event in self.end:
            if isinstance(event, RowsUndone):
                rows = rows.union(event.rows) if event.by_run else rows.difference(event.rows)
        return rows


def past_runs(base: Path) -> tuple[PastRun, ...]:
    """All folders in `base`, the newest run first, those that are no run's last.

    Whatever is in there, an error in one folder is that folder's `problem`.
    """
    try:
        folders = _folders(base)
    except OSError as error:
        return (PastRun(base, problem=_reason(error)),)
    found = sorted(map(_looked_at, folders), key=_moment)
    newest = _newest_successors(found)
    by_id = {run.started.run_id: run.started for run in found if run.started}
    runs = [
        replace(_with_open_rows(run, newest), list_name=_list_name(run.started, by_id))
        for run in reversed(found)
        if run.started
    ]
    return (*runs, *(run for run in found if not run.started))


def _list_name(started: RunStarted, by_id: Mapping[str, RunStarted]) -> str:
    """The list with which the chain of a rerun began; a run may name itself or go round."""
    for _ in by_id:
        before = by_id.get(started.previous.run_id) if started.previous else None
        if before is None:
            break
        started = before
    return started.list.name


def _folders(base: Path) -> list[Path]:
    if not base.is_dir():
        return []
    return [path for path in base.iterdir() if path.is_dir() and path.name[:1] != "."]


def _moment(run: PastRun) -> tuple[str, str]:
    return run.started.at if run.started else "", run.folder.name


def _looked_at(folder: Path) -> PastRun:
    """How the run began and ended, by the first and the last lines of its journal."""
    run_folder = RunFolder(folder)
    try:
        if not run_folder.journal.is_file():
            return PastRun(folder, problem="not a run folder: it has no journal")
        started = beginning(run_folder.journal)
        if started is None:
            return PastRun(folder, problem="its journal cannot be read")
        end = ending(run_folder.journal)
        return PastRun(folder, started, end=end, running=not end and in_use(run_folder))
    except (OSError, OffboardError) as error:
        return PastRun(folder, problem=_reason(error))


def _reason(error: Exception) -> str:
    if isinstance(error, OSError):
        return f"it cannot be read ({error.strerror or error})"
    return str(error).partition("\n")[0]


_Succession = tuple[Command, str]
"""A command, and the run that it goes on from."""


def _newest_successors(runs: Iterable[PastRun]) -> Mapping[_Succession, PastRun]:
    """The newest rerun and the newest undo of every run that has any; `runs` are oldest first."""
    return {
        (run.started.command, run.started.previous.run_id): run
        for run in runs
        if run.started and run.started.previous and not run.started.dry_run and not run.refused
    }


def _with_open_rows(run: PastRun, newest: Mapping[_Succession, PastRun]) -> PastRun:
    """The run with its open rows and what does them, unless another run has taken them over."""
    started = run.started
    if started is None or started.dry_run or run.running or run.refused:
        return run
    later = newest.get(_succession(started))
    if later is not None and later.folder != run.folder:
        return replace(run, continued=later.folder)
    try:
        rows = open_rows(RunFolder(run.folder), started, run.end)
    except (OSError, ValueError, OffboardError) as error:
        return replace(run, problem=_reason(error))
    return replace(run, rows=rows, action=_action(run, started, rows))


def _succession(started: RunStarted) -> _Succession:
    """What would take over the run's open rows: an undo is not rerun, but repeated."""
    if started.command == "undo" and started.previous is not None:
        return "undo", started.previous.run_id
    return "rerun", started.run_id


def _action(run: PastRun, started: RunStarted, rows: OpenRows) -> Action | None:
    if not rows.numbers:
        return None
    if started.command != "undo":
        return Action("rerun_here", rows.results or run.folder)
    if started.previous is None:
        return None
    beside = run.folder.parent / Path(started.previous.run_id).name
    undone = beside if beside.is_dir() else Path(started.previous.folder)
    return Action("undo_run", undone, rows.numbers)
