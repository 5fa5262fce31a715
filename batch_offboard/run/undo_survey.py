"""The first phase of an undo: how the people are today to whom something is to be given back."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from batch_offboard.offboarding.batching import chunks
from batch_offboard.offboarding.limits import USERS_PER_READ
from batch_offboard.offboarding.models import ApiError, Queue, Snapshot, User
from batch_offboard.offboarding.people import unreadable
from batch_offboard.offboarding.undo import Restore
from batch_offboard.record.events import MembershipsRead, QueuesRead, RowHeld, UserRead
from batch_offboard.run.concurrency import for_each, together
from batch_offboard.run.holdings import in_full
from batch_offboard.run.memberships import read_memberships
from batch_offboard.run.refresh import refresh_grants
from batch_offboard.run.session import Phase, Run, row_held
from batch_offboard.run.survey import MEMBERSHIPS, hold_unread

Unread = dict[int, tuple[Snapshot, str, ApiError]]
"""By row, of whom what could not be read, and why."""


async def survey_for_undo(run: Run, wanted: Mapping[int, Restore]) -> None:
    """Read the people of these rows and what they hold; who cannot be read is held."""
    await _read_people(run, wanted)
    await _read_holdings(run, wanted)


async def _read_people(run: Run, wanted: Mapping[int, Restore]) -> None:
    rows = {each.user_id: each.row for each in wanted.values()}
    with Phase(run, "reading", "Reading people", len(rows), "people") as phase:

        async def read(ids: tuple[str, ...]) -> None:
            users = await run.genesys.users(ids, run.settings.expand())
            seen = () if isinstance(users, ApiError) else await in_full(run, users)
            found = {user.id: user for user in seen}
            for user_id in ids:
                _settle(run, rows[user_id], found.get(user_id), users)
            phase.advance(len(ids))

        await for_each(chunks(rows, USERS_PER_READ), read, run.width)


def _settle(run: Run, row: int, user: User | None, answer: tuple[User, ...] | ApiError) -> None:
    if user is not None and user.state != "deleted":
        run.people[row] = Snapshot(row, user)
        run.record(UserRead(row, user, run.now()))
    elif isinstance(answer, ApiError):
        run.hold(row_held(row, unreadable(answer), run.now()))
    else:
        message = "The person was deleted in Genesys since, so nothing can be put back."
        run.hold(RowHeld(row, "failed", "user_not_found", message, False, run.now()))


async def _read_holdings(run: Run, wanted: Mapping[int, Restore]) -> None:
    """The memberships and role grants of today, of those to whom some are to be given back."""
    queues = await run.genesys.queues()
    if isinstance(queues, ApiError):
        for person in [each for each in run.people.values() if wanted[each.row].memberships]:
            hold_unread(run, person, MEMBERSHIPS, queues)
    else:
        run.queues.update({queue.id: queue for queue in queues})
        concerned = {each.queue_id for one in wanted.values() for each in one.memberships}
        run.record(QueuesRead(tuple(each for each in queues if each.id in concerned)))
    unread: Unread = {}
    await together(_memberships_now(run, wanted, unread), _grants_now(run, wanted, unread))
    # Not before both have ended: each still works with the people whom the other could not read.
    for person, what, error in unread.values():
        hold_unread(run, person, what, error)


async def _memberships_now(run: Run, wanted: Mapping[int, Restore], unread: Unread) -> None:
    people = [person for person in run.people.values() if wanted[person.row].memberships]
    readings = await read_memberships(run, people, queues_of(run, wanted, people), in_full=True)
    for person in people:
        listed = readings[person.row]
        if isinstance(listed, ApiError):
            unread[person.row] = (person, MEMBERSHIPS, listed)
        else:
            run.people[person.row] = replace(run.people[person.row], memberships=listed)
            run.record(MembershipsRead(person.row, listed))


def queues_of(run: Run, wanted: Mapping[int, Restore], people: Iterable[Snapshot]) -> list[Queue]:
    """The queues into which these people are to be put back, as far as they are still there."""
    ids = {each.queue_id for person in people for each in wanted[person.row].memberships}
    return [queue for queue_id, queue in run.queues.items() if queue_id in ids]


async def _grants_now(run: Run, wanted: Mapping[int, Restore], unread: Unread) -> None:
    people = [person for person in run.people.values() if wanted[person.row].grants]
    errors = await refresh_grants(run, people)
    for person in people:
        if person.row in errors:
            unread[person.row] = (person, "The role grants", errors[person.row])
