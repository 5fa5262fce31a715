"""HTTP to Genesys: one request per call, with timeouts, without retries and redirects.

The SDK's own HTTP client sends PATCH, POST and DELETE again up to ten times and ignores timeouts
[measured], so this one replaces it (see `sdk.SeamClient`).
"""

import socket
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from batch_offboard.genesys.certificates import trusted_certificates
from batch_offboard.genesys.proxy import Proxy, parse_proxy


class AbortedError(Exception):
    """The connections were cut on purpose, to end a run at once."""


@dataclass(slots=True)
class Exchange:
    """One HTTP request and its answer.

    `sent` is True once the first byte of the request was given to the network: from then on
    Genesys may have carried it out. `status` is None until the answer has arrived completely.
    `host` is the name of the server asked; `proxy` the host and port of the proxy, if any.
    """

    sent: bool = False
    host: str = ""
    proxy: str = ""
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
            EXCHANGE.get().sent = False  # so far only the proxy got bytes, not the request

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
        self._named_certificates = trusted_certificates(ca_file) if ca_file else None
        options: dict[str, Any] = {"num_pools": 4, "maxsize": workers, "block": True}
        self._proxy = parse_proxy(proxy) if proxy else None
        self._pools = _pools(self._proxy, options)
        self._pools.pool_classes_by_scheme = {
            "http": _Pool,
            "https": self._secure_pool,  # type: ignore[dict-item]  # it makes one
        }

    def _secure_pool(self, *place: Any, **options: Any) -> _SecurePool:
        """The connections to one host by TLS: only these need the system's certificates."""
        trusted = self._named_certificates or trusted_certificates(None)
        return _SecurePool(*place, **options, ssl_context=trusted)

    def send(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> None:
        """Send one request and fill the current `EXCHANGE` with its answer, whatever the status.

        Raises the exceptions of urllib3, and AbortedError after `abort`.
        """
        exchange = EXCHANGE.get()
        exchange.host = urlsplit(url).hostname or ""
        exchange.proxy = self._proxy.host if self._proxy else ""
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


def _pools(proxy: Proxy | None, options: dict[str, Any]) -> urllib3.PoolManager:
    if proxy is None:
        return urllib3.PoolManager(**options)
    return urllib3.ProxyManager(proxy.url, proxy_headers=dict(proxy.headers), **options)
