"""Certificates: whose are trusted, and what a person is told when one is not."""

import socket
import ssl
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from batch_offboard.errors import LoginError, UsageError
from batch_offboard.genesys import Credentials, Settings
from batch_offboard.genesys.certificates import trusted_certificates, without_strict_checks
from batch_offboard.genesys.transport import EXCHANGE, Exchange, Transport

from .authority import Authority
from .connected import opened
from .serving import Server, answer, served

PROBLEMS: dict[str, tuple[dict[str, Any], str, str]] = {
    "expired": ({"begins_in": -9, "ends_in": -1}, "localhost has expired", "date and time"),
    "early": ({"begins_in": 2, "ends_in": 9}, "localhost is not valid yet", "date and time"),
    "other host": ({"host": "portal.example"}, "Another host answered", "login page"),
}


def login_error(server: Server, ca_file: str | None) -> str:
    """How a login to this server ends, with the real SDK."""
    with pytest.raises(LoginError) as raised:
        opened(Credentials(server.url, "id", "secret"), Settings(ca_file=ca_file))
    return str(raised.value)


@pytest.mark.parametrize("problem", PROBLEMS)
def test_a_certificate_is_refused_with_its_reason_and_remedy(tmp_path: Path, problem: str) -> None:
    """Once, before anything is sent, and trust in another authority is not asked for."""
    authority = Authority(tmp_path)
    options, reason, remedy = PROBLEMS[problem]
    with served(tls=authority.server(**options)) as server:
        message = login_error(server, authority.file)
    assert reason in message
    assert remedy in message
    assert "ca_file" not in message
    assert server.requests == []


@pytest.mark.parametrize("trusted", ["another authority", "the operating system"])
def test_an_unknown_issuer_can_be_trusted(tmp_path: Path, trusted: str) -> None:
    """The message names the setting."""
    authority = Authority(tmp_path)
    ca_file = Authority(tmp_path, "Other").file if trusted == "another authority" else None
    with served(tls=authority.server()) as server:
        message = login_error(server, ca_file)
    assert "an issuer that this computer does not trust" in message
    assert "`genesys.ca_file`" in message


def test_an_inspecting_proxys_authority_is_accepted(tmp_path: Path) -> None:
    """By every Python, also where strict checks are the default (3.13)."""
    authority = Authority(tmp_path)
    with served(answer("200 OK", b"{}"), tls=authority.server()) as server:
        EXCHANGE.set(Exchange())
        Transport(1, 5, None, authority.file).send("GET", f"{server.url}/a", {}, None)
    assert EXCHANGE.get().status == 200


def test_strict_checks_are_what_refuses_it(tmp_path: Path) -> None:
    """The test above would prove nothing on a Python without them."""
    authority = Authority(tmp_path)
    context = ssl.create_default_context(cafile=authority.file)
    context.verify_flags |= ssl.VERIFY_X509_STRICT
    with served(tls=authority.server()) as server:
        with pytest.raises(ssl.SSLCertVerificationError):
            shake_hands(server, context)
        shake_hands(server, without_strict_checks(context))


def shake_hands(server: Server, context: ssl.SSLContext) -> None:
    """Make a secure connection to `server`."""
    port = urlsplit(server.url).port
    with socket.create_connection(("localhost", port or 0), timeout=5) as plain:
        context.wrap_socket(plain, server_hostname="localhost").close()


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
