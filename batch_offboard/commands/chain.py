"""The chain of runs that led to some results, looked at from its end.

An undo tells the run that it undoes. Nobody tells the reruns that have carried its rows on since:
they look back along the chain themselves.
"""

import os
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from batch_offboard.commands.previous import Previous, read_run
from batch_offboard.errors import UsageError
from batch_offboard.results.earlier import FINISHED, earlier_result
from batch_offboard.results.fold import RunFold
from batch_offboard.results.models import COLUMNS, PREFIX
from batch_offboard.results.row_record import RowRecord, Undoing
from batch_offboard.results.undone import UNDONE, undone
from batch_offboard.run.events import Predecessor, RunStarted, Warned
from batch_offboard.run.folder import RunFolder, locked
from batch_offboard.run.journal import read_journal
from batch_offboard.wording import counted

_RUN_ID = PREFIX + "run_id"


class EarlierRun(NamedTuple):
    """A run of the chain: as a later one names it, where it lies now, and its journal folded."""

    named: Predecessor
    folder: RunFolder
    gathered: RunFold


def runs_before(started: RunStarted) -> tuple[Predecessor, ...]:
    """The earlier runs that a run names, nearest first."""
    return started.runs_before or ((started.previous,) if started.previous else ())


def runs_back(
    named: Iterable[Predecessor], near: Sequence[Path], held: ExitStack
) -> Iterator[EarlierRun | Predecessor]:
    """These runs and all before them, each once; one that cannot be read is given as it is named.

    A run is looked for where it was, else under its id in the folders `near`, as people move all
    of `runs`. Its folder is kept from other processes by `held` before it is read.

    Raises RefusedError while another process uses one of the folders.
    """
    waiting, folders, ids = list(named), list[Path](), set[str]()
    while waiting:
        each = waiting.pop(0)
        folder = _folder_of(each, near)
        if _is_seen(folder, folders) if folder else each.run_id in ids:
            continue
        ids.add(each.run_id)
        if folder is None:
            yield each
            continue
        folders.append(folder.path)
        run = _held_and_read(each, folder, held)
        yield run
        if isinstance(run, EarlierRun):
            waiting += runs_before(run.gathered.started)


def _folder_of(named: Predecessor, near: Sequence[Path]) -> RunFolder | None:
    paths = [Path(named.folder)] if named.folder else []
    if Path(named.run_id).name == named.run_id:  # a results file may have anything in this cell
        paths += [base / named.run_id for base in near]
    found = (RunFolder(path) for path in paths)
    return next((folder for folder in found if _run_id_in(folder) == named.run_id), None)


def _run_id_in(folder: RunFolder) -> str | None:
    try:
        first = next(read_journal(folder.journal), None)
    except UsageError:
        return None
    return first.run_id if isinstance(first, RunStarted) else None


def _is_seen(folder: RunFolder, folders: Iterable[Path]) -> bool:
    return any(folder.path.samefile(each) for each in folders)


def _held_and_read(
    named: Predecessor, folder: RunFolder, held: ExitStack
) -> EarlierRun | Predecessor:
    # In a folder that cannot be written, such as an archive, nothing can be under way.
    if os.access(folder.path, os.W_OK):
        held.enter_context(locked(folder))
    try:
        return EarlierRun(named, folder, read_run(folder))
    except UsageError:
        return named


@dataclass(frozen=True, slots=True)
class LookedBack:
    """What a look back along the chain found.

    `undone` has, by row number, the undo run that put the row back after the results had been
    written. `runs_before` are the runs of the chain for the next run to name, `unread` those of
    them that cannot be read any more.
    """

    undone: Mapping[int, str]
    runs_before: tuple[Predecessor, ...]
    unread: tuple[Predecessor, ...]


@dataclass(frozen=True, slots=True)
class _Told:
    """What a run of the chain was told of undos, and how much of that the runs before had been."""

    named: Predecessor
    undone: Mapping[int, tuple[Undoing, str]]
    """By row: the undo that holds now, and the user id of the person."""
    knew: Mapping[str, int]

    def since(self, row: int, user_id: str, known: int) -> str:
        """The undo that put back this row of this person after so many tellings; else empty."""
        undoing, person = self.undone.get(row, (Undoing("", 0), ""))
        is_theirs = not user_id or user_id == person
        return undoing.by_run if undoing.number > known and is_theirs else ""


