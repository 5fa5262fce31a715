"""How much of a processor one process needs to fill 20 tokens."""

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
from batch_offboard.offboarding.limits import DEFAULT_PER_MINUTE
from batch_offboard.record.events import Event
from batch_offboard.simulator.generate import generate_org
from batch_offboard.termination_list import read_termination_list
from tests.benchmark.latency import LATENCY_SECONDS, agree, settings_of
from tests.benchmark.organisation import leavers_of, served, write_list
from tests.benchmark.table import Line
from tests.support import Listening

_TOKENS, _LEAVERS = 20, 4_000
_SIZE = {"users": 16_000, "queues": 300, "queues_per_user": 4}


class _Counting(Listening):
    def event(self, event: Event) -> None:
        """Not even remembered."""


def measure(folder: Path) -> Iterator[Line]:
    """A run through 20 tokens against an organisation that is served in another process."""
    settings = settings_of(rate={"tokens": _TOKENS, "workers": 64}, leftovers=[])
    path = write_list(folder / "processor.csv", leavers_of(generate_org(**_SIZE), _LEAVERS))
    listed, listener = read_termination_list(path, list_settings(settings)), _Counting()
    with served(_SIZE, latency_seconds=LATENCY_SECONDS) as sim:
        request = RunRequest(listed, settings, sim.credentials, Options(working_folder=folder))
        began = time.process_time()
        asyncio.run(perform(request, Stop(), agree, listener, Clock()))
        spent = time.process_time() - began
    a_second = _TOKENS * DEFAULT_PER_MINUTE / 60
    yield Line(
        f"{_TOKENS} tokens filled by one process, {a_second:.0f} requests a second",
        f"**{spent / listener.sent_calls * a_second:.0%}** of a core: {listener.sent_calls:,} "
        f"requests for {spent:.1f} s of processor time, results and report included",
        aim="no second process needed",
    )
