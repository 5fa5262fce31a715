"""What the runs in the folders beside a run folder record of that run.

An undo and the run that it undoes record each other, and a rerun records what it found in the run
before it. So a line that was invented in one journal, or cut off at its end, contradicts the other.
"""

import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from batch_offboard.errors import UsageError
from batch_offboard.record.events import RunStarted
from batch_offboard.record.folder import RunFolder
from batch_offboard.record.journal_lines import JournalError, read_start
from batch_offboard.results.fold import RunFold
from batch_offboard.results.models import PREFIX
from batch_offboard.results.run_folder import read_run
from batch_offboard.wording import printable, rows_named

_RUNS = "runs"
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence about a run's journal; `contradicts` says that another journal contradicts it."""

    text: str
    contradicts: bool = True


def runs_beside(folder: RunFolder, gathered: RunFold) -> Iterator[Statement]:
    """What the runs beside a run record of it.

    An undo that the run records and no journal beside it confirms is a statement too, and so is a
    run that this one undid or continued and that is not there, or was altered.
    """
    others = list(_others(folder, gathered.started))
    yield from _of_runs_before(gathered, others)
    undos = _undoings(gathered)
    for run_id, rows in undos.items():
        named = [started for _, started in others if started.run_id == run_id]
        if not named:
            yield _without_run(run_id, rows, folder)
        elif not any(_undoes(started, gathered.started) for started in named):
            yield Statement(
                f"This journal records the undo {printable(run_id)}. The run of that name "
                "beside it is not an undo of this run."
            )
    for path in _folders_beside(folder):
        if _is_damaged(RunFolder(path)):
            yield Statement(
                f"The run folder {printable(path.name)} beside this one has no readable journal. "
                "It could be an undo of this run.",
                contradicts=False,
            )
    for at, started in others:
        rows = undos.get(started.run_id, set())
        yield from _compared(RunFolder(at), started, gathered, rows)


def reruns_beside(folder: RunFolder, own: RunStarted) -> list[RunFolder]:
    """The folders beside a run's that are of reruns in whose chain it is."""
    others = _others(folder, own)
    return [RunFolder(at) for at, each in others if _knew(each, own.run_id) is not None]


def _of_runs_before(
    gathered: RunFold, others: Sequence[tuple[Path, RunStarted]]
) -> Iterator[Statement]:
    """What the journals of the earlier runs say, which a rerun continued or an undo undid."""
    started = gathered.started
    verb = "undid" if started.command == "undo" else "continued"
    for each in started.runs_before or ((started.previous,) if started.previous else ()):
        name = f"The run {printable(each.run_id)}, which this {started.command} {verb},"
        recorded = Path(each.folder) if each.folder else None
        at = next((path for path, other in others if other.run_id == each.run_id), recorded)
        try:
            run = read_run(RunFolder(at)) if at and RunFolder(at).journal.exists() else None
        except UsageError:
            yield Statement(f"{name} has a journal that cannot be read.", contradicts=False)
            continue
        if run is None:
            text = f"{name} is not beside it, so the two could not be compared."
            yield Statement(text, contradicts=False)
        elif started.command == "undo" and run.started.run_id == each.run_id:
            yield from _unrecorded(gathered, run)


def _unrecorded(undo: RunFold, run: RunFold) -> Iterator[Statement]:
    """A statement if the run does not record this undo, which put back some of its rows."""
    if undo.started.dry_run or not _undoes(undo.started, run.started):
        return
    known = _undoings(run).get(undo.started.run_id, set())
    put_back = {
        each.row
        for each in undo.view().results
        if undo.records[each.row].steps_sent and not each.is_untouched
    }
    if hidden := (put_back & run.records.keys()) - known:
        yield Statement(
            f"The run {printable(run.started.run_id)} does not record that this undo put back "
            f"{rows_named(sorted(hidden))}. The end of its journal was removed, or it is a "
            "copy made before the undo."
        )


def _without_run(run_id: str, rows: Set[int], folder: RunFolder) -> Statement:
    """The statement that nothing confirms the undo of these rows."""
    undo = f"The undo {printable(run_id)} of {rows_named(sorted(rows))}"
    if RunFolder(folder.path.resolve().with_name(run_id)).journal.exists():
        return Statement(f"{undo} is beside this run, but its journal cannot be read.")
    return Statement(f"{undo} is not proven: its folder is not beside this one.", contradicts=False)


def _compared(
    at: RunFolder, started: RunStarted, gathered: RunFold, rows: Set[int]
) -> Iterator[Statement]:
    """What another run records of a run whose journal says that it put back `rows`."""
    own = gathered.started
    is_undo = _undoes(started, own)
    if not is_undo and _knew(started, own.run_id) is None:
        return
    try:
        other = read_run(at)
    except JournalError:
        yield Statement(f"{_named(started)} belongs to this run, but its journal cannot be read.")
        return
    except UsageError:
        return  # it was cut off before it began, so it has changed nothing
    if is_undo:
        yield from map(Statement, _undo_contradicts(other, gathered, rows))
        yield from _unproved(other, rows)
    else:
        yield from map(Statement, _rerun_contradicts(other, gathered))


