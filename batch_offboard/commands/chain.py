"""The chain of runs that led to some results, looked at from its end.

An undo tells the run that it undoes. Nobody tells the reruns that have carried its rows on since:
they look back along the chain themselves.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from batch_offboard.commands.previous import Previous, read_run
from batch_offboard.errors import UsageError
from batch_offboard.record.events import (
    Predecessor,
    RowListed,
    RowsUndone,
    RunStarted,
    UserRead,
    Warned,
)
from batch_offboard.record.folder import RunFolder, locked
from batch_offboard.record.journal import JournalError, read_journal
from batch_offboard.results.models import COLUMNS, FINISHED, PREFIX, RowResult, parse_result
from batch_offboard.results.row_record import RowRecord, Undoing
from batch_offboard.results.undone import UNDONE, undone
from batch_offboard.termination_list.models import TerminationList
from batch_offboard.wording import counted

_RUN_ID = PREFIX + "run_id"
_USER_ID = PREFIX + "user_id"

_Pairs = Mapping[int, tuple[tuple[str, ...], str]]
"""By row number: the list's own cells, and the user id beside them."""


class EarlierRun(NamedTuple):
    """A run of the chain: as a later one names it, where it lies now, and how it began."""

    named: Predecessor
    folder: RunFolder
    started: RunStarted


def runs_before(started: RunStarted) -> tuple[Predecessor, ...]:
    """The earlier runs that a run names, nearest first."""
    return started.runs_before or ((started.previous,) if started.previous else ())


def runs_back(
    named: Iterable[Predecessor],
    near: Sequence[Path],
    held: ExitStack,
    *,
    own: Sequence[Path] = (),
) -> Iterator[EarlierRun | Predecessor]:
    """These runs and all before them, each once; one that is not found is given as it is named.

    A run is looked for where it was, else under its id in the folders `near`, as people move all
    of `runs`; but never in a folder that is `own`, nor in that of a later run, which may have the
    same id. Its folder is kept from other processes by `held` before it is given.

    Raises RefusedError while another process uses one of the folders.
    """
    waiting = [(each, tuple(own)) for each in named]
    folders, unfound = list[Path](), set[str]()
    while waiting:
        each, later = waiting.pop(0)
        run = _found(each, (*(base / each.run_id for base in near), *folders), later)
        if _is_in(run.folder, folders) if run else each.run_id in unfound:
            continue
        if run is None:
            unfound.add(each.run_id)
        else:
            folders.append(run.folder.path)
            _hold(held, run.folder)
            waiting += [(one, (*later, run.folder.path)) for one in runs_before(run.started)]
        yield run or each


def _found(
    named: Predecessor, candidates: Iterable[Path], later: Collection[Path]
) -> EarlierRun | None:
    paths = [Path(named.folder)] if named.folder else []
    if Path(named.run_id).name == named.run_id:  # a results file may have anything in this cell
        paths += candidates
    for folder in map(RunFolder, paths):
        started = _beginning(folder)
        if started is not None and started.run_id == named.run_id and not _is_in(folder, later):
            return EarlierRun(named, folder, started)
    return None


def _beginning(folder: RunFolder) -> RunStarted | None:
    try:
        first = next(read_journal(folder.journal), None)
    except JournalError:
        return None
    return first if isinstance(first, RunStarted) else None


def _is_in(folder: RunFolder, folders: Iterable[Path]) -> bool:
    return any(folder.path.samefile(each) for each in folders)


def _hold(held: ExitStack, folder: RunFolder) -> None:
    # In a folder that cannot be written, such as an archive, nothing can be under way.
    with suppress(UsageError):
        held.enter_context(locked(folder))


@dataclass(frozen=True, slots=True)
class LookedBack:
    """What a look back along the chain found.

    `undone` has, by row number, the undo run that put the row back after the results had been
    written. `confirmed` are the rows that some run has found by the same cells to be the person
    whose user id stands beside them. `runs_before` are the runs of the chain for the next run to
    name, `unread` those of them that cannot be read any more.
    """

    undone: Mapping[int, str]
    confirmed: frozenset[int]
    runs_before: tuple[Predecessor, ...]
    unread: tuple[Predecessor, ...]


