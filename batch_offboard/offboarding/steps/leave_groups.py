"""Take the person out of every group; queue memberships that came through it end with it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import cast

from batch_offboard.offboarding.batching import RowValues, calls_by_target
from batch_offboard.offboarding.belongings import GROUPS, holdings_of, to_restore, with_holdings
from batch_offboard.offboarding.limits import GROUP_MEMBERS_PER_CALL
from batch_offboard.offboarding.models import Call, Holding, Json, Snapshot
from batch_offboard.offboarding.steps.base import Effect, Permission, Step


def _left(arguments: Mapping[str, Json], person: Snapshot) -> Snapshot:
    kept = (each for each in holdings_of(person.user, GROUPS) if each.id != arguments["group_id"])
    return with_holdings(person, GROUPS, kept)


def _joined(arguments: Mapping[str, Json], person: Snapshot) -> Snapshot:
    joined = Holding(cast(str, arguments["group_id"]))
    return with_holdings(person, GROUPS, (*holdings_of(person.user, GROUPS), joined))


class LeaveGroups(Step):
    """Up to 50 members of one group a call, over the whole list (`GroupsApi`).

    The members of a dynamic group follow a rule: nobody can leave it, so it is reported instead.
    According to the SDK's documentation, leaving needs no permission; reading whether a group is
    dynamic does.
    """

    name = "leave_groups"
    title = "Removing from groups"
    undo_title = "Putting back into groups"
    unit = "membership"
    does = (
        "removes them from groups, and so from the queues they are in through these; rule-based "
        "groups are only named"
    )
    permissions = (Permission(("directory:group:view",)),)
    reads = frozenset({GROUPS})
    effects: Mapping[str, Effect] = MappingProxyType({"leave_group": _left, "join_group": _joined})

    def calls(self, people: Iterable[Snapshot]) -> Iterator[Call]:
        """Removals from each group that can be left, of the people who are in it."""
        leaving: defaultdict[str, list[tuple[int, Json]]] = defaultdict(list)
        for person in people:
            for group in holdings_of(person.user, GROUPS):
                if not group.fixed:
                    leaving[group.id].append((person.row, person.user.id))
        yield from _each_group("leave_group", leaving)

    def undo(self, pairs: Iterable[tuple[Snapshot, Snapshot]]) -> Iterator[Call]:
        """Additions to the groups that people were in before and are missing from now."""
        missing: defaultdict[str, list[tuple[int, Json]]] = defaultdict(list)
        for before, now in pairs:
            for group in to_restore(before, now, GROUPS):
                missing[group.id].append((now.row, now.user.id))
        yield from _each_group("join_group", missing)


def _each_group(operation: str, people: Mapping[str, RowValues]) -> Iterator[Call]:
    return calls_by_target(operation, "group_id", "user_ids", people, GROUP_MEMBERS_PER_CALL)
