"""The run of a list: its phases in order, from the first reading to the last."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from batch_offboard.genesys.concurrency import together
from batch_offboard.offboarding.agreement import PlannedChanges
from batch_offboard.offboarding.decisions import NO_EARLIER_RUNS, EarlierRuns
from batch_offboard.offboarding.guards import refusal
from batch_offboard.offboarding.lacks import lacks_in_words
from batch_offboard.offboarding.leftover_words import plan_sentences
from batch_offboard.offboarding.leftovers import Findings
from batch_offboard.offboarding.models import ApiError, Call, Snapshot
from batch_offboard.offboarding.plan_lines import plan_lines
from batch_offboard.offboarding.planning import Plan, calls_needed, plan_of
from batch_offboard.offboarding.steps import Step
from batch_offboard.offboarding.steps.deactivate import Deactivate
from batch_offboard.offboarding.steps.remove_from_queues import RemoveFromQueues
from batch_offboard.run.agree import Ask, agree
from batch_offboard.run.allowance import low_limits
from batch_offboard.run.leftovers import look_before
from batch_offboard.run.permissions import (
    check_permissions,
    hold_lacking,
    warn_of_unseen_divisions,
)
from batch_offboard.run.progress import Progress
from batch_offboard.run.relist import Relisting
from batch_offboard.run.session import Run
from batch_offboard.run.survey import survey_list
from batch_offboard.run.verify import read_logins, record_left, verify_users, verify_work
from batch_offboard.run.verify_memberships import ends_groups, touched_queues, verify_memberships
from batch_offboard.run.write import carry_out
from batch_offboard.termination_list.models import Termination

_NOT_READ_BACK = (
    "Nothing is read back (verify: false in the settings), so “done” rests on Genesys' "
    "answers alone."
)


async def offboard(
    run: Run,
    rows: Sequence[Termination],
    ask: Ask,
    *,
    dry_run: bool,
    earlier: EarlierRuns = NO_EARLIER_RUNS,
) -> None:
    """Read, plan, ask, then make the calls and read back; everything is recorded by `run`.

    A dry run ends after the plan; if results are verified, it also reads who is on queue.

    Raises RefusedError if a guard refuses or the person declines, and MissingPermissionError if the
    client lacks a permission that a step needs; in both cases nothing was changed. Raises
    StoppedError if the run has to end part-way.
    """
    progress = Progress()
    await _agree(run, progress, rows, ask, dry_run=dry_run, earlier=earlier)
    if not dry_run:
        await _write(run, progress)
    elif run.settings.verify:
        await read_logins(run, progress)


async def _agree(
    run: Run,
    progress: Progress,
    rows: Sequence[Termination],
    ask: Ask,
    *,
    dry_run: bool,
    earlier: EarlierRuns,
) -> None:
    """Read and plan, and ask for agreement."""
    for row, hold in earlier.held.items():
        progress.hold(run, row, hold)
    active_users, _ = await together(_active_users(run), _check_permissions(run))
    low = await low_limits(run)
    await survey_list(run, progress, rows, earlier, active_users)
    calls = calls_needed(progress.people.values(), run.settings.steps)
    if await hold_lacking(run, progress, calls):
        calls = calls_needed(progress.people.values(), run.settings.steps)
    plan = _plan(run, progress, calls, await look_before(run, progress, calls))
    _check_guards(run, plan, active_users)
    notes = (*run.notes, *low, *_protection_notes(progress), *_verify_notes(run))
    lines = tuple(plan_lines(plan, notes))
    changes = PlannedChanges(calls, progress.people)
    # Each step is planned anew when it is taken, and a long list has many calls.
    del calls
    await agree(run, ask, plan, lines, changes, dry_run=dry_run)


def _plan(run: Run, progress: Progress, calls: Sequence[Call], found: Findings) -> Plan:
    plan = plan_of(
        tuple(progress.people.values()),
        calls,
        run.settings.steps,
        progress.queues,
        progress.held_codes(),
        run.genesys.allowance.in_all,
        lacks_in_words(progress.lacks),
    )
    steps = [step.name for step in run.settings.steps]
    return replace(plan, before=tuple(plan_sentences(found, steps)))


def _protection_notes(progress: Progress) -> tuple[str, ...]:
    """A line of the plan for entries of `guards.protected` that protect nobody."""
    unknown = ", ".join(progress.protected_unknown)
    return (f"Protected entries that match no Genesys user: {unknown}.",) if unknown else ()


def _verify_notes(run: Run) -> tuple[str, ...]:
    """A line of the plan for a run that reads nothing back."""
    return () if run.settings.verify else (_NOT_READ_BACK,)


async def _check_permissions(run: Run) -> None:
    await check_permissions(run)
    await warn_of_unseen_divisions(run)


async def _active_users(run: Run) -> int | None:
    """The number of active users in the organisation; None if that cannot be read."""
    count = await run.genesys.active_users()
    return None if isinstance(count, ApiError) else count


def _check_guards(run: Run, plan: Plan, active_users: int | None) -> None:
    refused = refusal(plan, run.settings.limits, active_users)
    if refused is not None:
        raise refused


async def _write(run: Run, progress: Progress) -> None:
    """Take the steps and read back. Everybody is set to inactive before anything else.

    Removals from queues run beside the other steps: the two are independent, and the queue calls
    may be slowed down by their own limit.
    """
    for note in _verify_notes(run):
        run.warn("not_read_back", note)
    first, leaving, others = _in_order(run.settings.steps)
    handed_over = _handed_over(progress.people, first)
    before = {row: person.memberships or () for row, person in progress.people.items()}
    await _carry_out(run, progress, first)
    relisting = Relisting(run, progress, touched_queues(run, progress, before))
    if leaving and run.settings.verify and not ends_groups(run):
        removing = relisting.remove_and_list(leaving[0], progress.proceeding)
    else:
        removing = _carry_out(run, progress, leaving)
    await together(removing, _carry_out(run, progress, others))
    if not run.settings.verify:
        for person in progress.people.values():
            record_left(run, progress, person, person.user)
        return
    await verify_work(run, progress, handed_over)
    memberships = verify_memberships(run, progress, before, relisting)
    await together(verify_users(run, progress), memberships)


def _handed_over(before: Mapping[int, Snapshot], steps: Iterable[Step]) -> list[int]:
    """The rows whose callbacks one of these steps was to hand over."""
    handing = [step for step in steps if step.needs_work]
    return [row for row, person in before.items() if calls_needed((person,), handing)]


def _in_order(steps: Sequence[Step]) -> tuple[Sequence[Step], Sequence[Step], Sequence[Step]]:
    """The steps to take first, the step for queues (one or none), and all others.

    First are those up to setting inactive, and those that must precede leaving queues.
    """
    names = [step.name for step in steps]
    after = names.index(Deactivate.name) + 1 if Deactivate.name in names else 0
    before = [step for step in steps[after:] if step.precedes_queues]
    leaving = [step for step in steps[after:] if step.name == RemoveFromQueues.name]
    others = [step for step in steps[after:] if step not in (*before, *leaving)]
    return (*steps[:after], *before), leaving, others


async def _carry_out(run: Run, progress: Progress, steps: Sequence[Step]) -> None:
    for step in steps:
        await carry_out(run, progress, step, progress.proceeding)
