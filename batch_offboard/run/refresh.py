"""Bringing what is known of people up to date, after a doubt or while things are put back."""

from collections.abc import Sequence
from dataclasses import replace

from batch_offboard.offboarding.batching import chunks
from batch_offboard.offboarding.limits import USERS_PER_READ
from batch_offboard.offboarding.models import ApiError, Call, Snapshot
from batch_offboard.run.concurrency import for_each
from batch_offboard.run.holdings import in_full
from batch_offboard.run.memberships import read_memberships
from batch_offboard.run.session import Run

SHOWN_NO_MORE = ApiError(404, "not_confirmed", "Genesys no longer shows this user.")


async def refresh(run: Run, call: Call) -> ApiError | None:
    """Bring what a call changes up to date for its people; an error if that cannot be read."""
    people = [run.people[row] for row in call.rows]
    if "queue_id" in call.arguments:
        in_full = call.operation != "remove_members"
        return await _refresh_memberships(run, people, str(call.arguments["queue_id"]), in_full)
    again = refresh_grants if "grants" in call.arguments else refresh_users
    return next(iter((await again(run, people)).values()), None)


async def refresh_grants(run: Run, people: Sequence[Snapshot]) -> dict[int, ApiError]:
    """Read these people's role grants again into `run.people`; by row why they could not be."""
    unread: dict[int, ApiError] = {}

    async def read(person: Snapshot) -> None:
        grants = await run.genesys.user_grants(person.user.id)
        if isinstance(grants, ApiError):
            unread[person.row] = grants
        else:
            run.people[person.row] = replace(run.people[person.row], grants=grants)

    await for_each(people, read, run.width)
    return unread


async def _refresh_memberships(
    run: Run, people: Sequence[Snapshot], queue_id: str, in_full: bool
) -> ApiError | None:
    queues = [run.queues[queue_id]] if queue_id in run.queues else []
    readings = await read_memberships(run, people, queues, in_full=in_full)
    for row, listed in readings.items():
        if isinstance(listed, ApiError):
            return listed
        now = run.people[row]
        told = [each for each in listed if each.queue_id == queue_id]
        # Calls on the person's other queues may have come to their end while this was read.
        kept = [each for each in now.memberships or () if each.queue_id != queue_id]
        run.people[row] = replace(now, memberships=(*kept, *told))
    return None


async def refresh_users(run: Run, people: Sequence[Snapshot]) -> dict[int, ApiError]:
    """Read these users again into `run.people`, 100 a call; by row why one could not be read."""
    unread: dict[int, ApiError] = {}

    async def read(chunk: Sequence[Snapshot]) -> None:
        users = await run.genesys.users(
            tuple(each.user.id for each in chunk), run.settings.expand()
        )
        if isinstance(users, ApiError):
            unread.update(dict.fromkeys((person.row for person in chunk), users))
            return
        shown = {user.id: user for user in await in_full(run, users)}
        for person in chunk:
            if person.user.id in shown:
                now = replace(run.people[person.row], user=shown[person.user.id])
                run.people[person.row] = now
            else:
                # What was known of them before must not pass for what is there now.
                unread[person.row] = SHOWN_NO_MORE

    await for_each(chunks(people, USERS_PER_READ), read, run.width)
    return unread
