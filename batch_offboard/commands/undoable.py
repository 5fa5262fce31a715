"""What a run took from whom, so what its undo puts back; and where else to look for the rest."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Set
from contextlib import ExitStack

from batch_offboard.errors import UsageError
from batch_offboard.offboarding.belongings import Belonging, taken
from batch_offboard.offboarding.models import RoleGrant
from batch_offboard.offboarding.steps import STEPS
from batch_offboard.offboarding.undo import Restore
from batch_offboard.record.events import GrantsRead, Predecessor
from batch_offboard.record.folder import RunFolder
from batch_offboard.record.journal import read_journal
from batch_offboard.rerun.chain import ChainRun, runs_back, runs_before
from batch_offboard.results.fold import RunFold
from batch_offboard.results.models import parse_result
from batch_offboard.results.row_record import RowRecord
from batch_offboard.results.run_folder import read_run


def undoable(
    folder: RunFolder,
    gathered: RunFold,
    named: frozenset[int],
    held: ExitStack,
) -> tuple[dict[int, Restore], tuple[str, ...]]:
    """What to put back by row, and the exact commands for what earlier runs of the chain took.

    The folders of those runs are kept from other processes by `held`.

    Raises UsageError when the run took nothing from anybody, or nothing from a row that is named
    and from which an earlier run did.
    """
    if gathered.started.command == "undo":
        raise UsageError(
            f"{folder.path} is the folder of an undo, which cannot be undone itself. To do its "
            "rows after all, rerun the run that was undone and name them with --rows."
        )
    grants = {
        event.row: event.grants
        for event in read_journal(folder.journal)
        if isinstance(event, GrantsRead)
    }
    found = {
        row: wanted
        for row, record in gathered.records.items()
        if (not named or row in named) and (wanted := _taken(record, grants)) is not None
    }
    near = (folder.path.resolve().parent,)
    before = runs_back(runs_before(gathered.started), near, held, own=(folder.path,))
    earlier = _changed_earlier(gathered, named or gathered.records.keys())
    commands = tuple(_commands(earlier, before))
    if not found or named & set(earlier) - found.keys():
        raise UsageError("\n".join([_nothing_to_undo(folder, named - found.keys()), *commands]))
    return found, commands


def _nothing_to_undo(folder: RunFolder, rows: frozenset[int]) -> str:
    which = f"rows {', '.join(map(str, sorted(rows)))}" if rows else "anybody"
    return f"The run in {folder.path} changed nothing for {which}, so there is nothing to put back."


def _changed_earlier(gathered: RunFold, rows: Collection[int]) -> list[int]:
    """Those of the rows for whose person a run before this one changed something."""
    return [
        row
        for row, record in gathered.records.items()
        if row in rows
        and record.carried is not None
        and parse_result(row, record.carried.columns).changed
    ]


def _commands(rows: Collection[int], before: Iterable[ChainRun | Predecessor]) -> Iterator[str]:
    """A line for each earlier run that changed some of the rows, the latest first."""
    open_rows = set(rows)
    for run in before:
        records = _records(run) if rows else {}
        theirs = {row for row in rows if row in records and _taken(records[row], {})}
        open_rows -= theirs
        told = {row for row in theirs if records[row].undoings}
        if isinstance(run, ChainRun):
            yield from _lines(f'batch-offboard undo "{run.folder.path}" --rows', theirs, told)
    if open_rows:
        yield (
            f"An earlier run changed rows {_numbers(open_rows)}, but its folder is not where it "
            "was. offboard_run_id names the run: undo it in its folder."
        )


def _records(run: ChainRun | Predecessor) -> Mapping[int, RowRecord]:
    """The rows' stories in an earlier run; none where it cannot be read any more."""
    if not isinstance(run, ChainRun):
        return {}
    try:
        return read_run(run.folder).records
    except UsageError:
        return {}


def _lines(command: str, theirs: Set[int], told: Set[int]) -> Iterator[str]:
    """How to undo what one earlier run changed: not yet, or `told` of an undo that was begun."""
    if theirs - told:
        yield (
            f"An earlier run changed them; put that back with: {command} {_numbers(theirs - told)}"
        )
    if told:
        yield (
            f"An undo of an earlier run has put rows {_numbers(told)} back since. If it was cut "
            f"short, do it again with: {command} {_numbers(told)}"
        )


def _numbers(rows: Collection[int]) -> str:
    return ",".join(map(str, sorted(rows)))


def _taken(record: RowRecord, grants: Mapping[int, tuple[RoleGrant, ...]]) -> Restore | None:
    """What the run took from the person; what is in doubt counts, as an undo reads first."""
    if record.user is None:
        return None
    # What was read back as left counts as well: a listing may lag.
    queues = frozenset(record.queues_sent).difference(record.queues_gone)
    memberships = tuple(
        each for each in record.memberships if each.queue_id in queues and each.by != "group"
    )
    set_inactive = record.state_changed or (record.state_sent and record.in_doubt > 0)
    active = set_inactive and record.user.state == "active"
    holdings = taken(record.user, record.user_back, _ended_by(record.steps_sent))
    if not active and not memberships and not holdings:
        return None
    return Restore(
        record.row,
        record.user.id,
        active,
        memberships,
        grants.get(record.row, ()) if active else (),
        active and record.row not in grants,
        holdings,
    )


def _ended_by(step_names: Collection[str]) -> frozenset[Belonging]:
    """The belongings that these steps end."""
    return frozenset().union(*(STEPS[name].reads for name in step_names if name in STEPS))
