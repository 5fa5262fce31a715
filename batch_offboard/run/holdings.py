"""Reading all that people hold: names and rules of groups, and what needs its own request.

A user's JSON shows little more of groups than their ids, and may leave out what was requested with
`expand`.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from batch_offboard.genesys.concurrency import for_each, ignore
from batch_offboard.offboarding.batching import chunks
from batch_offboard.offboarding.belongings import BELONGINGS, GROUPS, TEAM, Belonging, holdings_of
from batch_offboard.offboarding.limits import GROUPS_PER_READ, USERS_PER_READ
from batch_offboard.offboarding.models import ApiError, Holding, User
from batch_offboard.record.events import UserRead
from batch_offboard.run.progress import Progress
from batch_offboard.run.session import Phase, Run

NOT_SHOWN = ApiError(404, "not_confirmed", "Genesys no longer shows this user.")
"""The error for a user who is missing from Genesys' answer."""

Groups = Mapping[str, Holding]
"""What is known of groups, by id."""
Users = Mapping[str, User | ApiError]
"""By id: users as they are now, or why they could not be read."""


async def survey_holdings(run: Run, progress: Progress) -> Mapping[int, ApiError]:
    """Read in full what the steps end, and record the people with it.

    A group whose name cannot be read goes by its id. Where the rule cannot be read, leaving the
    group is tried, and Genesys' refusal says why it cannot be left. So nobody is held because of
    it.
    """
    if GROUPS in run.settings.reads:
        await _survey_groups(run, progress)
    people = list(progress.people.values())
    known = [await _proved(run, person.user) for person in people]
    asked = sum(len(_unseen(run, user)) for user in known)
    title, shown = "Reading what people hold", asked > 0
    with Phase(run, "holdings", title, asked, "requests", shown=shown) as phase:
        users = await _in_full(run, progress.groups, _Teams(run), known, phase.advance)
    for person, user in zip(people, users, strict=True):
        if user != person.user:
            progress.people[person.row] = replace(progress.people[person.row], user=user)
            run.record(UserRead(person.row, user, run.now()))
    return {}


async def read_users(
    run: Run,
    groups: Groups,
    ids: Iterable[str],
    take: Callable[[Users], None],
    *,
    logins: bool = False,
) -> None:
    """Read these users with everything that the steps need; `take` receives them as they arrive.

    With `logins` they come with presence and routing status, and with what else is left behind.
    One who is not shown is `NOT_SHOWN`.
    """
    expand = run.settings.expand(logins=logins)
    numbers = logins and "numbers" in run.settings.leftovers

    teams = _Teams(run)

    async def read(chunk: tuple[str, ...]) -> None:
        users = await run.genesys.users(chunk, expand, numbers=numbers)
        if isinstance(users, ApiError):
            take(dict.fromkeys(chunk, users))
        else:
            shown = {user.id: user for user in await _in_full(run, groups, teams, users)}
            take({user_id: shown.get(user_id, NOT_SHOWN) for user_id in chunk})

    await for_each([*chunks(ids, USERS_PER_READ)], read, run.width)


async def _in_full(
    run: Run,
    groups: Groups,
    teams: "_Teams",
    users: Iterable[User],
    advance: Callable[[int], None] = ignore,
) -> tuple[User, ...]:
    """These users, completed with what reading many at once does not show.

    What cannot be read either way stays unread. `advance` counts the requests.
    """
    found = {user.id: _with_groups(groups, await _proved(run, user)) for user in users}

    async def read(item: tuple[str, Belonging]) -> None:
        user_id, belonging = item
        holdings = await run.genesys.holdings(belonging, user_id)
        if not isinstance(holdings, ApiError):
            known = found[user_id]
            seen = {**known.holdings, belonging.name: holdings}
            found[user_id] = replace(known, holdings=seen)
        advance(1)

    items = [(user.id, each) for user in found.values() for each in _unseen(run, user)]
    await for_each(items, read, run.width)
    return tuple([await teams.seen(user) for user in found.values()])


async def _proved(run: Run, user: User) -> User:
    """The user; holdings that may be empty only for lack of a permission count as unread."""
    unproved = {
        each.name
        for each in BELONGINGS
        if each.seen_with
        and user.holdings.get(each.name) == ()
        and not await run.permissions.is_held_in(each.seen_with, user.division.id)
    }
    if not unproved:
        return user
    seen = {name: known for name, known in user.holdings.items() if name not in unproved}
    return replace(user, holdings=seen)


class _Teams:
    """The work teams' own listings, read once when the first user is shown without a team.

    A user without a team and a user whose team was left out look the same. Only the listings
    distinguish them.
    """

    def __init__(self, run: Run) -> None:
        self._run = run
        self._lock = asyncio.Lock()
        self._by_user: Mapping[str, Holding] | ApiError | None = None

    async def seen(self, user: User) -> User:
        """The user with their team, or with none; unchanged if the teams cannot be read."""
        if TEAM.name in user.holdings or TEAM not in self._run.settings.reads:
            return user
        async with self._lock:
            if self._by_user is None:
                self._by_user = await self._read()
        if isinstance(self._by_user, ApiError):
            return user
        team = self._by_user.get(user.id)
        seen = {**user.holdings, TEAM.name: (team,) if team else ()}
        return replace(user, holdings=seen)

    async def _read(self) -> Mapping[str, Holding] | ApiError:
        teams = await self._run.genesys.teams()
        if isinstance(teams, ApiError):
            return teams
        by_user: dict[str, Holding] = {}
        unreadable: list[ApiError] = []

        async def read(team: Holding) -> None:
            members = await self._run.genesys.team_members(team.id)
            if isinstance(members, ApiError):
                unreadable.append(members)
            else:
                by_user.update(dict.fromkeys(members, team))

        await for_each(teams, read, self._run.width)
        return unreadable[0] if unreadable else by_user


def _unseen(run: Run, user: User) -> Sequence[Belonging]:
    """What the steps end, was not shown, and can be read with a request for one user."""
    reads = run.settings.reads
    return [
        each
        for each in BELONGINGS
        if each in reads and each.operation and each.name not in user.holdings
    ]


async def _survey_groups(run: Run, progress: Progress) -> None:
    """Read the names of the people's groups, and whether a rule fills them."""
    people, groups = progress.people.values(), progress.groups
    ids = sorted({group.id for each in people for group in holdings_of(each.user, GROUPS)})
    with Phase(run, "groups", "Reading groups", len(ids), "groups") as phase:
        await _read_names(run, groups, ids)

        async def read_rule(group_id: str) -> None:
            dynamic = await run.genesys.is_dynamic(group_id)
            if dynamic is True:
                group = groups.get(group_id, Holding(group_id))
                groups[group_id] = replace(group, fixed=True)
            phase.advance(1)

        await for_each(ids, read_rule, run.width)


async def _read_names(run: Run, groups: dict[str, Holding], ids: Iterable[str]) -> None:
    async def read(chunk: tuple[str, ...]) -> None:
        named = await run.genesys.groups(chunk)
        if not isinstance(named, ApiError):
            groups.update({group.id: group for group in named})

    await for_each([*chunks(ids, GROUPS_PER_READ)], read, run.width)


def _with_groups(groups: Groups, user: User) -> User:
    named = tuple(groups.get(each.id, each) for each in holdings_of(user, GROUPS))
    return replace(user, holdings={**user.holdings, GROUPS.name: named}) if named else user
