"""How long the program takes to answer when nothing is to be done."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from batch_offboard.errors import ExitCode
from batch_offboard.simulator import Simulator
from batch_offboard.simulator.generate import generate_org
from tests.benchmark.large import Spent, watched
from tests.benchmark.organisation import leavers_of, write_list
from tests.benchmark.table import Line
from tests.support import config, environment, run_file

_TRIES = 5


def measure(folder: Path) -> Iterator[Line]:
    """`--help`, `run` to its first request, and `report` of a run of 300 rows."""
    org = generate_org(users=3_000, queues=120, queues_per_user=8)
    path = write_list(folder / "start.csv", leavers_of(org, 300))
    with Simulator(org) as sim:
        run_folder = run_file(sim, path, settings=config(rate={"workers": 8})).folder
    for what, arguments in (
        ("batch-offboard --help", ["--help"]),
        ("batch-offboard report, 300 rows", ["report", str(run_folder)]),
    ):
        spent = min((_run(arguments, folder) for _ in range(_TRIES)), key=_wall)
        yield Line(
            f"`{what}`",
            f"**{spent.wall_seconds:.2f} s**, {spent.peak_megabytes:.0f} MB",
            aim="< 0.5 s",
        )
    first = min(_to_first_request(path, folder) for _ in range(_TRIES))
    yield Line("`batch-offboard run`, to its first request", f"**{first:.2f} s**", aim="≤ 0.6 s")


def _to_first_request(path: Path, folder: Path) -> float:
    """Seconds in which the program starts, reads the list and connects."""
    arrived: list[float] = []

    def look(_request: object) -> None:
        arrived.append(time.monotonic())

    with Simulator(generate_org(users=300, queues=10, queues_per_user=2), on_request=look) as sim:
        command = [sys.executable, "-m", "batch_offboard", "run", str(path), "--dry-run", "--quiet"]
        began = time.monotonic()
        soon = (ExitCode.STOPPED,)  # as hardly anybody on the list is in this organisation
        watched(command, folder, {**os.environ, **environment(sim)}, soon)
    return arrived[0] - began


def _wall(spent: Spent) -> float:
    return spent.wall_seconds


def _run(arguments: list[str], folder: Path) -> Spent:
    root = str(Path(__file__).parents[2])
    command = [sys.executable, "-m", "batch_offboard", *arguments]
    return watched(command, folder, {**os.environ, "PYTHONPATH": root})
