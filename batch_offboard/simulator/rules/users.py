"""Reading users, and changing their state. Source: SDK `UsersApi`, Genesys' help pages."""

from __future__ import annotations

from typing import Any

from batch_offboard.simulator import errors
from batch_offboard.simulator.caller import Caller
from batch_offboard.simulator.models import ALL_DIVISIONS, User
from batch_offboard.simulator.org import Org
from batch_offboard.simulator.rules.ids import check_guids, existing_user, living_user

VIEW, EDIT, DELETE = "directory:user:view", "directory:user:edit", "directory:user:delete"
MAX_IDS = 100
STATES = ("active", "inactive", "deleted")


def users(caller: Caller, ids: list[str] | None, state: str | None) -> list[User]:
    """The users with these ids (all without ids) in `state`, by default the active ones."""
    if ids is not None and len(ids) > MAX_IDS:
        raise errors.ApiError(
            400, "max.user.ids", f"Only {MAX_IDS} users can be requested at a time."
        )
    check_guids(ids or [])
    wanted = _states(caller, state or "active")
    org = caller.org
    known = org.users if ids is None else dict.fromkeys(i for i in ids if i in org.users)
    held = _view_divisions(caller)
    shown = (as_read(org, user_id) for user_id in known)
    return [u for u in shown if u.state in wanted and _visible(org, u, held)]


def user(caller: Caller, user_id: str, state: str | None) -> User:
    """One user, active or inactive; a deleted one only when asked for with `state`."""
    existing_user(caller.org, user_id)
    wanted = ("active", "inactive") if state is None else _states(caller, state)
    found = as_read(caller.org, user_id)
    if found.state not in wanted:
        raise errors.not_found()
    if not _visible(caller.org, found, _view_divisions(caller)):
        raise errors.not_authorized()
    return found


def change(caller: Caller, user_id: str, body: Any) -> User:
    """PATCH of a user: only the state, alone with the version, is modelled."""
    target = living_user(caller.org, user_id)
    caller.require_in(caller.org.division_of(target), EDIT)
    if not isinstance(body, dict):
        raise errors.bad_request("The request body must be a user.")
    state = body.get("state")
    _check_change(caller, body, state)
    if body["version"] != target.version:
        raise _stale_version(caller)
    return _in_state(caller.org, target, str(state))


def delete(caller: Caller, user_id: str) -> None:
    """DELETE of a user: soft, the user can still be read with `state=deleted`."""
    target = living_user(caller.org, user_id)
    caller.require_in(caller.org.division_of(target), DELETE)
    _in_state(caller.org, target, "deleted")


def end_logins(caller: Caller, user_id: str) -> None:
    """DELETE /tokens/{userId}: the user is logged out everywhere."""
    target = existing_user(caller.org, user_id)
    caller.require_in(caller.org.division_of(target), "oauth:token:delete")
    if not target.logged_in and caller.assumptions.token_delete_without_login_status == 404:
        raise errors.not_found()
    target.logged_in = False


def as_read(org: Org, user_id: str) -> User:
    """The user as reads show them now; a read may lag behind a change."""
    shown: User | None = org.lag.shown("users", user_id)
    return shown or org.users[user_id]


def _check_change(caller: Caller, body: dict[str, Any], state: Any) -> None:
    if not isinstance(body.get("version"), int):
        raise errors.bad_request("The version of the user is required.")
    others = sorted(set(body) - {"state", "version"})
    if state is None:
        raise errors.unknown_request(f"a change of a user's {', '.join(others) or 'nothing'}")
    if state not in STATES:
        raise errors.invalid_value(state, "state", ", ".join(STATES))
    if others and caller.assumptions.state_with_other_fields == "refused":
        raise errors.bad_request("If state is specified, it is the only modifiable field.")


def _in_state(org: Org, target: User, state: str) -> User:
    if state == "active":
        return org.change_user(target.id, state=state)
    return org.change_user(target.id, state=state, grants=[])


def _stale_version(caller: Caller) -> errors.ApiError:
    text = "The version supplied does not match the current version of the user"
    if caller.assumptions.stale_version_status == 400:
        return errors.bad_request(text)
    return errors.ApiError(409, "general.conflict", text)


def _states(caller: Caller, state: str) -> tuple[str, ...]:
    if state == "any":
        return STATES if caller.assumptions.any_includes_deleted else STATES[:2]
    if state not in STATES:
        raise errors.invalid_value(state, "state", "active, inactive, deleted, any")
    return (state,)


def _view_divisions(caller: Caller) -> frozenset[str]:
    if caller.assumptions.user_reads_need_permission:
        return caller.require(VIEW)
    return frozenset({ALL_DIVISIONS})


def _visible(org: Org, found: User, held: frozenset[str]) -> bool:
    return ALL_DIVISIONS in held or org.division_of(found) in held
