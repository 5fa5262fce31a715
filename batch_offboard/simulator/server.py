"""The practice organisation on 127.0.0.1: in a thread for tests, or until Ctrl-C."""

from __future__ import annotations

import asyncio
import random
import socket
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import uvicorn

from batch_offboard.simulator.app import PracticeApp
from batch_offboard.simulator.assumptions import Assumptions
from batch_offboard.simulator.faults import Fault, Faults
from batch_offboard.simulator.limits import Limits, Meter
from batch_offboard.simulator.models import OAuthClient
from batch_offboard.simulator.org import Org
from batch_offboard.simulator.practice import Practice
from batch_offboard.simulator.request_log import LoggedRequest, RequestList
from batch_offboard.simulator.shutdown import shut_down

if TYPE_CHECKING:
    from uvicorn.protocols.http.h11_impl import H11Protocol as HttpProtocol
else:  # with httptools, where it is installed: it takes a third less time
    from uvicorn.protocols.http.auto import AutoHTTPProtocol as HttpProtocol

_LAST_ANSWERS_SECONDS = 0.1
"""How long a stop waits for answers that are on their way; then they are dropped."""


class _Protocol(HttpProtocol):
    """HTTP/1.1 that gives each request its connection, so that a fault can reset it."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        connection: socket.socket = transport.get_extra_info("socket")
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.app_state = {**self.app_state, "transport": transport}


class _Server(uvicorn.Server):
    """A server that waits for an event to stop it, instead of polling a flag."""

    def __init__(self, config: uvicorn.Config, stopping: asyncio.Event) -> None:
        super().__init__(config)
        self.ready = threading.Event()
        self.loop: asyncio.AbstractEventLoop | None = None
        self._stopping = stopping

    async def main_loop(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.ready.set()
        await self._stopping.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await shut_down(self, sockets or (), _LAST_ANSWERS_SECONDS)


class Simulator:
    """A practice organisation that is served while the `with` block runs.

    Without `limits` nothing is limited. `latency_seconds` is added to every answer. `clock`
    gives seconds; expiry of tokens, windows of limits and lags are measured with it.
    `on_request` is called with every request before it is processed.
    """

    def __init__(
        self,
        org: Org,
        *,
        limits: Limits | None = None,
        faults: Sequence[Fault] | Faults | None = None,
        latency_seconds: float = 0.0,
        assumptions: Assumptions | None = None,
        clock: Callable[[], float] = time.monotonic,
        seed: int = 0,
        port: int = 0,
        on_request: Callable[[LoggedRequest], None] | None = None,
    ) -> None:
        self.org = org
        self.limits = limits or Limits(per_minute=None)
        self.practice = Practice(
            org=org,
            assumptions=assumptions or Assumptions(),
            meter=Meter(self.limits),
            clock=clock,
            rng=random.Random(seed),
        )
        self.faults = faults if isinstance(faults, Faults) else Faults(faults or (), seed)
        self.app = PracticeApp(self.practice, self.faults, latency_seconds, on_request)
        self._wanted_port = port
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None
        self._port = 0

    # -- what tests ask

    @property
    def url(self) -> str:
        """`http://127.0.0.1:PORT`, for logins and for the API."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def client(self) -> OAuthClient:
        """The organisation's first OAuth client."""
        return next(iter(self.org.clients.values()))

    @property
    def client_id(self) -> str:
        """The id of `client`."""
        return self.client.id

    @property
    def client_secret(self) -> str:
        """The practice secret of `client`."""
        return self.client.secret

    @property
    def lock(self) -> threading.RLock:
        """Held while a request is processed: acquire it to read or change `org`."""
        return self.practice.lock

    @property
    def requests(self) -> RequestList:
        """Every request so far: a copy."""
        with self.lock:
            return RequestList(self.app.log.entries())

    @property
    def writes(self) -> RequestList:
        """Every request so far that was meant to change the organisation."""
        return self.requests.writes

    def count(
        self, method: str | None = None, path: str | None = None, status: int | None = None
    ) -> int:
        """How many requests match; `path` is a regular expression, None matches anything."""
        return len(self.requests.matching(method, path, status))

    def add_fault(self, fault: Fault) -> None:
        """Apply this fault too, from the next request on."""
        with self.lock:
            self.faults.add(fault)

    def clear_faults(self) -> None:
        """Drop all faults, from the next request on."""
        with self.lock:
            self.faults.clear()

    def resume(self) -> None:
        """Serve again after a `hold`; what was held stays unanswered."""
        with self.lock:
            self.app.held = False

    def vanish(self) -> None:
        """Stop serving for good, as if the host had gone down: connections are refused."""
        if self._server and self._server.loop:
            with suppress(RuntimeError):  # where it has stopped already, its loop is closed
                self._server.loop.call_soon_threadsafe(self.app.stopping.set)

    def revoke_tokens(self) -> None:
        """End every token given out so far: the next call with one meets 401."""
        with self.lock:
            self.practice.tokens.revoke()

    # -- starting and stopping

    def __enter__(self) -> Self:
        listener = socket.create_server(("127.0.0.1", self._wanted_port), backlog=512)
        self._port = listener.getsockname()[1]
        config = uvicorn.Config(
            self.app,
            http=_Protocol,
            ws="none",
            loop="asyncio",
            lifespan="off",
            log_config=None,
            log_level="critical",
            access_log=False,
            server_header=False,
            date_header=False,
            proxy_headers=False,
            timeout_keep_alive=120,
        )
        self._server = _Server(config, self.app.stopping)
        self._thread = threading.Thread(
            target=self._serve, args=(listener,), name="simulator", daemon=True
        )
        self._thread.start()
        if not self._server.ready.wait(timeout=30):
            raise RuntimeError("The simulator did not start within 30 seconds.")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.vanish()
        if self._thread:
            self._thread.join(timeout=30)

    def _serve(self, listener: socket.socket) -> None:
        assert self._server is not None
        asyncio.run(self._server.serve(sockets=[listener]))


def serve(
    org: Org,
    port: int = 0,
    *,
    ready: Callable[[Simulator], None] = lambda _sim: None,
    **options: Any,
) -> None:
    """Serve an organisation on 127.0.0.1 until Ctrl-C.

    `ready` is called once it can be reached, to say where and with which practice
    credentials; `options` are those of Simulator.
    """
    # Ctrl-C may come as soon as somebody knows the address, which `ready` tells.
    with suppress(KeyboardInterrupt), Simulator(org, port=port, **options) as sim:
        ready(sim)
        while True:
            threading.Event().wait(0.5)  # short, so that Ctrl-C is seen on Windows too
