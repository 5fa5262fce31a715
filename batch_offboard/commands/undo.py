"""`undo`: put back what a run changed."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import cast

from batch_offboard.commands.execute import execute
from batch_offboard.commands.order import Options, Order, Outcome
from batch_offboard.commands.previous import check_rows, read_run
from batch_offboard.commands.report import publish
from batch_offboard.config import Config
from batch_offboard.errors import UsageError
from batch_offboard.genesys import Clock, Credentials
from batch_offboard.offboarding.models import RoleGrant
from batch_offboard.offboarding.steps import STEPS, Fact
from batch_offboard.offboarding.taken import is_nothing, taken
from batch_offboard.offboarding.undo import Wanted
from batch_offboard.results.earlier import changed_earlier, earlier_result
from batch_offboard.results.fold import RunFold
from batch_offboard.results.row_record import RowRecord
from batch_offboard.run.events import GrantsRead, Predecessor, RowsUndone
from batch_offboard.run.folder import RunFolder, locked
from batch_offboard.run.journal import Journal, read_journal
from batch_offboard.run.putting_back import Ask, put_back
from batch_offboard.run.session import Listener, Run
from batch_offboard.termination_list.models import Termination

_PUT_BACK = ("done", "already_done", "partial")


def undo(
    path: Path,
    config: Config,
    credentials: Credentials,
    options: Options,
    ask: Ask,
    listener: Listener,
    clock: Clock | None = None,
) -> Outcome:
    """Put back what the run in the folder `path` changed, for all rows or `options.rows`.

    Raises UsageError when there is nothing to put back, with the command that would, where an
    earlier run made the change, and RefusedError while another process uses that run.
    """
    clock = clock or Clock()
    folder = RunFolder(path)
    with locked(folder):
        gathered = read_run(folder)
        started = gathered.started
        check_rows(options.rows, gathered.records)
        wanted = _wanted(folder, gathered, options.rows)

        async def work(run: Run) -> None:
            await put_back(run, wanted, ask, dry_run=options.dry_run)

        order = Order(
            command="undo",
            list=started.list,
            rows=tuple(_row(gathered.records[row]) for row in wanted),
            work=work,
            config=_with_steps_of(started.settings, config),
            credentials=credentials,
            options=options,
            previous=Predecessor(started.run_id, str(path.resolve())),
            organisation_id=started.organisation.id,
        )
        outcome = execute(order, listener, clock)
        if not options.dry_run:
            _tell_undone_run(folder, gathered, outcome, clock)
    return outcome


def _row(record: RowRecord) -> Termination:
    return Termination(record.row, record.cells, user_id=record.user.id if record.user else None)


def _with_steps_of(settings: Mapping[str, object], config: Config) -> Config:
    """The configuration with the steps of the run that is undone."""
    steps = settings.get("steps", config.steps)
    return config.model_copy(update={"steps": tuple(cast(list[str], steps))})


def _wanted(folder: RunFolder, gathered: RunFold, named: frozenset[int]) -> dict[int, Wanted]:
    grants = {
        event.row: event.grants
        for event in read_journal(folder.journal)
        if isinstance(event, GrantsRead)
    }
    changed = {
        row: wanted
        for row, record in gathered.records.items()
        if (not named or row in named) and (wanted := _taken(record, grants)) is not None
    }
    elsewhere = list(_commands_elsewhere(gathered, named, changed))
    if not changed or (named and elsewhere):
        raise UsageError("\n".join([_nothing_to_undo(folder, named - changed.keys()), *elsewhere]))
    return changed


def _nothing_to_undo(folder: RunFolder, rows: frozenset[int]) -> str:
    which = f"rows {', '.join(map(str, sorted(rows)))}" if rows else "anybody"
    return f"The run in {folder.path} changed nothing for {which}, so there is nothing to put back."


def _commands_elsewhere(
    gathered: RunFold, named: frozenset[int], changed: Mapping[int, Wanted]
) -> Iterator[str]:
    """The exact command for rows that an earlier run of the chain changed."""
    previous = gathered.started.previous
    rows = [
        row
        for row, record in gathered.records.items()
        if (not named or row in named)
        and row not in changed
        and record.carried is not None
        and changed_earlier(earlier_result(row, record.carried.columns))
    ]
    if rows and previous is not None and previous.folder:
        numbers = ",".join(map(str, rows))
        yield (
            "An earlier run changed them; put that back with: "
            f'batch-offboard undo "{previous.folder}" --rows {numbers}'
        )


def _taken(record: RowRecord, grants: Mapping[int, tuple[RoleGrant, ...]]) -> Wanted | None:
    """What the run took from the person; what is in doubt counts, as an undo reads first."""
    if record.user is None:
        return None
    left = {each.queue_id for each in record.left or ()}
    queues = frozenset(record.queues_sent).difference(record.queues_gone, left)
    memberships = tuple(
        each for each in record.memberships if each.queue_id in queues and each.by != "group"
    )
    active = record.state_sent and record.user.state == "active"
    user = taken(record.user, record.user_back, _facts(record.steps_sent))
    if not active and not memberships and is_nothing(user):
        return None
    notes = []
    if active and record.row not in grants:
        notes.append("roles: they were not read before the run, so they cannot be given back")
    return Wanted(
        record.row,
        record.user.id,
        active,
        memberships,
        grants.get(record.row, ()) if active else (),
        tuple(notes),
        user,
    )


def _facts(step_names: Collection[str]) -> frozenset[Fact]:
    """What these steps end: what they read."""
    return frozenset().union(*(STEPS[name].reads for name in step_names if name in STEPS))


def _tell_undone_run(folder: RunFolder, gathered: RunFold, outcome: Outcome, clock: Clock) -> None:
    """Record in the undone run's journal whom this undo put back, and rewrite its results."""
    rows = tuple(result.row for result in outcome.view.results if result.status in _PUT_BACK)
    if not rows:
        return
    at = clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")
    event = RowsUndone(rows, outcome.view.started.run_id, at)
    with closing(Journal(folder.journal)) as journal:
        journal.append(event)
        gathered.apply(event)
        publish(folder, gathered, journal)
