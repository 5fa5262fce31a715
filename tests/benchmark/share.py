"""How much is used of what the queue routes grant while another integration takes its part."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from itertools import cycle
from pathlib import Path
from typing import Any

from batch_offboard.genesys import Clock, SentCall, Settings, Stop, open_genesys
from batch_offboard.simulator.generate import generate_org
from tests.benchmark.latency import LATENCY_SECONDS, LIMIT
from tests.benchmark.organisation import Served, served
from tests.benchmark.table import Line

_QUEUE_SECONDS, _SETTLED_SECONDS = 300, 120


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
