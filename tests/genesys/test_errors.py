"""Whatever goes wrong with a call becomes a value, in one place."""

import inspect
import json
import math
import ssl
from http.client import HTTPException, IncompleteRead, RemoteDisconnected
from typing import Any

import pytest
from urllib3 import exceptions as u3

from batch_offboard.genesys.errors import (
    Failure,
    UnusableAnswerError,
    failure_of,
    retry_after_seconds,
)
from batch_offboard.genesys.sdk import ApiException
from batch_offboard.genesys.transport import AbortedError, Exchange
from batch_offboard.offboarding.models import ApiError

URLLIB3 = [
    kind
    for _, kind in inspect.getmembers(u3, inspect.isclass)
    if issubclass(kind, Exception)
    and not issubclass(kind, Warning)
    and kind.__module__ == u3.__name__
]
OTHERS: list[Exception] = [
    OSError("broken"),
    ConnectionResetError(),
    BrokenPipeError(),
    TimeoutError(),
    ssl.SSLError("bad"),
    ssl.SSLEOFError("eof"),
    HTTPException(),
    RemoteDisconnected(),
    IncompleteRead(b""),
    AbortedError(),
]


def bare(kind: type[Exception]) -> Exception:
    """An exception of that class, whatever its constructor wants."""
    return kind.__new__(kind)


def answered(status: int, body: Any = b"", **headers: str) -> Exchange:
    """An exchange with that answer."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Exchange(sent=True, status=status, headers=named, body=raw)


def of_answer(status: int, body: Any = b"", **headers: str) -> Failure:
    """The failure that this answer means."""
    return failure_of(ApiException(status=status), answered(status, body, **headers))


def test_urllib3_is_looked_at() -> None:
    """The list that the next tests go through is not empty."""
    assert {u3.ReadTimeoutError, u3.ProtocolError, u3.NewConnectionError} <= set(URLLIB3)


@pytest.mark.parametrize(
    "error", [*map(bare, URLLIB3), *OTHERS], ids=lambda error: type(error).__name__
)
def test_every_trouble_of_the_line_is_mapped(error: Exception) -> None:
    """Before it left it may be repeated; afterwards nobody knows; and it has words of its own."""
    before = failure_of(error, Exchange(sent=False))
    after = failure_of(error, Exchange(sent=True))
    assert (before.kind, after.kind) == ("retryable", "unknown")
    assert before.error.status is None
    assert before.error.code != ""
    assert before.error.message.endswith(".")


def refused_certificate(verify_code: int | None) -> Failure:
    """The failure of a certificate that the system refused with this code."""
    error = ssl.SSLCertVerificationError("bad")
    if verify_code is not None:
        error.verify_code = verify_code
    return failure_of(u3.SSLError(error), Exchange(host="api.mypurecloud.de"))


#  OpenSSL, Windows and macOS
REFUSED = {
    "has expired": [10, 0x800B0101, -67818],
    "is not valid yet": [9, -67819],
    "for another name": [62, 64, 0x800B010F, -67602],
    "an issuer that this computer does not trust": [18, 19, 20, 21, 0x800B0109, -67843],
    "is not trusted": [23, None],
}


@pytest.mark.parametrize(
    ("words", "verify_code"),
    [(words, each) for words, codes in REFUSED.items() for each in codes],
)
def test_a_certificate_is_refused_for_a_reason(words: str, verify_code: int | None) -> None:
    """Trying again does not help; what does depends on the reason."""
    found = refused_certificate(verify_code)
    assert found.kind == "refused"
    assert words in found.error.message
    assert "api.mypurecloud.de" in found.error.message
    trust = found.error.code == "certificate_not_trusted"
    assert trust == ("ca_file" in found.error.message) == ("trust" in words)


KINDS = {
    301: "unknown", 302: "unknown", 400: "refused", 401: "auth", 403: "refused", 404: "refused",
    408: "unknown", 409: "conflict", 413: "refused", 415: "refused", 418: "refused",
    429: "limited", 500: "unknown", 501: "unknown", 502: "unknown", 503: "unknown",
    504: "unknown", 599: "unknown",
}  # fmt: skip


@pytest.mark.parametrize("status", KINDS)
def test_every_status_has_its_meaning(status: int) -> None:
    """408, 5xx and redirects may have been carried out, other 4xx were not."""
    assert KINDS[status] == of_answer(status).kind


def test_genesys_words_are_kept() -> None:
    """Code, message, status and correlation id for the results file and a support case."""
    body = {"message": "You are missing …", "code": "missing.permissions", "status": 403}
    found = of_answer(403, body, ININ_Correlation_Id="c-1").error
    assert found == ApiError(403, "missing.permissions", "You are missing …", "c-1")


def test_a_stale_version_can_be_a_400() -> None:
    """Genesys answers it either way."""
    body = {"message": "The version supplied does not match the current version of the user"}
    assert [of_answer(status, body).kind for status in (400, 403)] == ["conflict", "refused"]


PAGE = "<html><style>h1 {color: red}</style><h1>Stop</h1> Zu Überlastet</html>".encode("latin-1")


@pytest.mark.parametrize("body", [PAGE, b"Blocked by policy 17", b'["blocked"]'])
@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 413])
def test_a_firewalls_refusal_does_not_pass_for_genesys(status: int, body: bytes) -> None:
    """Not for a missing permission, a wrong secret, a conflict, nor for somebody not there."""
    found = of_answer(status, body)
    assert (found.kind, found.error.status, found.error.code) == (
        "refused",
        None,
        "unusable_answer",
    )
    assert f"(status {status}) did not come from Genesys" in found.error.message


@pytest.mark.parametrize("status", [408, 500, 502, 503, 504])
def test_a_gateways_page_becomes_plain_words(status: int) -> None:
    """Latin-1 bytes, tags and styles do no harm."""
    found = of_answer(status, PAGE)
    assert (found.kind, found.error.status, found.error.code) == (
        "unknown",
        status,
        f"http_{status}",
    )
    assert "did not come from Genesys" in found.error.message
    assert found.error.message.endswith("It says: Stop Zu \ufffdberlastet")


@pytest.mark.parametrize("status", [300, 307, 399])
def test_a_redirect_is_said_to_be_one(status: int) -> None:
    """It is not followed, and no answer of Genesys'."""
    found = of_answer(status)
    assert (found.kind, found.error.code) == ("unknown", f"http_{status}")
    assert found.error.message.startswith("The answer was a redirect, probably from a firewall")


