"""Take the person out of every group; queue memberships that came through it end with it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import cast

from batch_offboard.offboarding.batching import Entries, calls_by_target
from batch_offboard.offboarding.limits import GROUP_MEMBERS_PER_CALL
from batch_offboard.offboarding.models import Call, Group, Json, Snapshot
from batch_offboard.offboarding.steps.base import (
    Effect,
    Fact,
    Left,
    Permission,
    can_be_put_back,
)


def _left(arguments: Mapping[str, Json], person: Snapshot) -> Snapshot:
    kept = tuple(each for each in person.user.groups or () if each.id != arguments["group_id"])
    return replace(person, user=replace(person.user, groups=kept))


def _joined(arguments: Mapping[str, Json], person: Snapshot) -> Snapshot:
    groups = (*(person.user.groups or ()), Group(cast(str, arguments["group_id"])))
    return replace(person, user=replace(person.user, groups=groups))


class LeaveGroups:
    """Up to 50 members of one group a call, over the whole list (`GroupsApi`).

    The members of a dynamic group follow a rule: nobody can leave it, so it is named instead.
    Leaving takes no permission by the SDK's pages; reading whether a group is dynamic does.
    """

    name = "leave_groups"
    title = "Leaving groups"
    undo_title = "Putting back into groups"
    unit = "membership"
    permissions: tuple[Permission, ...] = (Permission(("directory:group:view",)),)
    reads: frozenset[Fact] = frozenset({Fact.GROUPS})
    effects: Mapping[str, Effect] = MappingProxyType({"leave_group": _left, "join_group": _joined})
    not_undone = ""

    def calls(self, people: Iterable[Snapshot]) -> Iterator[Call]:
        """For each group that can be left, the people who are in it."""
        leaving: defaultdict[str, list[tuple[int, Json]]] = defaultdict(list)
        for person in people:
            for group in person.user.groups or ():
                if not group.dynamic:
                    leaving[group.id].append((person.row, person.user.id))
        yield from _each_group("leave_group", leaving)

    def left(self, person: Snapshot) -> Iterator[Left]:
        """Every group that the person is still in."""
        if person.user.groups is None:
            yield Left("groups", why="Genesys did not show them")
        for group in person.user.groups or ():
            why = "its members follow a rule, so nobody can leave it" if group.dynamic else ""
            yield Left(f"group {group.name or group.id}", by_group=group.dynamic, why=why)

    def undo(self, pairs: Iterable[tuple[Snapshot, Snapshot]]) -> Iterator[Call]:
        """Back into the groups that the person is missing from."""
        missing: defaultdict[str, list[tuple[int, Json]]] = defaultdict(list)
        for before, now in pairs:
            held = {group.id for group in now.user.groups or ()}
            for group in before.user.groups or ():
                if group.id not in held and can_be_put_back(before, now):
                    missing[group.id].append((now.row, now.user.id))
        yield from _each_group("join_group", missing)


def _each_group(operation: str, people: Mapping[str, Entries]) -> Iterator[Call]:
    return calls_by_target(operation, "group_id", "user_ids", people, GROUP_MEMBERS_PER_CALL)
