"""The phases of an undo: read, plan, ask, put back, read back.

It restores what is missing now, so what someone has already restored is left alone, and an undo
that was cut short can be repeated.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from batch_offboard.offboarding.agreement import PlannedChanges
from batch_offboard.offboarding.belongings import named_missing
from batch_offboard.offboarding.guards import too_many
from batch_offboard.offboarding.lacks import lacks_in_words
from batch_offboard.offboarding.models import ApiError, Call, Snapshot, User
from batch_offboard.offboarding.people import Hold, unreadable
from batch_offboard.offboarding.plan_lines import undo_plan_lines
from batch_offboard.offboarding.read_costs import ring_queues
from batch_offboard.offboarding.steps.remove_from_queues import (
    DEFAULT_RING_NUMBER,
)
from batch_offboard.offboarding.undo import (
    Restore,
    calls_to_undo,
    is_to_follow,
    still_ended,
    undo_plan_of,
    whole_undo,
)
from batch_offboard.record.events import (
    GrantsReadBack,
    MembershipsReadBack,
    Paused,
    ReadBackFailed,
    RestoreWanted,
    StepsReadBack,
    UserRead,
    UserReadBack,
)
from batch_offboard.run.agree import Ask, agree
from batch_offboard.run.give_back import give_back, queue_ids_of, refresh_memberships
from batch_offboard.run.holdings import NOT_SHOWN, Users, read_users
from batch_offboard.run.permissions import hold_lacking
from batch_offboard.run.progress import Progress
from batch_offboard.run.refresh import refresh_grants, refresh_users
from batch_offboard.run.session import Phase, Run
from batch_offboard.run.survey import Part, memberships_part, survey
from batch_offboard.run.verify import Take, verify
from batch_offboard.wording import counted, counted_of

_ALL = "all requests"
"""The scope of the wait right after the run: every request of the undo."""
_NOT_YET_SHOWN = "The run has only just ended, and Genesys may not show its changes yet."
"""Why an undo waits right after the run."""
_ROLES_UNREAD = "roles: they were not recorded before the run"
"""What is left of a person whose roles were not recorded."""

Begin = Callable[[tuple[int, ...]], None]
"""Gets the rows that are about to be written to, before the first call leaves."""


async def wait_until_shown(run: Run, last_unread: datetime | None) -> None:
    """Wait until Genesys can be expected to show everything that the run to undo has done.

    `last_unread` is when the last of its requests was answered whose effect was not read back; None
    if there is none. Genesys may still show what was just removed [assumed]. Read
    too early, it would count as already put back.
    """
    if last_unread is None:
        return
    now, waits = run.clock.now(), sum(run.settings.read_back_waits_seconds)
    # If the clock was set back since, it is not known how long ago that was.
    passed = max(0.0, (now - last_unread).total_seconds())
    seconds = waits - passed
    if seconds > 0:
        until = now + timedelta(seconds=seconds)
        run.record(Paused(_ALL, _NOT_YET_SHOWN, now.isoformat(), until.isoformat()))
        await run.wait(seconds)


async def put_back(
    run: Run, wanted: Mapping[int, Restore], ask: Ask, begin: Begin, *, dry_run: bool
) -> None:
    """Put back what is wanted for these rows; a dry run ends after the plan.

    Raises RefusedError if a guard refuses or the person declines, and StoppedError if the undo has
    to end part-way.
    """
    for each in wanted.values():
        run.record(_restore_wanted(each))
    progress = Progress()
    await _survey(run, progress, wanted)
    _warn_of_ring_numbers(run, progress, wanted)
    steps = run.settings.steps
    calls = whole_undo(steps, wanted, progress.people.values())
    if await hold_lacking(run, progress, calls):
        calls = whole_undo(steps, wanted, progress.people.values())
    people, codes = list(progress.people.values()), progress.held_codes()
    notes, lacks = _notes(run, progress, wanted), lacks_in_words(progress.lacks)
    plan = undo_plan_of(people, calls, wanted, steps, codes, notes, lacks)
    refused = too_many(plan.people, run.settings.limits)
    if refused is not None:
        raise refused
    lines = tuple(undo_plan_lines(plan, run.notes))
    changes = PlannedChanges(calls, progress.people)
    await agree(run, ask, plan, lines, changes, dry_run=dry_run)
    if dry_run:
        return
    _record_as_before(run, progress, wanted, calls)
    begin(tuple(sorted({row for call in calls for row in call.rows})))
    await give_back(run, progress, wanted)
    await _verify(run, progress, wanted)


def _record_as_before(
    run: Run, progress: Progress, wanted: Mapping[int, Restore], calls: Sequence[Call]
) -> None:
    """Record as read back those who already are as before, so that a stop leaves no doubt."""
    changing = {row for call in calls for row in call.rows}
    for row, person in progress.people.items():
        if row not in changing and not is_to_follow(wanted[row], person):
            _record(run, person, wanted[row], None)


def _restore_wanted(wanted: Restore) -> RestoreWanted:
    return RestoreWanted(
        wanted.row,
        "active" if wanted.active else "",
        wanted.memberships,
        wanted.grants,
        (_ROLES_UNREAD,) if wanted.roles_unread else (),
        wanted.holdings,
        wanted.ended,
    )


def _warn_of_ring_numbers(run: Run, progress: Progress, wanted: Mapping[int, Restore]) -> None:
    """Warn of ring numbers that matter and that the run did not record.

    A user's own listing of queues shows no ring number, nor whether it is through a group.
    """
    concerned = {queue.id for queue in ring_queues([*progress.queues.values()])}
    memberships = [
        each for one in wanted.values() for each in one.memberships if each.queue_id in concerned
    ]
    unread = sum(each.ring_number is None for each in memberships)
    if unread:
        run.warn(
            "ring_numbers_unread",
            f"The ring numbers of {counted_of(unread, len(memberships), 'membership')} were not "
            f"recorded before the run, so they are set to {DEFAULT_RING_NUMBER}. People who are in "
            "these queues through a group are not added to them.",
        )


def _notes(run: Run, progress: Progress, wanted: Mapping[int, Restore]) -> tuple[str, ...]:
    """Notes on what cannot be put back, for a person or for a step as a whole."""
    ended = [
        each
        for row, person in progress.people.items()
        for each in still_ended(wanted[row].ended, person.memberships or ())
    ]
    queues = (
        f"{counted(len(ended), 'queue membership')} (they ended before the run could remove them)"
    )
    unread = sum(each.roles_unread for each in wanted.values())
    roles = f"the roles of {counted(unread, 'person')} (they were not recorded before the run)"
    lost = [step.not_undone for step in run.settings.steps if step.not_undone]
    return (*((roles,) if unread else ()), *((queues,) if ended else ()), *lost)


async def _survey(run: Run, progress: Progress, wanted: Mapping[int, Restore]) -> None:
    """Find the people to restore, and read which of the things to restore they already have."""

    async def grants() -> Mapping[int, ApiError]:
        rows = [row for row in progress.people if wanted[row].grants]
        return await refresh_grants(run, progress, rows)

    parts = (
        memberships_part(run, progress, queue_ids=queue_ids_of(wanted)),
        Part("The role grants", grants),
    )
    await survey(run, progress, _find(run, progress, wanted), parts)


async def _find(run: Run, progress: Progress, wanted: Mapping[int, Restore]) -> None:
    row_of = {each.user_id: each.row for each in wanted.values()}
    with Phase(run, "reading", "Reading people", len(row_of), "people") as phase:

        def take(users: Users) -> None:
            for user_id, user in users.items():
                row = row_of[user_id]
                if hold := _hold_of(user):
                    progress.hold(run, row, hold)
                elif isinstance(user, User):
                    progress.people[row] = Snapshot(row, user)
                    run.record(UserRead(row, user, run.now()))
            phase.advance(len(users))

        await read_users(run, progress.groups, row_of, take)


def _hold_of(user: User | ApiError) -> Hold | None:
    """A hold for a row whose person was deleted or could not be read; else None."""
    if isinstance(user, User) and user.state != "deleted":
        return None
    if isinstance(user, ApiError) and user != NOT_SHOWN:
        return unreadable(user)
    message = "The person has since been deleted in Genesys, so nothing can be put back."
    return Hold("failed", "user_not_found", message, retry=False)


async def _verify(run: Run, progress: Progress, wanted: Mapping[int, Restore]) -> None:
    """Verify that nothing is left to put back, and record the state of the people."""
    people, steps = progress.people, run.settings.steps
    with Phase(run, "read_back", "Reading back", len(people), "people") as phase:

        async def read(rows: Sequence[int], take: Take[ApiError | None]) -> None:
            errors = await _refresh(run, progress, rows, wanted)
            for row in rows:
                take(row, errors.get(row))

        def is_final(row: int, error: ApiError | None) -> bool:
            # Waiting does not help where a request was refused.
            calls = progress.not_refused(calls_to_undo(steps, wanted, [people[row]]))
            return error is None and not any(calls) and not is_to_follow(wanted[row], people[row])

        def record(row: int, error: ApiError | None) -> None:
            _record(run, people[row], wanted[row], error)
            phase.advance(1)

        lagging = await verify(run, list(people), read, is_final, record)
        for row, error in lagging.items():
            record(row, error)


async def _refresh(
    run: Run, progress: Progress, rows: Sequence[int], wanted: Mapping[int, Restore]
) -> dict[int, ApiError]:
    """Read these people and their restored belongings again; by row, why that failed."""
    errors = await refresh_users(run, progress, rows)
    errors |= await refresh_memberships(run, progress, rows, wanted)
    holders = [row for row in rows if wanted[row].grants]
    return errors | await refresh_grants(run, progress, holders)


def _record(run: Run, person: Snapshot, wanted: Restore, error: ApiError | None) -> None:
    if error is not None:
        run.record(ReadBackFailed(person.row, error, run.now()))
        return
    if run.settings.optional_steps:
        missing = tuple(named_missing(wanted.holdings, person.user))
        run.record(StepsReadBack(person.row, missing, run.now()))
    run.record(UserReadBack(person.row, person.user, run.now()))
    run.record(MembershipsReadBack(person.row, person.memberships or (), run.now()))
    run.record(GrantsReadBack(person.row, person.grants or (), run.now()))
