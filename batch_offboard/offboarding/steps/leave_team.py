"""Take the person out of their work team; queue memberships that came through it end with it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import cast

from batch_offboard.offboarding.batching import calls_by_target
from batch_offboard.offboarding.limits import GROUP_MEMBERS_PER_CALL
from batch_offboard.offboarding.models import Call, Json, Named, Snapshot
from batch_offboard.offboarding.steps.base import (
    Effect,
    Fact,
    Left,
    Permission,
    can_be_put_back,
)


def _left(_arguments: Mapping[str, Json], person: Snapshot) -> Snapshot:
    return replace(person, user=replace(person.user, team=None))


def _joined(arguments: Mapping[str, Json], person: Snapshot) -> Snapshot:
    team = Named(cast(str, arguments["team_id"]))
    return replace(person, user=replace(person.user, team=team))


class LeaveTeam:
    """Up to 50 members of one work team a call (`TeamsApi`); a user is in one team at most."""

    name = "leave_team"
    title = "Leaving work teams"
    undo_title = "Putting back into work teams"
    unit = "person"
    permissions: tuple[Permission, ...] = (Permission(("groups:team:assign",)),)
    reads: frozenset[Fact] = frozenset({Fact.TEAM})
    effects: Mapping[str, Effect] = MappingProxyType({"leave_team": _left, "join_team": _joined})
    not_undone = ""

    def calls(self, people: Iterable[Snapshot]) -> Iterator[Call]:
        """For each work team, the people who are in it."""
        yield from _each_team(
            "leave_team", ((person.user.team, person) for person in people if person.user.team)
        )

    def left(self, person: Snapshot) -> Iterator[Left]:
        """The work team that the person is still in."""
        if person.user.team is not None:
            yield Left(f"work team {person.user.team.name or person.user.team.id}")

    def undo(self, pairs: Iterable[tuple[Snapshot, Snapshot]]) -> Iterator[Call]:
        """Back into the team, unless the person is in another one by now."""
        yield from _each_team(
            "join_team",
            (
                (before.user.team, now)
                for before, now in pairs
                if before.user.team and not now.user.team and can_be_put_back(before, now)
            ),
        )


def _each_team(operation: str, teams: Iterable[tuple[Named, Snapshot]]) -> Iterator[Call]:
    entries: defaultdict[str, list[tuple[int, Json]]] = defaultdict(list)
    for team, person in teams:
        entries[team.id].append((person.row, person.user.id))
    return calls_by_target(operation, "team_id", "user_ids", entries, GROUP_MEMBERS_PER_CALL)
