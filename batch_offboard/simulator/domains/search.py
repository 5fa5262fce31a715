"""Searching users. Source: SDK `UsersApi.post_users_search`, `UserSearchCriteria`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from batch_offboard.simulator import errors
from batch_offboard.simulator.domains import users
from batch_offboard.simulator.endpoints import Call, operation, route
from batch_offboard.simulator.models import User

_FIELDS: dict[str, Callable[[User], str | None]] = {
    "id": lambda user: user.id,
    "name": lambda user: user.name,
    "email": lambda user: user.email,
    "state": lambda user: user.state,
}
_COMPARISONS: dict[str, Callable[[str, set[str]], bool]] = {
    "EXACT": lambda own, wanted: own in wanted,
    "TERM": lambda own, wanted: any(w in own.split() or w == own for w in wanted),
    "TERMS": lambda own, wanted: any(w in own.split() or w == own for w in wanted),
    "CONTAINS": lambda own, wanted: any(w in own for w in wanted),
    "STARTS_WITH": lambda own, wanted: any(own.startswith(w) for w in wanted),
}
_KNOWN_KEYS = {"pageSize", "pageNumber", "query", "expand", "sortBy", "sortOrder"}
MAX_PAGE = 100


@dataclass(frozen=True)
class _Criterion:
    """Met by a user who has any of these values in any of these fields."""

    comparison: str
    fields: list[str]
    values: list[str]


@dataclass(frozen=True)
class _Search:
    """A search: every criterion must be met."""

    criteria: list[_Criterion]
    page_size: int
    page_number: int
    expand: list[str]


def _search_in(body: Any) -> _Search:
    """The search that a request body asks for; ApiError 400 for what is not modelled."""
    if not isinstance(body, dict):
        raise errors.bad_request("The request body must be a search.")
    unknown = set(body) - _KNOWN_KEYS
    if unknown:
        raise errors.unknown_request(f"a search with {', '.join(sorted(unknown))}")
    size, number = body.get("pageSize") or 25, body.get("pageNumber") or 1
    whole = isinstance(size, int) and isinstance(number, int)
    if not whole or not 1 <= size <= MAX_PAGE or number < 1:
        raise errors.invalid_value(size, "pageSize", f"1 to {MAX_PAGE}")
    criteria = [_criterion(c) for c in body.get("query") or []]
    return _Search(criteria, size, number, list(body.get("expand") or []))


def _found(call: Call, search: _Search) -> list[User]:
    """The users that meet every criterion; only active ones unless a criterion names the state."""
    held = call.caller.require(users.VIEW)
    fields = _FIELDS | dict.fromkeys(call.assumptions.employee_id_fields, _employee_id)
    for criterion in search.criteria:
        for name in criterion.fields:
            if name not in fields:
                raise errors.bad_request(f"Field [{name}] is not searchable.")
    tests = [_test(call, fields, criterion) for criterion in search.criteria]
    if not any("state" in criterion.fields for criterion in search.criteria):
        tests.append(lambda user: user.state == "active")
    org = call.org
    indexed = (org.lag.shown("search", user_id) or org.users[user_id] for user_id in org.users)
    return [
        user
        for user in indexed
        if all(test(user) for test in tests) and call.caller.within(held, user)
    ]


def _criterion(body: Any) -> _Criterion:
    if not isinstance(body, dict):
        raise errors.bad_request("A search criterion must be an object.")
    comparison = body.get("type")
    if comparison not in _COMPARISONS:
        raise errors.invalid_value(comparison, "type", ", ".join(_COMPARISONS))
    unknown = {k for k, v in body.items() if v is not None} - {"type", "fields", "values", "value"}
    if unknown or not body.get("fields"):
        what = ", ".join(sorted(unknown)) or "no fields"
        raise errors.unknown_request(f"a search criterion with {what}")
    values = [*(body.get("values") or []), *([body["value"]] if body.get("value") else [])]
    if not values:
        raise errors.bad_request("A search criterion needs values.")
    return _Criterion(comparison, list(body["fields"]), [str(v) for v in values])


def _test(
    call: Call, fields: dict[str, Callable[[User], str | None]], criterion: _Criterion
) -> Callable[[User], bool]:
    fold = str.lower if call.assumptions.search_ignores_case else str
    wanted = {fold(value) for value in criterion.values}
    compare = _COMPARISONS[criterion.comparison]
    readers = [fields[name] for name in criterion.fields]

    def meets(user: User) -> bool:
        return any(compare(fold(own), wanted) for own in (r(user) for r in readers) if own)

    return meets


def _employee_id(user: User) -> str | None:
    return user.employee_id


def _users(call: Call) -> dict[str, Any]:
    search = _search_in(call.body)
    found = _found(call, search)
    size = min(search.page_size, call.assumptions.page_cap or search.page_size)
    start = (search.page_number - 1) * size
    expand = users.known_expands(search.expand)
    return {
        "total": len(found),
        "pageCount": -(-len(found) // size),
        "pageSize": size,
        "pageNumber": search.page_number,
        "types": ["users"],
        "results": [users.shape(call.caller, u, expand) for u in found[start : start + size]],
    }


ROUTES = [route("/users/search", POST=operation(_users))]