def _unproved(undo: RunFold, rows: Set[int]) -> Iterator[Statement]:
    """A statement if, by its own journal, the undo did nothing for rows it is said to put back."""
    untouched = [each.row for each in undo.view().results if each.row in rows and each.is_untouched]
    if untouched and not undo.started.dry_run:
        yield Statement(
            f"{_named(undo.started)} changed nothing for {rows_named(untouched)}, according to "
            "its own journal.",
            contradicts=False,
        )


def _undo_contradicts(undo: RunFold, run: RunFold, rows: Set[int]) -> Iterator[str]:
    """What an undo's journal and that of the run record differently; `rows` are the run's."""
    view = undo.view()
    touched = {
        result.row
        for result in view.results
        if undo.records[result.row].steps_sent and not result.is_untouched
    }
    touched &= run.records.keys()
    if hidden := touched - rows:
        yield (
            f"{_named(undo.started)} put back {rows_named(sorted(hidden))}, but this journal does "
            "not say so. Its end was removed, or it is a copy from before the undo."
        )
    if invented := rows - undo.records.keys():
        yield (
            f"This journal says that {_named(undo.started)} put back "
            f"{rows_named(sorted(invented))}. The undo's own journal does not."
        )
    elif rows and view.started.dry_run:
        yield (
            f"{_named(undo.started)} was a dry run, so nobody was put back. This journal claims "
            "otherwise."
        )


def _rerun_contradicts(rerun: RunFold, run: RunFold) -> Iterator[str]:
    """What a rerun had found of the run that is no longer in the run's journal."""
    if (_knew(rerun.started, run.started.run_id) or 0) > run.undoings:
        yield (
            f"{_named(rerun.started)} recorded an undo of this run that is missing here. The "
            "end of this journal was removed."
        )
    later = [
        row
        for row, at in _carried(rerun, run.started.run_id)
        if row in run.records and at > run.records[row].finished_at
    ]
    if later:
        yield (
            f"{_named(rerun.started)} found {rows_named(later)} finished by this run later than "
            "this journal says. The end of this journal was removed."
        )


def _carried(rerun: RunFold, run_id: str) -> Iterator[tuple[int, str]]:
    """The rows that a rerun carried over from a run, each with the moment that it read."""
    for row, record in rerun.records.items():
        columns = record.carried.columns if record.carried else {}
        if columns.get(f"{PREFIX}run_id") == run_id:
            yield row, _moment(columns.get(f"{PREFIX}finished_at", ""))


def _moment(text: str) -> str:
    """A moment as the journal has it; empty for what a spreadsheet or a person made of it."""
    return text if _MOMENT.fullmatch(text) else ""


def _undoings(gathered: RunFold) -> dict[str, set[int]]:
    """By undo run, the rows that the run's journal says it put back."""
    found: dict[str, set[int]] = {}
    for row, record in gathered.records.items():
        for each in record.rare.undoings:
            found.setdefault(each.by_run, set()).add(row)
    return found


def _others(folder: RunFolder, own: RunStarted) -> Iterator[tuple[Path, RunStarted]]:
    """The folders of other runs beside a run folder, sorted by name, with their first events."""
    for path in _folders_beside(folder):
        started = read_start(RunFolder(path).journal)
        if started is not None and started.run_id != own.run_id:
            yield path, started


def _folders_beside(folder: RunFolder) -> list[Path]:
    """The folders beside a run folder, sorted by name; for a linked folder, in both places."""
    here = folder.path.resolve()
    parents = {here.parent, folder.path.absolute().parent.resolve()}
    around = chain(parents, *map(_relatives, parents))
    found = {each.resolve() for parent in around for each in _within(parent)}
    return sorted(found - {here})


def _is_damaged(folder: RunFolder) -> bool:
    """Whether this is a run folder whose journal cannot be read from its beginning.

    A folder that nobody else may look into, such as another person's, may be one too.
    """
    if read_start(folder.journal) is not None:
        return False
    try:
        return folder.report.exists() or folder.journal.exists()
    except PermissionError:
        return True


def _relatives(parent: Path) -> Iterator[Path]:
    """Where else runs may be: in the folder's `runs`, or beside it if it is a `runs` itself."""
    yield parent / _RUNS
    if parent.name == _RUNS:
        yield parent.parent


def _within(folder: Path) -> list[Path]:
    """The entries of a folder; none if it is no folder or cannot be read."""
    try:
        return list(folder.iterdir())
    except OSError:
        return []


def _undoes(started: RunStarted, run: RunStarted) -> bool:
    """Whether a run is an undo of `run`, and not of another one that happens to have its id."""
    named = started.previous
    return (
        started.command == "undo"
        and named is not None
        and named.run_id == run.run_id
        and started.list.sha256 == run.list.sha256
        and started.organisation.id == run.organisation.id
    )


def _knew(started: RunStarted, run_id: str) -> int | None:
    """How many undos of an earlier run a rerun knew of when it began; None for other runs."""
    if started.command != "rerun":
        return None
    named = started.runs_before or ((started.previous,) if started.previous else ())
    return min((each.undoings for each in named if each.run_id == run_id), default=None)


def _named(started: RunStarted) -> str:
    """A run, named by its command and its id."""
    return f"The {started.command} {printable(started.run_id)}"
