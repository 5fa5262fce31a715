"""`run`: set everyone on a termination list to inactive and take them out of their queues."""

from batch_offboard.commands.execute import execute
from batch_offboard.commands.order import Options, Order, Outcome, check_rows
from batch_offboard.commands.settings import today
from batch_offboard.config import Config
from batch_offboard.genesys import Clock, Credentials
from batch_offboard.record.events import ListInfo, NamesAccepted
from batch_offboard.run.offboard import Ask, offboard
from batch_offboard.run.session import Listener, Run
from batch_offboard.termination_list import timezone_name
from batch_offboard.termination_list.models import TerminationList


def run_list(
    listed: TerminationList,
    config: Config,
    credentials: Credentials,
    options: Options,
    ask: Ask,
    listener: Listener,
    clock: Clock | None = None,
) -> Outcome:
    """Offboard everyone on `listed`; `ask` shows the plan and decides whether to go on.

    Raises UsageError when a row's name is accepted that there is not.
    """
    check_rows(options, {row.row for row in listed.rows})
    clock = clock or Clock()

    async def work(run: Run) -> None:
        await offboard(run, listed.rows, ask, dry_run=options.dry_run)

    order = Order(
        command="run",
        list=list_info(listed, config, clock),
        rows=listed.rows,
        work=work,
        config=config,
        credentials=credentials,
        options=options,
        opening=accepted_names(options),
    )
    return execute(order, listener, clock)


def list_info(listed: TerminationList, config: Config, clock: Clock) -> ListInfo:
    """The list as the journal keeps it beside its rows."""
    return ListInfo(
        name=listed.name,
        sha256=listed.sha256,
        kind=listed.format.kind,
        encoding=listed.format.encoding,
        delimiter=listed.format.delimiter,
        header=listed.header,
        columns=dict(listed.columns),
        timezone=timezone_name(config.list.timezone, clock.now()),
        today=today(config, clock).isoformat(),
    )


def accepted_names(options: Options) -> tuple[NamesAccepted, ...]:
    """The record of rows whose differing name a person has accepted."""
    rows = tuple(sorted(options.accepted_names))
    return (NamesAccepted(rows),) if rows else ()
