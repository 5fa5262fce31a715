"""The proxy: which one is used, how it is logged in to, and what its refusals mean."""

import base64
import re

import pytest

from batch_offboard.errors import LoginError, UsageError
from batch_offboard.genesys import Credentials, Settings
from batch_offboard.genesys.errors import failure_of
from batch_offboard.genesys.proxy import parse_proxy, proxy_for
from batch_offboard.genesys.transport import EXCHANGE, Exchange, Transport

from .connected import Watched, opened
from .serving import answer, served

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


CREDENTIALS = {
    "ann:hush": b"ann:hush",
    "ann:p%40ss": b"ann:p@ss",
    "ann:p%23ss": b"ann:p#ss",
    "ann:p@ss": b"ann:p@ss",
    "CORP%5Cann:hush": b"CORP\\ann:hush",
    "jörg:grün": "jörg:grün".encode(),
    "j%C3%B6rg:hush": "jörg:hush".encode(),
    "j%F6rg:hush": "jörg:hush".encode("latin-1"),
    "ann:100%": b"ann:100%",
    "ann": b"ann:",
}


@pytest.mark.parametrize("written", CREDENTIALS)
def test_credentials_are_percent_decoded(written: str) -> None:
    """And are neither in the URL nor in what is shown."""
    proxy = parse_proxy(f"http://{written}@proxy.corp:8080")
    kind, _, encoded = proxy.headers["proxy-authorization"].partition(" ")
    assert (kind, base64.b64decode(encoded)) == ("Basic", CREDENTIALS[written])
    assert (proxy.url, proxy.host) == ("http://proxy.corp:8080", "proxy.corp:8080")
    assert "hush" not in repr(proxy)


def test_a_proxy_without_scheme_or_login_is_one() -> None:
    """As people write it."""
    proxy = parse_proxy(" proxy.corp:8080 ")
    assert (proxy.url, dict(proxy.headers)) == ("http://proxy.corp:8080", {})


UNUSABLE = {
    "http://[": "not a proxy address",
    "http://proxy:port": "not a proxy address",
    "ftp://proxy:1": "not a proxy address",
    "http://CORP\\ann:hush@proxy:8080": "DOMAIN%5Cname",
    "http://ann:hush#1@proxy:8080": "%23 for #",
    "http://ann:hush/1@proxy:8080": "%2F for /",
    "http://ann:1#hush@proxy:8080": "%23 for #",
    "socks5://ann:hush@proxy:1080": "SOCKS",
    "socks5h://proxy:1080": "SOCKS",
    "http://wpad.corp/proxy.pac": "(PAC)",
    "pac+http://wpad.corp/proxy.pac": "(PAC)",
}


@pytest.mark.parametrize("written", UNUSABLE)
def test_a_proxy_that_cannot_be_used_is_explained(written: str) -> None:
    """The setting is named, the way to write it too, and never the password."""
    with pytest.raises(UsageError, match=r"genesys\.proxy \(or HTTPS_PROXY\)") as raised:
        Transport(1, 5, written, None)
    assert UNUSABLE[written] in str(raised.value)
    assert "hush" not in str(raised.value)


GENESYS = Credentials("mypurecloud.com", "id", "secret")


def login_error(proxy: str) -> tuple[str, Watched]:
    """How a login to Genesys through this proxy ends, with the real SDK."""
    watched = Watched()
    with pytest.raises(LoginError) as raised:
        opened(GENESYS, Settings(proxy=proxy, timeout_seconds=5), watched)
    return str(raised.value), watched


def test_a_wrong_login_at_the_proxy_is_tried_once() -> None:
    """Six tries would lock the account in the directory."""
    page = answer("407 Proxy Authentication Required", b"<html>No</html>")
    with served(*[page] * 9) as proxy:
        place = proxy.url.removeprefix("http://")
        message, watched = login_error(f"http://CORP%5Cann:h%40sh@{place}")
    assert len(proxy.requests) == 1
    assert proxy.requests[0].startswith(b"CONNECT login.mypurecloud.com:443 ")
    sent = re.search(rb"proxy-authorization: basic (\S+)", proxy.requests[0], re.IGNORECASE)
    assert sent is not None
    assert base64.b64decode(sent[1]) == b"CORP\\ann:h@sh"
    assert f"The proxy {place} did not accept the login (407" in message
    assert "NTLM or Kerberos" in message
    assert "local helper" in message
    assert not [word for word in ("h@sh", "h%40sh", sent[1].decode()) if word in message]
    assert watched.pauses == []


def test_a_proxy_that_forbids_genesys_is_asked_once() -> None:
    """Its policy is no missing permission of Genesys."""
    with served(*[answer("403 Forbidden", b"<html>Policy</html>")] * 9) as proxy:
        message, _ = login_error(proxy.url)
    assert len(proxy.requests) == 1
    assert "did not let the connection to Genesys through (403)" in message
    assert "permission" not in message


def test_a_proxy_in_trouble_is_asked_again() -> None:
    """A 502 may pass."""
    with served(*[answer("502 Bad Gateway")] * 9) as proxy:
        message, watched = login_error(proxy.url)
    assert len(proxy.requests) == Settings().attempts
    assert "(502)" in message
    assert all("(502)" in pause.reason for pause in watched.pauses)


def test_a_proxy_that_is_not_there_is_no_connection() -> None:
    """Not a login that Genesys refused."""
    with served() as proxy:
        url = proxy.url
    message, _ = login_error(url)
    assert message.startswith(f"No connection: the proxy {url.removeprefix('http://')}")


def test_what_a_proxy_refused_was_never_sent() -> None:
    """What the proxy got was not the request, so a writing call is not in doubt."""
    with served(answer("502 Bad Gateway")) as proxy:
        exchange = Exchange()
        EXCHANGE.set(exchange)
        with pytest.raises(Exception) as raised:  # any; the mapper is asked below
            Transport(1, 5, proxy.url, None).send("PATCH", f"{HOST}/a", {}, b"{}")
    failure = failure_of(raised.value, exchange)
    assert (failure.kind, failure.error.code) == ("retryable", "proxy_failed")
