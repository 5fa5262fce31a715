"""`undo`: put back what a run changed."""

from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import cast

from batch_offboard.commands.execute import execute
from batch_offboard.commands.order import Options, Order, Outcome
from batch_offboard.commands.previous import check_rows, read_run
from batch_offboard.commands.report import publish
from batch_offboard.commands.undoable import undoable
from batch_offboard.config import Config
from batch_offboard.genesys import Clock, Credentials
from batch_offboard.offboarding.undo import Wanted
from batch_offboard.results.fold import RunFold
from batch_offboard.results.row_record import RowRecord
from batch_offboard.run.events import Predecessor, QueuesRead, RowsUndone
from batch_offboard.run.folder import RunFolder, locked
from batch_offboard.run.journal import Journal
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
        wanted, commands_elsewhere = undoable(folder, gathered, options.rows)

        async def work(run: Run) -> None:
            for command in commands_elsewhere:
                run.warn("changed_earlier", command)
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
            opening=(_queues_of(gathered, wanted),),
        )
        outcome = execute(order, listener, clock)
        if not options.dry_run:
            _tell_undone_run(folder, gathered, outcome, clock)
    return outcome


def _queues_of(gathered: RunFold, wanted: Mapping[int, Wanted]) -> QueuesRead:
    """The queues to be put back into as the undone run saw them: one may be deleted since."""
    ids = {each.queue_id for one in wanted.values() for each in one.memberships}
    return QueuesRead(tuple(each for each in gathered.queues.values() if each.id in ids))


def _row(record: RowRecord) -> Termination:
    return Termination(record.row, record.cells, user_id=record.user.id if record.user else None)


def _with_steps_of(settings: Mapping[str, object], config: Config) -> Config:
    """The configuration with the steps of the run that is undone."""
    steps = settings.get("steps", config.steps)
    return config.model_copy(update={"steps": tuple(cast(list[str], steps))})


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
