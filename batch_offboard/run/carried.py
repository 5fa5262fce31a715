"""Rows that a rerun carries through: finished earlier, if they still mean the same person."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from batch_offboard.errors import ListError
from batch_offboard.offboarding.batching import chunks
from batch_offboard.offboarding.carrying import Earlier, is_known_by_row, sorted_apart
from batch_offboard.offboarding.limits import USERS_PER_READ
from batch_offboard.offboarding.models import ApiError, User
from batch_offboard.offboarding.people import Hold
from batch_offboard.run.concurrency import for_each
from batch_offboard.run.session import Run
from batch_offboard.termination_list.models import Termination
from batch_offboard.wording import counted

_STATES: tuple[Literal["any", "deleted"], ...] = ("any", "deleted")
"""Where people are looked for, one after the other: "any" may leave deleted ones out."""


@dataclass(frozen=True, slots=True)
class Settled:
    """The rows that earlier runs have dealt with.

    `changed` certainly mean someone else now; for `unknown` a look-up must tell. `standing` are
    those, of both kinds and others, that another row for their person is a duplicate of.
    """

    changed: tuple[Termination, ...]
    unknown: tuple[Termination, ...]
    standing: tuple[Termination, ...]
    earlier: Mapping[int, Earlier]

    def people_without(self, doubtful: Iterable[Termination]) -> dict[str, Termination]:
        """Whom the standing rows stand for, by user id: the id of a doubtful row says nothing."""
        out = {row.row for row in doubtful}
        ids = ((self.earlier[row.row].user_id, row) for row in self.standing if row.row not in out)
        return {user_id: row for user_id, row in ids if user_id}


async def recheck(
    run: Run, settled: Settled
) -> tuple[Mapping[str, Termination], Mapping[int, Hold]]:
    """The rows that stand for their person, by user id, and holds for those that changed.

    Raises ListError when many rows have changed.
    """
    users = await _users_of(run, settled)
    if isinstance(users, ApiError):
        # It cannot be told now: the finished results stand, as nothing is written for them.
        run.warn(
            "finished_unchecked",
            f"{counted(len(settled.unknown), 'finished row')} could not be compared with Genesys: "
            f"{users.message}",
        )
        doubtful = (*settled.changed, *settled.unknown)
        return settled.people_without(doubtful), _holds(settled.changed, settled.earlier)
    unlike = (row for row in settled.unknown if not _is_meant(row, users, settled.earlier))
    changed = (*settled.changed, *unlike)
    refuse_sorted_apart([row.row for row in changed], settled.earlier)
    return settled.people_without(changed), _holds(changed, settled.earlier)


def refuse_sorted_apart(changed: Sequence[int], earlier: Mapping[int, Earlier]) -> None:
    """Raise ListError when so many rows have changed that it cannot have been meant."""
    settled = sum(each.settled for each in earlier.values())
    if sorted_apart(len(changed), settled):
        shown = ", ".join(map(str, changed[:10]))
        raise ListError(
            f"{len(changed)} of {settled} finished rows no longer mean the person they were done "
            f"for (rows {shown}…): the columns seem to have been sorted apart. Nothing was "
            "changed. Use an unchanged copy of the results, or the run folder."
        )


def _holds(changed: Iterable[Termination], earlier: Mapping[int, Earlier]) -> dict[int, Hold]:
    return {row.row: _changed_hold(earlier[row.row]) for row in changed}


def _changed_hold(person: Earlier) -> Hold:
    message = (
        f"The row no longer means the person it was done for ({person.user_id} {person.email})."
    )
    return Hold("failed", "row_changed", message, retry=True)


def _is_meant(row: Termination, users: Mapping[str, User], earlier: Mapping[int, Earlier]) -> bool:
    user = users.get(earlier[row.row].user_id)
    return user is not None and is_known_by_row(row, user)


async def _users_of(run: Run, settled: Settled) -> dict[str, User] | ApiError:
    """The people of the rows that a look-up must tell, by their user ids, deleted ones too."""
    ids = {settled.earlier[row.row].user_id for row in settled.unknown}
    expand = () if all(row.email for row in settled.unknown) else ("employerInfo",)
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

    await for_each(chunks(sorted(ids), USERS_PER_READ), read, run.width)
    return unread[0] if unread else found
