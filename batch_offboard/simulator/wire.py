"""A request and its answer: as values, and on the wire."""

from __future__ import annotations

import asyncio
import json
import socket
import struct
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl

from starlette.types import Message, Receive, Scope, Send

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


async def read_request(scope: Scope, receive: Receive) -> Request:
    """The whole request."""
    body = b""
    more = True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    return Request(
        method=scope["method"],
        path=scope["path"],
        query_string=scope["query_string"].decode("latin-1"),
        headers={k.decode("latin-1"): v.decode("latin-1") for k, v in scope["headers"]},
        body=body,
    )


async def send_answer(scope: Scope, send: Send, answer: Answer, *, cut: bool = False) -> None:
    """Send an answer; with `cut` only half of the body that its Content-Length promises."""
    headers = [(b"content-length", str(len(answer.body)).encode())]
    if answer.body:
        headers.append((b"content-type", answer.content_type.encode()))
    headers += [(k.encode(), v.encode()) for k, v in answer.headers.items()]
    if answer.status == 204:
        headers = headers[1:]
    start: Message = {"type": "http.response.start", "status": answer.status, "headers": headers}
    body = answer.body[: len(answer.body) // 2] if cut else answer.body
    with _one_packet(scope):
        await send(start)
        await send({"type": "http.response.body", "body": body, "more_body": cut})


@contextmanager
def _one_packet(scope: Scope) -> Iterator[None]:
    """A context in which what is sent leaves at its end, where the system can do that.

    Otherwise the head alone would wake the client, which then waits again for the body.
    """
    _cork(scope, 1)
    try:
        yield
    finally:
        _cork(scope, 0)


def _cork(scope: Scope, on: int) -> None:
    if sys.platform == "linux":
        transport: asyncio.Transport = scope["state"]["transport"]
        with suppress(OSError):  # the connection may be gone
            transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_CORK, on)


def reset_connection(scope: Scope) -> None:
    """Drop the connection at once, with a TCP reset rather than an orderly end."""
    transport: asyncio.Transport = scope["state"]["transport"]
    connection: socket.socket | None = transport.get_extra_info("socket")
    if connection is not None:
        linger = "hh" if hasattr(socket, "SO_EXCLUSIVEADDRUSE") else "ii"
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack(linger, 1, 0))
    transport.abort()


def close_connection(scope: Scope) -> None:
    """Send what is under way, then end the connection."""
    transport: asyncio.Transport = scope["state"]["transport"]
    transport.close()


async def connection_end(receive: Receive) -> None:
    """Wait until the connection is gone."""
    while (await receive())["type"] != "http.disconnect":
        pass
