"""Who is let in, decided by a request's head before its body is read.

Host, method, path, origin and cookie are checked here for every route, so that no route can forget
to. No decision rests on a URL that a library has put together.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping
from dataclasses import dataclass
from hmac import compare_digest
from typing import Any

from batch_offboard.page.session import Session

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

OPEN = "/open"
OPEN_SCRIPT = "/open.js"
_OUTSIDE = frozenset({OPEN, OPEN_SCRIPT})
"""The only paths without the secret prefix: they need no session."""

MOST_BODY_BYTES = 21_000_000
"""Enough for the largest list and the form's other fields."""
_MOST_OPENING_BYTES = 4_000
"""Enough for what is sent without a session: a token, or the secret of the runtime file."""

FROM_ITS_ICON = "Open batch-offboard from its icon."
"""What is shown to a browser that was not opened by the program."""

HEADERS: Mapping[str, str] = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    # "no-referrer" makes browsers send "Origin: null" with our own forms.
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}
"""On every answer. A route may replace the content security policy by a stricter one."""


class BodyTooLargeError(Exception):
    """The body of a request is larger than any form of ours can make it."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """The answer to a request that is not let in: an HTTP status, and a text for the person."""

    status: int
    text: str = ""


@dataclass(frozen=True, slots=True)
class Guarded:
    """The application behind its guard; `port` is the one that the server listens on.

    `used` is called for each request of the person who has the session.
    """

    app: App
    session: Session
    port: int
    used: Callable[[], None]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the request in, or answer it without reading its body."""
        if scope["type"] != "http":
            return
        refusal = self._refusal(scope)
        if refusal is None:
            await self._let_in(scope, receive, send)
            return
        text = refusal.text.encode()
        headers = [
            (b"content-type", b"text/plain; charset=utf-8"),
            (b"content-length", str(len(text)).encode()),
            (b"connection", b"close"),
        ]
        sending = _with_headers(send)
        await sending({"type": "http.response.start", "status": refusal.status, "headers": headers})
        await sending({"type": "http.response.body", "body": text})

    async def _let_in(self, scope: Scope, receive: Receive, send: Send) -> None:
        most = _MOST_OPENING_BYTES
        if scope["path"] not in _OUTSIDE:
            most = MOST_BODY_BYTES
            self.used()
        await self.app(scope, _counted(receive, most), _with_headers(send))

    def _refusal(self, scope: Scope) -> Refusal | None:
        headers: list[tuple[bytes, bytes]] = scope["headers"]
        host = f"127.0.0.1:{self.port}"
        if _values(headers, b"host") != [host]:
            return Refusal(403)
        if scope["method"] not in ("GET", "POST"):
            return Refusal(405)
        outside = scope["path"] in _OUTSIDE
        if not outside and not self._has_prefix(scope["path"]):
            return Refusal(404)
        if scope["method"] == "POST" and not _is_own(headers, f"http://{host}"):
            return Refusal(403)
        if not outside and not self._has_session(headers):
            return Refusal(403, FROM_ITS_ICON)
        return None

    def _has_prefix(self, path: str) -> bool:
        first = path.split("/", 2)[1] if path.startswith("/") else ""
        return compare_digest(first.encode(), self.session.prefix.encode())

    def _has_session(self, headers: Iterable[tuple[bytes, bytes]]) -> bool:
        name = cookie_name(self.port)
        pairs = (each for value in _values(headers, b"cookie") for each in value.split(";"))
        cookies = (each.strip().partition("=") for each in pairs)
        # Other programs on this computer may have set one of our name too.
        return any(key == name and self.session.is_open_to(value) for key, _, value in cookies)


def cookie_name(port: int) -> str:
    """The session's cookie: one for each port, as cookies do not tell ports apart."""
    return f"batch-offboard-{port}"


def _values(headers: Iterable[tuple[bytes, bytes]], name: bytes) -> list[str]:
    return [value.decode("latin-1") for key, value in headers if key.lower() == name]


def _is_own(headers: Iterable[tuple[bytes, bytes]], origin: str) -> bool:
    """Whether a form was sent by a page of this server; another port is another origin."""
    sites = _values(headers, b"sec-fetch-site")
    return _values(headers, b"origin") == [origin] and sites in ([], ["same-origin"])


def _counted(receive: Receive, most: int) -> Receive:
    """`receive`, raising BodyTooLargeError once more than `most` bytes of the body have come."""
    read = 0

    async def receiving() -> Message:
        nonlocal read
        message = await receive()
        read += len(message.get("body", b""))
        if read > most:
            raise BodyTooLargeError
        return message

    return receiving


def _with_headers(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            own = {key.lower() for key, _ in message["headers"]}
            message["headers"] = [
                *message["headers"],
                *(
                    (name.encode(), value.encode())
                    for name, value in HEADERS.items()
                    if name.encode() not in own
                ),
            ]
        await send(message)

    return sending
