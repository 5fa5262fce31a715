"""The recheck of rows that a rerun carries over: do they still mean the person they were done for?

Only rows that the results and the chain of runs do not settle are read from Genesys.
"""

from collections.abc import Iterable, Mapping
from typing import Literal

from batch_offboard.genesys.concurrency import for_each
from batch_offboard.offboarding.batching import chunks
from batch_offboard.offboarding.limits import USERS_PER_READ
from batch_offboard.offboarding.models import ApiError, User
from batch_offboard.offboarding.people import Hold
from batch_offboard.rerun.decisions import Decisions, is_known_by_row, refuse_sorted_apart
from batch_offboard.results.models import RowResult
from batch_offboard.run.session import Run
from batch_offboard.termination_list.models import Termination
from batch_offboard.wording import counted

_STATES: tuple[Literal["any", "deleted"], ...] = ("any", "deleted")
"""Where people are looked for, one after the other: "any" may leave deleted ones out."""


async def recheck(
    run: Run, decisions: Decisions
) -> tuple[Mapping[str, Termination], Mapping[int, Hold]]:
    """The standing rows of `decisions` by user id, and holds by row number for changed rows.

    A row has changed if it no longer means the person it was done for; then it is not standing. If
    Genesys cannot be read, unclear rows are neither standing nor held. Raises ListError if so many
    have changed that columns were probably sorted separately.
    """
    users = await _users_of(run, decisions)
    if isinstance(users, ApiError):
        # Unreadable now: the finished results stand, as nothing is written for them.
        run.warn(
            "finished_unchecked",
            f"{counted(len(decisions.recheck), 'finished row')} could not be compared with "
            f"Genesys: {users.message}",
        )
        return decisions.standing_for(decisions.recheck), _holds(decisions.hold, decisions)
    unlike = (row for row in decisions.recheck if not _is_meant(row, users, decisions))
    changed = (*decisions.hold, *unlike)
    refuse_sorted_apart(changed, decisions.results)
    return decisions.standing_for(changed), _holds(changed, decisions)


def _holds(changed: Iterable[Termination], decisions: Decisions) -> dict[int, Hold]:
    return {row.row: _changed_hold(decisions.results[row.row]) for row in changed}


def _changed_hold(person: RowResult) -> Hold:
    """A hold for a finished row that now leads to another person."""
    message = f"The row was done for another person ({person.user_id} {person.user_email})."
    return Hold("failed", "row_changed", message, retry=True)


def _is_meant(row: Termination, users: Mapping[str, User], decisions: Decisions) -> bool:
    user = users.get(decisions.results[row.row].user_id)
    return user is not None and is_known_by_row(row, user)


async def _users_of(run: Run, decisions: Decisions) -> dict[str, User] | ApiError:
    """The people of the rows to be rechecked, by their user ids, deleted ones too."""
    ids = {decisions.results[row.row].user_id for row in decisions.recheck}
    expand = () if all(row.email for row in decisions.recheck) else ("employerInfo",)
    found: dict[str, User] = {}
    unread: list[ApiError] = []

    async def read(chunk: tuple[str, ...]) -> None:
        for state in _STATES:
            missing = [user_id for user_id in chunk if user_id not in found]
            users = await run.genesys.users(missing, expand, state) if missing else ()
            if isinstance(users, ApiError):
                unread.append(users)
                return
            found.update({user.id: user for user in users})

    await for_each([*chunks(sorted(ids), USERS_PER_READ)], read, run.width)
    return unread[0] if unread else found
