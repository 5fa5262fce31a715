"""One request per call over real sockets: what was sent, what came back, and nothing twice."""

import socket
import threading
import time
from pathlib import Path

import pytest
import urllib3

from batch_offboard.genesys.errors import failure_of
from batch_offboard.genesys.transport import EXCHANGE, AbortedError, Exchange, Transport

from .authority import Authority
from .serving import served

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nRetry-After: 7\r\n\r\n{}"


def transport(timeout_seconds: float = 5.0, ca_file: str | None = None) -> Transport:
    """A transport for two workers."""
    return Transport(2, timeout_seconds, None, ca_file)


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


@pytest.mark.parametrize(
    ("asked", "target"),
    [
        ("", "/"),
        ("/", "/"),
        ("?id=1", "/?id=1"),
        ("?at=/a", "/?at=/a"),
        ("/a//b?at=/c?d", "/a//b?at=/c?d"),
        ("/a?b#c/d", "/a?b"),
        ("#c/d", "/"),
    ],
)
def test_path_and_query_arrive_as_they_are(asked: str, target: str) -> None:
    """Even a query without a path: nothing that was asked for is left out."""
    with served(OK) as server:
        EXCHANGE.set(Exchange())
        transport().send("GET", f"{server.url}{asked}", {}, None)
    assert server.requests[0].split(b"\r\n")[0] == f"GET {target} HTTP/1.1".encode()


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


@pytest.mark.parametrize("broken", BROKEN)
def test_a_broken_answer_over_tls_is_not_asked_for_again(tmp_path: Path, broken: str) -> None:
    """As Genesys itself is asked: the request has left, whoever was shaken hands with before."""
    authority = Authority(tmp_path)
    with served(BROKEN[broken], OK, tls=authority.server()) as server:
        error, exchange = trouble(transport(ca_file=authority.file), f"{server.url}/a")
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


@pytest.mark.parametrize("secure", [False, True])
def test_abort_cuts_what_is_in_flight(tmp_path: Path, secure: bool) -> None:
    """A person who presses Ctrl-C twice does not wait for the timeout, and nothing new leaves."""
    authority = Authority(tmp_path) if secure else None
    with served(None, OK, tls=authority.server() if authority else None) as server:
        line = transport(timeout_seconds=30, ca_file=authority.file if authority else None)
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


def test_nothing_is_sent_over_a_connection_that_was_cut_while_it_was_made() -> None:
    """The run ends between the two; what was not sent is not in doubt."""
    exchange = Exchange()
    exchange.shut()
    EXCHANGE.set(exchange)
    with served(OK) as server:
        with pytest.raises(AbortedError):
            transport().send("PATCH", f"{server.url}/a", {}, b"{}")
        assert server.requests == []
    assert (exchange.sent, failure_of(AbortedError(), exchange).kind) == (False, "retryable")


def test_urllib3_still_has_the_seam_that_is_used() -> None:
    """The pool classes are chosen by scheme."""
    assert set(urllib3.PoolManager().pool_classes_by_scheme) == {"http", "https"}
