"""How long the program takes to answer when nothing is to be done."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from batch_offboard.simulator import Simulator
from batch_offboard.simulator.generate import generate_org
from tests.benchmark.large import Spent, watched
from tests.benchmark.organisation import leavers_of, write_list
from tests.benchmark.table import Line
from tests.support import config, run_file

_TRIES = 5


def measure(folder: Path) -> Iterator[Line]:
    """`--help`, and `report` of a run of 300 rows."""
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


def _wall(spent: Spent) -> float:
    return spent.wall_seconds


def _run(arguments: list[str], folder: Path) -> Spent:
    import sys

    root = str(Path(__file__).parents[2])
    command = [sys.executable, "-m", "batch_offboard", *arguments]
    return watched(command, folder, {**os.environ, "PYTHONPATH": root})
