"""What a snapshot is once a call has been carried out: the call's effect, as a pure function.

After a `done` answer this is what is known until the read-back confirms it. It also states the
property that every step must have: planning again after applying yields no call.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import cast

from batch_offboard.offboarding.models import Call, Json, Membership, RoleGrant, Snapshot, State

Arguments = Mapping[str, Json]


def after(call: Call, person: Snapshot) -> Snapshot:
    """`person` as they are once `call` was carried out; unchanged when it does not serve them."""
    if person.row not in call.rows:
        return person
    return _EFFECTS[call.operation](call.arguments, person)


def _set_state(arguments: Arguments, person: Snapshot) -> Snapshot:
    state = cast(State, arguments["state"])
    user = replace(person.user, state=state, version=person.user.version + 1)
    grants = () if state == "inactive" and person.grants is not None else person.grants
    return replace(person, user=user, grants=grants)


def _remove_members(arguments: Arguments, person: Snapshot) -> Snapshot:
    kept = tuple(
        each
        for each in person.memberships or ()
        if each.queue_id != arguments["queue_id"] or each.by == "group"
    )
    return replace(person, memberships=kept)


def _add_members(arguments: Arguments, person: Snapshot) -> Snapshot:
    added = Membership(cast(str, arguments["queue_id"]), joined=True, ring_number=1, by="user")
    return replace(person, memberships=(*(person.memberships or ()), added))


def _set_members(arguments: Arguments, person: Snapshot) -> Snapshot:
    members = cast(list[dict[str, Json]], arguments["members"])
    wanted = next(each for each in members if each["id"] == person.user.id)
    memberships = tuple(
        replace(
            each,
            joined=cast(bool, wanted["joined"]),
            ring_number=cast(int, wanted["ring_number"]),
        )
        if each.queue_id == arguments["queue_id"]
        else each
        for each in person.memberships or ()
    )
    return replace(person, memberships=memberships)


def _add_grants(arguments: Arguments, person: Snapshot) -> Snapshot:
    grants = cast(list[dict[str, str]], arguments["grants"])
    added = tuple(RoleGrant(each["role_id"], each["division_id"]) for each in grants)
    return replace(person, grants=(*(person.grants or ()), *added))


_EFFECTS: Mapping[str, Callable[[Arguments, Snapshot], Snapshot]] = {
    "set_state": _set_state,
    "remove_members": _remove_members,
    "add_members": _add_members,
    "set_members": _set_members,
    "add_grants": _add_grants,
}
