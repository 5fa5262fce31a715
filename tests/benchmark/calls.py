"""Calls per leaver, in total and by kind, with and without role grants."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from batch_offboard.simulator import Simulator
from batch_offboard.simulator.generate import generate_org
from batch_offboard.simulator.request_log import LoggedRequest, RequestList
from tests.benchmark.organisation import leavers_of, write_list
from tests.benchmark.plain_client import PlainClient
from tests.benchmark.runs import floor_of
from tests.benchmark.table import Line
from tests.support import config, credentials_of, run_file

_SAMPLE = 30
"""So many leavers are done by the per-row client: its calls are the same for each."""


@dataclass(frozen=True)
class Case:
    """One size of list and organisation, and the calls per leaver that are aimed at."""

    leavers: int
    size: dict[str, Any]
    aim: float
    aim_without_roles: float


CASES = (
    Case(300, {"users": 3_000, "queues": 120, "queues_per_user": 8}, 3.8, 3.6),
    Case(3_000, {"users": 20_000, "queues": 400, "queues_per_user": 8}, 2.7, 2.5),
)


def measure(folder: Path) -> Iterator[Line]:
    """The lines of every case."""
    for case in CASES:
        for roles in (True, False):
            yield _line(case, folder, roles=roles)


def _line(case: Case, folder: Path, *, roles: bool) -> Line:
    ours = _ours(case, folder, roles=roles)
    plain = _plain(case, roles=roles)
    leavers, users, queues = case.leavers, case.size["users"], case.size["queues"]
    aim = case.aim if roles else case.aim_without_roles
    total = sum(ours.values())
    parts = ", ".join(f"{kind} {count / leavers:.2f}" for kind, count in ours.items())
    print(f"  {leavers} leavers: {parts}", flush=True)
    floor = floor_of(generate_org(**case.size), leavers, with_roles=roles) / leavers
    return Line(
        f"calls per leaver, {leavers:,} of {users:,} users, {queues} queues, "
        f"{'with' if roles else 'without'} role grants",
        f"**{total / leavers:.2f}**, of which {floor:.2f} cannot be saved ({parts})",
        f"{plain:.2f} (of {_SAMPLE} leavers)",
        f"≤ {aim}, and under a third",
    )


def _ours(case: Case, folder: Path, *, roles: bool) -> Counter[str]:
    """Every request of a whole run by kind, logins too."""
    org = generate_org(**case.size)
    ids = leavers_of(org, case.leavers)
    path = write_list(folder / f"leavers-{case.leavers}-{roles}.csv", ids)
    settings = config(snapshot_roles=roles, guards={"max_rows": 10**6}, rate={"workers": 8})
    with Simulator(org) as sim:
        ended = run_file(sim, path, settings=settings)
        requests = sim.requests
    assert set(ended.statuses) == {"done"}, Counter(ended.statuses)
    return _by_kind(requests)


def _plain(case: Case, *, roles: bool) -> float:
    org = generate_org(**case.size)
    ids = leavers_of(org, case.leavers)
    with Simulator(org) as sim:
        client = PlainClient(credentials_of(sim))
        for user_id in ids[:: len(ids) // _SAMPLE][:_SAMPLE]:
            client.offboard(user_id, roles=roles)
        return (len(sim.requests) - 1) / _SAMPLE


def _by_kind(requests: RequestList) -> Counter[str]:
    first_write = min(request.number for request in requests.writes)
    return Counter(
        _kind(request, after_writes=request.number > first_write) for request in requests
    )


def _kind(request: LoggedRequest, *, after_writes: bool) -> str:
    if request.is_write:
        return "set inactive" if request.method == "PATCH" else "leave queues"
    if after_writes:
        return "read back"
    if "/queues" in request.path:
        return "memberships"
    if request.path.endswith("/grants") or "/authorization/subjects/" in request.path:
        return "role grants"
    return "people" if request.path == "/api/v2/users" else "login and checks"
