"""How often the first reading takes the dearer way, over organisations that are not even."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from statistics import mean

from batch_offboard.offboarding.limits import PAGE_SIZE
from batch_offboard.offboarding.models import Named, Queue
from batch_offboard.offboarding.read_costs import (
    LISTINGS_PER_USER,
    sweep_cost,
    sweep_is_cheaper,
)
from tests.benchmark.table import Line

Members = list[set[int]]
"""By queue: the numbers of its members."""


def _zipf(users: int, queues: int, chance: random.Random) -> Members:
    """Few queues have most of the members."""
    weights = [1 / (1 + number) for number in range(queues)]
    return _chosen(users, queues, lambda _: chance.choices(range(queues), weights, k=6))


def _teams(users: int, queues: int, chance: random.Random) -> Members:
    """Everybody is in the queues of one team, and in no others."""
    return _chosen(users, queues, lambda user: [(user * 7 + each) % queues for each in range(4)])


def _all_hands(users: int, queues: int, chance: random.Random) -> Members:
    """Three queues have everybody, the others a few each."""
    return _chosen(users, queues, lambda _: [0, 1, 2, chance.randrange(queues)])


def _two_classes(users: int, queues: int, chance: random.Random) -> Members:
    """A third of the people answer calls, in many queues; the others are in none."""

    def inside(user: int) -> Sequence[int]:
        return chance.sample(range(queues), min(12, queues)) if user % 3 == 0 else []

    return _chosen(users, queues, inside)


def _sites(users: int, queues: int, chance: random.Random) -> Members:
    """Queues belong to one of ten sites; one site closes."""
    return _chosen(
        users,
        queues,
        lambda user: [(user % 10) + 10 * chance.randrange(max(1, queues // 10)) for _ in range(5)],
    )


def _chosen(users: int, queues: int, of_user: Callable[[int], Sequence[int]]) -> Members:
    members: Members = [set() for _ in range(queues)]
    for user in range(users):
        for queue in of_user(user):
            members[queue % queues].add(user)
    return members


KINDS = (_zipf, _teams, _all_hands, _two_classes, _sites)


@dataclass(frozen=True)
class Organisation:
    """Who is in which queue, who leaves, and whether the queues use rings."""

    members: Members
    users: int
    leavers: frozenset[int]
    rings: bool

    @property
    def queues(self) -> list[Queue]:
        """The queues as the listing shows them."""
        home = Named("home", "Home")
        return [
            Queue(str(number), f"Q{number}", home, len(inside), (), self.rings)
            for number, inside in enumerate(self.members)
        ]

    def excess(self) -> float:
        """The share of requests too many in the way that is chosen; 0 for the cheaper one."""
        queues = self.queues
        by_queue = sweep_cost(queues)
        looked_up = sum(
            min(len(inside & self.leavers), max(1, -(-len(inside) // PAGE_SIZE)))
            for inside in self.members
        )
        by_user = LISTINGS_PER_USER * len(self.leavers) + (looked_up if self.rings else 0)
        chosen = sweep_is_cheaper(
            queues, len(self.leavers), queues if self.rings else (), self.users
        )
        return (by_queue if chosen else by_user) / min(by_queue, by_user) - 1


def organisations() -> Iterator[Organisation]:
    """Five kinds, in four sizes, with four lengths of list, with and without rings."""
    sizes = ((600, 40), (3_000, 120), (8_000, 150), (20_000, 400))
    shares = (0.003, 0.02, 0.05, 0.1)
    for kind, (users, queues), share in product(KINDS, sizes, shares):
        chance = random.Random(f"{kind.__name__} {users} {share}")
        members = kind(users, queues, chance)
        count = max(1, round(users * share))
        leaving = range(0, 10 * count, 10) if kind is _sites else chance.sample(range(users), count)
        leavers = frozenset(user for user in leaving if user < users)
        for rings in (False, True):
            yield Organisation(members, users, leavers, rings)


def measure(_: Path) -> Iterator[Line]:
    """The line of all these organisations together."""
    excess = sorted(each.excess() for each in organisations())
    p95 = excess[int(0.95 * len(excess))]
    yield Line(
        f"first reading of memberships in {len(excess)} uneven organisations: requests too many",
        f"mean **{mean(excess):.1%}**, 95 of 100 below {p95:.1%}, worst {excess[-1]:.0%}",
        "",
        "mean ≤ 0.5 %, 95 of 100 ≤ 2 %",
    )
