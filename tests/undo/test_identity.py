"""Undo is the identity on the organisation: whatever it is like, and whatever Genesys is like.

`python -m tests.undo.test_identity 100 200` tries these seeds; the suite tries a few telling ones.
"""

from __future__ import annotations

import copy
import random
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from batch_offboard.record.events import CallAnswered, CallStarted, Event, PlanAgreed, PlanShown
from batch_offboard.record.folder import RunFolder
from batch_offboard.record.journal import JOURNAL_NAME
from batch_offboard.results.run_folder import read_run
from batch_offboard.simulator import ALWAYS, Assumptions, Fault, Org, OrgFile, Simulator
from batch_offboard.simulator.models import Division, Grant, Role
from tests.rerun.chain import undo_of
from tests.support import Ended, Listening, config, id_of, run_people, simulator
from tests.undo.organisations import LEAVERS, READINGS, image, organisation, readings, steps

SEEDS = range(8)
Snapshot = dict[str, Any]


@dataclass
class World:
    """What a seed stands for: an organisation, a reading of Genesys, and the steps of the run."""

    seed: int
    chance: random.Random = field(init=False)
    org: Org = field(init=False)
    reading: dict[str, Any] = field(init=False)
    steps: list[str] = field(init=False)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)
        self.org = organisation(self.chance)
        self.reading, self.steps = readings(self.chance), steps(self.chance)

    def simulated(self, org: Org | None = None) -> Simulator:
        """The organisation, or a later image of it, as this reading of Genesys has it."""
        return simulator(org or self.org, assumptions=Assumptions(**self.reading))

    def run(self, sim: Simulator, folder: Path) -> Ended:
        """Offboard all leavers."""
        rate = {"per_minute": 100_000, "workers": self.chance.choice([1, 8])}
        return run_people(sim, folder, *LEAVERS, settings=config(steps=self.steps, rate=rate))

    def unfit(self, before: Snapshot) -> set[str]:
        """The user ids of those who cannot come back whole: inactive, where that is in the way."""
        taken = {self.reading["bulk_add_inactive"], self.reading["join_inactive"]} == {"accepted"}
        states = {user_id: user["state"] for user_id, user in before["users"].items()}
        return {each for each, state in states.items() if state == "inactive" and not taken}


def differences(before: Any, now: Any, *path: str) -> Iterator[tuple[str, ...]]:
    """The paths at which two snapshots differ."""
    if isinstance(before, dict) and isinstance(now, dict):
        for key in before.keys() | now.keys():
            yield from differences(before.get(key), now.get(key), *path, key)
    elif before != now:
        yield path


def of_others(before: Snapshot, now: Snapshot, *ids: str) -> list[tuple[str, ...]]:
    """The differences that concern none of these."""
    return [path for path in differences(before, now) if not set(ids) & set(path)]


def assert_identity(seed: int, folder: Path) -> None:
    """All is as before and called done; who cannot come back whole is called partly done."""
    world = World(seed)
    before = image(world.org)
    with world.simulated() as sim:
        undone = undo_of(sim, world.run(sim, folder).folder)
    now, unfit = image(world.org), world.unfit(before)
    assert of_others(before, now, *unfit) == []
    for row in undone.results:
        changed = any(row.user_id in path for path in differences(before, now))
        whole = {"partial"} if changed else {"done", "already_done"}
        assert row.status in whole or (row.user_id in unfit and row.status == "partial"), row


@pytest.mark.parametrize("seed", SEEDS)
def test_undo_is_the_identity_under_any_reading(tmp_path: Path, seed: int) -> None:
    """Queues with joined flag and ring number, by user and through groups; and all the rest."""
    assert_identity(seed, tmp_path)


# -- a queue that is out of reach since the run


def delete(sim: Simulator, queue_id: str) -> None:
    """Somebody deletes the queue."""
    for user_id in list(sim.org.queues[queue_id].members):
        sim.org.remove_member(queue_id, user_id)
    del sim.org.queues[queue_id]


def lock(sim: Simulator, queue_id: str) -> None:
    """Genesys refuses every change of the queue."""

    def concerns(request: Any) -> bool:
        return bool(request.is_write)

    fault = Fault(action="status", status=423, path=queue_id, where=concerns, times=ALWAYS)
    sim.add_fault(fault)


