"""HTTP to Genesys: one request per call, with timeouts, without retries and redirects.

The SDK's own HTTP client sends PATCH, POST and DELETE again up to ten times and ignores timeouts
[measured], so this one replaces it (see `sdk.SeamClient`).
"""

import os
import socket
import ssl
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import proxy_bypass_environment  # type: ignore[attr-defined]

import truststore
import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from batch_offboard.errors import UsageError
from batch_offboard.genesys.regions import is_loopback_url


class AbortedError(Exception):
    """The connections were cut on purpose, to end a run at once."""


@dataclass(slots=True)
class Exchange:
    """One HTTP request and its answer.

    `sent` is True once the first byte of the request was given to the network: from then on
    Genesys may have carried it out. `status` is None until the answer has arrived completely.
    """

    sent: bool = False
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = field(default=b"", repr=False)
    connection: HTTPConnection | None = field(default=None, repr=False)
    cut: bool = False

    def shut(self) -> None:
        """Cut the connection, so that the thread waiting for the answer gets an error at once."""
        self.cut = True
        connected = getattr(self.connection, "sock", None)
        if isinstance(connected, socket.socket):
            try:
                socket.socket.shutdown(connected, socket.SHUT_RDWR)
            except OSError:
                return


EXCHANGE: ContextVar[Exchange] = ContextVar("EXCHANGE")
"""The exchange of the call that this thread makes; the SDK cannot pass it on as an argument."""


class _Connection(HTTPConnection):
    def send(self, data: Any) -> None:
        _mark_sent(self)
        super().send(data)


class _SecureConnection(HTTPSConnection):
    def connect(self) -> None:
        try:
            super().connect()
        finally:
            EXCHANGE.get().sent = False  # what a proxy was sent so far was not the request

    def send(self, data: Any) -> None:
        _mark_sent(self)
        super().send(data)


def _mark_sent(connection: HTTPConnection) -> None:
    exchange = EXCHANGE.get()
    exchange.connection = connection
    if connection.sock is None:
        connection.connect()
    if exchange.cut:
        raise AbortedError
    exchange.sent = True


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _SecureConnection


class Transport:
    """The HTTP connections to one region, shared by all worker threads.

    Raises UsageError for a `proxy` or `ca_file` that cannot be used.
    """

    def __init__(
        self, workers: int, timeout_seconds: float, proxy: str | None, ca_file: str | None
    ) -> None:
        self._timeout = urllib3.Timeout(connect=timeout_seconds, read=timeout_seconds)
        self._pool_timeout_seconds = timeout_seconds
        self._in_flight: dict[int, Exchange] = {}
        self._aborted = False
        options: dict[str, Any] = {
            "num_pools": 4,
            "maxsize": workers,
            "block": True,
            "ssl_context": trusted_certificates(ca_file),
        }
        self._pools = _proxied(proxy, options) if proxy else urllib3.PoolManager(**options)
        self._pools.pool_classes_by_scheme = {"http": _Pool, "https": _SecurePool}

    def send(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> None:
        """Send one request and fill the current `EXCHANGE` with its answer, whatever the status.

        Raises the exceptions of urllib3, and AbortedError after `abort`.
        """
        exchange = EXCHANGE.get()
        if self._aborted:
            raise AbortedError
        self._in_flight[id(exchange)] = exchange
        try:
            answer = self._pools.urlopen(
                method,
                url,
                headers=dict(headers),
                body=body,
                retries=False,
                redirect=False,
                timeout=self._timeout,
                pool_timeout=self._pool_timeout_seconds,
            )
            exchange.headers = answer.headers
            exchange.body = answer.data
            exchange.status = answer.status
        finally:
            del self._in_flight[id(exchange)]

    def abort(self) -> None:
        """Cut every request in flight, whose outcome is then unknown, and refuse new ones."""
        self._aborted = True
        for exchange in list(self._in_flight.values()):
            exchange.shut()

    def close(self) -> None:
        """Close the idle connections."""
        self._pools.clear()


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


def trusted_certificates(ca_file: str | None) -> ssl.SSLContext:
    """A TLS context that trusts `ca_file`, or by default what the operating system trusts.

    Raises UsageError for a `ca_file` that cannot be read.
    """
    if ca_file is None:
        return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    try:
        return ssl.create_default_context(cafile=str(Path(ca_file)))
    except (OSError, ssl.SSLError) as error:
        raise UsageError(
            f"genesys.ca_file: {ca_file} cannot be read as a file of certificates (PEM)."
        ) from error


def _proxied(proxy: str, options: dict[str, Any]) -> urllib3.ProxyManager:
    try:
        address = urllib3.util.parse_url(proxy if "://" in proxy else f"http://{proxy}")
        headers = urllib3.make_headers(proxy_basic_auth=address.auth) if address.auth else None
        plain = address._replace(auth=None).url
        return urllib3.ProxyManager(plain, proxy_headers=headers, **options)
    except urllib3.exceptions.HTTPError as error:
        raise UsageError(
            "genesys.proxy (or HTTPS_PROXY) is not a proxy address such as http://proxy:8080."
        ) from error
