"""The proxy between this computer and Genesys: which one, with which login, and its refusals."""

import base64
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import SplitResult, unquote_to_bytes, urlsplit
from urllib.request import proxy_bypass_environment  # type: ignore[attr-defined]

from batch_offboard.errors import UsageError
from batch_offboard.genesys.regions import is_loopback_url

_SETTING = "genesys.proxy (or HTTPS_PROXY)"
"""Where the proxy's address comes from."""
_EXAMPLE = "Write it as http://proxy.example.com:8080."
"""How to write the proxy's address."""


@dataclass(frozen=True, slots=True)
class Proxy:
    """An HTTP proxy: its URL without credentials, its host and port for messages, its headers."""

    url: str
    host: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)


def proxy_for(host: str, configured: str | None, environment: Mapping[str, str]) -> str | None:
    """The proxy for the URL `host`: the configured one, else HTTPS_PROXY subject to NO_PROXY.

    None for a host on this computer, and where no proxy is set.
    """
    if is_loopback_url(host):
        return None
    if configured:
        return configured
    named = {name.lower(): value for name, value in environment.items()}
    proxies = {"no": named.get("no_proxy", "")}
    bypassed = proxy_bypass_environment(urlsplit(host).hostname or "", proxies)
    return None if bypassed else named.get("https_proxy") or None


def environment_proxy(host: str, configured: str | None) -> str | None:
    """`proxy_for` with the environment of this process."""
    return proxy_for(host, configured, os.environ)


def parse_proxy(address: str) -> Proxy:
    """The proxy with this address; credentials in it are percent-decoded.

    Raises UsageError, which never contains the address, for one that cannot be used.
    """
    parts = _split(address.strip())
    credentials, _, place = parts.netloc.rpartition("@")
    headers = {"proxy-authorization": _basic(credentials)} if credentials else {}
    return Proxy(f"{parts.scheme}://{place}", place, headers)


def tunnel_status(error: BaseException) -> int | None:
    """The HTTP status with which a proxy refused a connection; None if it did not answer.

    Source of the text that holds it: `HTTPConnection._tunnel` of the standard library.
    """
    found = re.search(r"Tunnel connection failed: (\d{3})", str(error))
    return int(found[1]) if found else None


def proxy_trouble(status: int | None, host: str) -> str:
    """What the proxy `host` did, by the status it answered with, and what to do."""
    if status is None:
        return f"No connection: the proxy {host} could not be reached, or cut the connection."
    if status != 407:
        return f"The proxy {host} did not let the connection to Genesys through ({status}). Ask IT."
    return (
        f"The proxy {host} did not accept the login (407 Proxy Authentication Required). Check "
        "the user name and password in genesys.proxy or HTTPS_PROXY: "
        f"http://name:password@{host}. If it takes only NTLM or Kerberos, a local helper program "
        "is needed, such as Px or Cntlm. Ask IT."
    )


def _split(address: str) -> SplitResult:
    """The parts of the proxy's address. Raises UsageError if it is not one."""
    if "\\" in address:
        raise UsageError(
            f"{_SETTING} contains a backslash. Write DOMAIN\\name as DOMAIN%5Cname: "
            "http://DOMAIN%5Cname:password@proxy.example.com:8080."
        )
    try:
        parts = urlsplit(address if "://" in address else f"http://{address}")
        usable = bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable or "@" in parts.path + parts.query + parts.fragment:
        raise UsageError(
            f"{_SETTING} is not a proxy address. {_EXAMPLE} In a user name or password, write "
            "special characters percent-encoded: %23 for #, %2F for /, %3F for ?, %40 for @."
        )
    _check_kind(parts)
    return parts


def _check_kind(parts: SplitResult) -> None:
    """Raise UsageError for a kind of proxy that cannot be used."""
    if parts.scheme.startswith("socks"):
        raise UsageError(f"{_SETTING} is a SOCKS proxy. Only HTTP proxies can be used. {_EXAMPLE}")
    if parts.scheme.startswith("pac") or parts.path.strip("/"):
        raise UsageError(
            f"{_SETTING} is the address of a file, such as a proxy script (PAC). Ask IT for the "
            f"name and port of the proxy itself. {_EXAMPLE}"
        )
    if parts.scheme not in ("http", "https"):
        raise UsageError(f"{_SETTING} is not a proxy address. {_EXAMPLE}")


def _basic(credentials: str) -> str:
    name, _, password = credentials.partition(":")
    plain = unquote_to_bytes(name) + b":" + unquote_to_bytes(password)
    return f"Basic {base64.b64encode(plain).decode('ascii')}"
