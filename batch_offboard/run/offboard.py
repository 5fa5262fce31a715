"""A run from its first reading to its last: the phases in their order."""

from collections.abc import Mapping, Sequence

from batch_offboard.offboarding.guards import refusal
from batch_offboard.offboarding.models import ApiError
from batch_offboard.offboarding.plan_lines import plan_lines
from batch_offboard.offboarding.planning import Plan, calls_needed, plan_of
from batch_offboard.offboarding.steps import Step
from batch_offboard.offboarding.steps.deactivate import Deactivate
from batch_offboard.offboarding.steps.remove_from_queues import RemoveFromQueues
from batch_offboard.run.agreeing import Ask, agree
from batch_offboard.run.crew import together
from batch_offboard.run.further_steps import record_left
from batch_offboard.run.listing_again import ListingAgain
from batch_offboard.run.permissions import (
    Permissions,
    check_permissions,
    warn_of_unseen_divisions,
)
from batch_offboard.run.reading_back import ends_groups, read_back, touched_queues
from batch_offboard.run.session import Run
from batch_offboard.run.surveying import survey
from batch_offboard.run.writing import carry_out
from batch_offboard.termination_list.models import Termination

NOBODY: Mapping[str, Termination] = {}


async def offboard(
    run: Run,
    rows: Sequence[Termination],
    ask: Ask,
    *,
    dry_run: bool,
    settled: Mapping[str, Termination] = NOBODY,
) -> None:
    """Read, plan, ask, then make the calls and read back; a dry run ends after the plan.

    `settled` has, by user id, the rows that an earlier run has dealt with.

    Raises RefusedError when a guard or the person says no, MissingPermissionError when the client
    may not do what a step needs (nothing was changed in both cases), and StoppedError when the
    run has to end part-way.
    """
    permissions = Permissions(run.genesys)
    await check_permissions(run.settings.steps, permissions)
    await warn_of_unseen_divisions(run, permissions)
    active_users = await _active_users(run)
    await survey(run, rows, settled, active_users)
    people = tuple(run.people.values())
    calls = calls_needed(people, run.settings.steps)
    plan = plan_of(
        people,
        calls,
        run.settings.steps,
        run.queues,
        (each.code or each.status for each in run.held.values()),
        run.genesys.allowance,
    )
    _check_guards(run, plan, active_users)
    await agree(run, ask, plan, tuple(plan_lines(plan, run.notes)), calls, dry_run=dry_run)
    if not dry_run:
        await _write(run)


async def _active_users(run: Run) -> int | None:
    """How many active users the organisation has; None where that cannot be read."""
    count = await run.genesys.active_users()
    return None if isinstance(count, ApiError) else count


def _check_guards(run: Run, plan: Plan, active_users: int | None) -> None:
    refused = refusal(plan, run.settings.limits, active_users)
    if refused is not None:
        raise refused


async def _write(run: Run) -> None:
    """Set everybody to inactive first; then queues are left beside all else that is to be done.

    Neither needs the other, and the queue calls may be held up by a limit of their own.
    """
    before = dict(run.people)
    first, leaving, others = _in_order(run.settings.steps)
    await _carry_out(run, first)
    listing = ListingAgain(run, touched_queues(run, before))
    if leaving and run.settings.verify and not ends_groups(run):
        await together(listing.beside(leaving[0], _taken_further(run)), _carry_out(run, others))
    else:
        await together(_carry_out(run, leaving), _carry_out(run, others))
    if run.settings.verify:
        await read_back(run, before, listing)
    else:
        for person in run.people.values():
            record_left(run, person)


def _in_order(steps: Sequence[Step]) -> tuple[Sequence[Step], Sequence[Step], Sequence[Step]]:
    """Up to setting inactive; then the step that leaves queues, and those that do anything else."""
    names = [step.name for step in steps]
    after = names.index(Deactivate.name) + 1 if Deactivate.name in names else 0
    leaving = [step for step in steps[after:] if step.name == RemoveFromQueues.name]
    return steps[:after], leaving, [step for step in steps[after:] if step not in leaving]


async def _carry_out(run: Run, steps: Sequence[Step]) -> None:
    for step in steps:
        await carry_out(run, step, _taken_further(run))


def _taken_further(run: Run) -> list[int]:
    return [row for row in run.people if row not in run.not_inactive]
