"""An undo from its first reading to its last: read, plan, ask, put back, read back.

It goes by what is missing now, so what someone has already restored is left alone, and an undo
that was cut short is simply done again.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from batch_offboard.offboarding.belongings import named_missing
from batch_offboard.offboarding.guards import too_many
from batch_offboard.offboarding.models import ApiError, Snapshot
from batch_offboard.offboarding.plan_lines import undo_plan_lines
from batch_offboard.offboarding.steps import Step, further
from batch_offboard.offboarding.steps.remove_from_queues import DEFAULT_RING_NUMBER
from batch_offboard.offboarding.undo import (
    Restore,
    calls_to_undo,
    undo_calls,
    undo_plan_of,
    whole_undo,
)
from batch_offboard.record.events import (
    GrantsReadBack,
    MembershipsReadBack,
    ReadBackFailed,
    RestoreWanted,
    StepsReadBack,
    UserReadBack,
)
from batch_offboard.run.agreeing import Ask, agree
from batch_offboard.run.memberships import read_memberships
from batch_offboard.run.reading_again import grants_again, users_again
from batch_offboard.run.session import Phase, Run
from batch_offboard.run.undo_survey import queues_of, survey_for_undo
from batch_offboard.run.writing import Aim, pursue
from batch_offboard.wording import counted, counted_of

_ROLES_UNREAD = "roles: they were not recorded before the run"

Begin = Callable[[tuple[int, ...]], None]
"""Told the rows that are about to be written to, before the first call leaves."""

_MOST_ROUNDS = 4
"""State; then roles and queues; then joined flag and ring number; then nothing is left."""


async def put_back(
    run: Run, wanted: Mapping[int, Restore], ask: Ask, begin: Begin, *, dry_run: bool
) -> None:
    """Put back what is wanted for these rows; a dry run ends after the plan.

    Raises RefusedError when a guard or the person says no, and StoppedError when the undo has to
    end part-way.
    """
    for each in wanted.values():
        run.record(_restore_wanted(each))
    _warn_of_ring_numbers(run, wanted)
    await survey_for_undo(run, wanted)
    steps, people = run.settings.steps, list(run.people.values())
    held_codes = (each.code or each.status for each in run.held.values())
    calls = whole_undo(steps, wanted, people)
    plan = undo_plan_of(people, calls, wanted, steps, held_codes, _notes(run, wanted))
    refused = too_many(plan.people, run.settings.limits)
    if refused is not None:
        raise refused
    await agree(run, ask, plan, tuple(undo_plan_lines(plan)), calls, dry_run=dry_run)
    if dry_run:
        return
    begin(tuple(sorted({row for call in calls for row in call.rows})))
    await _make_calls(run, wanted)
    await _read_back(run, wanted)


def _restore_wanted(wanted: Restore) -> RestoreWanted:
    return RestoreWanted(
        wanted.row,
        "active" if wanted.active else "",
        wanted.memberships,
        wanted.grants,
        (_ROLES_UNREAD,) if wanted.roles_unread else (),
        wanted.holdings,
    )


def _warn_of_ring_numbers(run: Run, wanted: Mapping[int, Restore]) -> None:
    """A user's own listing of queues tells no ring number, nor whether it is through a group."""
    memberships = [each for one in wanted.values() for each in one.memberships]
    unread = sum(each.ring_number is None for each in memberships)
    if unread:
        run.warn(
            "ring_numbers_unread",
            f"The ring numbers of {counted_of(unread, len(memberships), 'membership')} were not "
            f"read before the run: they come back as {DEFAULT_RING_NUMBER}. Nobody is put into "
            "these queues who is in them through a group.",
        )


def _notes(run: Run, wanted: Mapping[int, Restore]) -> tuple[str, ...]:
    """What cannot be put back, of a person or of a step at all."""
    unread = sum(each.roles_unread for each in wanted.values())
    roles = f"the roles of {counted(unread, 'person')} (they were not recorded before the run)"
    lost = [step.not_undone for step in run.settings.steps if step.not_undone]
    return (*((roles,) if unread else ()), *lost)


async def _make_calls(run: Run, wanted: Mapping[int, Restore]) -> None:
    """Ask the steps again and again what can be put back now, until nothing is left to ask."""
    for _ in range(_MOST_ROUNDS):
        needed = False
        for step in run.settings.steps:
            # What cannot be put back by one step must not keep the others from the person.
            given_up = run.given_up.get(step.name, {})
            rows = [row for row in run.people if row not in given_up]
            people = [run.people[row] for row in rows]
            needed = needed or any(undo_calls(step, wanted, people))
            await pursue(run, _aim(step, wanted), rows)
        if not needed:
            return


def _aim(step: Step, wanted: Mapping[int, Restore]) -> Aim:
    return Aim(
        step.name,
        step.undo_title,
        step.unit,
        lambda people: undo_calls(step, wanted, people),
    )


async def _read_back(run: Run, wanted: Mapping[int, Restore]) -> None:
    """Read everything again, with patience for reads that lag, and record how it is now."""
    people = list(run.people.values())
    with Phase(run, "read_back", "Reading back", len(people), "people") as phase:
        for wait_seconds in (0.0, *run.settings.read_back_waits_seconds):
            if wait_seconds:
                await run.wait(wait_seconds)
            errors = await _read_again(run, wanted, people)
            everyone = list(run.people.values())
            if not errors and not any(calls_to_undo(run.settings.steps, wanted, everyone)):
                break
        for person in people:
            _record(run, wanted[person.row], errors.get(person.row))
            phase.advance(1)


async def _read_again(
    run: Run, wanted: Mapping[int, Restore], people: Sequence[Snapshot]
) -> dict[int, ApiError]:
    errors = await users_again(run, people)
    members = [run.people[each.row] for each in people if wanted[each.row].memberships]
    readings = await read_memberships(run, members, queues_of(run, wanted, members), in_full=True)
    for row, listed in readings.items():
        if isinstance(listed, ApiError):
            errors[row] = listed
        else:
            run.people[row] = replace(run.people[row], memberships=listed)
    holders = [run.people[each.row] for each in people if wanted[each.row].grants]
    return errors | await grants_again(run, holders)


def _record(run: Run, wanted: Restore, error: ApiError | None) -> None:
    person = run.people[wanted.row]
    if error is not None:
        run.record(ReadBackFailed(person.row, error, run.now()))
        return
    if further(run.settings.steps):
        missing = tuple(named_missing(wanted.holdings, person.user))
        run.record(StepsReadBack(person.row, missing, run.now()))
    run.record(UserReadBack(person.row, person.user, run.now()))
    run.record(MembershipsReadBack(person.row, person.memberships or (), run.now()))
    run.record(GrantsReadBack(person.row, person.grants or (), run.now()))
