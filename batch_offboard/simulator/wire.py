"""How answers and faults look on the wire."""

from __future__ import annotations

import asyncio
import re
import socket
import struct

from starlette.types import Message, Receive, Scope, Send

from batch_offboard.simulator.errors import ApiError
from batch_offboard.simulator.exchange import Answer, Request, json_answer
from batch_offboard.simulator.faults import Fault

_PAGE = "<html><head><title>{0}</title></head><body><h1>{0}</h1><p>{1}</p></body></html>"
_DEFAULTS = {
    400: ("bad.request", "The request could not be understood by the server."),
    401: ("bad.credentials", "Invalid login credentials."),
    403: ("not.authorized", "You are not authorized to perform the requested action."),
    404: ("not.found", "The requested resource was not found."),
    408: ("request.timeout", "The client did not produce a request within the server timeout."),
    409: ("general.conflict", "The request conflicts with the current state of the resource."),
    413: ("request.entity.too.large", "The request is over the size limit."),
    415: ("unsupported.media.type", "Unsupported Media Type."),
    429: ("too.many.requests", "Rate limit exceeded the maximum."),
    500: ("internal.server.error", "The server encountered an unexpected condition."),
    503: ("service.unavailable", "Service Unavailable - the server is currently unavailable."),
    504: ("request.timeout", "The request timed out."),
}


def faulty_answer(fault: Fault, real: Answer | None, correlation_id: str) -> Answer:
    """What is answered instead of `real`, for the faults that answer something."""
    answer = _instead(fault, real, correlation_id)
    answer.headers["ININ-Correlation-Id"] = correlation_id
    if fault.retry_after is not None:
        answer.headers["Retry-After"] = str(fault.retry_after)
    return answer


def _instead(fault: Fault, real: Answer | None, correlation_id: str) -> Answer:
    if fault.action == "status":
        return _error(fault, correlation_id)
    if fault.action == "html":
        return _html(fault.status or 502, "Bad Gateway", latin1=fault.latin1)
    if fault.action == "html_200":
        return _html(200, "Sign in", latin1=fault.latin1)
    if fault.action == "redirect":
        return Answer(302, b"", {"Location": fault.location})
    if fault.action == "empty_200" or real is None:
        return Answer(200)
    return Answer(real.status, _spoilt(fault, real.body), dict(real.headers))


def _spoilt(fault: Fault, body: bytes) -> bytes:
    if fault.action == "null_state":
        return re.sub(rb'"state":"\w+"', b'"state":null', body)
    return body[: len(body) // 2]


def _error(fault: Fault, correlation_id: str) -> Answer:
    status = fault.status or 500
    code, message = _DEFAULTS.get(status, ("error", "Error"))
    if status == 429 and fault.retry_after is not None:
        code = "too.many.requests.retry.after"
        message = (
            f"Rate limit exceeded the maximum. Retry the request in [{fault.retry_after}] seconds"
        )
    error = ApiError(status, fault.code or code, fault.message or message)
    return json_answer(status, error.body(correlation_id))


def _html(status: int, title: str, *, latin1: bool) -> Answer:
    charset = "iso-8859-1" if latin1 else "utf-8"
    page = _PAGE.format(title, "Zeitüberschreitung: die Anfrage wurde abgebrochen. Réessayez.")
    return Answer(status, page.encode(charset), {}, f"text/html; charset={charset}")


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


async def send_answer(send: Send, answer: Answer, *, cut: bool = False) -> None:
    """Send an answer; with `cut` only half of the body that its Content-Length promises."""
    headers = [(b"content-length", str(len(answer.body)).encode())]
    if answer.body:
        headers.append((b"content-type", answer.content_type.encode()))
    headers += [(k.encode(), v.encode()) for k, v in answer.headers.items()]
    if answer.status == 204:
        headers = headers[1:]
    start: Message = {"type": "http.response.start", "status": answer.status, "headers": headers}
    await send(start)
    body = answer.body[: len(answer.body) // 2] if cut else answer.body
    await send({"type": "http.response.body", "body": body, "more_body": cut})


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
