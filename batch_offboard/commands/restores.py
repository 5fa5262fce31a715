"""What an undo of a run is to put back, and which earlier runs of its chain changed more."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Set
from contextlib import ExitStack
from pathlib import Path

from batch_offboard.errors import Action, UsageError
from batch_offboard.offboarding.belongings import removed_holdings
from batch_offboard.offboarding.models import Membership, RoleGrant
from batch_offboard.offboarding.steps import ended_by
from batch_offboard.offboarding.steps.remove_from_queues import is_as_newly_added
from batch_offboard.offboarding.undo import Restore
from batch_offboard.record.events import GrantsRead, Predecessor, Warned
from batch_offboard.record.folder import RunFolder
from batch_offboard.record.journal_lines import read_journal
from batch_offboard.results.fold import RunFold
from batch_offboard.results.models import parse_result
from batch_offboard.results.row_record import RowRecord
from batch_offboard.results.run_folder import read_run
from batch_offboard.results.runs_back import ChainRun, runs_back, runs_before
from batch_offboard.wording import rows_named


def restores_of(
    folder: RunFolder,
    gathered: RunFold,
    named: frozenset[int],
    held: ExitStack,
) -> tuple[dict[int, Restore], tuple[Warned, ...]]:
    """What to put back, by row number, and a warning for each earlier run that changed these rows.

    If `named` is not empty, only these rows count. The folders of the earlier runs stay locked
    against other processes until `held` is closed.

    Raises UsageError for the folder of an undo, and if the run changed nothing, or nothing for a
    named row that an earlier run changed. Raises RefusedError while another process uses one of the
    folders.
    """
    _check_is_no_undo(folder, gathered)
    grants = {
        event.row: event.grants
        for event in read_journal(folder.journal)
        if isinstance(event, GrantsRead)
    }
    found = {
        row: wanted
        for row, record in gathered.records.items()
        if (not named or row in named) and (wanted := _restore_of(record, grants)) is not None
    }
    near = (folder.path.resolve().parent,)
    before = runs_back(runs_before(gathered.started), near, held, own=(folder.path,))
    earlier = _rows_changed_earlier(gathered, named or gathered.records.keys())
    warnings = tuple(_earlier_warnings(earlier, before))
    if not found or named & set(earlier) - found.keys():
        raise UsageError(
            "\n".join(
                [_nothing_to_undo(folder, named - found.keys()), *(w.message for w in warnings)]
            ),
            *(action for warning in warnings for action in warning.actions),
        )
    return found, warnings


def _check_is_no_undo(folder: RunFolder, gathered: RunFold) -> None:
    """Raise UsageError for the folder of an undo."""
    if gathered.started.command != "undo":
        return
    undone, rows = gathered.started.previous, tuple(sorted(gathered.records))
    raise UsageError(
        f"{folder.path} is the folder of an undo, and an undo cannot be undone. To offboard these "
        "people again, rerun their rows in the original run.",
        *((Action("rerun_here", Path(undone.folder), rows),) if undone else ()),
    )


def _nothing_to_undo(folder: RunFolder, rows: frozenset[int]) -> str:
    """What to say if the run changed none of the people asked for."""
    which = f"{_named(rows)}" if rows else "anybody"
    return f"There is nothing to put back. The run in {folder.path} changed nothing for {which}."


def _rows_changed_earlier(gathered: RunFold, rows: Collection[int]) -> list[int]:
    """The rows of these that an earlier run changed, according to their carried-over results."""
    return [
        row
        for row, record in gathered.records.items()
        if row in rows
        and record.carried is not None
        and parse_result(row, record.carried.columns).changed
    ]


def _earlier_warnings(
    rows: Collection[int], before: Iterable[ChainRun | Predecessor]
) -> Iterator[Warned]:
    """Warnings about the earlier runs that changed some of the rows, the latest run first."""
    open_rows = set(rows)
    for run in before:
        records = _records(run) if rows else {}
        theirs = {row for row in rows if row in records and _restore_of(records[row], {})}
        open_rows -= theirs
        undone = {row for row in theirs if records[row].rare.undoings}
        if isinstance(run, ChainRun):
            yield from _warnings_of_run(run.folder.path, theirs - undone, undone)
    if open_rows:
        yield _changed_earlier_warning(
            f"An earlier run changed {_named(open_rows)}, but its folder was not found or cannot "
            "be read. Find the run named in offboard_run_id, and undo it in its own folder."
        )


def _records(run: ChainRun | Predecessor) -> Mapping[int, RowRecord]:
    """The row records of an earlier run; none if it can no longer be read."""
    if not isinstance(run, ChainRun):
        return {}
    try:
        return read_run(run.folder).records
    except UsageError:
        return {}


def _warnings_of_run(folder: Path, rows: Set[int], undone: Set[int]) -> Iterator[Warned]:
    """Warnings about what one earlier run changed for `rows`, and about undos begun since."""
    if rows:
        yield _changed_earlier_warning(
            f"An earlier run, {folder.name}, also changed {_named(rows)}.",
            Action("undo_run", folder, tuple(sorted(rows))),
        )
    if undone:
        yield _changed_earlier_warning(
            f"An undo of an earlier run has since put {_named(undone)} back.",
            Action("repeat_undo", folder, tuple(sorted(undone))),
        )


def _changed_earlier_warning(message: str, *actions: Action) -> Warned:
    return Warned("changed_earlier", message, actions=actions)


def _named(rows: Collection[int]) -> str:
    return rows_named(sorted(rows))


def _restore_of(record: RowRecord, grants: Mapping[int, tuple[RoleGrant, ...]]) -> Restore | None:
    """What the run took from the person; None if nothing.

    Calls in doubt count as done: an undo reads what is there before it puts anything back.
    """
    if record.user is None:
        return None
    # What was read back as left counts as well: a listing may lag.
    queues = frozenset(record.queues_sent).difference(record.rare.queues_gone)
    own = _one_per_queue(each for each in record.memberships if each.by != "group")
    memberships = tuple(each for each in own if each.queue_id in queues) + _through_groups(record)
    set_inactive = record.state_changed or (record.state_sent and record.in_doubt > 0)
    active = set_inactive and record.user.state == "active"
    holdings = removed_holdings(record.user, record.user_back, ended_by(record.steps_sent))
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
        tuple(each for each in own if each.queue_id in record.rare.queues_gone),
    )


def _through_groups(record: RowRecord) -> tuple[Membership, ...]:
    """Memberships that ended with a group and that rejoining the group does not fully restore.

    If the person was also a member of the queue by user, that membership is the one restored.
    """
    if not any(each.joins_queues for each in ended_by(record.steps_sent)):
        return ()
    kept = {each.queue_id for each in record.left or () if each.by == "group"}
    kept |= {each.queue_id for each in record.memberships if each.by != "group"}
    through = _one_per_queue(each for each in record.memberships if each.by == "group")
    return tuple(
        each for each in through if each.queue_id not in kept and not is_as_newly_added(each)
    )


def _one_per_queue(memberships: Iterable[Membership]) -> Collection[Membership]:
    """The last one read of each queue: a person listed twice may show two joined flags."""
    return {each.queue_id: each for each in memberships}.values()
