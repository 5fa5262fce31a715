"""`rerun`: attempt the rows an earlier run left open, and carry over those it finished."""

from collections.abc import Collection, Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace

from batch_offboard.commands.execute import execute
from batch_offboard.commands.order import Options, Order, Outcome, Work, check_rows
from batch_offboard.commands.run_list import accepted_names, guard_notes, list_info
from batch_offboard.config import Config
from batch_offboard.genesys import Clock, Credentials, Stop
from batch_offboard.offboarding.decisions import EarlierRuns
from batch_offboard.record.events import (
    ROWS_MISSING,
    Carried,
    CellCorrected,
    CellsCorrected,
    Event,
    Warned,
)
from batch_offboard.rerun.chain import missing_in_words, read_chain, warned_of_unread, with_chain
from batch_offboard.rerun.decisions import Decisions, rerun_decisions
from batch_offboard.rerun.edited import not_attempted
from batch_offboard.rerun.recheck import recheck
from batch_offboard.rerun.source import Source
from batch_offboard.results.models import FINISHED
from batch_offboard.run.agree import Ask
from batch_offboard.run.offboard import offboard
from batch_offboard.run.session import Listener, Run
from batch_offboard.termination_list.candidates import advice_if_unknown
from batch_offboard.wording import counted_of, rows_named


@dataclass(frozen=True, slots=True)
class RerunRequest:
    """Attempt the open rows of an earlier run (or those named in the options)."""

    previous: Source
    config: Config
    credentials: Credentials
    options: Options

    async def carry_out(self, stop: Stop, ask: Ask, listener: Listener, clock: Clock) -> Outcome:
        """Carry out the request, and write one complete results file; see `perform`.

        Raises UsageError if a named row does not exist, ListError if columns of the results seem
        to have been sorted separately, and RefusedError while another process uses one of the runs
        of the chain.
        """
        with ExitStack() as held:
            chain = read_chain(self.previous, self.options.working_folder, held)
            previous = with_chain(self.previous, chain)
            order = _order(replace(self, previous=previous), ask, clock)
            corrected = _corrected(chain.corrected, order.carried)
            missing = missing_in_words(chain.missing)
            warned = (*warned_of_unread(previous, chain.unread), *_warned(ROWS_MISSING, missing))
            opening = (*order.opening, *corrected, *warned)
            notes = (*order.notes[:1], *filter(None, [missing]), *order.notes[1:])
            order = replace(order, runs_before=chain.runs_before, opening=opening, notes=notes)
            return await execute(order, stop, listener, clock)


def _order(request: RerunRequest, ask: Ask, clock: Clock) -> Order:
    previous, options = request.previous, request.options
    config = _in_timezone(request.config, previous.timezone)
    listed = previous.listed
    check_rows(options, {row.row for row in listed.rows})
    accepted = options.accepted_names
    options = replace(options, accepted_names=options.accepted_names | previous.accepted_names)
    decisions = rerun_decisions(
        listed.rows, previous.results, previous.confirmed, options.rows, accepted
    )
    numbers = {row.row for row in decisions.attempt}
    left_out = not_attempted(previous.edited, decisions)
    return Order(
        command="rerun",
        list=replace(list_info(listed, config, clock), original=previous.original),
        rows=listed.rows,
        work=_work(decisions, options, ask),
        config=config,
        credentials=request.credentials,
        options=options,
        notes=(
            _rerun_note(previous, len(numbers)),
            *filter(None, [left_out]),
            *_unattempted(previous, accepted - numbers),
            *guard_notes(listed, decisions.own_rows, config, clock),
        ),
        unused_columns=listed.unused,
        if_unknown=advice_if_unknown(listed),
        carried={
            row: Carried(dict(columns), row in numbers, row in previous.logged_out)
            for row, columns in listed.earlier.items()
        },
        previous=previous.run,
        organisation_id=previous.organisation_id,
        opening=(*accepted_names(options), *_warned("edited_not_attempted", left_out)),
    )


def _warned(code: str, message: str) -> tuple[Event, ...]:
    return (Warned(code, message),) if message else ()


def _rerun_note(previous: Source, attempted: int) -> str:
    """What the plan says first: which run is continued, with how many rows of which list."""
    listed = previous.listed
    of = previous.run.run_id if previous.run else listed.name
    name = previous.original.name if previous.original else listed.name
    return f"Rerun of {of}: {counted_of(attempted, len(listed.rows), 'row')} of {name}."


def _corrected(
    cells: Iterable[CellCorrected], carried: Mapping[int, Carried]
) -> tuple[CellsCorrected, ...]:
    """The record of what a person has corrected in the rows to be attempted, if anything."""
    found = tuple(each for each in cells if each.row in carried and carried[each.row].attempt)
    return (CellsCorrected(found),) if found else ()


def _unattempted(previous: Source, rows: Collection[int]) -> tuple[str, ...]:
    """What the plan says of rows that are not attempted although their name was accepted."""
    if not rows:
        return ()
    done = [row for row in sorted(rows) if _is_finished(previous, row)]
    others = sorted(set(rows).difference(done))
    found = []
    if done:
        found.append(f"Name accepted, but nothing is left to do: {rows_named(done)}.")
    if others:
        them = "it" if len(others) == 1 else "them"
        found.append(
            f"Name accepted, but not attempted in this rerun: {rows_named(others)}. To attempt "
            f"{them}, name {them} in the rerun."
        )
    return tuple(found)


def _is_finished(previous: Source, row: int) -> bool:
    result = previous.results.get(row)
    return result is not None and result.status in FINISHED


def _in_timezone(config: Config, timezone: str | None) -> Config:
    """The configuration with the time zone of the earlier run's dates."""
    if timezone is None:
        return config
    return config.model_copy(update={"list": config.list.model_copy(update={"timezone": timezone})})


def _work(decisions: Decisions, options: Options, ask: Ask) -> Work:
    async def work(run: Run) -> None:
        standing, held = await recheck(run, decisions)
        earlier = EarlierRuns(decisions.earlier_matches, decisions.logged_in, standing, held)
        await offboard(run, decisions.attempt, ask, dry_run=options.dry_run, earlier=earlier)

    return work