def look_back(previous: Previous, working_folder: Path, held: ExitStack) -> LookedBack:
    """Look back along the chain of `previous`, and keep its folders from other processes.

    Raises RefusedError while another process uses one of them.
    """
    beside = previous.path.resolve().parent
    near = (beside, beside / "runs", working_folder / "runs")
    told, unread = list[_Told](), list[Predecessor]()
    for run in runs_back(_ends(previous), near, held):
        if isinstance(run, EarlierRun):
            told.append(_told(run))
        else:
            unread.append(run)
    named = (*(each.named for each in told), *unread)
    return LookedBack(_undone(previous, told), named, tuple(unread))


def _ends(previous: Previous) -> Sequence[Predecessor]:
    """Where the chain is taken up: the previous run, or those that a moved results file names."""
    if previous.run is not None and previous.run.folder:
        return [previous.run]
    ids = Counter(columns.get(_RUN_ID, "") for columns in previous.listed.earlier.values())
    return [Predecessor(run_id, "") for run_id, _ in ids.most_common() if run_id]


def _told(run: EarlierRun) -> _Told:
    knew: dict[str, int] = {}
    for each in runs_before(run.gathered.started):
        knew[each.run_id] = min(each.undoings, knew.get(each.run_id, each.undoings))
    records = run.gathered.records.values()
    return _Told(
        replace(run.named, folder=str(run.folder.path.resolve()), undoings=run.gathered.undoings),
        {each.row: (each.undoings[-1], _person(each)) for each in records if each.undoings},
        knew,
    )


def _person(record: RowRecord) -> str:
    return record.user.id if record.user else ""


def _undone(previous: Previous, told: Sequence[_Told]) -> dict[int, str]:
    """The rows that were put back since, each by which undo."""
    has_folder = previous.run is not None and previous.run.folder
    by_id = {each.named.run_id: each for each in reversed(told)}
    found: dict[int, str] = {}
    for row, columns in previous.listed.earlier.items():
        # The run that wrote the file stands for all its rows, else each row's own for that row.
        run_id = previous.run.run_id if previous.run and has_folder else columns.get(_RUN_ID, "")
        by_run = _undone_since(row, columns, by_id.get(run_id), told)
        if by_run and earlier_result(row, columns).error_code != UNDONE:
            found[row] = by_run
    return found


def _undone_since(
    row: int, columns: Mapping[str, str], standing: _Told | None, told: Sequence[_Told]
) -> str:
    """The undo that put the row back after the run `standing` for its result had begun."""
    if standing is None:
        return ""
    user_id = columns.get(PREFIX + "user_id", "")
    known = {**standing.knew, standing.named.run_id: 0}
    tellings = (
        each.since(row, user_id, known[each.named.run_id])
        for each in told
        if each.named.run_id in known
    )
    return next(filter(None, tellings), "")


def with_undone(previous: Previous, rows: Mapping[int, str]) -> Previous:
    """The earlier results, with the rows that were put back since told as such."""
    earlier = dict(previous.listed.earlier)
    for row, by_run in rows.items():
        cells = undone(earlier_result(row, earlier[row]), by_run).texts()
        earlier[row] = {**earlier[row], **dict(zip(COLUMNS, cells, strict=True))}
    return replace(previous, listed=replace(previous.listed, earlier=earlier))


def warned_of_unread(previous: Previous, unread: Collection[Predecessor]) -> tuple[Warned, ...]:
    """A warning, where finished rows rest on runs that cannot be read any more."""
    ids = {each.run_id for each in unread}
    resting = [
        columns[_RUN_ID]
        for columns in previous.listed.earlier.values()
        if columns.get(_RUN_ID) in ids and columns[PREFIX + "status"].strip().lower() in FINISHED
    ]
    if not resting:
        return ()
    names = tuple(sorted(set(resting)))
    message = (
        f"{counted(len(resting), 'finished row')} rest on a run whose folder was not found "
        f"({', '.join(names)}): should an undo of it have put people back since, their rows here "
        "still say done."
    )
    return (Warned("earlier_run_unread", message, names),)
