"""One request per call over real sockets: what was sent, what came back, and nothing twice."""

import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import urllib3

from batch_offboard.errors import UsageError
from batch_offboard.genesys.errors import failure_of
from batch_offboard.genesys.transport import (
    EXCHANGE,
    AbortedError,
    Exchange,
    Transport,
    proxy_for,
    trusted_certificates,
)

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nRetry-After: 7\r\n\r\n{}"


class Server:
    """Accepts connections and answers each request with the next of `answers`, then closes.

    None hangs without an answer; b"" closes without one.
    """

    def __init__(self, *answers: bytes | None) -> None:
        self.answers = iter(answers)
        self.requests: list[bytes] = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.over = threading.Event()
        threading.Thread(target=self._serve, daemon=True).start()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.listener.getsockname()[1]}"

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        with connection:
            request = _whole_request(connection)
            if not request:
                return
            self.requests.append(request)
            answer = next(self.answers)
            if answer is None:
                self.over.wait(30)
            else:
                connection.sendall(answer)


def _whole_request(connection: socket.socket) -> bytes:
    request = b""
    while chunk := connection.recv(65_536):
        request += chunk
        head, _, body = request.partition(b"\r\n\r\n")
        length = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
        if b"\r\n\r\n" in request and len(body) >= int(length[1] if length else 0):
            break
    return request


@contextmanager
def served(*answers: bytes | None) -> Iterator[Server]:
    """A server for the time of a test."""
    server = Server(*answers)
    try:
        yield server
    finally:
        server.over.set()
        server.listener.close()


def transport(timeout_seconds: float = 5.0, proxy: str | None = None) -> Transport:
    """A transport for two workers."""
    return Transport(2, timeout_seconds, proxy, None)


def trouble(line: Transport, url: str, method: str = "PATCH") -> tuple[Exception, Exchange]:
    """What one request meets."""
    exchange = Exchange()
    EXCHANGE.set(exchange)
    with pytest.raises(Exception) as raised:  # any; the mapper is asked below
        line.send(method, url, {}, b"{}")
    return raised.value, exchange


def test_an_answer_fills_the_exchange() -> None:
    """Status, headers (whatever their case) and body."""
    with served(OK) as server:
        EXCHANGE.set(Exchange())
        transport().send("PATCH", f"{server.url}/users/1", {"X-One": "1"}, b'{"state":1}')
        exchange = EXCHANGE.get()
    assert (exchange.sent, exchange.status, exchange.body) == (True, 200, b"{}")
    assert exchange.headers.get("retry-after") == "7"
    assert server.requests[0].startswith(b"PATCH /users/1 HTTP/1.1\r\n")
    assert server.requests[0].endswith(b'\r\n\r\n{"state":1}')


STATUSES = [302, 307, 401, 413, 429, 500, 502, 503]


@pytest.mark.parametrize("status", STATUSES)
def test_no_status_is_repeated_or_followed(status: int) -> None:
    """Neither a Retry-After nor a Location makes a second request."""
    answer = (
        b"HTTP/1.1 %d X\r\nContent-Length: 0\r\nRetry-After: 0\r\nLocation: /b\r\n\r\n" % status
    )
    with served(answer, OK) as server:
        EXCHANGE.set(Exchange())
        transport().send("POST", f"{server.url}/a", {}, b"[]")
    assert (EXCHANGE.get().status, len(server.requests)) == (status, 1)


CUT = b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{}"
BROKEN = {"closed": b"", "no http": b"hello\r\n\r\n", "cut short": CUT}


@pytest.mark.parametrize("broken", BROKEN)
@pytest.mark.parametrize("method", ["PATCH", "DELETE", "GET"])
def test_a_broken_answer_is_not_asked_for_again(broken: str, method: str) -> None:
    """The stock client would re-send a PATCH silently; here the outcome is unknown."""
    with served(BROKEN[broken], OK) as server:
        error, exchange = trouble(transport(), f"{server.url}/a", method)
    assert (exchange.sent, exchange.status, len(server.requests)) == (True, None, 1)
    assert failure_of(error, exchange).kind == "unknown"


def test_a_hanging_server_is_not_waited_for_longer_than_the_timeout() -> None:
    """The SDK passes no timeout on."""
    with served(None) as server:
        started = time.monotonic()
        error, exchange = trouble(transport(timeout_seconds=0.3), f"{server.url}/a")
    assert time.monotonic() - started < 3
    assert (failure_of(error, exchange).kind, failure_of(error, exchange).error.code) == (
        "unknown",
        "timeout",
    )


