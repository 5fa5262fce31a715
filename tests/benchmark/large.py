"""Large lists: memory at the peak, processor time, and the wall time of a dry run."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Container, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from batch_offboard.errors import ExitCode
from batch_offboard.simulator.generate import generate_org
from tests.benchmark.organisation import Served, leavers_of, served, write_list
from tests.benchmark.table import Line

_CONFIG = """\
rate: {per_minute: 100000, workers: 8}
guards: {max_rows: 1000000, max_percent_of_org: 100}
"""


@dataclass(frozen=True)
class Spent:
    """What a command took: seconds of wall and of processor time, megabytes at the peak."""

    wall_seconds: float
    processor_seconds: float
    peak_megabytes: float
    said: str


def measure_dry_run(folder: Path) -> Iterator[Line]:
    """A dry run of 20,000 rows against an unthrottled simulator."""
    size: dict[str, Any] = {"users": 22_000, "queues": 200, "queues_per_user": 4}
    spent, simulator_seconds = dry_run(folder, 20_000, size)
    yield Line(
        "dry run of 20,000 rows, simulator without limits",
        f"**{spent.wall_seconds:.1f} s** ({spent.processor_seconds:.1f} s of processor time, the "
        f"simulator's {simulator_seconds:.1f} s), {spent.peak_megabytes:.0f} MB",
        aim="< 40 s",
    )


def dry_run(folder: Path, rows: int, size: dict[str, Any]) -> tuple[Spent, float]:
    """What `run --dry-run` takes for so many rows, and the simulator's processor time."""
    path = write_list(folder / f"list-{rows}.csv", leavers_of(generate_org(**size), rows))
    with served(size) as sim:
        before = sim.processor_seconds()
        command = ["run", str(path), "--dry-run", "--quiet"]
        spent = run_command(command, folder, environment_of(sim))
        assert "planned" in spent.said, spent.said
        return spent, sim.processor_seconds() - before


def measure_hundred_thousand(folder: Path) -> Iterator[Line]:
    """100,000 rows: a dry run over HTTP, and a whole run whose calls are answered at once."""
    size: dict[str, Any] = {"users": 105_000, "queues": 400, "queues_per_user": 4}
    spent, _ = dry_run(folder, 100_000, size)
    yield Line(
        "dry run of 100,000 rows",
        f"**{spent.peak_megabytes:.0f} MB** at the peak; {spent.processor_seconds:.0f} s of "
        "processor time, the calls included",
        aim="< 600 MB",
    )
    command = [sys.executable, "-m", "tests.benchmark.instant", str(folder)]
    root = str(Path(__file__).parents[2])
    whole = watched(command, folder, {**os.environ, "PYTHONPATH": root})
    yield Line(
        "whole run of 100,000 rows, every call answered at once",
        f"**{float(whole.said):.0f} s** of processor time apart from "
        f"the calls, **{whole.peak_megabytes:.0f} MB** at the peak",
        aim="< 60 s, < 600 MB",
    )


def environment_of(sim: Served) -> dict[str, str]:
    """The environment with the credentials of a practice organisation."""
    return {
        **os.environ,
        "GENESYS_DOMAIN": sim.credentials.domain,
        "GENESYS_CLIENT_ID": sim.credentials.client_id,
        "GENESYS_CLIENT_SECRET": sim.credentials.client_secret,
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }


def run_command(arguments: list[str], folder: Path, environment: dict[str, str]) -> Spent:
    """What a command of the program takes, run in `folder`."""
    (folder / "config.yaml").write_text(_CONFIG, encoding="utf-8")
    return watched([sys.executable, "-m", "batch_offboard", *arguments], folder, environment)


def watched(
    command: list[str],
    folder: Path,
    environment: dict[str, str],
    exit_codes: Container[int] = (ExitCode.OK,),
) -> Spent:
    """What any command takes; its memory is looked at every 20 ms.

    Raises RuntimeError with what it said if it ends with another exit code than these.
    """
    began = time.monotonic()
    with (folder / "said.txt").open("w+", encoding="utf-8") as said:
        process = psutil.Popen(
            command, cwd=folder, env=environment, stdout=said, stderr=subprocess.STDOUT
        )
        peak, processor_seconds = 0, 0.0
        while process.poll() is None:
            try:
                with process.oneshot():
                    peak = max(peak, process.memory_info().rss)
                    processor_seconds = sum(process.cpu_times()[:2])
            except psutil.NoSuchProcess:
                break
            time.sleep(0.02)
        wall_seconds = time.monotonic() - began
        said.seek(0)
        text = said.read()
        if (exit_code := process.wait()) not in exit_codes:
            raise RuntimeError(f"{' '.join(command)} ended with exit code {exit_code}:\n{text}")
        return Spent(wall_seconds, processor_seconds, peak / 1e6, text)
