"""The ASGI application: logs each request, applies faults, routes it and sends the answer."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import NamedTuple

from starlette.types import Receive, Scope, Send

from batch_offboard.simulator import wire
from batch_offboard.simulator.domains import answer_to
from batch_offboard.simulator.errors import ApiError
from batch_offboard.simulator.faults import Fault, Faults, faulty_answer
from batch_offboard.simulator.practice import Practice
from batch_offboard.simulator.request_log import LoggedRequest, RequestLog
from batch_offboard.simulator.wire import Answer, Request, json_answer

logger = logging.getLogger(__name__)


class _Connection(NamedTuple):
    scope: Scope
    receive: Receive
    send: Send


@dataclass
class PracticeApp:
    """One running practice organisation as an ASGI application.

    Once `stopping` is set, waiting requests end without an answer. `held` becomes true by a fault
    `hold`: from then on no request is answered.
    """

    practice: Practice
    faults: Faults
    latency_seconds: float = 0.0
    on_request: Callable[[LoggedRequest], None] | None = None
    log: RequestLog = field(default_factory=RequestLog)
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    held: bool = False

    def __post_init__(self) -> None:
        self._started_at = self.practice.clock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or do what its fault demands."""
        request = await wire.read_request(scope, receive)
        connection = _Connection(scope, receive, send)
        entry, fault = self._arrive(request)
        if self.held or await self._wait(self.latency_seconds):
            await self._keep_silent(connection, None)
            return
        answer = None
        if fault is None or fault.lets_through:
            answer = self._process(request, entry, fault)
        if fault is None or fault.action == "lag":
            await self._deliver(connection, entry, answer, fault)
        else:
            await self._go_wrong(connection, entry, fault, answer)

    def _arrive(self, request: Request) -> tuple[LoggedRequest, Fault | None]:
        practice = self.practice
        with practice.lock:
            at = practice.clock() - self._started_at
            token = practice.tokens.label(request.headers.get("authorization"))
            entry = self.log.open(request, at, token, practice.correlation_id(request))
            if self.on_request:
                self.on_request(entry)
            fault = None if self.held else self.faults.strike(entry)
            self.held = self.held or (fault is not None and fault.action == "hold")
        return entry, fault

    def _process(self, request: Request, entry: LoggedRequest, fault: Fault | None) -> Answer:
        lag = self.practice.org.lag
        with self.practice.lock:
            if fault is not None and fault.action == "lag":
                lag.start(seconds=fault.seconds, reads=fault.reads, kinds=fault.lagging)
            try:
                return answer_to(request, self.practice, entry.correlation_id)
            except Exception as error:  # a defect of the simulator must be seen, not hang a test
                logger.exception("simulator failed at %s %s", entry.method, entry.path)
                failed = ApiError(500, "simulator.failed", repr(error))
                return json_answer(500, failed.body(entry.correlation_id))
            finally:
                lag.stop()

    async def _go_wrong(
        self, connection: _Connection, entry: LoggedRequest, fault: Fault, answer: Answer | None
    ) -> None:
        if fault.action == "reset":
            self._close(entry, None, fault)
            wire.reset_connection(connection.scope)
            await wire.connection_end(connection.receive)
        elif fault.action == "hang":
            self._close(entry, None, fault)
            await self._keep_silent(connection, fault.seconds)
        elif fault.action == "truncated" and answer is not None and answer.body:
            self._close(entry, answer.status, fault)
            await wire.send_answer(connection.scope, connection.send, answer, cut=True)
        else:
            wrong = faulty_answer(fault, answer, entry.correlation_id)
            await self._deliver(connection, entry, wrong, fault)

    async def _keep_silent(self, connection: _Connection, seconds: float | None) -> None:
        await self._wait(seconds)
        wire.close_connection(connection.scope)
        await wire.connection_end(connection.receive)

    async def _deliver(
        self,
        connection: _Connection,
        entry: LoggedRequest,
        answer: Answer | None,
        fault: Fault | None,
    ) -> None:
        assert answer is not None
        self._close(entry, answer.status, fault)
        await wire.send_answer(connection.scope, connection.send, answer)

    def _close(self, entry: LoggedRequest, status: int | None, fault: Fault | None) -> None:
        with self.practice.lock:
            self.log.close(entry, status, fault.action if fault else None)

    async def _wait(self, seconds: float | None) -> bool:
        """Wait for this time (None: for ever) or until the simulator stops; whether it stops."""
        if seconds != 0:
            with suppress(TimeoutError):
                await asyncio.wait_for(self.stopping.wait(), seconds)
        return self.stopping.is_set()
