"""`runs`: the runs in the folder `runs`, found by reading little more than each journal's ends."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from batch_offboard.errors import CANCELLED, Action, ActionName, ExitCode, OffboardError
from batch_offboard.record.events import Event, RowsUndone, RunFinished, RunStarted
from batch_offboard.record.folder import RunFolder
from batch_offboard.record.journal_lines import read_end, read_start
from batch_offboard.record.lock import in_use
from batch_offboard.results.open_rows import OpenRows, open_rows

_REFUSED = (ExitCode.USAGE, ExitCode.REFUSED)


@dataclass(frozen=True, slots=True)
class PastRun:
    """One folder below `runs`.

    `started` is None if no run can be read from the folder. `end` has RunFinished and what was
    recorded after it. It is empty for a run that is going on (`running`) or was cut short.
    `list_name` is the list of the first run of its chain that is here. `continued` is the folder of
    the newest rerun, which has taken over the open rows; without one, `rows` are the open rows and
    `action` what finishes them. `problem` says what could not be read.
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
        """Whether the run was refused or cancelled, so that it changed nothing."""
        finished = self.finished
        return finished is not None and (finished.exit_code in _REFUSED or self.cancelled)

    @property
    def cancelled(self) -> bool:
        """Whether a person declined the run's question, or ended it with Ctrl-C."""
        return self.finished is not None and self.finished.reason.startswith(CANCELLED)

    @property
    def rows_undone(self) -> frozenset[int]:
        """The rows that undos have put back since."""
        rows: frozenset[int] = frozenset()
        for event in self.end:
            if isinstance(event, RowsUndone):
                rows = rows.union(event.rows) if event.by_run else rows.difference(event.rows)
        return rows


def past_runs(base: Path, latest: int | None = None) -> tuple[PastRun, ...]:
    """All folders in `base` except hidden ones: runs, newest first, then other folders.

    With `latest`, only that many: those whose journals were written last. Raises nothing: an error
    in a folder becomes its `problem`.
    """
    try:
        folders = _folders(base) if latest is None else _latest(_folders(base), latest)
    except OSError as error:
        return (PastRun(base, problem=_reason(error)),)
    found = sorted(map(_read_ends, folders), key=_moment)
    here = {run.started.run_id: run for run in found if run.started}
    reruns = _newest_reruns(found)
    runs = [_with_open_rows(run, here, reruns) for run in reversed(found) if run.started]
    return (*runs, *(run for run in found if not run.started))


def _folders(base: Path) -> list[Path]:
    if not base.is_dir():
        return []
    return [path for path in base.iterdir() if path.is_dir() and path.name[:1] != "."]


def _latest(folders: Iterable[Path], number: int) -> list[Path]:
    def written(folder: Path) -> float:
        try:
            return RunFolder(folder).journal.stat().st_mtime
        except OSError:
            return 0.0

    return sorted(folders, key=written)[-number:]


def _moment(run: PastRun) -> tuple[str, str]:
    return run.started.at if run.started else "", run.folder.name


def _read_ends(folder: Path) -> PastRun:
    """How the run began and ended, by the first and the last lines of its journal."""
    run_folder = RunFolder(folder)
    try:
        if not run_folder.journal.is_file():
            return PastRun(folder, problem="not a run folder: it has no journal")
        started = read_start(run_folder.journal)
        if started is None:
            return PastRun(folder, problem="its journal cannot be read")
        end = read_end(run_folder.journal)
        return PastRun(folder, started, end=end, running=not end and in_use(run_folder))
    except (OSError, OffboardError) as error:
        return PastRun(folder, problem=_reason(error))


def _reason(error: Exception) -> str:
    """Why a run folder cannot be read."""
    if isinstance(error, OSError):
        return f"it cannot be read ({error.strerror or error})"
    return str(error).partition("\n")[0]


_Runs = Mapping[str, PastRun]
"""Runs by their own id, or by the id of the run that they follow."""


def _newest_reruns(runs: Iterable[PastRun]) -> _Runs:
    """The newest rerun of each run, by the id of that run; `runs` are oldest first.

    Dry reruns and refused ones do not count.
    """
    return {
        run.started.previous.run_id: run
        for run in runs
        if run.started and run.started.command == "rerun" and run.started.previous
        if not run.started.dry_run and not run.refused
    }


def continued_in(base: Path, run_id: str) -> PastRun | None:
    """The newest rerun of a run below `base`, which has taken over its open rows; see PastRun."""
    try:
        found = sorted(map(_read_ends, _folders(base)), key=_moment)
    except OSError:
        return None
    return _newest_reruns(found).get(run_id)


def _with_open_rows(run: PastRun, here: _Runs, reruns: _Runs) -> PastRun:
    """The run with its list, and its open rows with their action or the rerun that has them."""
    started = run.started
    if started is None:
        return run
    run = replace(run, list_name=_list_name(started, here))
    if started.dry_run or run.running or run.refused:
        return run
    rerun = reruns.get(started.run_id)
    if rerun is not None:
        return replace(run, continued=rerun.folder)
    try:
        rows = open_rows(RunFolder(run.folder), started, run.end)
    except (OSError, ValueError, OffboardError) as error:
        return replace(run, problem=_reason(error))
    if started.command == "undo":
        return _undo_with_open_rows(run, started, rows, here)
    name: ActionName = "rerun_later" if rows.not_due == rows.numbers else "rerun_here"
    action = Action(name, rows.results or run.folder) if rows.numbers else None
    return replace(run, rows=rows, action=action)


def _list_name(started: RunStarted, here: _Runs) -> str:
    """The list with which the run's chain began; at most as many steps back as there are runs."""
    for _ in here:
        before = here.get(started.previous.run_id) if started.previous else None
        if before is None or before.started is None:
            break
        started = before.started
    return started.list.termination_list.name


def _undo_with_open_rows(run: PastRun, started: RunStarted, rows: OpenRows, here: _Runs) -> PastRun:
    """The undo with the rows that neither it nor a later undo has put back, and their action."""
    previous = started.previous
    undone = here.get(previous.run_id) if previous else None
    taken = _undone_later(started.run_id, undone.end) if undone else frozenset()
    numbers = tuple(row for row in rows.numbers if row not in taken)
    folder = undone.folder if undone else Path(previous.folder) if previous else None
    action = Action("undo_rest", folder, numbers) if numbers and folder else None
    return replace(run, rows=replace(rows, numbers=numbers), action=action)


def _undone_later(undo: str, end: Iterable[Event]) -> frozenset[int]:
    """The rows that undos after `undo` (a run id) have put back or tried to; see PastRun.end."""
    rows: frozenset[int] = frozenset()
    for event in end:
        if isinstance(event, RowsUndone) and event.by_run:
            theirs = event.by_run != undo
            rows = rows.union(event.rows) if theirs else rows.difference(event.rows)
    return rows
