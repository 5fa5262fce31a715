"""The chain of runs that led to some results, read backwards from the latest.

An undo is recorded in the journal of the run that it undoes, and not in those of the reruns that
have carried its rows over since. So a rerun reads the journals of the whole chain.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from batch_offboard.errors import UsageError
from batch_offboard.record.events import (
    CallAnswered,
    CallStarted,
    CellCorrected,
    Predecessor,
    RowListed,
    RowsUndone,
    RunStarted,
    UserRead,
    Warned,
)
from batch_offboard.rerun.corrections import corrections
from batch_offboard.rerun.edited import edited_rows
from batch_offboard.rerun.source import Source
from batch_offboard.results.fold import RunFold
from batch_offboard.results.models import COLUMNS, FINISHED, UNDONE
from batch_offboard.results.put_back import Undos, person_of, undone_since, undos_of
from batch_offboard.results.row_record import RowRecord
from batch_offboard.results.row_result import undone
from batch_offboard.results.run_folder import read_run
from batch_offboard.results.runs_back import ChainRun, runs_back
from batch_offboard.termination_list.models import TerminationList
from batch_offboard.termination_list.wording import rows_shown
from batch_offboard.wording import counted

_KINDS = (RunStarted, RowListed, UserRead, CallStarted, CallAnswered, RowsUndone)
"""The events that record undos, people read, and people logged out."""
_Pairs = Mapping[int, tuple[tuple[str, ...], str]]
"""By row number: the list's own cells, and the user id in the earlier result beside them."""


@dataclass(frozen=True, slots=True)
class Chain:
    """What the journals of a chain of runs record beyond its results.

    `undone` has, by row number, the undo run that put the row back after the results had been
    written. `confirmed` are the rows that some run found, by the same cells, to be the person whose
    user id is beside them; `logged_out` those whose person some run has logged out; `edited` the
    unfinished ones whose person or day was edited since. `runs_before` are the runs of the chain
    for the next run to name, `unread` those of them that can no longer be read. `corrected` are the
    cells of the source's list that the nearest run read differently, `missing` the rows of that run
    that are not in the source.
    """

    undone: Mapping[int, str]
    confirmed: frozenset[int]
    logged_out: frozenset[int]
    edited: frozenset[int]
    runs_before: tuple[Predecessor, ...]
    unread: tuple[Predecessor, ...]
    corrected: tuple[CellCorrected, ...] = ()
    missing: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class _RunEvidence:
    """What one run's journal records of the source's rows.

    `confirmed` are the rows whose user id the run has read itself for the same cells,
    `logged_out` those whose person it has logged out, `edited` those that it decided and that were
    edited since. `missing` are those that only it has.
    """

    undos: Undos
    confirmed: frozenset[int]
    logged_out: frozenset[int]
    edited: frozenset[int]
    corrected: tuple[CellCorrected, ...] = ()
    missing: frozenset[int] = frozenset()


def read_chain(source: Source, working_folder: Path, held: ExitStack) -> Chain:
    """Read the chain of runs behind `source`; `held` locks its folders against other processes.

    Raises RefusedError while another process uses one of them.
    """
    beside = source.path.resolve().parent
    near = (beside, beside / "runs", working_folder / "runs")
    pairs = _pairs(source)
    runs, unread = list[_RunEvidence](), list[Predecessor]()
    for run in runs_back(_ends(source), near, held):
        nearest = not runs
        read = (
            _evidence_of(run, pairs, source, nearest=nearest) if isinstance(run, ChainRun) else run
        )
        if isinstance(read, _RunEvidence):
            runs.append(read)
        else:
            unread.append(read)
    named = (*(each.undos.named for each in runs), *unread)
    confirmed = frozenset[int]().union(*(each.confirmed for each in runs))
    logged_out = frozenset[int]().union(*(each.logged_out for each in runs))
    edited = frozenset[int]().union(*(each.edited for each in runs))
    corrected, missing = (runs[0].corrected, runs[0].missing) if runs else ((), frozenset[int]())
    undone = _undone(source, [each.undos for each in runs])
    return Chain(undone, confirmed, logged_out, edited, named, tuple(unread), corrected, missing)


def _pairs(source: Source) -> _Pairs:
    return {
        row.row: (row.cells, source.results[row.row].user_id)
        for row in source.listed.rows
        if row.row in source.results
    }


