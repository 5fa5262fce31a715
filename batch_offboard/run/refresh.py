"""Reading people again, after a call with doubtful outcome or during an undo."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from batch_offboard.genesys.concurrency import for_each
from batch_offboard.offboarding.models import ApiError, Call, Snapshot
from batch_offboard.run.holdings import Users, read_users
from batch_offboard.run.memberships import read_memberships
from batch_offboard.run.progress import Progress
from batch_offboard.run.session import Run
from batch_offboard.run.work import refresh_work


async def refresh(run: Run, progress: Progress, call: Call) -> ApiError | None:
    """Read again what a call changes for its people; returns an error if that fails."""
    if "queue_id" in call.arguments:
        return await _refresh_membership(run, progress, call)
    if "callbacks" in call.arguments:
        return await refresh_work(run, progress, call.rows)
    again = refresh_grants if "grants" in call.arguments else refresh_users
    return next(iter((await again(run, progress, call.rows)).values()), None)


async def refresh_grants(run: Run, progress: Progress, rows: Iterable[int]) -> dict[int, ApiError]:
    """Read the role grants of these rows' people again; by row, why they could not be read."""
    unread: dict[int, ApiError] = {}

    async def read(person: Snapshot) -> None:
        grants = await run.genesys.user_grants(person.user.id)
        if isinstance(grants, ApiError):
            unread[person.row] = grants
        else:
            now = replace(progress.people[person.row], grants=grants)
            progress.people[person.row] = now

    await for_each([progress.people[row] for row in rows], read, run.width)
    return unread


async def refresh_users(run: Run, progress: Progress, rows: Sequence[int]) -> dict[int, ApiError]:
    """Read the users of these rows again; returns, by row, why one could not be read."""
    rows_by_id = {progress.people[row].user.id: row for row in rows}
    unread: dict[int, ApiError] = {}

    def take(users: Users) -> None:
        for user_id, user in users.items():
            row = rows_by_id[user_id]
            if isinstance(user, ApiError):
                # The user as read earlier must not pass for the current one.
                unread[row] = user
            else:
                progress.people[row] = replace(progress.people[row], user=user)

    await read_users(run, progress.groups, rows_by_id, take)
    return unread


async def _refresh_membership(run: Run, progress: Progress, call: Call) -> ApiError | None:
    """Read the memberships of the queue that the call changes again."""
    queue_id = str(call.arguments["queue_id"])
    queues = [progress.queues[queue_id]] if queue_id in progress.queues else []
    people = [progress.people[row] for row in call.rows]
    in_full = call.operation != "remove_members"
    readings = await read_memberships(run, progress.queues, people, queues, in_full=in_full)
    for row, listed in readings.items():
        if isinstance(listed, ApiError):
            return listed
        now = progress.people[row]
        read = [each for each in listed if each.queue_id == queue_id]
        # Calls on the person's other queues may have ended while this was read.
        kept = [each for each in now.memberships or () if each.queue_id != queue_id]
        progress.people[row] = now.with_memberships((*kept, *read))
    return None
