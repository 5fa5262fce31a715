"""How much of a processor one process needs to fill 20 tokens, in real time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path

from batch_offboard.commands.order import Options
from batch_offboard.commands.perform import perform
from batch_offboard.commands.run_list import RunRequest
from batch_offboard.commands.settings import list_settings
from batch_offboard.genesys import Clock, Stop
from batch_offboard.record.events import Event
from batch_offboard.simulator.generate import generate_org
from batch_offboard.termination_list import read_termination_list
from tests.benchmark.latency import LATENCY_SECONDS, agree, settings_of
from tests.benchmark.organisation import leavers_of, served, write_list
from tests.benchmark.table import Line
from tests.support import Listening

_LEAVERS = 4_000
_SIZE = {"users": 16_000, "queues": 300, "queues_per_user": 4}


class _Counting(Listening):
    def event(self, event: Event) -> None:
        """Not even remembered."""


def measure(folder: Path) -> Iterator[Line]:
    """A run through 20 tokens against an organisation that is served in another process."""
    settings = settings_of(rate={"tokens": 20, "workers": 64}, leftovers=[])
    path = write_list(folder / "processor.csv", leavers_of(generate_org(**_SIZE), _LEAVERS))
    listed, listener = read_termination_list(path, list_settings(settings)), _Counting()
    with served(_SIZE, latency_seconds=LATENCY_SECONDS) as sim:
        request = RunRequest(listed, settings, sim.credentials, Options(working_folder=folder))
        began, began_at = time.process_time(), time.monotonic()
        asyncio.run(perform(request, Stop(), agree, listener, Clock()))
        spent, took = time.process_time() - began, time.monotonic() - began_at
    yield Line(
        "20 tokens filled by one process, in real time",
        f"**{spent / took:.0%}** of a core: {listener.sent_calls:,} requests in {took:.0f} s for "
        f"{spent:.1f} s of processor time, results and report included",
        aim="no second process needed",
    )
