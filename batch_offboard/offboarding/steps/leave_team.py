"""Take the person out of their work team; queue memberships that came through it end with it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import cast

from batch_offboard.offboarding.batching import calls_by_target
from batch_offboard.offboarding.belongings import TEAM, holdings_of, to_restore, with_holdings
from batch_offboard.offboarding.limits import GROUP_MEMBERS_PER_CALL
from batch_offboard.offboarding.models import Call, Holding, Json, Snapshot
from batch_offboard.offboarding.steps.base import Effect, Permission, Step


def _left(_arguments: Mapping[str, Json], person: Snapshot) -> Snapshot:
    return with_holdings(person, TEAM, ())


def _joined(arguments: Mapping[str, Json], person: Snapshot) -> Snapshot:
    return with_holdings(person, TEAM, (Holding(cast(str, arguments["team_id"])),))


class LeaveTeam(Step):
    """Up to 50 members of one work team a call (`TeamsApi`); a user is in one team at most."""

    name = "leave_team"
    title = "Removing from work teams"
    undo_title = "Putting back into work teams"
    unit = "person"
    does = "removes them from their work team"
    permissions = (Permission(("groups:team:view",)), Permission(("groups:team:assign",)))
    reads = frozenset({TEAM})
    effects: Mapping[str, Effect] = MappingProxyType({"leave_team": _left, "join_team": _joined})

    def calls(self, people: Iterable[Snapshot]) -> Iterator[Call]:
        """For each work team, the people who are in it."""
        yield from _each_team(
            "leave_team", ((team, each) for each in people for team in holdings_of(each.user, TEAM))
        )

    def undo(self, pairs: Iterable[tuple[Snapshot, Snapshot]]) -> Iterator[Call]:
        """Back into the team, unless the person is in another one by now."""
        yield from _each_team(
            "join_team",
            (
                (team, now)
                for before, now in pairs
                if not holdings_of(now.user, TEAM)
                for team in to_restore(before, now, TEAM)
            ),
        )


def _each_team(operation: str, teams: Iterable[tuple[Holding, Snapshot]]) -> Iterator[Call]:
    entries: defaultdict[str, list[tuple[int, Json]]] = defaultdict(list)
    for team, person in teams:
        entries[team.id].append((person.row, person.user.id))
    return calls_by_target(operation, "team_id", "user_ids", entries, GROUP_MEMBERS_PER_CALL)