@dataclass(frozen=True, slots=True)
class _Told:
    """What a run of the chain was told of undos, and how much of that the runs before had been.

    `confirmed` are the rows for whose cells it has read the very person that they stand beside.
    """

    named: Predecessor
    undone: Mapping[int, tuple[Undoing, str]]
    """By row: the undo that holds now, and the user id of the person."""
    knew: Mapping[str, int]
    confirmed: frozenset[int]

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
    pairs = _pairs(previous.listed)
    told, unread = list[_Told](), list[Predecessor]()
    for run in runs_back(_ends(previous), near, held):
        read = _told(run, pairs) if isinstance(run, EarlierRun) else run
        if isinstance(read, _Told):
            told.append(read)
        else:
            unread.append(read)
    named = (*(each.named for each in told), *unread)
    confirmed = frozenset[int]().union(*(each.confirmed for each in told))
    return LookedBack(_undone(previous, told), confirmed, named, tuple(unread))


def _pairs(listed: TerminationList) -> _Pairs:
    return {
        row.row: (row.cells, listed.earlier[row.row].get(_USER_ID, "").strip().lower())
        for row in listed.rows
        if row.row in listed.earlier
    }


def _ends(previous: Previous) -> Sequence[Predecessor]:
    """Where the chain is taken up: the previous run, or those that a moved results file names."""
    if previous.run is not None and previous.run.folder:
        return [previous.run]
    ids = Counter(columns.get(_RUN_ID, "") for columns in previous.listed.earlier.values())
    return [Predecessor(run_id, "") for run_id, _ in ids.most_common() if run_id]


def _told(run: EarlierRun, pairs: _Pairs) -> _Told | Predecessor:
    """What the run was told; a journal that is damaged further on tells nothing."""
    try:
        gathered = read_run(run.folder, (RunStarted, RowListed, UserRead, RowsUndone))
    except UsageError:
        return run.named
    records = gathered.records.values()
    folder = str(run.folder.path.resolve())
    return _Told(
        replace(run.named, folder=folder, undoings=gathered.undoings),
        {each.row: (each.undoings[-1], _person(each)) for each in records if each.undoings},
        _known_to(run.started),
        _confirmed(records, pairs),
    )


def _confirmed(records: Iterable[RowRecord], pairs: _Pairs) -> frozenset[int]:
    """The rows whose person this run has read itself; what it only carried on is no evidence."""
    found = ((each.row, (each.cells, _person(each))) for each in records)
    return frozenset(row for row, pair in found if pairs.get(row) == pair)


def _known_to(started: RunStarted) -> dict[str, int]:
    """How often each earlier run had been told of an undo when this one began.

    Two runs in different places may have the same id: then the smaller number stands.
    """
    known: dict[str, int] = {}
    for each in runs_before(started):
        known[each.run_id] = min(each.undoings, known.get(each.run_id, each.undoings))
    return known


def _person(record: RowRecord) -> str:
    return record.user.id if record.user else ""


def _undone(previous: Previous, told: Sequence[_Told]) -> dict[int, str]:
    """The rows that were put back since, each by which undo."""
    writer = previous.run.run_id if previous.run is not None and previous.run.folder else ""
    by_id = {each.named.run_id: each for each in reversed(told)}
    found: dict[int, str] = {}
    for row in {row for each in told for row in each.undone} & previous.listed.earlier.keys():
        result = parse_result(row, previous.listed.earlier[row])
        # The run that wrote the file stands for all its rows, else each row's own for that row.
        standing = by_id.get(writer or result.run_id)
        if standing is not None and result.error_code != UNDONE:
            found[row] = _undone_since(result, standing, told)
    return {row: by_run for row, by_run in found.items() if by_run}


def _undone_since(result: RowResult, standing: _Told, told: Sequence[_Told]) -> str:
    """The undo that put the row back after the run that stands for its result had begun."""
    tellings = (
        each.since(
            result.row,
            result.user_id,
            0 if each is standing else standing.knew[each.named.run_id],
        )
        for each in told
        if each is standing or each.named.run_id in standing.knew
    )
    return next(filter(None, tellings), "")


def with_undone(previous: Previous, rows: Mapping[int, str]) -> Previous:
    """The earlier results, with the rows that were put back since told as such."""
    earlier = dict(previous.listed.earlier)
    for row, by_run in rows.items():
        cells = undone(parse_result(row, earlier[row]), by_run).texts()
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
        f"The record of {' and '.join(names)} was not found or cannot be read, so whether an undo "
        "has put anybody back since is not known for "
        f"{counted(len(resting), 'finished row')}."
    )
    return (Warned("earlier_run_unread", message, names),)
