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
    listing_cost,
    sample_of,
    sweep_cost,
    sweep_is_cheaper,
    sweep_stays_cheaper,
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
    """Queues belong to one of ten sites."""
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


def _anybody(users: int, queues: int, count: int, chance: random.Random) -> Sequence[int]:
    return chance.sample(range(users), count)


def _of_one_site(users: int, queues: int, count: int, chance: random.Random) -> Sequence[int]:
    return [user for user in range(0, 10 * count, 10) if user < users]


def _of_few_teams(users: int, queues: int, count: int, chance: random.Random) -> Sequence[int]:
    return sorted(range(users), key=lambda user: user * 7 % queues)[:count]


KINDS = (
    (_zipf, _anybody),
    (_teams, _anybody),
    (_teams, _of_few_teams),
    (_all_hands, _anybody),
    (_two_classes, _anybody),
    (_sites, _of_one_site),
)
"""Who is in which queues, and who of them leaves."""


@dataclass(frozen=True)
class Organisation:
    """Who is in which queue, who leaves, and whether the queues use rings."""

    members: Members
    users: int
    leavers: frozenset[int]
    rings: bool
    teams_leave: bool

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
        looked_up = sum(
            min(len(inside & self.leavers), max(1, -(-len(inside) // PAGE_SIZE)))
            for inside in self.members
        )
        by_queue = sweep_cost(self.queues)
        by_user = listing_cost(len(self.leavers)) + (looked_up if self.rings else 0)
        return self._made(by_queue, by_user) / min(by_queue, by_user) - 1

    def _made(self, by_queue: int, by_user: int) -> int:
        """The requests that are made, where the two ways cost so many."""
        queues, count = self.queues, len(self.leavers)
        rings = queues if self.rings else ()
        if not sweep_is_cheaper(queues, count, rings, self.users):
            return by_user
        sample = sample_of(sorted(self.leavers), queues)
        seen = [
            [str(number) for number, inside in enumerate(self.members) if leaver in inside]
            for leaver in sample
        ]
        if not sample:
            return by_queue
        if not sweep_stays_cheaper(queues, count, rings, self.users, seen):
            return by_user
        listed_again = -(-len(queues) // PAGE_SIZE)
        return by_queue + listing_cost(len(sample)) + listed_again


def organisations() -> Iterator[Organisation]:
    """Six kinds, in four sizes, with four lengths of list, with and without rings."""
    sizes = ((600, 40), (3_000, 120), (8_000, 150), (20_000, 400))
    shares = (0.003, 0.02, 0.05, 0.1)
    for (kind, leaving), (users, queues), share in product(KINDS, sizes, shares):
        chance = random.Random(f"{kind.__name__} {users} {share}")
        members = kind(users, queues, chance)
        leavers = leaving(users, queues, max(1, round(users * share)), chance)
        for rings in (False, True):
            yield Organisation(members, users, frozenset(leavers), rings, leaving is _of_few_teams)


def measure(_: Path) -> Iterator[Line]:
    """A line of organisations of which anybody or a site leaves, and one of closing teams."""
    leaving: dict[bool, list[float]] = {False: [], True: []}
    for organisation in organisations():
        leaving[organisation.teams_leave].append(organisation.excess())
    what = "first reading of memberships in {} uneven organisations{}: requests too many"
    for teams_leave, where in ((False, ""), (True, " of which whole teams leave")):
        excess = sorted(leaving[teams_leave])
        p95 = excess[int(0.95 * len(excess))]
        yield Line(
            what.format(len(excess), where),
            f"mean **{mean(excess):.1%}**, 95 of 100 below {p95:.1%}, worst {excess[-1]:.0%}",
            "",
            "" if teams_leave else "mean ≤ 0.5 %, 95 of 100 ≤ 2 %",
        )
