"""An undo from its first reading to its last: read, plan, ask, put back, read back.

It goes by what is missing now, so what someone has already restored is left alone, and an undo
that was cut short is simply done again.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial

from batch_offboard.offboarding.belongings import QUEUES, named_missing
from batch_offboard.offboarding.guards import too_many
from batch_offboard.offboarding.models import ApiError, Call, Snapshot, User
from batch_offboard.offboarding.people import Hold, unreadable
from batch_offboard.offboarding.plan_lines import undo_plan_lines
from batch_offboard.offboarding.steps import Step, further
from batch_offboard.offboarding.steps.deactivate import Deactivate
from batch_offboard.offboarding.steps.remove_from_queues import (
    DEFAULT_RING_NUMBER,
    RemoveFromQueues,
)
from batch_offboard.offboarding.undo import (
    MOST_ROUNDS,
    Restore,
    calls_to_undo,
    is_to_follow,
    still_ended,
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
    UserRead,
    UserReadBack,
)
from batch_offboard.run.agreeing import Ask, agree
from batch_offboard.run.holdings import NOT_SHOWN, Users, read_users
from batch_offboard.run.memberships import read_memberships
from batch_offboard.run.progress import Progress
from batch_offboard.run.refresh import refresh_grants, refresh_users
from batch_offboard.run.session import Phase, Run
from batch_offboard.run.survey import Part, memberships_part, survey
from batch_offboard.run.verify import Take, verify
from batch_offboard.run.write import StepCalls, make_calls
from batch_offboard.wording import counted, counted_of

_ROLES_UNREAD = "roles: they were not recorded before the run"

Begin = Callable[[tuple[int, ...]], None]
"""Gets the rows that are about to be written to, before the first call leaves."""

_QUEUES = RemoveFromQueues.name
_FINAL = frozenset({403, 404})
"""Whom a queue refuses so, it refuses once they are active too."""


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
    progress = Progress()
    await _survey(run, progress, wanted)
    steps, people = run.settings.steps, list(progress.people.values())
    calls = whole_undo(steps, wanted, people)
    codes = progress.held_codes()
    plan = undo_plan_of(people, calls, wanted, steps, codes, _notes(run, progress, wanted))
    refused = too_many(plan.people, run.settings.limits)
    if refused is not None:
        raise refused
    lines = tuple(undo_plan_lines(plan))
    await agree(run, ask, progress.people, plan, lines, calls, dry_run=dry_run)
    if dry_run:
        return
    begin(tuple(sorted({row for call in calls for row in call.rows})))
    await _make_calls(run, progress, wanted)
    await _verify(run, progress, wanted)


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


def _warn_of_ring_numbers(run: Run, wanted: Mapping[int, Restore]) -> None:
    """A user's own listing of queues shows no ring number, nor whether it is through a group."""
    memberships = [each for one in wanted.values() for each in one.memberships]
    unread = sum(each.ring_number is None for each in memberships)
    if unread:
        run.warn(
            "ring_numbers_unread",
            f"The ring numbers of {counted_of(unread, len(memberships), 'membership')} were not "
            f"read before the run: they come back as {DEFAULT_RING_NUMBER}. Nobody is put into "
            "these queues who is in them through a group.",
        )


def _notes(run: Run, progress: Progress, wanted: Mapping[int, Restore]) -> tuple[str, ...]:
    """What cannot be put back, of a person or of a step at all."""
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
    """Find the people who are to get something back, and what of it they hold today."""

    async def grants() -> Mapping[int, ApiError]:
        rows = [row for row in progress.people if wanted[row].grants]
        return await refresh_grants(run, progress, rows)

    parts = (
        memberships_part(run, progress, queue_ids=_queue_ids(wanted)),
        Part("The role grants", grants),
    )
    await survey(run, progress, _find(run, progress, wanted), parts)


def _queue_ids(wanted: Mapping[int, Restore]) -> dict[int, frozenset[str]]:
    """By row: the queues of which its person's membership matters."""
    return {row: each.queue_ids for row, each in wanted.items()}


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
    if isinstance(user, User) and user.state != "deleted":
        return None
    if isinstance(user, ApiError) and user != NOT_SHOWN:
        return unreadable(user)
    message = "The person was deleted in Genesys since, so nothing can be put back."
    return Hold("failed", "user_not_found", message, retry=False)


