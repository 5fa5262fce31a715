"""The frame of all routes: parameters, permissions, status, pages of listings."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any
from urllib.parse import urlencode

from starlette.routing import compile_path

from batch_offboard.simulator import errors
from batch_offboard.simulator.access import Caller, existing, living_user
from batch_offboard.simulator.assumptions import Assumptions
from batch_offboard.simulator.models import Named, Queue, User
from batch_offboard.simulator.org import Org
from batch_offboard.simulator.practice import Practice
from batch_offboard.simulator.wire import EMPTY, Answer, Request, json_answer

API = "/api/v2"
_TRUTH = {"true": True, "false": False}


@dataclass(frozen=True)
class Call:
    """An admitted call: who calls, with which path parameters, query and body."""

    caller: Caller
    request: Request
    path: dict[str, str]
    practice: Practice

    @property
    def org(self) -> Org:
        """The organisation that is called."""
        return self.caller.org

    @property
    def assumptions(self) -> Assumptions:
        """What is assumed of Genesys Cloud in this simulator."""
        return self.caller.assumptions

    @property
    def body(self) -> Any:
        """The decoded JSON body; ApiError 400 without one."""
        if self.request.json is EMPTY:
            raise errors.bad_request("The request body is missing.")
        return self.request.json

    def user(self, *permissions: str) -> User:
        """The user of the path, unless deleted; ApiError 400 or 404.

        ApiError 403 unless the client holds any of the permissions in the user's division.
        """
        found = living_user(self.org, self.path["user_id"])
        if permissions:
            self.caller.require_for(found, *permissions)
        return found

    def queue(self, *permissions: str) -> Queue:
        """The queue of the path; ApiError 404 if there is none.

        ApiError 403 unless the client holds any of the permissions in the queue's division.
        """
        found = existing(self.org.queues, self.path["queue_id"])
        self.caller.require_for(found, *permissions)
        return found

    def text(self, name: str) -> str | None:
        """A query parameter, the last if it is repeated; None if it is not given."""
        values = self.request.query.get(name)
        return values[-1] if values else None

    def words(self, name: str) -> list[str] | None:
        """The values of a query parameter, repeated or joined with commas; None if not given."""
        values = self.request.query.get(name)
        if values is None:
            return None
        return [word for value in values for word in value.split(",") if word]

    def truth(self, name: str) -> bool | None:
        """A query parameter that is true or false, or None; ApiError 400 for other texts."""
        text = self.text(name)
        if text is None:
            return None
        if text.lower() not in _TRUTH:
            raise errors.invalid_value(text, "boolean", "true, false")
        return _TRUTH[text.lower()]

    def number(self, name: str, default: int, highest: int | None = None) -> int:
        """A query parameter that is a whole number from 1 to `highest`; ApiError 400 for others."""
        text = self.text(name)
        if text is None:
            return default
        if not text.isascii() or not text.isdigit() or int(text) < 1:
            raise errors.invalid_value(text, name, "1 and more")
        if highest is not None and int(text) > highest:
            raise errors.invalid_value(text, name, f"1 to {highest}")
        return int(text)


@dataclass(frozen=True)
class Operation:
    """What one method of a path does; a query parameter that is not in `query` is an error."""

    perform: Callable[[Call], Any]
    query: frozenset[str] = frozenset()
    status: int = 200


def operation(perform: Callable[[Call], Any], *query: str, status: int = 200) -> Operation:
    """An operation; `perform` returns the JSON body, or None for an answer without a body."""
    return Operation(perform, frozenset(query), status)


Respond = Callable[[Request, dict[str, str], Practice], Answer]
"""Answers a request, given the parameters in its path; ApiError or LoginError for a refusal."""


@dataclass(frozen=True)
class Route:
    """One path, such as `/users/{user_id}`, and what answers the requests to it."""

    path: str
    respond: Respond

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """What a request's path must match; its groups are the path parameters."""
        return compile_path(self.path)[0]


