"""A gate that halts runs, so that a test can look at one in progress."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from pathlib import Path

from batch_offboard.commands.order import Outcome
from batch_offboard.commands.perform import Request
from batch_offboard.genesys import Stop
from batch_offboard.record.events import Event
from batch_offboard.run.agree import Ask
from batch_offboard.run.session import Listener
from tests.page.browser import SECONDS
from tests.page.serving import in_fast_time


@dataclass
class Gate:
    """Halts runs after their first write until it is `opened`; `reached` once one has come."""

    opened: threading.Event = field(default_factory=threading.Event)
    reached: threading.Event = field(default_factory=threading.Event)

    def carry_out(self, request: Request, stop: Stop, ask: Ask, listener: Listener) -> Outcome:
        """Carry a request out, halting at the gate."""
        return in_fast_time(request, stop, ask, _Halting(listener, self))


@dataclass
class _Halting:
    """A listener that waits at the gate, and passes everything on to its own `listener`."""

    listener: Listener
    gate: Gate

    def begun(self, folder: Path) -> None:
        self.listener.begun(folder)

    def event(self, event: Event) -> None:
        self.listener.event(event)

    def progress(self, phase: str, done: int) -> None:
        self.listener.progress(phase, done)
        if phase == "deactivate":
            self.gate.reached.set()
            assert self.gate.opened.wait(SECONDS)

    def sent(self) -> None:
        self.listener.sent()