def test_a_refused_connection_has_sent_nothing() -> None:
    """So that it may be repeated, even a writing call."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    error, exchange = trouble(transport(), f"http://127.0.0.1:{port}/a")
    assert failure_of(error, exchange).kind == "retryable"


def test_a_proxy_that_refuses_has_sent_nothing() -> None:
    """What the proxy was told is not the request, and the password is not repeated to people."""
    with served(b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n") as server:
        proxy = server.url.replace("http://", "http://me:hush@")
        error, exchange = trouble(transport(proxy=proxy), "https://api.mypurecloud.com/a")
    failure = failure_of(error, exchange)
    assert (failure.kind, failure.error.code) == ("retryable", "proxy_failed")
    assert server.requests[0].startswith(b"CONNECT api.mypurecloud.com:443 ")
    assert b"proxy-authorization: basic " in server.requests[0].lower()
    assert "hush" not in f"{error} {failure}"


def test_abort_cuts_what_is_in_flight() -> None:
    """A person who presses Ctrl-C twice does not wait for the timeout, and nothing new leaves."""
    with served(None, OK) as server:
        line = transport(timeout_seconds=30)
        found: list[tuple[Exception, Exchange]] = []
        thread = threading.Thread(target=lambda: found.append(trouble(line, f"{server.url}/a")))
        thread.start()
        while not server.requests:
            time.sleep(0.01)
        line.abort()
        thread.join(5)
        again, _ = trouble(line, f"{server.url}/b")
    (error, exchange), kind = found[0], type(again)
    assert (failure_of(error, exchange).kind, kind) == ("unknown", AbortedError)
    assert len(server.requests) == 1


HOST = "https://api.mypurecloud.com"
PROXIES = [
    (HOST, None, {}, None),
    (HOST, None, {"HTTPS_PROXY": "http://p:1"}, "http://p:1"),
    (HOST, None, {"https_proxy": "http://p:1"}, "http://p:1"),
    (HOST, None, {"HTTP_PROXY": "http://p:1", "ALL_PROXY": "http://p:1"}, None),
    (HOST, None, {"HTTPS_PROXY": "http://p:1", "NO_PROXY": "*"}, None),
    (HOST, None, {"HTTPS_PROXY": "http://p:1", "NO_PROXY": "x.example, .mypurecloud.com"}, None),
    (HOST, None, {"HTTPS_PROXY": "http://p:1", "NO_PROXY": "mypurecloud.de"}, "http://p:1"),
    (HOST, "http://q:2", {"HTTPS_PROXY": "http://p:1", "NO_PROXY": "*"}, "http://q:2"),
    ("http://127.0.0.1:80", "http://q:2", {"HTTPS_PROXY": "http://p:1"}, None),
    ("http://localhost:80", None, {"HTTPS_PROXY": "http://p:1"}, None),
]


@pytest.mark.parametrize(("host", "configured", "environment", "expected"), PROXIES)
def test_which_proxy_is_used(
    host: str, configured: str | None, environment: dict[str, str], expected: str | None
) -> None:
    """The configured one, else HTTPS_PROXY without what NO_PROXY names; never for loopback."""
    assert expected == proxy_for(host, configured, environment)


@pytest.mark.parametrize("proxy", ["http://[", "ftp://proxy:1"])
def test_a_proxy_that_is_none_is_a_usage_error(proxy: str) -> None:
    """The person is told which setting it is."""
    with pytest.raises(UsageError, match=r"genesys\.proxy"):
        transport(proxy=proxy)


@pytest.mark.parametrize("content", [None, b"no certificate"])
def test_a_ca_file_that_is_none_is_a_usage_error(tmp_path: Path, content: bytes | None) -> None:
    """Missing, or not PEM."""
    path = tmp_path / "ca.pem"
    if content:
        path.write_bytes(content)
    with pytest.raises(UsageError, match=r"genesys\.ca_file"):
        trusted_certificates(str(path))


def test_certificates_are_checked() -> None:
    """With the operating system's trust, by name too."""
    context = trusted_certificates(None)
    assert context.check_hostname


def test_urllib3_still_has_the_seam_that_is_used() -> None:
    """The pool classes are chosen by scheme."""
    assert set(urllib3.PoolManager().pool_classes_by_scheme) == {"http", "https"}
