"""The log of every request the simulator has received."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from batch_offboard.simulator.wire import Request

LOGIN_PATH = "/oauth/token"
_READ_BY_POST = (
    LOGIN_PATH,
    "/api/v2/users/search",
    "/api/v2/analytics/conversations/details/query",
    "/api/v2/audits/query/realtime",
)


@dataclass(frozen=True)
class LoggedRequest:
    """One request. Secrets and tokens are in none of its fields."""

    number: int
    """1 for the first request."""
    at: float
    """Seconds of the simulator's clock since it was started."""
    method: str
    path: str
    query: dict[str, str]
    """Repeated parameters are joined with commas."""
    body: Any
    """The JSON body; None without one, its text when it is no JSON."""
    token: str | None
    """`token-1` for the first token given out, and so on; None without a known token."""
    correlation_id: str
    status: int | None = None
    """None while it is unanswered, and when it never gets an answer."""
    fault: str | None = None
    """The action of the fault that met it."""

    @property
    def is_write(self) -> bool:
        """Whether it was meant to change the organisation: neither a read, a login nor a search."""
        return self.method != "GET" and self.path not in _READ_BY_POST


class RequestList(list[LoggedRequest]):
    """Requests in the order of their arrival, with simple filters."""

    @property
    def writes(self) -> RequestList:
        """Those meant to change the organisation."""
        return RequestList(r for r in self if r.is_write)

    def matching(
        self, method: str | None = None, path: str | None = None, status: int | None = None
    ) -> RequestList:
        """Those with this method and status, and a path in which the regular expression `path`
        is found."""
        return RequestList(
            r
            for r in self
            if (method is None or r.method == method)
            and (status is None or r.status == status)
            and (path is None or re.search(path, r.path))
        )


class RequestLog:
    """All requests since the start. To be used under the simulator's lock."""

    def __init__(self) -> None:
        self._entries: list[LoggedRequest] = []

    def open(
        self, request: Request, at: float, token: str | None, correlation_id: str
    ) -> LoggedRequest:
        """Enter a request that has just arrived."""
        entry = LoggedRequest(
            number=len(self._entries) + 1,
            at=at,
            method=request.method,
            path=request.path,
            query={name: ",".join(values) for name, values in request.query.items()},
            body=_body(request),
            token=token,
            correlation_id=correlation_id,
        )
        self._entries.append(entry)
        return entry

    def close(self, entry: LoggedRequest, status: int | None, fault: str | None) -> None:
        """Enter what became of it."""
        self._entries[entry.number - 1] = replace(entry, status=status, fault=fault)

    def entries(self) -> Iterable[LoggedRequest]:
        """All requests so far, in order."""
        return tuple(self._entries)


def _body(request: Request) -> Any:
    if not request.body or request.path == LOGIN_PATH:
        return None
    try:
        return json.loads(request.body)
    except ValueError:
        return request.body.decode("utf-8", "replace")