@pytest.mark.parametrize("status", [400, 403, 500])
def test_an_answer_without_a_text_is_named_by_its_status(status: int) -> None:
    """There is nothing else to be said."""
    message = f"Genesys answered with status {status} and no text."
    assert of_answer(status).error == ApiError(status, f"http_{status}", message)


def test_a_page_without_a_text_is_not_quoted() -> None:
    """It has nothing but tags."""
    message = of_answer(503, b"<html><br></html>").error.message
    assert message.endswith("from a firewall, proxy or network login page.")


def test_a_gateways_429_is_waited_for() -> None:
    """Whoever limits, the wait that is asked for counts."""
    found = of_answer(429, PAGE, Retry_After="7")
    assert (found.kind, found.retry_after_seconds) == ("limited", 7.0)


def test_a_web_page_in_place_of_an_answer_is_said_to_be_one() -> None:
    """A captive portal says 200 to everything."""
    found = failure_of(UnusableAnswerError("not JSON"), answered(200, PAGE))
    assert found.kind == "unknown"
    assert found.error.message.startswith("A web page came in place of Genesys' answer")


def test_an_answer_of_407_is_the_proxys() -> None:
    """Even one that nobody configured: it ends the run."""
    found = of_answer(407, PAGE)
    assert (found.kind, found.error.code, found.ends_run) == ("refused", "proxy_failed", True)


#  status of the tunnel, before the request was sent and after
TUNNELS = {
    None: ("retryable", "unknown"), 399: ("retryable", "unknown"), 400: ("refused", "refused"),
    403: ("refused", "refused"), 407: ("refused", "refused"), 408: ("retryable", "unknown"),
    429: ("retryable", "unknown"), 499: ("refused", "refused"), 500: ("retryable", "unknown"),
}  # fmt: skip


@pytest.mark.parametrize("status", TUNNELS)
def test_a_proxy_that_refuses_is_not_asked_again(status: int | None) -> None:
    """Unless it may let the next one through; a refused login ends the run."""
    cause = OSError(f"Tunnel connection failed: {status} X" if status else "gone")
    found = [
        failure_of(u3.ProxyError("x", cause), Exchange(sent=sent, proxy="proxy:8080"))
        for sent in (False, True)
    ]
    assert TUNNELS[status] == (found[0].kind, found[1].kind)
    assert [each.ends_run for each in found] == [status == 407] * 2
    assert "proxy:8080" in found[0].error.message


@pytest.mark.parametrize(
    ("proxy", "at_proxy", "named"),
    [
        ("proxy:8080", True, "proxy:8080"),
        ("proxy:8080", False, "api.mypurecloud.de"),
        ("", True, "api.mypurecloud.de"),
    ],
)
def test_a_refused_certificate_is_whose_it_is(proxy: str, at_proxy: bool, named: str) -> None:
    """The proxy's own, or that of the host behind it."""
    kind = u3.ProxyError if at_proxy else u3.ProtocolError
    error = kind("x", ssl.SSLCertVerificationError("bad"))
    found = failure_of(error, Exchange(host="api.mypurecloud.de", proxy=proxy))
    assert named in found.error.message


