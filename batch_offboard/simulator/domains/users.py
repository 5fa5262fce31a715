"""Reading users, and changing their state. Source: SDK `UsersApi`, Genesys' help pages."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from batch_offboard.simulator import errors
from batch_offboard.simulator.access import Caller, check_guids, existing
from batch_offboard.simulator.endpoints import (
    PAGING,
    Call,
    division_reference,
    operation,
    page,
    route,
)
from batch_offboard.simulator.models import ALL_DIVISIONS, Phone, User
from batch_offboard.simulator.org import Org

VIEW, EDIT, DELETE = "directory:user:view", "directory:user:edit", "directory:user:delete"
MAX_IDS = 100
STATES = ("active", "inactive", "deleted")
LOGGED_OUT = {"logged_in": False, "routing_status": "OFF_QUEUE", "presence": "Offline"}

EXPANDS: dict[str, Callable[[Caller, User], Any]] = {
    "employerInfo": lambda _, user: {"employeeId": user.employee_id} if user.employee_id else None,
}
"""What `expand` shows of a user, None for nothing. The module of each belonging adds its own."""


def known_expands(names: Iterable[str] | None) -> list[str]:
    """The names that `expand` asks for; ApiError 400 for one that there is not."""
    wanted = list(names or [])
    for name in wanted:
        if name not in EXPANDS:
            raise errors.invalid_value(name, "expand", ", ".join(sorted(EXPANDS)))
    return wanted


def shape(caller: Caller, user: User, expand: Iterable[str] = ()) -> dict[str, Any]:
    """A user in JSON, with what `expand` asks for."""
    shown: dict[str, Any] = {
        "id": user.id,
        "name": user.name,
        "division": division_reference(caller.org, user),
        "addresses": [_contact(phone) for phone in user.phones],
        "chat": {"jabberId": f"{user.id}@practice.orgspan.com"},
        "state": user.state,
        "version": user.version,
        "selfUri": f"/api/v2/users/{user.id}",
    }
    optional = {"department": user.department, "title": user.title}
    optional |= {"email": user.email, "username": user.email}
    optional |= {name: EXPANDS[name](caller, user) for name in expand}
    # an expanded list may be empty, a text may not
    return shown | {name: value for name, value in optional.items() if value not in (None, "")}


def _contact(phone: Phone) -> dict[str, Any]:
    shown: dict[str, Any] = {"mediaType": "PHONE", "type": phone.type}
    if phone.extension:
        return shown | {"extension": phone.extension}
    return shown | {"address": phone.number, "display": phone.number}


def _list(call: Call) -> dict[str, Any]:
    """The users with these ids (all without ids) in a state, by default the active ones."""
    ids, org = call.words("id"), call.org
    if ids is not None and len(ids) > MAX_IDS:
        text = f"Only {MAX_IDS} users can be requested at a time."
        raise errors.ApiError(400, "max.user.ids", text)
    check_guids(ids or [])
    wanted = _states(call, call.text("state") or "active")
    held = _view_divisions(call)
    known = org.users if ids is None else dict.fromkeys(i for i in ids if i in org.users)
    shown = (_as_read(org, user_id) for user_id in known)
    found = [u for u in shown if u.state in wanted and call.caller.within(held, u)]
    left_out = known_expands(call.assumptions.expands_left_out)
    expand = [name for name in known_expands(call.words("expand")) if name not in left_out]
    return page(call, found, lambda u: shape(call.caller, u, expand), highest=500)


def _one(call: Call) -> dict[str, Any]:
    """One user, active or inactive; a deleted one only when asked for with `state`."""
    state, user_id = call.text("state"), call.path["user_id"]
    existing(call.org.users, user_id)
    wanted = STATES[:2] if state is None else _states(call, state)
    found = _as_read(call.org, user_id)
    if found.state not in wanted:
        raise errors.not_found()
    if not call.caller.within(_view_divisions(call), found):
        raise errors.not_authorized()
    return shape(call.caller, found, known_expands(call.words("expand")))


def _as_read(org: Org, user_id: str) -> User:
    """The user as reads show them now; a read may lag behind a change."""
    shown: User | None = org.lag.shown("users", user_id)
    return shown or org.users[user_id]


def _states(call: Call, state: str) -> tuple[str, ...]:
    if state == "any":
        return STATES if call.assumptions.any_includes_deleted else STATES[:2]
    if state not in STATES:
        raise errors.invalid_value(state, "state", "active, inactive, deleted, any")
    return (state,)


def _view_divisions(call: Call) -> frozenset[str]:
    if call.assumptions.user_reads_need_permission:
        return call.caller.require(VIEW)
    return frozenset({ALL_DIVISIONS})


def _change(call: Call) -> dict[str, Any]:
    """PATCH of a user: only the state, alone with the version, is modelled."""
    body, user = call.body, call.user(EDIT)
    _check_change(call, body)
    if body["version"] != user.version:
        raise _stale_version(call)
    return shape(call.caller, _set_state(call, user, body["state"]))


def _check_change(call: Call, body: Any) -> None:
    if not isinstance(body, dict):
        raise errors.bad_request("The request body must be a user.")
    if not isinstance(body.get("version"), int):
        raise errors.bad_request("The version of the user is required.")
    state, others = body.get("state"), sorted(set(body) - {"state", "version"})
    if state is None:
        raise errors.unknown_request(f"a change of a user's {', '.join(others) or 'nothing'}")
    if state not in STATES:
        raise errors.invalid_value(state, "state", ", ".join(STATES))
    if others and call.assumptions.state_with_other_fields == "refused":
        raise errors.bad_request("If state is specified, it is the only modifiable field.")


def _stale_version(call: Call) -> errors.ApiError:
    text = "The version supplied does not match the current version of the user"
    if call.assumptions.stale_version_status == 400:
        return errors.bad_request(text)
    return errors.conflict(text)


def _delete(call: Call) -> dict[str, Any]:
    """DELETE of a user: soft, the user can still be read with `state=deleted`."""
    _set_state(call, call.user(DELETE), "deleted")
    return {}


def _set_state(call: Call, user: User, state: str) -> User:
    """Whoever is not active loses all roles, for good."""
    org = call.org
    if state == "active":
        return org.change_user(user.id, state=state)
    if call.assumptions.inactivation_drops_memberships:
        for queue in org.queues.values():
            if user.id in queue.members:
                org.remove_member(queue.id, user.id)
    ended = LOGGED_OUT if call.assumptions.inactivation_ends_logins else {}
    return org.change_user(user.id, state=state, grants=[], **ended)


ROUTES = [
    route("/users", GET=operation(_list, *PAGING, "id", "state", "expand")),
    route(
        "/users/{user_id}",
        GET=operation(_one, "state", "expand"),
        PATCH=operation(_change),
        DELETE=operation(_delete),
    ),
]
