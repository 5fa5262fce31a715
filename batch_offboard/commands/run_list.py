"""`run`: set everyone on a termination list to inactive and take them out of their queues."""

from collections.abc import Iterable
from dataclasses import dataclass

from batch_offboard.commands.execute import execute
from batch_offboard.commands.order import Options, Order, Outcome, check_rows
from batch_offboard.commands.settings import today
from batch_offboard.config import Config
from batch_offboard.genesys import Clock, Credentials, Stop
from batch_offboard.record.events import ColumnUse, ListInfo, NamesAccepted
from batch_offboard.run.agree import Ask
from batch_offboard.run.offboard import offboard
from batch_offboard.run.session import Listener, Run
from batch_offboard.termination_list import timezone_name
from batch_offboard.termination_list.candidates import advice_if_unknown
from batch_offboard.termination_list.choices import choices_made
from batch_offboard.termination_list.guards import guards_in_words
from batch_offboard.termination_list.models import Termination, TerminationList
from batch_offboard.wording import counted


@dataclass(frozen=True, slots=True)
class RunRequest:
    """Offboard everyone on a list."""

    listed: TerminationList
    config: Config
    credentials: Credentials
    options: Options

    async def carry_out(self, stop: Stop, ask: Ask, listener: Listener, clock: Clock) -> Outcome:
        """Carry out the request; see `perform`.

        Raises UsageError if the name of a row that does not exist is accepted.
        """
        listed, config, options = self.listed, self.config, self.options
        check_rows(options, {row.row for row in listed.rows})

        async def work(run: Run) -> None:
            await offboard(run, listed.rows, ask, dry_run=options.dry_run)

        order = Order(
            command="run",
            list=list_info(listed, config, clock),
            rows=listed.rows,
            work=work,
            config=config,
            credentials=self.credentials,
            options=options,
            notes=(
                f"List: {listed.name}, {counted(len(listed.rows), 'row')}.",
                *guard_notes(listed, listed.rows, config, clock),
            ),
            unused_columns=listed.unused,
            if_unknown=advice_if_unknown(listed),
            opening=accepted_names(options),
        )
        return await execute(order, stop, listener, clock)


def guard_notes(
    listed: TerminationList, rows: Iterable[Termination], config: Config, clock: Clock
) -> tuple[str, ...]:
    """Notes on the list for the plan: which guards are on, and which of these rows are due when."""
    zone = timezone_name(config.list.timezone, clock.now())
    return guards_in_words(listed, rows, today(config, clock), zone)


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
        uses=tuple(
            ColumnUse(each.header, each.occurrence, each.field)
            for each in choices_made(listed.header, listed.fields)
        ),
    )


def accepted_names(options: Options) -> tuple[NamesAccepted, ...]:
    """The record of rows whose differing name a person has accepted."""
    rows = tuple(sorted(options.accepted_names))
    return (NamesAccepted(rows),) if rows else ()
