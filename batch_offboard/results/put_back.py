"""Rows of a rerun that undos have put back, according to the journals of the runs before it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import groupby

from batch_offboard.errors import UsageError
from batch_offboard.record.events import Predecessor, RowListed, RowsUndone, RunStarted, UserRead
from batch_offboard.record.folder import RunFolder
from batch_offboard.results.fold import RunFold
from batch_offboard.results.models import UNDONE, RowResult, RunView
from batch_offboard.results.row_record import RowRecord, Undoing
from batch_offboard.results.row_result import with_put_back
from batch_offboard.results.run_folder import read_run
from batch_offboard.results.runs_back import ChainRun, runs_back, runs_before

_KINDS = (RunStarted, RowListed, UserRead, RowsUndone)
"""The events that record undos, and the people they put back."""


@dataclass(frozen=True, slots=True)
class Undos:
    """The undos that one run's journal records.

    `knew` has, by id of an earlier run, the number of undos in that run's journal when this run
    began.
    """

    named: Predecessor
    undone: Mapping[int, tuple[Undoing, str]]
    """By row: the undo that holds now, and the user id of the person."""
    knew: Mapping[str, int]

    def since(self, row: int, user_id: str, known: int) -> str:
        """The id of the undo that put the row back, unless it is among the first `known`; or empty.

        Empty too if the row was about another person than `user_id`, where that is given.
        """
        undoing, person = self.undone.get(row, (Undoing("", 0), ""))
        is_theirs = not user_id or user_id == person
        return undoing.by_run if undoing.number > known and is_theirs else ""


def undos_of(run: ChainRun, gathered: RunFold, count: int | None = None) -> Undos:
    """The undos that the journal of `run` records, or the first `count` of them."""
    return Undos(
        replace(run.named, folder=str(run.folder.path.resolve()), undoings=gathered.undoings),
        {
            row: (undoing, person_of(gathered.records[row]))
            for row, undoing in _standing(gathered.undos[:count]).items()
        },
        _known_to(run.started),
    )


def _standing(undos: Iterable[RowsUndone]) -> dict[int, Undoing]:
    """By row: the last of these undos, all from the beginning, that was not withdrawn."""
    found: dict[int, list[Undoing]] = {}
    for number, undo in enumerate(undos, 1):
        for row in undo.rows:
            if undo.by_run:
                found.setdefault(row, []).append(Undoing(undo.by_run, number))
            else:
                found[row].pop()
    return {row: undoings[-1] for row, undoings in found.items() if undoings}


def put_back_since(folder: RunFolder, rerun: RunFold) -> dict[int, str]:
    """By row number: the undo run that put the row back after the rerun in `folder`.

    Such an undo is recorded in the journal of an earlier run of the chain, looked for beside the
    folder, and not in the rerun's own. Empty for other runs than reruns.
    """
    return _put_back_in_turn(folder, rerun)[-1]


def _put_back_in_turn(folder: RunFolder, rerun: RunFold) -> list[dict[int, str]]:
    """The same before any of these undos, and after each undo that was recorded or withdrawn."""
    if rerun.started.command != "rerun":
        return [{}]
    beside = folder.path.resolve().parent
    found = runs_back(
        runs_before(rerun.started), (beside, beside / "runs"), None, own=(folder.path,)
    )
    runs = list(_readable(found))
    standing = Undos(Predecessor(rerun.started.run_id, ""), {}, _known_to(rerun.started))
    rows = [each for each in rerun.view().results if each.error_code != UNDONE]
    in_turn: list[dict[int, str]] = [{}]
    for counts in _in_turn([gathered for _, gathered in runs]):
        then = [undos_of(*run, count) for run, count in zip(runs, counts, strict=True)]
        undos = ((each.row, undone_since(each, standing, then)) for each in rows)
        in_turn.append({row: by_run for row, by_run in undos if by_run})
    return in_turn


def _readable(found: Iterable[ChainRun | Predecessor]) -> Iterator[tuple[ChainRun, RunFold]]:
    """Those runs whose journals can be read, each with the undos of it."""
    for run in found:
        if isinstance(run, ChainRun):
            with suppress(UsageError):
                yield run, read_run(run.folder, _KINDS)


def _in_turn(runs: Sequence[RunFold]) -> Iterator[tuple[int, ...]]:
    """How many undos each of the runs had on record, after one undo of any of them after another.

    By their times: each run's own undos stay in the order of its journal.
    """
    counts = [0] * len(runs)
    moments = ((undo.at, at) for at, run in enumerate(runs) for undo in run.undos)
    for _, at in sorted(moments):
        counts[at] += 1
        yield tuple(counts)


def shown_views(folder: RunFolder, run: RunFold) -> tuple[RunView, ...]:
    """The run as its files may show it, the last as they should now.

    The first is as its own journal has it; in the others, one undo after another that an earlier
    run's journal records has put rows back since, or was withdrawn.
    """
    since = [put_back for put_back, _ in groupby(_put_back_in_turn(folder, run))]
    return tuple(with_put_back(run.view(), each) for each in since)


def undone_since(result: RowResult, base: Undos, runs: Sequence[Undos]) -> str:
    """The id of the undo that put the row back after `base`, the run behind its result; or empty.

    In the journal of `base` every undo counts; in the journals of earlier runs, only the undos
    recorded after `base` began.
    """
    undos = (
        each.since(
            result.row,
            result.user_id,
            0 if each is base else base.knew[each.named.run_id],
        )
        for each in runs
        if each is base or each.named.run_id in base.knew
    )
    return next(filter(None, undos), "")


def _known_to(started: RunStarted) -> dict[str, int]:
    """How many undos the journal of each earlier run had recorded when this run began.

    Two runs in different places may have the same id: then the smaller number counts.
    """
    known: dict[str, int] = {}
    for each in runs_before(started):
        known[each.run_id] = min(each.undoings, known.get(each.run_id, each.undoings))
    return known


def person_of(record: RowRecord) -> str:
    """The user id of the person that the run found for a row; or empty."""
    return record.user.id if record.user else ""