async def _make_calls(run: Run, progress: Progress, wanted: Mapping[int, Restore]) -> None:
    """Put back queue by queue while nobody can be offered a call yet, then all the rest.

    Where Genesys does not take inactive people into queues [assumed that it does], or does so in
    appearance only, that is tried again once they are active: each queue is then switched off right
    after it was joined.
    """
    steps = run.settings.steps
    queues = [step for step in steps if QUEUES in step.reads]
    inactive = [row for row, each in progress.people.items() if each.user.state == "inactive"]
    waiting = [progress.people[row] for row in inactive]
    changed = {row for call in calls_to_undo(queues, wanted, waiting) for row in call.rows}
    await _repeat(run, progress, wanted, queues)
    unread = await _refresh_memberships(run, progress, sorted(changed), wanted)
    for (row, operation, target_id), error in list(progress.refused.items()):
        final = operation == "add_members" and error.status in _FINAL
        if wanted[row].active and not final:
            del progress.refused[row, operation, target_id]
    await _repeat(run, progress, wanted, steps)
    through = {
        row
        for row in progress.people
        if any(each.by == "group" for each in wanted[row].memberships)
    }
    if late := sorted(through | unread.keys()):
        # Who is back in a group is joined in its queues, which only reading shows.
        await _refresh_memberships(run, progress, late, wanted)
        await _repeat(run, progress, wanted, queues)


async def _repeat(
    run: Run, progress: Progress, wanted: Mapping[int, Restore], steps: Sequence[Step]
) -> None:
    """Ask the steps again and again what can be put back now, until nothing is left to ask."""
    lines = [each for step in steps for each in _step_calls(progress, step, wanted)]
    # Queues that could not be switched off before come right after the state.
    lines.sort(key=lambda each: (each.title != Deactivate.undo_title, each.name != _QUEUES))
    for _ in range(MOST_ROUNDS):
        needed = False
        for step_calls in lines:
            rows = list(progress.people)
            needed = needed or any(step_calls.calls(progress.people.values()))
            await make_calls(run, progress, step_calls, rows)
        if not needed:
            return


def _step_calls(
    progress: Progress, step: Step, wanted: Mapping[int, Restore]
) -> Iterator[StepCalls]:
    """A step's undo in one or more lines of progress; what was refused is not asked for again."""

    def titled(title: str, people: Iterable[Snapshot]) -> Iterator[Call]:
        calls = progress.not_refused(undo_calls(step, wanted, people))
        return (
            call for call in calls if step.undo_titles.get(call.operation, step.undo_title) == title
        )

    for title in dict.fromkeys((step.undo_title, *step.undo_titles.values())):
        yield StepCalls(step.name, title, step.unit, partial(titled, title), by_target=True)


async def _verify(run: Run, progress: Progress, wanted: Mapping[int, Restore]) -> None:
    """Verify that nothing is left to put back, and record how the people are now."""
    people, steps = progress.people, run.settings.steps
    with Phase(run, "read_back", "Reading back", len(people), "people") as phase:

        async def read(rows: Sequence[int], take: Take[ApiError | None]) -> None:
            errors = await _refresh(run, progress, rows, wanted)
            for row in rows:
                take(row, errors.get(row))

        def stands(row: int, error: ApiError | None) -> bool:
            # Waiting does not help where a request was refused.
            calls = progress.not_refused(calls_to_undo(steps, wanted, [people[row]]))
            return error is None and not any(calls) and not is_to_follow(wanted[row], people[row])

        def record(row: int, error: ApiError | None) -> None:
            _record(run, people[row], wanted[row], error)
            phase.advance(1)

        lagging = await verify(run, list(people), read, stands, record)
        for row, error in lagging.items():
            record(row, error)


async def _refresh(
    run: Run, progress: Progress, rows: Sequence[int], wanted: Mapping[int, Restore]
) -> dict[int, ApiError]:
    """Read these people and what is to come back again; by row why it could not be read."""
    errors = await refresh_users(run, progress, rows)
    errors |= await _refresh_memberships(run, progress, rows, wanted)
    holders = [row for row in rows if wanted[row].grants]
    return errors | await refresh_grants(run, progress, holders)


async def _refresh_memberships(
    run: Run, progress: Progress, rows: Iterable[int], wanted: Mapping[int, Restore]
) -> dict[int, ApiError]:
    errors: dict[int, ApiError] = {}
    people, queues = progress.people, progress.queues
    queue_ids = _queue_ids(wanted)
    members = [people[row] for row in rows if queue_ids[row]]
    ids = {queue_id for person in members for queue_id in queue_ids[person.row]}
    concerned = [queue for queue_id, queue in queues.items() if queue_id in ids]
    readings = await read_memberships(run, queues, members, concerned, in_full=True)
    for row, listed in readings.items():
        if isinstance(listed, ApiError):
            errors[row] = listed
        else:
            people[row] = replace(people[row], memberships=listed)
    return errors


def _record(run: Run, person: Snapshot, wanted: Restore, error: ApiError | None) -> None:
    if error is not None:
        run.record(ReadBackFailed(person.row, error, run.now()))
        return
    if further(run.settings.steps):
        missing = tuple(named_missing(wanted.holdings, person.user))
        run.record(StepsReadBack(person.row, missing, run.now()))
    run.record(UserReadBack(person.row, person.user, run.now()))
    run.record(MembershipsReadBack(person.row, person.memberships or (), run.now()))
    run.record(GrantsReadBack(person.row, person.grants or (), run.now()))
