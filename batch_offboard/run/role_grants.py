"""Reading the role grants of people before setting them to inactive removes the grants.

They are read by division if that costs fewer calls than reading them for each person. The grants
for all divisions are then listed too, as somebody may hold the same role in one division and in
all: as those of the division "*", or, where that lists none, through the holders of every role.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from batch_offboard.genesys.concurrency import for_each
from batch_offboard.offboarding.belongings import GROUPS, holdings_of
from batch_offboard.offboarding.models import ALL_DIVISIONS, ApiError, Named, RoleGrant, Snapshot
from batch_offboard.offboarding.read_costs import division_grants_are_cheaper
from batch_offboard.record.events import DivisionsRead, GrantsRead
from batch_offboard.run.progress import Progress
from batch_offboard.run.role_holders import (
    Grants,
    ListedGrants,
    add,
    combined_grants,
    list_role_holders,
)
from batch_offboard.run.session import Phase, Run
from batch_offboard.wording import counted_of


class GrantSurvey:
    """Reads the role grants of those who are still active."""

    def __init__(self, run: Run, progress: Progress, people: int, active_users: int | None) -> None:
        """`people` is the largest number expected; `active_users` is the organisation's size."""
        self._run, self._progress = run, progress
        self._people, self._active_users = people, active_users
        self._listed: ListedGrants | None = None
        """All grants of every division; None if some may be hidden."""

    async def begin(self) -> bool:
        """Read the divisions, and their grants if that is cheaper than reading them per person.

        Always true: what is missing is read per person.
        """
        divisions, users = await self._run.genesys.divisions(), self._active_users
        if isinstance(divisions, ApiError):
            return True
        self._run.record(DivisionsRead(divisions))
        if users is None:
            return True
        if division_grants_are_cheaper(len(divisions), users, self._people):
            self._listed = await self._list_all(divisions, users)
        return True

    async def complete(self) -> Mapping[int, ApiError]:
        """Record the grants of those who are active; one warning where they cannot be read.

        Always returns no errors: nobody is held because of unread grants, but an undo cannot give
        these roles back.
        """
        run, known = self._run, self._progress.people
        people = [person for person in known.values() if person.user.state == "active"]
        grants = await self._grants(people)
        unread = 0
        for person in people:
            held = grants.get(person.row)
            if held is None:
                unread += 1
            else:
                known[person.row] = replace(known[person.row], grants=held)
                run.record(GrantsRead(person.row, held))
        if unread:
            run.warn(
                "roles_unread",
                f"The role grants of {counted_of(unread, len(people), 'person')} could not be "
                "read (authorization:grant:view), so an undo cannot put these roles back.",
            )
        return {}

    async def _list_all(self, divisions: Sequence[Named], users: int) -> ListedGrants | None:
        """The grants of all divisions; None if the listings may be incomplete.

        A client that may list grants for all divisions has such a grant itself and sees every
        division. So a refusal means that some may be hidden, and an empty listing proves nothing
        [assumed].
        """
        everywhere = await self._run.genesys.division_grants(ALL_DIVISIONS)
        if not isinstance(everywhere, ApiError) and everywhere:
            found = await self._of_divisions(divisions, everywhere)
            return None if found is None else ListedGrants(found)
        by_role = await list_role_holders(self._run, len(divisions), users, self._people)
        found = None if by_role is None else await self._of_divisions(divisions)
        return None if by_role is None or found is None else combined_grants(found, by_role)

    async def _of_divisions(
        self, divisions: Sequence[Named], everywhere: Sequence[tuple[str, RoleGrant]] = ()
    ) -> dict[str, Grants] | None:
        """By user or group id, the grants of every division and those `everywhere`.

        None if any division cannot be listed.
        """
        found: dict[str, Grants] = {}
        add(found, everywhere)
        unreadable: list[ApiError] = []
        title, total = "Reading role grants", len(divisions)
        with Phase(self._run, "division_grants", title, total, "divisions") as phase:

            async def read(division: Named) -> None:
                grants = await self._run.genesys.division_grants(division.id)
                if isinstance(grants, ApiError):
                    unreadable.append(grants)
                else:
                    add(found, grants)
                phase.advance(1)

            await for_each(divisions, read, self._run.width)
        return None if unreadable else found

    async def _grants(self, people: Sequence[Snapshot]) -> dict[int, Grants]:
        found: dict[int, Grants] = {}
        if self._listed is not None:
            by_subject = self._listed.by_subject
            found = {
                person.row: by_subject.get(person.user.id, ())
                for person in people
                if _explained(person, self._listed)
            }
        rest = [person for person in people if person.row not in found]
        if rest:
            await self._by_user(rest, found)
        return found

    async def _by_user(self, people: Sequence[Snapshot], found: dict[int, Grants]) -> None:
        denied: list[ApiError] = []

        async def read(person: Snapshot) -> None:
            if not denied:
                grants = await self._run.genesys.user_grants(person.user.id)
                if not isinstance(grants, ApiError):
                    found[person.row] = grants
                elif grants.status == 403 and not found:
                    # The permission is missing as a whole: nobody else could be read either.
                    denied.append(grants)
            phase.advance(1)

        title, total = "Reading role grants", len(people)
        with Phase(self._run, "grants", title, total, "people") as phase:
            await for_each(people, read, self._run.width)


def _explained(person: Snapshot, listed: ListedGrants) -> bool:
    """Whether the user's own grants and those of the user's groups cover every role shown."""
    user, by_subject = person.user, listed.by_subject
    if user.role_ids is None or user.id in listed.doubted:
        return False
    groups = [group.id for group in holdings_of(user, GROUPS)]
    if listed.ask_members and (GROUPS.name not in user.holdings or by_subject.keys() & groups):
        return False
    roles = {grant.role_id for each in (user.id, *groups) for grant in by_subject.get(each, ())}
    return set(user.role_ids) <= roles
