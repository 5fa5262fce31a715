"""`rerun`: do what an earlier run left open, and carry through what it finished."""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace

from batch_offboard.commands.chain import look_back, warned_of_unread, with_undone
from batch_offboard.commands.execute import execute
from batch_offboard.commands.order import Options, Order, Outcome, Work, check_rows
from batch_offboard.commands.previous import Previous
from batch_offboard.commands.run_list import accepted_names, date_notes, list_info
from batch_offboard.config import Config
from batch_offboard.genesys import Clock, Credentials, Stop
from batch_offboard.offboarding.carrying import Earlier, changed_rows, is_attempted
from batch_offboard.offboarding.decisions import EarlierRuns
from batch_offboard.offboarding.people import EarlierMatch
from batch_offboard.record.events import Carried
from batch_offboard.results.earlier import changed_earlier, earlier_result
from batch_offboard.run.agreeing import Ask
from batch_offboard.run.carried import Settled, recheck, refuse_sorted_apart
from batch_offboard.run.offboard import offboard
from batch_offboard.run.session import Listener, Run
from batch_offboard.termination_list.models import Termination


@dataclass(frozen=True, slots=True)
class RerunRequest:
    """Attempt the open rows of an earlier run (or those named in the options)."""

    previous: Previous
    config: Config
    credentials: Credentials
    options: Options


async def rerun(
    request: RerunRequest, stop: Stop, ask: Ask, listener: Listener, clock: Clock
) -> Outcome:
    """Carry out the request, and write one complete results file; see `perform`.

    Raises UsageError when a row is named that there is not, ListError when the columns of the
    results seem to have been sorted apart, and RefusedError while another process uses that run or
    one that it carries on.
    """
    with ExitStack() as held:
        back = look_back(request.previous, request.options.working_folder, held)
        previous = replace(with_undone(request.previous, back.undone), confirmed=back.confirmed)
        order = _order(replace(request, previous=previous), ask, clock)
        opening = (*order.opening, *warned_of_unread(previous, back.unread))
        order = replace(order, runs_before=back.runs_before, opening=opening)
        return await execute(order, stop, listener, clock)


def _order(request: RerunRequest, ask: Ask, clock: Clock) -> Order:
    previous, config, options = request.previous, request.config, request.options
    listed = previous.listed
    check_rows(options, {row.row for row in listed.rows})
    options = replace(options, accepted_names=options.accepted_names | previous.accepted_names)
    earlier = {
        row: _earlier(row, columns, row in previous.confirmed)
        for row, columns in listed.earlier.items()
    }
    settled = _settled(listed.rows, earlier, options)
    refuse_sorted_apart([row.row for row in settled.changed], earlier)
    held = {row.row for row in settled.changed}
    attempted = [
        row
        for row in listed.rows
        if row.row not in held and is_attempted(row.row, earlier.get(row.row), options.rows)
    ]
    numbers = {row.row for row in attempted}
    return Order(
        command="rerun",
        list=list_info(listed, config, clock),
        rows=listed.rows,
        work=_work(attempted, settled, options, ask),
        config=config,
        credentials=request.credentials,
        options=options,
        notes=date_notes(listed, config, clock),
        carried={
            row: Carried(dict(columns), row in numbers) for row, columns in listed.earlier.items()
        },
        previous=previous.run,
        organisation_id=previous.organisation_id,
        opening=accepted_names(options),
    )


def _work(attempted: Sequence[Termination], settled: Settled, options: Options, ask: Ask) -> Work:
    earlier = settled.earlier

    async def work(run: Run) -> None:
        standing, held = await recheck(run, settled)
        matches = {
            row: EarlierMatch(each.user_id, each.email, each.changed)
            for row, each in earlier.items()
            if row not in options.rows
        }
        begun = {row.row for row in attempted if row.row in earlier and earlier[row.row].changed}
        known = EarlierRuns(matches, begun, standing, held)
        await offboard(run, attempted, ask, dry_run=options.dry_run, earlier=known)

    return work


def _earlier(row: int, columns: Mapping[str, str], confirmed: bool) -> Earlier:
    result = earlier_result(row, columns)
    return Earlier(
        status=result.status,
        retry=result.retry,
        code=result.error_code,
        user_id=result.user_id,
        email=result.user_email,
        changed=changed_earlier(result),
        confirmed=confirmed,
    )


def _settled(
    rows: tuple[Termination, ...], earlier: Mapping[int, Earlier], options: Options
) -> Settled:
    """What earlier runs have dealt with; a person who names a row has looked at it."""
    changed, unknown = changed_rows(rows, earlier)
    unnamed = [row for row in rows if row.row in earlier and row.row not in options.rows]
    carried = [row for row in unnamed if not is_attempted(row.row, earlier[row.row], ())]
    numbers = {row.row for row in carried}
    return Settled(
        changed=tuple(row for row in changed if row.row not in options.rows),
        unknown=tuple(row for row in unknown if row.row in numbers),
        standing=tuple(row for row in carried if earlier[row.row].stands_for_its_person),
        earlier=earlier,
    )
