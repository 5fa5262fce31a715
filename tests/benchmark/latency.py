"""Runs in virtual time in which every request takes its latency, and a minute no real minute."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from batch_offboard.commands.order import Options, Outcome
from batch_offboard.commands.perform import perform
from batch_offboard.commands.run_list import RunRequest
from batch_offboard.commands.settings import list_settings
from batch_offboard.config import Config
from batch_offboard.genesys import Stop
from batch_offboard.offboarding.agreement import Agreement, Proposal
from batch_offboard.record.events import Event, PhaseFinished, PhaseStarted
from batch_offboard.record.file_system import FileSystem
from batch_offboard.record.journal import Journal
from batch_offboard.simulator import Limits, Org, Simulator
from batch_offboard.simulator.request_log import LoggedRequest
from batch_offboard.termination_list import read_termination_list
from tests.support import credentials_of
from tests.virtual_time import VirtualLoop, VirtualTime

T = TypeVar("T")
LIMIT = 300
"""Requests a minute that Genesys grants a token."""
LATENCY_SECONDS = 0.15
PATIENCE_SECONDS = 60.0
"""Real seconds in which every answer comes: a busy machine makes no difference to the figures."""


class Disk(FileSystem):
    """A disk on which forcing a file takes `seconds`, and holds up the thread that asks for it."""

    def __init__(self, time: VirtualTime, seconds: float) -> None:
        self.seconds = seconds
        self._time = time

    def sync(self, descriptor: int) -> None:
        """As ever; the loop that waits for it does nothing else meanwhile."""
        super().sync(descriptor)
        if threading.current_thread() is threading.main_thread():
            self._time.now += self.seconds


class _LatencyLoop(VirtualLoop):
    """What a thread has done arrives after the latency of a request, or of the disk."""

    def __init__(self, time: VirtualTime, disk: Disk) -> None:
        super().__init__(time)
        self._disk = disk

    def run_in_executor(self, executor: Any, func: Any, *args: Any) -> Any:
        inner = super().run_in_executor(executor, func, *args)
        outer = self.create_future()
        forcing = isinstance(getattr(func, "__self__", None), Journal)
        seconds = self._disk.seconds if forcing else LATENCY_SECONDS

        def deliver() -> None:
            if outer.done():
                return
            error = inner.exception()
            if error is None:
                outer.set_result(inner.result())
            else:
                outer.set_exception(error)

        inner.add_done_callback(lambda _: self.call_later(seconds, deliver))
        return outer


@dataclass
class Noted:
    """A listener that notes when phases began and ended, in virtual seconds."""

    time: VirtualTime
    phases: dict[str, list[float]] = field(default_factory=dict)
    sent_at: list[float] = field(default_factory=list)

    def begun(self, folder: Path) -> None:
        """Nothing to note."""

    def event(self, event: Event) -> None:
        """Note the phase."""
        if isinstance(event, PhaseStarted | PhaseFinished):
            self.phases.setdefault(event.phase, []).append(self.time.seconds())

    def progress(self, phase: str, done: int) -> None:
        """Nothing to note."""

    def sent(self) -> None:
        """Note the moment of the answer."""
        self.sent_at.append(self.time.seconds())


@dataclass(frozen=True)
class Timed:
    """A run that has ended: its outcome, its requests, and when what happened (virtual seconds)."""

    outcome: Outcome
    noted: Noted
    requests: Sequence[LoggedRequest]

    @property
    def seconds(self) -> float:
        """From the login to the last answer."""
        return self.noted.sent_at[-1] - self.noted.sent_at[0] + LATENCY_SECONDS

    @property
    def all_inactive_after(self) -> float:
        """From the login until the last person was inactive."""
        return self.noted.phases["deactivate"][-1] - self.noted.sent_at[0] + LATENCY_SECONDS

    @property
    def limited(self) -> int:
        """The requests that met a 429."""
        return sum(each.status == 429 for each in self.requests)

    def per_minute(self, begin: float, end: float) -> float:
        """Requests answered in this time, a minute."""
        return sum(begin <= at < end for at in self.noted.sent_at) * 60 / (end - begin)


def timed(org: Org, path: Path, *, disk_seconds: float = 0.0, **sections: Any) -> Timed:
    """Offboard the list at `path` in this organisation, under Genesys' limit for each token.

    Forcing a file onto the disk takes `disk_seconds`.
    """
    time = VirtualTime(soon_seconds=PATIENCE_SECONDS)
    settings = settings_of(**sections)
    listed = read_termination_list(path, list_settings(settings))
    limits = Limits(per_minute=LIMIT, window="sliding")
    with Simulator(org, limits=limits, clock=time.seconds) as sim:
        disk = Disk(time, disk_seconds)
        options = Options(working_folder=path.parent, files=disk)
        request = RunRequest(listed, settings, credentials_of(sim), options)
        noted = Noted(time)
        work = perform(request, Stop(), agree, noted, time.clock())
        outcome = in_virtual_time(work, time, disk)
        return Timed(outcome, noted, tuple(sim.requests))


def in_virtual_time(work: Coroutine[Any, Any, T], time: VirtualTime, disk: Disk | None = None) -> T:
    """Do `work`, in which every request takes its latency."""
    disk = disk or Disk(time, 0.0)
    with asyncio.Runner(loop_factory=lambda: _LatencyLoop(time, disk)) as runner:
        return runner.run(work)


def settings_of(**sections: Any) -> Config:
    """The configuration with these sections, and without guards of size."""
    guards = {"max_rows": 10**6, "max_percent_of_org": 100}
    return Config.model_validate({"guards": guards, "list": {"timezone": "UTC"}} | sections)


async def agree(_proposal: Proposal) -> Agreement:
    """Agree to everything."""
    return Agreement("without_question")
