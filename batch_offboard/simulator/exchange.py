"""A request and its answer, as values."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl

from batch_offboard.simulator import errors

EMPTY: Any = object()


@dataclass(frozen=True)
class Request:
    """One HTTP request, read to its end."""

    method: str
    path: str
    query_string: str
    headers: dict[str, str]
    """Names in lower case."""
    body: bytes

    @cached_property
    def query(self) -> dict[str, list[str]]:
        """The query parameters; blank ones too."""
        found: dict[str, list[str]] = {}
        for name, value in parse_qsl(self.query_string, keep_blank_values=True):
            found.setdefault(name, []).append(value)
        return found

    @cached_property
    def json(self) -> Any:
        """The body; EMPTY when there is none. ApiError 400 when it is no JSON."""
        if not self.body:
            return EMPTY
        try:
            return json.loads(self.body)
        except ValueError:
            raise errors.bad_request("The request body is not valid JSON.") from None


@dataclass
class Answer:
    """One HTTP answer."""

    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    content_type: str = "application/json; charset=utf-8"


def json_answer(status: int, content: Any = None, headers: dict[str, str] | None = None) -> Answer:
    """An answer with a JSON body; without a body when `content` is None."""
    body = b"" if content is None else json.dumps(content, separators=(",", ":")).encode()
    return Answer(status, body, dict(headers or {}))
