"""The groups of the people: their names, and which follow a rule so that nobody can leave them.

A user's own reading tells of its groups hardly more than the ids.
"""

from collections.abc import Iterable
from dataclasses import replace

from batch_offboard.offboarding.batching import chunks
from batch_offboard.offboarding.belongings import GROUPS, held
from batch_offboard.offboarding.limits import GROUPS_PER_READ
from batch_offboard.offboarding.models import ApiError, Holding, User
from batch_offboard.record.events import UserRead
from batch_offboard.run.crew import for_each
from batch_offboard.run.session import Phase, Run


async def survey_groups(run: Run) -> None:
    """Read every group of `run.people` once, and tell of the people again with what is known now.

    A group whose name cannot be read goes by its id. Where the rule cannot be read, leaving the
    group is tried, and Genesys' refusal says why it cannot be left.
    """
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
    for person in list(run.people.values()):
        if held(person.user, GROUPS):
            user = with_groups(run, person.user)
            run.people[person.row] = replace(run.people[person.row], user=user)
            run.record(UserRead(person.row, user, run.now()))


async def _read_names(run: Run, ids: Iterable[str]) -> None:
    async def read(chunk: tuple[str, ...]) -> None:
        groups = await run.genesys.groups(chunk)
        if not isinstance(groups, ApiError):
            run.groups.update({group.id: group for group in groups})

    await for_each(chunks(ids, GROUPS_PER_READ), read, run.width)


def with_groups(run: Run, user: User) -> User:
    """A user as just read, with what was found out about the groups."""
    groups = tuple(run.groups.get(each.id, each) for each in held(user, GROUPS))
    return replace(user, holdings={**user.holdings, GROUPS.name: groups}) if groups else user