def move(sim: Simulator, queue_id: str) -> None:
    """The queue goes to a division in which the client may not see queues."""
    org, (client,) = sim.org, sim.org.clients.values()
    own = org.roles[client.grants[0].role]
    client.grants = [Grant(role=own.id, division=each) for each in org.divisions]
    rest = [each for each in own.permissions if not each.startswith("routing")]
    org.roles[id_of("rest")] = Role(id=id_of("rest"), name="Rest", permissions=rest)
    client.grants.append(Grant(role=id_of("rest"), division="*"))
    org.divisions[id_of("Far")] = Division(id=id_of("Far"), name="Far")
    org.queues[queue_id].division = id_of("Far")


CODES = {delete: {"queue_gone"}, lock: {"queue_refused"}, move: {"queue_refused"}}


@pytest.mark.parametrize("seed", [0, 5])
@pytest.mark.parametrize("happens", CODES, ids=lambda happens: happens.__name__)
def test_a_queue_out_of_reach_costs_itself_alone(
    tmp_path: Path, happens: Callable[[Simulator, str], None], seed: int
) -> None:
    """All else is as before; whoever was in it is named with it, and nobody else is."""
    world = World(seed)
    world.reading |= {name: values[0] for name, values in READINGS.items() if "inactive" in name}
    before = image(world.org)
    queue = max(before["queues"].values(), key=lambda each: len(each["members"]))
    queue_id, members = queue["id"], queue["members"]
    with world.simulated() as sim:
        ended = world.run(sim, tmp_path)
        happens(sim, queue_id)
        undone = undo_of(sim, ended.folder)
    assert of_others(before, image(world.org), queue_id) == []
    assert len(set(members) & {row.user_id for row in undone.results}) > 1
    for row in undone.results:
        if row.user_id in members:
            assert (row.status, row.error_code in CODES[happens]) == ("partial", True), row
            assert row.left_because.startswith(f"{queue['name']}: "), row
        elif row.user_id not in queue["group_members"]:
            assert row.status in ("done", "already_done"), row


# -- an undo that is killed


@dataclass
class AtEveryCall(Listening):
    """Keeps what a kill would leave: the journal of the run to be undone, and the organisation."""

    sim: Simulator | None = None
    folder: Path = Path()
    images: list[tuple[str, bytes, OrgFile]] = field(default_factory=list)

    def event(self, event: Event) -> None:
        """Keep an image before and after every call, and around the question."""
        super().event(event)
        if isinstance(event, CallStarted | CallAnswered | PlanShown | PlanAgreed):
            assert self.sim is not None
            journal = (self.folder / JOURNAL_NAME).read_bytes()
            with self.sim.lock:
                org = copy.deepcopy(self.sim.org.file())
            self.images.append((f"{len(self.events)} {event.kind}", journal, org))


def assert_killed_undo_is_simply_done_again(seed: int, folder: Path, most: int) -> None:
    """From so many moments: as before the run; until then nobody who is active is called done."""
    world = World(seed)
    before = image(world.org)
    unfit = world.unfit(before)
    with world.simulated() as sim:
        ended = world.run(sim, folder)
        camera = AtEveryCall(sim=sim, folder=ended.folder)
        undo_of(sim, ended.folder, listener=camera)
    assert len(camera.images) > 10
    for at, journal, file in world.chance.sample(camera.images, min(most, len(camera.images))):
        killed = Path(tempfile.mkdtemp(dir=folder))
        (killed / JOURNAL_NAME).write_bytes(journal)
        org = Org(copy.deepcopy(file))
        for row in read_run(RunFolder(killed)).view().results:
            finished = row.status in ("done", "already_done")
            assert not finished or org.users[row.user_id].state != "active", (at, row)
        with world.simulated(org) as sim:
            undo_of(sim, killed)
        assert of_others(before, image(org), *unfit) == [], at


@pytest.mark.parametrize("seed", [2, 3])
def test_an_undo_that_is_killed_anywhere_is_simply_done_again(tmp_path: Path, seed: int) -> None:
    """Before or after any call, and around the question."""
    assert_killed_undo_is_simply_done_again(seed, tmp_path, 5)


if __name__ == "__main__":
    for number in range(*map(int, sys.argv[1:3])):
        with tempfile.TemporaryDirectory() as name:
            assert_identity(number, Path(name))
        with tempfile.TemporaryDirectory() as name:
            assert_killed_undo_is_simply_done_again(number, Path(name), 1000)
        print(number)