NO_CONNECTION = (u3.NameResolutionError, u3.NewConnectionError, u3.ConnectTimeoutError)


@pytest.mark.parametrize("kind", NO_CONNECTION)
def test_no_network_is_no_connection(kind: type[Exception]) -> None:
    """And names the host."""
    found = failure_of(bare(kind), Exchange(host="api.mypurecloud.de")).error
    assert found.message.startswith("No connection: ")
    assert "api.mypurecloud.de" in found.message
    login = failure_of(bare(kind), Exchange(host="login.mypurecloud.de")).error
    assert login.message.endswith(" Or the region is wrong (GENESYS_DOMAIN).")
    sent = failure_of(bare(kind), Exchange(sent=True, host="login.mypurecloud.de")).error
    assert not any("GENESYS_DOMAIN" in each.message for each in (found, sent))
    unknown = failure_of(bare(kind), Exchange()).error.message
    assert "Genesys' server" in unknown


#  the limit that a 429 names, its key, its rate
LIMITS = [
    ({"key": "some.key", "namespace": "n"}, "some.key", None),
    ({"key": "queue.rate.per.minute", "value": 200}, "queue.rate.per.minute", 200.0),
    ({"key": "queue.rate.per.minute", "value": 1}, "queue.rate.per.minute", 1.0),
    ({"key": "queue.rate.per.minute", "value": 71.5}, "queue.rate.per.minute", 71.5),
    ({"key": "queue.rate.per.minute", "value": 0}, "queue.rate.per.minute", None),
    ({"key": "queue.rate.per.minute", "value": 1e-9}, "queue.rate.per.minute", None),
    ({"key": "queue.rate.per.minute", "value": 10**400}, "queue.rate.per.minute", None),
    ({"key": "queue.rate.per.minute", "value": math.inf}, "queue.rate.per.minute", None),
    ({"key": "queue.rate.per.minute", "value": True}, "queue.rate.per.minute", None),
    ({"key": "queue.rate.per.minute", "value": "200"}, "queue.rate.per.minute", None),
    ({"key": "queue.rate.per.second", "value": 5}, "queue.rate.per.second", None),
    ("words", "", None),
    (None, "", None),
]


@pytest.mark.parametrize(("limit", "key", "per_minute"), LIMITS)
def test_a_limit_that_is_named_is_kept(limit: Any, key: str, per_minute: float | None) -> None:
    """The key tells whose limit was met; its value is a rate only if the key says a minute."""
    body = {"code": "x", "message": "y", "limit": limit}
    assert of_answer(429, body, Retry_After="42") == Failure(
        "limited", ApiError(429, "x", "y"), 42.0, key, per_minute
    )


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("42", 42.0), ("1.5", 1.5), ("0", 0.0), (" 7 ", 7.0), ("", None), ("soon", None),
        ("-3", None), ("nan", None), ("inf", None), ("Wed, 21 Oct 2026 07:28:00 GMT", None),
    ],
)  # fmt: skip
def test_retry_after_is_a_number_of_seconds(header: str, seconds: float | None) -> None:
    """Anything else is as good as no header."""
    assert seconds == retry_after_seconds({"Retry-After": header})


UNREADABLE: list[Exception] = [
    UnusableAnswerError("not JSON"),
    json.JSONDecodeError("bad", "", 0),
    UnicodeDecodeError("utf-8", b"\xff", 0, 1, "bad"),
    AttributeError("'NoneType' object has no attribute 'lower'"),
    TypeError("bad"),
    KeyError("access_token"),
    ApiException(status=0, reason="Failed to parse a date"),
]


@pytest.mark.parametrize("error", UNREADABLE, ids=lambda error: type(error).__name__)
def test_a_2xx_that_cannot_be_read_leaves_the_outcome_open(error: Exception) -> None:
    """A PATCH may have succeeded although its answer makes the SDK fail."""
    found = failure_of(error, answered(200))
    assert (found.kind, found.error.status, found.error.code) == ("unknown", 200, "unusable_answer")
    why = ": not JSON." if isinstance(error, UnusableAnswerError) else "."
    assert found.error.message == f"Genesys' answer is not what was asked for{why}"


@pytest.mark.parametrize("error", [TypeError("unexpected keyword"), ValueError("missing")])
def test_a_defect_of_ours_is_not_hidden(error: Exception) -> None:
    """What is raised before anything left is no trouble of the line."""
    with pytest.raises(type(error)):
        failure_of(error, Exchange())


def test_nothing_is_lost_once_it_has_left() -> None:
    """Even an error nobody thought of says only that the outcome is unknown."""
    assert failure_of(RuntimeError("?"), Exchange(sent=True)).kind == "unknown"
