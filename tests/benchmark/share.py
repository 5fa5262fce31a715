"""How much of the allowance is used: by a run under the limit per token, and on queue routes."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from typing import Any

from batch_offboard.commands.order import Options
from batch_offboard.commands.run_list import RunRequest
from batch_offboard.commands.settings import list_settings
from batch_offboard.config import Config
from batch_offboard.genesys import Clock, SentCall, Settings, Stop, open_genesys
from batch_offboard.record.events import Event, PhaseFinished, PhaseStarted
from batch_offboard.simulator.generate import generate_org
from batch_offboard.termination_list import read_termination_list
from tests.benchmark.organisation import Served, leavers_of, served, write_list
from tests.benchmark.table import Line
from tests.support import performed

LIMIT = 300
"""Calls a minute that Genesys grants a token."""
LATENCY_SECONDS = 0.15
_LEAVERS_PER_TOKEN = 400
_QUEUE_SECONDS, _SETTLED_SECONDS = 300, 120


@dataclass
class _Counting:
    """A listener that notes when calls were answered and when phases began and ended."""

    sent_at: list[float] = field(default_factory=list)
    phases: dict[str, list[float]] = field(default_factory=dict)

    def event(self, event: Event) -> None:
        if isinstance(event, PhaseStarted | PhaseFinished):
            self.phases.setdefault(event.phase, []).append(time.monotonic())

    def progress(self, phase: str, done: int) -> None:
        pass

    def sent(self) -> None:
        self.sent_at.append(time.monotonic())

    def per_minute(self, begin: float, end: float) -> float:
        """Calls answered in a window, a minute."""
        return sum(begin <= at < end for at in self.sent_at) * 60 / (end - begin)


def measure(folder: Path) -> Iterator[Line]:
    """Whole runs with 1, 4 and 10 tokens, each under Genesys' limit per token."""
    for tokens, workers in ((1, 8), (4, 8), (10, 32)):
        yield _run(folder, tokens, workers)


def _run(folder: Path, tokens: int, workers: int) -> Line:
    leavers = _LEAVERS_PER_TOKEN * tokens
    size: dict[str, Any] = {"users": 2 * leavers, "queues": 30 * tokens, "queues_per_user": 4}
    path = write_list(folder / f"share-{tokens}.csv", leavers_of(generate_org(**size), leavers))
    settings = _settings(tokens, workers)
    counting = _Counting()
    with served(size, limits={"per_minute": LIMIT}, latency_seconds=LATENCY_SECONDS) as sim:
        listed = read_termination_list(path, list_settings(settings))
        options = Options(working_folder=folder)
        request = RunRequest(listed, settings, sim.credentials, options)
        outcome = performed(request, counting, clock=Clock())
    calls = sum(each.calls for each in outcome.view.traffic)
    limited = sum(each.limited for each in outcome.view.traffic)
    steady = counting.per_minute(*_steady(counting))
    whole = counting.per_minute(counting.sent_at[0], counting.sent_at[-1])
    allowance = LIMIT * tokens
    return Line(
        f"share of the allowance, {_plural(tokens, 'token')}, {workers} workers, "
        f"{LATENCY_SECONDS * 1000:.0f} ms",
        f"**{steady / allowance:.1%}** in the steady part, {whole / allowance:.1%} of the whole "
        f"run; {limited} × 429 in {calls:,} calls",
        _plain_share(allowance),
        "≥ 93 %, under 1 in 500",
    )


def _steady(counting: _Counting) -> tuple[float, float]:
    """The phase of setting inactive, without its first and last five seconds."""
    begin, *_, end = counting.phases["deactivate"]
    return begin + 5, end - 5


def _plain_share(allowance: float) -> str:
    """One call after the other, each as long as its latency, through one token."""
    return f"{min(LIMIT, 60 / LATENCY_SECONDS) / allowance:.0%} at most, then 429s"


def _settings(tokens: int, workers: int) -> Config:
    return Config.model_validate(
        {
            "rate": {"tokens": tokens, "workers": workers},
            "guards": {"max_rows": 10**6, "max_percent_of_org": 100},
        }
    )


# -- the queue routes' own limit


def measure_queue_limit(folder: Path) -> Iterator[Line]:
    """Queue calls and others side by side while another integration takes a part of the limit."""
    size: dict[str, Any] = {"users": 400, "queues": 60, "queues_per_user": 2}
    limits = {"per_minute": LIMIT, "queue_routes_per_minute": 200}
    later = {"after_seconds": 60, "other_integration_per_minute": 80}
    with served(size, limits=limits, latency_seconds=LATENCY_SECONDS, later=later) as sim:
        sent = asyncio.run(_two_families(sim, generate_org(**size)))
    begin, granted = sent[0][0], 200 - 80
    window = [call for at, call in sent if at - begin >= _SETTLED_SECONDS]
    minutes = (_QUEUE_SECONDS - _SETTLED_SECONDS) / 60
    queues = [call for call in window if call.family == "queues"]
    limited = sum(call.limited for call in queues)
    yield Line(
        f"queue routes, another integration leaves {granted} of 200 a minute, 2 tokens",
        f"**{(len(queues) - limited) / minutes / granted:.0%}** of what is granted, "
        f"{limited} × 429 in {len(queues)} calls; "
        f"{(len(window) - len(queues)) / minutes:.0f} other calls a minute meanwhile",
        "each 429 holds everything",
        "just under what is granted",
    )


async def _two_families(sim: Served, org: Any) -> list[tuple[float, SentCall]]:
    sent: list[tuple[float, SentCall]] = []
    stop = Stop()
    until = time.monotonic() + _QUEUE_SECONDS

    def note(call: SentCall) -> None:
        sent.append((time.monotonic(), call))

    async with open_genesys(
        sim.credentials,
        Settings(tokens=2),
        stop=stop,
        clock=Clock(),
        on_pause=lambda _: None,
        on_sent=note,
    ) as genesys:

        async def ask(ids: Iterator[str], read: Callable[[str], Awaitable[object]]) -> None:
            while time.monotonic() < until:
                await read(next(ids))

        queues, users = cycle(org.queues), cycle(org.users)
        works = [ask(queues, genesys.queue_members) for _ in range(8)]
        works += [ask(users, genesys.user_grants) for _ in range(8)]
        await asyncio.gather(*works)
    return sent


def _plural(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"
