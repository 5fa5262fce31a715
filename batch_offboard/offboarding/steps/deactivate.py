"""Set the person to inactive: they cannot log in any more, and lose all their own roles."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import cast

from batch_offboard.offboarding.belongings import ROLES
from batch_offboard.offboarding.models import Call, Json, RoleGrant, Snapshot, State
from batch_offboard.offboarding.steps.base import Effect, Permission, Remainder, Step


def _set(arguments: Mapping[str, Json], person: Snapshot) -> Snapshot:
    state = cast(State, arguments["state"])
    user = replace(person.user, state=state, version=person.user.version + 1)
    grants = () if state == "inactive" and person.grants is not None else person.grants
    return replace(person, user=user, grants=grants)


def _given(arguments: Mapping[str, Json], person: Snapshot) -> Snapshot:
    grants = cast(list[dict[str, str]], arguments["grants"])
    added = tuple(RoleGrant(each["role_id"], each["division_id"]) for each in grants)
    return replace(person, grants=(*(person.grants or ()), *added))


class Deactivate(Step):
    """PATCH `state`, alone with the version, one person a call: there is no bulk form."""

    name = "deactivate"
    title = "Setting to inactive"
    undo_title = "Setting back to active"
    undo_titles = MappingProxyType({"add_grants": "Putting roles back"})
    unit = "person"
    does = "sets the person to inactive; always the first"
    permissions = (Permission(("directory:user:edit",), "person"),)
    reads = frozenset({ROLES})
    effects: Mapping[str, Effect] = MappingProxyType({"set_state": _set, "add_grants": _given})

    def calls(self, people: Iterable[Snapshot]) -> Iterator[Call]:
        """One call for each person who is still active."""
        for person in people:
            if person.user.state == "active":
                yield _set_state(person, "inactive")

    def permissions_for(self, call: Call) -> tuple[Permission, ...]:
        """The step's permissions, but none for giving roles back: an undo goes on without it."""
        return () if call.operation == "add_grants" else self.permissions

    def left(self, person: Snapshot) -> Iterator[Remainder]:
        """The person's state, while it is active."""
        if person.user.state == "active":
            yield Remainder("still active")

    def undo(self, pairs: Iterable[tuple[Snapshot, Snapshot]]) -> Iterator[Call]:
        """Set to active first, then give back the role grants that setting inactive took away."""
        for before, now in pairs:
            if before.user.state != "active":
                continue
            if now.user.state == "inactive":
                yield _set_state(now, "active")
            elif now.user.state == "active" and before.grants and now.grants is not None:
                missing = [
                    {"role_id": grant.role_id, "division_id": grant.division_id}
                    for grant in missing_grants(before.grants, now.grants)
                ]
                if missing:
                    arguments = {"user_id": now.user.id, "grants": missing}
                    yield Call("add_grants", arguments, (now.row,))


def missing_grants(wanted: Iterable[RoleGrant], now: Iterable[RoleGrant]) -> tuple[RoleGrant, ...]:
    """The wanted role grants that still have to be given back."""
    held = {(each.role_id, each.division_id) for each in now}
    return tuple(each for each in wanted if (each.role_id, each.division_id) not in held)


def _set_state(person: Snapshot, state: str) -> Call:
    arguments = {"user_id": person.user.id, "state": state, "version": person.user.version}
    return Call("set_state", arguments, (person.row,))
