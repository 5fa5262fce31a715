"""Rows of a rerun that undos have put back, according to the journals of the runs before it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

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
"""The events that record undos, and whom they are about."""


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


def undos_of(run: ChainRun, gathered: RunFold) -> Undos:
    """The undos that the journal of `run` records, `gathered` from it."""
    records = gathered.records.values()
    return Undos(
        replace(run.named, folder=str(run.folder.path.resolve()), undoings=gathered.undoings),
        {each.row: (each.undoings[-1], person_of(each)) for each in records if each.undoings},
        _known_to(run.started),
    )


def put_back_since(folder: RunFolder, rerun: RunFold) -> dict[int, str]:
    """By row number: the undo run that put the row back after the rerun in `folder`.

    Such an undo is recorded in the journal of an earlier run of the chain, looked for beside the
    folder, and not in the rerun's own. Empty for other runs than reruns.
    """
    if rerun.started.command != "rerun":
        return {}
    beside = folder.path.resolve().parent
    found = runs_back(
        runs_before(rerun.started), (beside, beside / "runs"), None, own=(folder.path,)
    )
    runs = list(_readable(found))
    standing = Undos(Predecessor(rerun.started.run_id, ""), {}, _known_to(rerun.started))
    rows = (each for each in rerun.view().results if each.error_code != UNDONE)
    undos = ((each.row, undone_since(each, standing, runs)) for each in rows)
    return {row: by_run for row, by_run in undos if by_run}


def _readable(found: Iterable[ChainRun | Predecessor]) -> Iterator[Undos]:
    """The undos of those runs whose journals can be read."""
    for run in found:
        if isinstance(run, ChainRun):
            with suppress(UsageError):
                yield undos_of(run, read_run(run.folder, _KINDS))


def shown_views(folder: RunFolder, run: RunFold) -> tuple[RunView, ...]:
    """The run as its files may show it, the last as they should now.

    The first is as its own journal has it; in the others, one undo after another that an earlier
    run's journal records has put rows back since.
    """
    view, since = run.view(), put_back_since(folder, run)
    undos = sorted(set(since.values()))
    known = (undos[:number] for number in range(len(undos) + 1))
    return tuple(
        with_put_back(view, {row: undo for row, undo in since.items() if undo in each})
        for each in known
    )


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
