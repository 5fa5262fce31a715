"""How a route is described, and what every route does alike."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from batch_offboard.simulator import errors
from batch_offboard.simulator.caller import Caller
from batch_offboard.simulator.exchange import EMPTY, Answer, Request, json_answer
from batch_offboard.simulator.org import Org
from batch_offboard.simulator.practice import Practice

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
    def body(self) -> Any:
        """The JSON body; ApiError 400 without one."""
        if self.request.json is EMPTY:
            raise errors.bad_request("The request body is missing.")
        return self.request.json

    def text(self, name: str) -> str | None:
        """A query parameter."""
        values = self.request.query.get(name)
        return values[-1] if values else None

    def words(self, name: str) -> list[str] | None:
        """A query parameter with many values, repeated or joined with commas."""
        values = self.request.query.get(name)
        if values is None:
            return None
        return [word for value in values for word in value.split(",") if word]

    def truth(self, name: str) -> bool | None:
        """A query parameter that is true or false."""
        text = self.text(name)
        if text is None:
            return None
        if text.lower() not in _TRUTH:
            raise errors.invalid_value(text, "boolean", "true, false")
        return _TRUTH[text.lower()]

    def number(self, name: str, default: int, highest: int | None = None) -> int:
        """A query parameter that is a whole number from 1 on."""
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
    """What one method of a path does. A query parameter that is not named here is an error."""

    perform: Callable[[Call], Any]
    query: frozenset[str] = frozenset()
    status: int = 200


def operation(perform: Callable[[Call], Any], *query: str, status: int = 200) -> Operation:
    """An operation; `perform` returns the JSON body, or None for an answer without a body."""
    return Operation(perform, frozenset(query), status)


@dataclass
class Endpoint:
    """All methods of one path."""

    methods: dict[str, Operation]
    on_queue_routes: bool = field(default=False)

    async def __call__(self, scope: Scope, _receive: Receive, _send: Send) -> None:
        """Answer by putting the answer into the scope: the application sends it."""
        scope["answer"] = answered(
            lambda: self._perform(scope["request"], scope["path_params"], scope["practice"]),
            scope["correlation_id"],
        )

    def _perform(self, request: Request, path: dict[str, str], practice: Practice) -> Answer:
        found = self.methods.get(request.method)
        if found is None:
            text = f"The simulator does not know {request.method} {request.path}."
            raise errors.ApiError(405, "simulator.unknown.request", text)
        authorization = request.headers.get("authorization")
        caller = practice.admit(authorization, on_queue_routes=self.on_queue_routes)
        unknown = sorted(set(request.query) - found.query)
        if unknown:
            raise errors.unknown_request(f"the query parameter {', '.join(unknown)} here")
        content = found.perform(Call(caller, request, path, practice))
        return json_answer(found.status, content)


def answered(perform: Callable[[], Answer], correlation_id: str) -> Answer:
    """The answer of `perform`, refusals too; every answer carries the correlation id."""
    try:
        answer = perform()
    except errors.ApiError as error:
        answer = json_answer(error.status, error.body(correlation_id), error.headers)
    except errors.LoginError as error:
        answer = json_answer(error.status, error.body())
    answer.headers["ININ-Correlation-Id"] = correlation_id
    return answer


def route(path: str, **methods: Operation) -> Route:
    """A route below `/api/v2`, one operation per method."""
    return Route(API + path, Endpoint(methods))


def queue_route(path: str, **methods: Operation) -> Route:
    """A route that counts against the organisation-wide limit of the queue routes."""
    return Route(API + path, Endpoint(methods, on_queue_routes=True))


PAGING = ("pageSize", "pageNumber")
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
    """One page of a listing, as `pageSize` and `pageNumber` of the call ask for it.

    `highest` is the largest page size that may be asked for; more is 400.
    """
    size = call.number("pageSize", _PAGE_SIZE, highest)
    number = call.number("pageNumber", 1)
    size = min(size, call.caller.assumptions.page_cap or size)
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
    """One page of a listing that is paged by an `after` cursor."""
    size = call.number("pageSize", _PAGE_SIZE, _MOST_A_PAGE)
    size = min(size, call.caller.assumptions.page_cap or size)
    start = call.number("after", 0)
    listing: dict[str, Any] = {"entities": [shape(i) for i in items[start : start + size]]}
    listing["selfUri"] = call.request.path
    if start + size < len(items):
        query = urlencode({"pageSize": size, "after": start + size})
        listing["nextUri"] = f"{call.request.path}?{query}"
    return listing


def _page_uri(call: Call, size: int, number: int) -> str:
    kept = [(n, v) for n, vs in call.request.query.items() if n not in PAGING for v in vs]
    query = urlencode([*kept, ("pageSize", size), ("pageNumber", number)])
    return f"{call.request.path}?{query}"