def _ends(source: Source) -> Sequence[Predecessor]:
    """Where reading the chain begins: the run itself, or those that a moved results file names."""
    if source.run is not None and source.run.folder:
        return [source.run]
    ids = Counter(result.run_id for result in source.results.values())
    return [Predecessor(run_id, "") for run_id, _ in ids.most_common() if run_id]


def _evidence_of(
    run: ChainRun, pairs: _Pairs, source: Source | None = None, *, nearest: bool = False
) -> _RunEvidence | Predecessor:
    """What the run's journal records; the run as named if that journal is damaged.

    With `source`, also which of its rows were edited since, and of the `nearest` run which cells.
    """
    try:
        gathered = read_run(run.folder, _KINDS)
    except UsageError:
        return run.named
    records = gathered.records.values()
    return _RunEvidence(
        undos_of(run, gathered),
        _confirmed(records, pairs),
        frozenset(each.row for each in records if _is_logged_out(each, pairs)),
        edited_rows(records, run.started, source) if source else frozenset(),
        *(_compared(run, gathered, source.listed) if source and nearest else ()),
    )


def _compared(
    run: ChainRun, gathered: RunFold, listed: TerminationList
) -> tuple[tuple[CellCorrected, ...], frozenset[int]]:
    """The cells that the run read differently, and its rows that the list does not have."""
    corrected = corrections(run.started.list.header, gathered.records.values(), listed)
    return corrected, frozenset(gathered.records).difference(row.row for row in listed.rows)


def _confirmed(records: Iterable[RowRecord], pairs: _Pairs) -> frozenset[int]:
    """The rows whose user id this run has read itself for the same cells, not carried over."""
    found = ((each.row, (each.cells, person_of(each))) for each in records)
    return frozenset(row for row, pair in found if pairs.get(row) == pair)


def _is_logged_out(record: RowRecord, pairs: _Pairs) -> bool:
    _, user_id = pairs.get(record.row, ((), ""))
    return record.rare.logged_out and user_id == person_of(record)


def _undone(source: Source, runs: Sequence[Undos]) -> dict[int, str]:
    """By row put back since its result: the id of the undo run."""
    writer = source.run.run_id if source.run is not None and source.run.folder else ""
    by_id = {each.named.run_id: each for each in reversed(runs)}
    found: dict[int, str] = {}
    for row in {row for each in runs for row in each.undone} & source.results.keys():
        result = source.results[row]
        # The run that wrote the file counts for all rows; without one, each row's own run.
        base = by_id.get(writer or result.run_id)
        if base is not None and result.error_code != UNDONE:
            found[row] = undone_since(result, base, runs)
    return {row: by_run for row, by_run in found.items() if by_run}


def with_chain(source: Source, chain: Chain) -> Source:
    """The source, completed with what its chain records.

    Results of rows that were put back since become those of undone rows.
    """
    earlier = dict(source.listed.earlier)
    for row, by_run in chain.undone.items():
        cells = undone(source.results[row], by_run).texts()
        earlier[row] = {**earlier[row], **dict(zip(COLUMNS, cells, strict=True))}
    listed = replace(source.listed, earlier=earlier)
    return replace(
        source,
        listed=listed,
        confirmed=chain.confirmed,
        logged_out=chain.logged_out,
        edited=chain.edited,
    )


def warned_of_unread(source: Source, unread: Collection[Predecessor]) -> tuple[Warned, ...]:
    """A warning if finished rows depend on runs that can no longer be read."""
    ids = {each.run_id for each in unread}
    resting = [
        result.run_id
        for result in source.results.values()
        if result.run_id in ids and result.status in FINISHED
    ]
    if not resting:
        return ()
    names = tuple(sorted(set(resting)))
    message = (
        f"{_journals_of(names)} not found or cannot be read. "
        f"{counted(len(resting), 'finished row')} may have been put back by an undo since. Check "
        "these people in Genesys."
    )
    return (Warned("earlier_run_unread", message, names),)


def missing_in_words(missing: Collection[int]) -> str:
    """The sentence about rows of the earlier run that are not in the source; empty for none."""
    if not missing:
        return ""
    one = len(missing) == 1
    return (
        f"{rows_shown(sorted(missing))} of the earlier run {'is' if one else 'are'} not in this "
        f"file, so {'it is' if one else 'they are'} neither rerun nor in the new results. If that "
        "is a mistake, rerun the complete results file."
    )


def _journals_of(names: Sequence[str]) -> str:
    """The journals of these runs, as the beginning of a sentence."""
    if len(names) == 1:
        return f"The journal of {names[0]} was"
    return f"The journals of {', '.join(names[:-1])} and {names[-1]} were"
