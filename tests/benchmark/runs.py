"""Whole runs in virtual time: how long they take, and how much of the allowance they use."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from batch_offboard.offboarding.limits import MEMBERS_PER_CALL, PAGE_SIZE, USERS_PER_READ
from batch_offboard.simulator import Org
from batch_offboard.simulator.generate import generate_org
from tests.benchmark.latency import LATENCY_SECONDS, LIMIT, Timed, timed
from tests.benchmark.organisation import leavers_of, write_list
from tests.benchmark.table import Line


@dataclass(frozen=True)
class Case:
    """A list and its organisation: `aim` is what the row is measured against."""

    name: str
    leavers: int
    size: dict[str, Any]
    aim: str
    rate: dict[str, int] = field(default_factory=dict)


_USUAL = {"users": 3_000, "queues": 120, "queues_per_user": 8, "ring_share": 0.0}
SHORT = (
    Case("10 leavers of 3,000 users", 10, _USUAL, "≤ 15 s (≤ 5 s), ≤ 135 requests"),
    Case("100 leavers of 3,000 users", 100, _USUAL, "≤ 130 s (≤ 68 s)"),
)
LONG = (
    Case(
        "1,000 leavers of one queue of 12,000 members",
        1_000,
        {"users": 12_000, "queues": 1, "queues_per_user": 1},
        "≤ 36 s, ≥ 92 %",
        {"tokens": 10, "workers": 64},
    ),
    Case(
        "1,000 leavers of 20,000 users, 400 queues",
        1_000,
        {"users": 20_000, "queues": 400, "queues_per_user": 8, "ring_share": 0.0},
        "≤ 1.45 min",
        {"tokens": 10, "workers": 64},
    ),
)
_LEAVERS_PER_TOKEN = 1_000
_SLOW_DISK_SECONDS = 0.01


def measure_short(folder: Path) -> Iterator[Line]:
    """Short lists through one token, without looking for what is left behind."""
    for case in SHORT:
        org, run = _run(case, folder)
        seconds = f"**{run.seconds:.0f} s** (all inactive after {run.all_inactive_after:.0f} s)"
        yield Line(case.name, f"{seconds}, {_counted(run, org, case)}", "", case.aim)


def measure_long(folder: Path) -> Iterator[Line]:
    """Long lists through ten tokens."""
    for case in LONG:
        org, run = _run(case, folder)
        share = _share(run, case.rate["tokens"])
        took = f"**{run.seconds:.0f} s**, {share:.1%} of the allowance, {run.limited} × 429"
        name = f"{case.name}, {case.rate['tokens']} tokens"
        yield Line(name, f"{took}, {_counted(run, org, case)}", "", case.aim)


def measure_share(folder: Path) -> Iterator[Line]:
    """The share of the allowance with 1, 4, 10 and 20 tokens."""
    for tokens, workers in ((1, 8), (4, 16), (10, 32), (20, 64)):
        case = _shared(tokens, workers)
        org, run = _run(case, folder)
        here = f"**{_steady(run, tokens):.1%}** in whole minutes, {run.seconds:.0f} s in all"
        plain = f"{min(LIMIT, 60 / LATENCY_SECONDS) / (LIMIT * tokens):.0%} at most, then 429s"
        requests = f"{run.limited} × 429, {_counted(run, org, case)}"
        yield Line(case.name, f"{here}; {requests}", plain, case.aim)


def measure_disk(folder: Path) -> Iterator[Line]:
    """The share of the allowance with 20 tokens while the journal's disk is slow."""
    case = _shared(20, 64)
    _, run = _run(case, folder, disk_seconds=_SLOW_DISK_SECONDS)
    name = f"{case.name}, the journal on a disk that takes {_SLOW_DISK_SECONDS * 1000:.0f} ms"
    here = f"**{_steady(run, 20):.1%}** in whole minutes, {run.seconds:.0f} s in all"
    yield Line(name, here, "", "as without")


def _shared(tokens: int, workers: int) -> Case:
    leavers = _LEAVERS_PER_TOKEN * tokens
    size = {"users": 2 * leavers, "queues": 30 * tokens, "queues_per_user": 4}
    name = f"share of the allowance, {tokens} token{'s' if tokens > 1 else ''}"
    return Case(name, leavers, size, "≥ 98.5 %", {"tokens": tokens, "workers": workers})


def _run(case: Case, folder: Path, *, disk_seconds: float = 0.0) -> tuple[Org, Timed]:
    org = generate_org(**case.size)
    path = write_list(folder / f"{case.leavers}.csv", leavers_of(org, case.leavers))
    run = timed(org, path, disk_seconds=disk_seconds, rate=case.rate, leftovers=[])
    return generate_org(**case.size), run


def _steady(run: Timed, tokens: int) -> float:
    """The share in the whole minutes between the first and the last one of a run."""
    begin = run.noted.sent_at[0]
    minutes = int(run.seconds // 60)
    return run.per_minute(begin + 60, begin + 60 * minutes) / (LIMIT * tokens)


def _share(run: Timed, tokens: int) -> float:
    return len(run.requests) * 60 / run.seconds / (LIMIT * tokens)


def _counted(run: Timed, org: Org, case: Case) -> str:
    floor = floor_of(org, case.leavers)
    return f"{len(run.requests):,} requests, of which {floor:,} cannot be saved"


def floor_of(org: Org, leavers: int, *, with_roles: bool = True) -> int:
    """The requests that no way of reading and writing saves, at the largest pages.

    Two readings of the people, of their memberships by the cheaper way, and of the queues; one
    request to set each inactive; the removals of each queue; their roles one by one. Logins and
    checks are left out.
    """
    ids = set(leavers_of(org, leavers))
    inside = [sum(user_id in ids for user_id in queue.members) for queue in org.queues.values()]
    removals = sum(-(-count // MEMBERS_PER_CALL) for count in inside)
    members = [len(queue.members) for queue in org.queues.values()]
    pages = [max(1, -(-count // PAGE_SIZE)) for count in members]
    touched = sum(
        max(1, -(-(count - left) // PAGE_SIZE))
        for count, left in zip(members, inside, strict=True)
        if left
    )
    people = 2 * -(-leavers // USERS_PER_READ)
    queues = 2 * -(-len(org.queues) // PAGE_SIZE)
    before, after = min(2 * leavers, sum(pages)), min(2 * leavers, touched)
    roles = min(leavers, 2 + -(-2 * len(org.users) // 500)) if with_roles else 0
    return people + queues + before + leavers + removals + after + roles