def route(path: str, *, on_queue_routes: bool = False, **methods: Operation) -> Route:
    """A route below `/api/v2`, one operation per method."""

    def respond(request: Request, parameters: dict[str, str], practice: Practice) -> Answer:
        found = methods.get(request.method)
        if found is None:
            raise errors.unknown_operation(405, request.method, request.path)
        authorization = request.headers.get("authorization")
        caller = practice.admit(authorization, on_queue_routes=on_queue_routes)
        unknown = sorted(set(request.query) - found.query)
        if unknown:
            raise errors.unknown_request(f"the query parameter {', '.join(unknown)} here")
        content = found.perform(Call(caller, request, parameters, practice))
        return json_answer(found.status, content)

    return Route(API + path, respond)


def queue_route(path: str, **methods: Operation) -> Route:
    """A route that counts against the organisation-wide limit of the queue routes."""
    return route(path, on_queue_routes=True, **methods)


def reference(kind: str, found: Named) -> dict[str, Any]:
    """The short JSON form of a thing inside another; `kind` is its path below `/api/v2`."""
    return {"id": found.id, "name": found.name, "selfUri": f"{API}/{kind}/{found.id}"}


def division_reference(org: Org, thing: Named) -> dict[str, Any]:
    """The short JSON form of the division of a user, queue or team."""
    return reference("authorization/divisions", org.divisions[org.division_of(thing)])


PAGING = ("pageSize", "pageNumber")
CURSOR = ("pageSize", "after", "before")
_PAGE_SIZE = 25
"""The size of a page for which none is asked for."""
_MOST_A_PAGE = 100


def page(
    call: Call,
    items: Sequence[Any],
    shape: Callable[[Any], Any],
    *,
    highest: int = _MOST_A_PAGE,
    totals: bool = True,
) -> dict[str, Any]:
    """The JSON of the page that `pageSize` and `pageNumber` of the call ask for.

    A page size above `highest` is ApiError 400. Without `totals`, the page does not state how many
    items or pages there are.
    """
    size = call.number("pageSize", _PAGE_SIZE, highest)
    number = call.number("pageNumber", 1)
    size = min(size, call.assumptions.page_cap or size)
    start = (number - 1) * size
    count = max(1, -(-len(items) // size))
    listing: dict[str, Any] = {
        "entities": [shape(item) for item in items[start : start + size]],
        "pageSize": size,
        "pageNumber": number,
        "selfUri": _page_uri(call, size, number),
        "firstUri": _page_uri(call, size, 1),
    }
    if totals:
        listing |= {
            "total": len(items),
            "pageCount": count,
            "lastUri": _page_uri(call, size, count),
        }
    if number < count:
        listing["nextUri"] = _page_uri(call, size, number + 1)
    if number > 1:
        listing["previousUri"] = _page_uri(call, size, number - 1)
    return listing


def cursor_page(call: Call, items: Sequence[Any], shape: Callable[[Any], Any]) -> dict[str, Any]:
    """The JSON of a page that begins `after` a cursor or ends `before` one; without totals."""
    size = call.number("pageSize", _PAGE_SIZE, _MOST_A_PAGE)
    size = min(size, call.assumptions.page_cap or size)
    start, end = call.number("after", 0), call.number("before", 0)
    start, end = (max(0, end - size), end) if end else (start, start + size)
    listing: dict[str, Any] = {
        "entities": [shape(item) for item in items[start:end]],
        "selfUri": call.request.path,
    }
    if end < len(items):
        listing["nextUri"] = _uri(call, CURSOR, pageSize=size, after=end)
    if start:
        listing["previousUri"] = _uri(call, CURSOR, pageSize=size, before=start)
    return listing


def _page_uri(call: Call, size: int, number: int) -> str:
    return _uri(call, PAGING, pageSize=size, pageNumber=number)


def _uri(call: Call, names: tuple[str, ...], **paging: int) -> str:
    """The request's URI with other paging; `names` are the parameters replaced by `paging`."""
    kept = [(n, v) for n, vs in call.request.query.items() if n not in names for v in vs]
    return f"{call.request.path}?{_encoded((*kept, *paging.items()))}"


@lru_cache
def _encoded(parameters: tuple[tuple[str, str | int], ...]) -> str:
    """The parameters as a query string; cached, as `self`, `first` and `last` are often equal."""
    return urlencode(parameters)
