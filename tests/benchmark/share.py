"""How much is used of what the queue routes grant while another integration takes its part."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from itertools import cycle
from pathlib import Path
from typing import Any

from batch_offboard.genesys import SentCall, Settings, Stop, open_genesys
from batch_offboard.simulator import Limits, Simulator
from batch_offboard.simulator.generate import generate_org
from tests.benchmark.latency import LIMIT, PATIENCE_SECONDS, in_virtual_time
from tests.benchmark.table import Line
from tests.support import credentials_of
from tests.virtual_time import VirtualTime

_QUEUE_SECONDS, _OTHERS_BEGIN_SECONDS, _SETTLED_SECONDS = 600, 60, 120
_GRANTED, _OTHERS = 200, 80


def measure_queue_limit(folder: Path) -> Iterator[Line]:
    """Queue calls and others side by side while another integration takes a part of the limit."""
    sent = _sent()
    begin, granted = sent[0][0], _GRANTED - _OTHERS
    window = [call for at, call in sent if at - begin >= _SETTLED_SECONDS]
    minutes = (_QUEUE_SECONDS - _SETTLED_SECONDS) / 60
    queues = [call for call in window if call.family == "queues"]
    limited = sum(call.limited for call in queues)
    yield Line(
        f"queue routes, another integration leaves {granted} of {_GRANTED} a minute, 2 tokens",
        f"**{(len(queues) - limited) / minutes / granted:.0%}** of what is granted, "
        f"{limited} × 429 in {len(queues)} calls; "
        f"{(len(window) - len(queues)) / minutes:.0f} other calls a minute meanwhile",
        "each 429 holds everything",
        "just under what is granted",
    )


def _sent() -> list[tuple[float, SentCall]]:
    """What is sent, and when, in an organisation in which another integration begins later."""
    time = VirtualTime(soon_seconds=PATIENCE_SECONDS)
    limits = Limits(per_minute=LIMIT, queue_routes_per_minute=_GRANTED, window="sliding")
    org = generate_org(users=400, queues=60, queues_per_user=2)
    with Simulator(org, limits=limits, clock=time.seconds) as sim:

        async def others_begin() -> None:
            await asyncio.sleep(_OTHERS_BEGIN_SECONDS)
            limits.other_integration_per_minute = _OTHERS

        async def work() -> list[tuple[float, SentCall]]:
            beginning = asyncio.create_task(others_begin())
            sent = await _two_families(sim, org, time)
            await beginning
            return sent

        return in_virtual_time(work(), time)


async def _two_families(
    sim: Simulator, org: Any, time: VirtualTime
) -> list[tuple[float, SentCall]]:
    sent: list[tuple[float, SentCall]] = []
    until = time.seconds() + _QUEUE_SECONDS

    def note(call: SentCall) -> None:
        sent.append((time.seconds(), call))

    async with open_genesys(
        credentials_of(sim),
        Settings(tokens=2),
        stop=Stop(),
        clock=time.clock(),
        on_pause=lambda _: None,
        on_sent=note,
    ) as genesys:

        async def ask(ids: Iterator[str], read: Callable[[str], Awaitable[object]]) -> None:
            while time.seconds() < until:
                await read(next(ids))

        queues, users = cycle(org.queues), cycle(org.users)
        works = [ask(queues, genesys.queue_members) for _ in range(8)]
        works += [ask(users, genesys.user_grants) for _ in range(8)]
        await asyncio.gather(*works)
    return sent
