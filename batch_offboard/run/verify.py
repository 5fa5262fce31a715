"""Reading the end state back, several times if needed, because reads may lag behind writes."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from batch_offboard.genesys.concurrency import ignore
from batch_offboard.offboarding.models import ApiError, Callback, Snapshot, User
from batch_offboard.offboarding.steps import Step, left_by
from batch_offboard.record.events import ReadBackFailed, StepsReadBack, UserReadBack
from batch_offboard.run.holdings import NOT_SHOWN, Users, read_users
from batch_offboard.run.leftovers import record_leftovers
from batch_offboard.run.progress import Progress
from batch_offboard.run.session import Phase, Run
from batch_offboard.run.work import refresh_work

R = TypeVar("R")
Take = Callable[[int, R], None]
"""Receives the number of a row and what was read for it."""


async def verify(
    run: Run,
    rows: Sequence[int],
    read: Callable[[Sequence[int], Take[R]], Awaitable[None]],
    is_final: Callable[[int, R], bool],
    record: Callable[[int, R], None],
    waits_seconds: Sequence[float] = (),
) -> dict[int, R]:
    """Read these rows, and after growing waits again those whose reading is not final.

    `read` passes on each reading as it arrives. `is_final` says whether it shows the wanted state,
    or one that waiting will not change; then `record` receives it. Returns, by row number, the last
    reading of rows that never had a final one. `waits_seconds` are the waits before each round; by
    default none before the first, then those of the settings.
    """
    lagging: dict[int, R] = {}

    def take(row: int, reading: R) -> None:
        if is_final(row, reading):
            record(row, reading)
        else:
            lagging[row] = reading

    for wait_seconds in waits_seconds or (0.0, *run.settings.read_back_waits_seconds):
        if not rows:
            break
        if wait_seconds:
            await run.wait(wait_seconds)
        lagging.clear()
        await read(rows, take)
        rows = list(lagging)
    return lagging


async def verify_users(run: Run, progress: Progress) -> None:
    """Read back everybody's state and what the optional steps have ended, and record it.

    People who are no longer active but still shown as on queue are read again later.
    """
    closing, on_queue = _ClosingRead(run, progress), list[int]()
    rows = list(progress.people)
    with Phase(run, "read_back_states", "Reading back states", len(rows), "people") as phase:

        def record(row: int, user: User | ApiError) -> None:
            if _is_still_on_queue(user):
                on_queue.append(row)
            else:
                closing.record(row, user)
            phase.advance(1)

        lagging = await verify(run, rows, closing.read, closing.is_final, record)
        for row, user in lagging.items():
            closing.record(row, user)
            phase.advance(1)
    if on_queue:
        await _look_again(run, closing, on_queue)


async def verify_work(run: Run, progress: Progress, rows: Sequence[int]) -> None:
    """Read back the callbacks of these rows' people, and record what they still have.

    Only callbacks that could not be handed over should be left. Callbacks that cannot be read are
    recorded as not seen.
    """
    expected = {row: _callbacks(progress.people[row]) for row in rows}

    async def read(rows: Sequence[int], take: Take[ApiError | None]) -> None:
        error = await refresh_work(run, progress, rows)
        for row in rows:
            take(row, error)

    def is_final(row: int, error: ApiError | None) -> bool:
        return error is None and _callbacks(progress.people[row]) <= expected[row]

    unread = await verify(run, rows, read, is_final, ignore)
    for row in rows:
        if unread.get(row) is not None:
            progress.people[row] = replace(progress.people[row], leftovers=None)
        record_leftovers(run, progress.people[row])


def _callbacks(person: Snapshot) -> frozenset[Callback]:
    return frozenset((person.leftovers.callbacks if person.leftovers else None) or ())


async def read_logins(run: Run, progress: Progress) -> None:
    """Read once, in a dry run, who is on queue although not active, and record it.

    Whoever is on queue does not count as finished. A real run reads several times.
    """
    closing = _ClosingRead(run, progress)
    rows = [row for row, person in progress.people.items() if person.user.state != "active"]
    await closing.read(rows, closing.record_user)


@dataclass(frozen=True, slots=True)
class _ClosingRead:
    """How people are read back: read, compared with the state known to the run, recorded."""

    run: Run
    progress: Progress

    async def read(self, rows: Sequence[int], take: Take[User | ApiError]) -> None:
        """Read these rows' people."""
        row_of = {self.progress.people[row].user.id: row for row in rows}

        def take_users(users: Users) -> None:
            for user_id, user in users.items():
                take(row_of[user_id], user)

        await read_users(self.run, self.progress.groups, row_of, take_users, logins=True)

    def is_final(self, row: int, user: User | ApiError) -> bool:
        """Whether this is the state known to the run, or an error that waiting does not end."""
        if isinstance(user, ApiError):
            return user != NOT_SHOWN
        return _is_confirmed(self.run, self.progress.people[row], user)

    def record(self, row: int, user: User | ApiError) -> None:
        """Record the state of the row's person, or why it could not be read."""
        if isinstance(user, User):
            record_left(self.run, self.progress, self.progress.people[row], user)
        self.record_user(row, user)

    def record_user(self, row: int, user: User | ApiError) -> None:
        """Record the person as read, or why they could not be read."""
        if isinstance(user, ApiError):
            self.run.record(ReadBackFailed(row, user, self.run.now()))
        else:
            self.run.record(UserReadBack(row, user, self.run.now()))


async def _look_again(run: Run, closing: _ClosingRead, rows: Sequence[int]) -> None:
    """Read people who are still on queue again: their interaction may just be ending."""
    title = "Waiting for people who are still on queue"
    with Phase(run, "on_queue", title, len(rows), "people") as phase:

        def record(row: int, user: User | ApiError) -> None:
            closing.record(row, user)
            phase.advance(1)

        def is_final(row: int, user: User | ApiError) -> bool:
            return closing.is_final(row, user) and not _is_still_on_queue(user)

        waits = run.settings.on_queue_waits_seconds
        lagging = await verify(run, rows, closing.read, is_final, record, waits)
        for row, user in lagging.items():
            record(row, user)


def _is_still_on_queue(user: User | ApiError) -> bool:
    """Whether a person who is not active is shown as on queue."""
    return isinstance(user, User) and user.state != "active" and user.is_on_queue


def _is_confirmed(run: Run, person: Snapshot, user: User) -> bool:
    """Whether the user read has the state known to the run, and nothing that has ended."""
    if user.state != person.user.state or not run.settings.optional_steps:
        return user.state == person.user.state
    return _left(run, replace(person, user=user)) <= _left(run, person)


def _left(run: Run, person: Snapshot) -> set[str]:
    return {left.what for _, left in left_by(run.settings.optional_steps, person)}


def record_left(run: Run, progress: Progress, person: Snapshot, user: User) -> None:
    """Record what the optional steps should have ended and the person, now `user`, still has.

    Without optional steps, nothing is recorded: state and queues have events of their own.
    """
    steps = run.settings.optional_steps
    if not steps:
        return
    person = replace(person, user=user)
    found = left_by(steps, person)
    left = tuple(f"{each.what}: {each.why or _why(progress, step, person)}" for step, each in found)
    groups = tuple(each.what for _, each in found if each.by_group)
    run.record(StepsReadBack(person.row, left, run.now(), groups))


def _why(progress: Progress, step: Step, person: Snapshot) -> str:
    """Why something that a step ends is still there at read-back."""
    if person.row in progress.not_inactive:
        return "not attempted: still active"
    error = progress.given_up.get(step.name, {}).get(person.row)
    return f"not ended: {error.message}" if error else "still there after the request to end it"
