"""Practice organisations for the benchmark: served in a process of their own, lists of leavers."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import Any

import psutil

from batch_offboard.genesys import Credentials
from batch_offboard.simulator import Org, Simulator
from batch_offboard.simulator.generate import generate_org


@dataclass(frozen=True)
class Served:
    """A practice organisation in a process of its own."""

    credentials: Credentials
    process: psutil.Process

    def processor_seconds(self) -> float:
        """The processor time that it has used so far."""
        times = self.process.cpu_times()
        return float(times.user + times.system)


@contextmanager
def served(size: dict[str, Any], *, latency_seconds: float = 0.0) -> Iterator[Served]:
    """Serve an organisation of this size, without limits."""
    order = {"size": size, "latency_seconds": latency_seconds}
    command = [sys.executable, "-m", "tests.benchmark.organisation", json.dumps(order)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            said = json.loads(process.stdout.readline())
            yield Served(Credentials(*said), psutil.Process(process.pid))
        finally:
            process.kill()


def leavers_of(org: Org, count: int) -> list[str]:
    """The ids of so many active users, spread evenly over the organisation."""
    active = [user.id for user in org.users.values() if user.state == "active"]
    return active[:: max(1, len(active) // count)][:count]


def write_list(path: Path, user_ids: list[str]) -> Path:
    """A termination list with these users."""
    rows = [f"{user_id},{number},Left us" for number, user_id in enumerate(user_ids, 1)]
    path.write_text("\n".join(["user_id,number,reason", *rows]) + "\n", encoding="utf-8")
    return path


def main() -> None:
    """Serve what the argument orders until killed, and say how to reach it."""
    order = json.loads(sys.argv[1])
    org = generate_org(**order["size"])
    with Simulator(org, latency_seconds=order["latency_seconds"]) as sim:
        print(json.dumps([sim.url, sim.client_id, sim.client_secret]), flush=True)
        Event().wait()


if __name__ == "__main__":
    main()
