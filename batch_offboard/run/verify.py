"""Nothing is called done that was not read back, with patience: reads may lag behind writes."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import TypeVar

from batch_offboard.offboarding.models import ApiError, Snapshot, User
from batch_offboard.offboarding.steps import Step, further, left_by
from batch_offboard.record.events import ReadBackFailed, StepsReadBack, UserReadBack
from batch_offboard.run.holdings import NOT_SHOWN, Users, read_users
from batch_offboard.run.progress import Progress
from batch_offboard.run.session import Phase, Run

R = TypeVar("R")
Take = Callable[[int, R], None]
"""Takes the reading of one row."""


async def verify(
    run: Run,
    rows: Sequence[int],
    read: Callable[[Sequence[int], Take[R]], Awaitable[None]],
    stands: Callable[[int, R], bool],
    record: Callable[[int, R], None],
) -> dict[int, R]:
    """Read these rows, and with growing waits those again whose reading does not stand.

    `read` hands over each reading as it comes; `stands` says whether it is what was to be reached,
    or at least will not change by waiting; `record` gets those. Returns by row the last reading of
    those that never stood.
    """
    lagging: dict[int, R] = {}

    def take(row: int, reading: R) -> None:
        if stands(row, reading):
            record(row, reading)
        else:
            lagging[row] = reading

    for wait_seconds in (0.0, *run.settings.read_back_waits_seconds):
        if not rows:
            break
        if wait_seconds:
            await run.wait(wait_seconds)
        lagging.clear()
        await read(rows, take)
        rows = list(lagging)
    return lagging


async def verify_users(run: Run, progress: Progress) -> None:
    """Verify the state of everybody, and what the further steps have ended."""
    people = progress.people
    with Phase(run, "read_back_states", "Reading back states", len(people), "people") as phase:

        async def read(rows: Sequence[int], take: Take[User | ApiError]) -> None:
            row_of = {people[row].user.id: row for row in rows}

            def take_users(users: Users) -> None:
                for user_id, user in users.items():
                    take(row_of[user_id], user)

            await read_users(run, progress.groups, row_of, take_users)

        def record(row: int, user: User | ApiError) -> None:
            if isinstance(user, ApiError):
                run.record(ReadBackFailed(row, user, run.now()))
            else:
                record_left(run, progress, replace(people[row], user=user))
                run.record(UserReadBack(row, user, run.now()))
            phase.advance(1)

        def stands(row: int, user: User | ApiError) -> bool:
            if isinstance(user, ApiError):
                return user != NOT_SHOWN
            return _is_confirmed(run, people[row], user)

        lagging = await verify(run, list(people), read, stands, record)
        for row, user in lagging.items():
            record(row, user)


def _is_confirmed(run: Run, person: Snapshot, user: User) -> bool:
    """Whether nothing is shown any more that ended as far as is known."""
    left = _left(run, replace(person, user=user))
    return user.state == person.user.state and left <= _left(run, person)


def _left(run: Run, person: Snapshot) -> set[str]:
    return {left.what for _, left in left_by(further(run.settings.steps), person)}


def record_left(run: Run, progress: Progress, person: Snapshot) -> None:
    """Record what the further steps have left for this person, if the run has any such step.

    State and queues have columns of their own in the results; the rest is named by its step.
    """
    steps = further(run.settings.steps)
    if not steps:
        return
    found = left_by(steps, person)
    left = tuple(f"{each.what}: {each.why or _why(progress, step, person)}" for step, each in found)
    groups = tuple(each.what for _, each in found if each.by_group)
    run.record(StepsReadBack(person.row, left, run.now(), groups))


def _why(progress: Progress, step: Step, person: Snapshot) -> str:
    if person.row in progress.not_inactive:
        return "left alone: still active"
    error = progress.given_up.get(step.name, {}).get(person.row)
    return f"not ended: {error.message}" if error else "still there after the call that ends it"
