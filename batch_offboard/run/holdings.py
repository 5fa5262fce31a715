"""What people hold, read in full: names and rules of groups, and what needs a request of its own.

A user's own reading tells of its groups hardly more than the ids, and may leave out what was asked
for with `expand`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from batch_offboard.offboarding.batching import chunks
from batch_offboard.offboarding.belongings import BELONGINGS, GROUPS, Belonging, held
from batch_offboard.offboarding.limits import GROUPS_PER_READ
from batch_offboard.offboarding.models import ApiError, Holding, User
from batch_offboard.record.events import UserRead
from batch_offboard.run.concurrency import for_each
from batch_offboard.run.session import Phase, Run


async def survey_holdings(run: Run) -> None:
    """Read what the steps end of `run.people` in full, and record the people again with it.

    A group whose name cannot be read goes by its id. Where the rule cannot be read, leaving the
    group is tried, and Genesys' refusal says why it cannot be left.
    """
    if GROUPS in run.settings.reads:
        await _survey_groups(run)
    people = list(run.people.values())
    known = [person.user for person in people]
    asked = sum(len(_unseen(run, user)) for user in known)
    if asked:
        with Phase(run, "holdings", "Reading what people hold", asked, "requests") as phase:
            users = await in_full(run, known, phase)
    else:
        users = await in_full(run, known)
    for person, user in zip(people, users, strict=True):
        if user != person.user:
            run.people[person.row] = replace(run.people[person.row], user=user)
            run.record(UserRead(person.row, user, run.now()))


async def in_full(run: Run, users: Iterable[User], phase: Phase | None = None) -> tuple[User, ...]:
    """These users, as just read, with what the reading of many does not show.

    What cannot be read either way stays unseen. `phase` counts the requests.
    """
    found = {user.id: _with_groups(run, user) for user in users}

    async def read(item: tuple[str, Belonging]) -> None:
        user_id, belonging = item
        holdings = await run.genesys.holdings(belonging, user_id)
        if not isinstance(holdings, ApiError):
            known = found[user_id]
            seen = {**known.holdings, belonging.name: holdings}
            found[user_id] = replace(known, holdings=seen)
        if phase is not None:
            phase.advance(1)

    items = [(user.id, each) for user in found.values() for each in _unseen(run, user)]
    await for_each(items, read, run.width)
    return tuple(found.values())


def _unseen(run: Run, user: User) -> Sequence[Belonging]:
    """What the steps end, was not shown, and can be asked for one user."""
    return [
        each
        for each in BELONGINGS
        if each in run.settings.reads and each.operation and each.name not in user.holdings
    ]


async def _survey_groups(run: Run) -> None:
    ids = sorted({group.id for each in run.people.values() for group in held(each.user, GROUPS)})
    with Phase(run, "groups", "Reading groups", len(ids), "groups") as phase:
        await _read_names(run, ids)

        async def read_rule(group_id: str) -> None:
            dynamic = await run.genesys.is_dynamic(group_id)
            if dynamic is True:
                group = run.groups.get(group_id, Holding(group_id))
                run.groups[group_id] = replace(group, fixed=True)
            phase.advance(1)

        await for_each(ids, read_rule, run.width)


async def _read_names(run: Run, ids: Iterable[str]) -> None:
    async def read(chunk: tuple[str, ...]) -> None:
        groups = await run.genesys.groups(chunk)
        if not isinstance(groups, ApiError):
            run.groups.update({group.id: group for group in groups})

    await for_each(chunks(ids, GROUPS_PER_READ), read, run.width)


def _with_groups(run: Run, user: User) -> User:
    groups = tuple(run.groups.get(each.id, each) for each in held(user, GROUPS))
    return replace(user, holdings={**user.holdings, GROUPS.name: groups}) if groups else user
