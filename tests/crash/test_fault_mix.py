"""A fifth of all requests meets some fault: at most two reruns later all is as it should be."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from batch_offboard.simulator import Org, Simulator, fault_mix
from tests.prepared import after, prepared
from tests.rerun.chain import is_offboarded, rerun_of, results_of, undo_of
from tests.support import (
    USUAL_LEFTOVERS,
    Ended,
    Member,
    config,
    off,
    org_of,
    people_named,
    run_people,
    simulator,
    state_of,
    without_people,
)

PEOPLE = people_named("P", 25)
SHARE = 0.2


def org() -> Org:
    """25 leavers in five queues, one queue a fifth of them."""
    queues: dict[str, Any] = {f"Q{number}": [*PEOPLE[number::5], "Zoe"] for number in range(5)}
    queues["Q1"].append(off(PEOPLE[0]))
    queues["Q2"].append(Member(PEOPLE[0], ring_number=4))
    return org_of([*PEOPLE, "Zoe"], queues, facts={PEOPLE[3]: {"state": "inactive"}})


def run_undisturbed(sim: Simulator, folder: Path) -> Ended:
    """A run that nothing disturbs."""
    ended = run_people(sim, folder, *PEOPLE)
    assert ended.exit_code == 0
    return ended


@pytest.fixture(scope="module")
def undisturbed() -> dict[str, Any]:
    """The organisation after a run that nothing disturbs."""
    return prepared(org, run_undisturbed).organisation().snapshot()


def assert_nothing_is_called_done_that_is_not(ended: Ended, sim: Simulator) -> None:
    """Done is done, and whoever is not done is to be attempted again."""
    for name, row in zip(PEOPLE, ended.results, strict=True):
        assert row.status not in ("done", "already_done") or is_offboarded(sim.org, name), row
        # Who could not be read at all is failed too, whatever their state was before.
        unread = row.state_before == "" or name == PEOPLE[3]
        assert row.status != "failed" or unread or state_of(sim.org, name) == "active", row
        assert row.retry is (row.status != "done"), row


@pytest.mark.parametrize("attempts", [2, 6])
@pytest.mark.parametrize("seed", range(6))
def test_two_reruns_are_enough(
    tmp_path: Path, undisturbed: dict[str, Any], seed: int, attempts: int
) -> None:
    """The organisation of an undisturbed run; nobody off the list is ever touched."""
    settings = config(retry={"attempts": attempts}, leftovers=USUAL_LEFTOVERS)
    others = without_people(org().snapshot(), *PEOPLE)
    with simulator(org(), faults=fault_mix(SHARE), seed=seed) as sim:
        ended = run_people(sim, tmp_path, *PEOPLE, settings=settings)
        chain = [ended]
        assert_nothing_is_called_done_that_is_not(ended, sim)
        while ended.exit_code and len(chain) < 3:
            previous = results_of(ended) if len(chain) % 2 else ended.folder
            ended = rerun_of(sim, previous, settings=settings)
            chain.append(ended)
            assert_nothing_is_called_done_that_is_not(ended, sim)
            assert without_people(sim.org.snapshot(), *PEOPLE) == others
        assert sim.org.snapshot() == undisturbed
    assert [each.exit_code for each in chain][-1] == 0
    assert {(row.status, row.queues_left) for row in ended.results} == {("done", 0)}
    assert [row.queues_removed for row in ended.results] == [3, *[1] * 24]


@pytest.mark.parametrize("seed", range(3))
def test_an_undo_under_faults_is_repeated_to_the_identity(tmp_path: Path, seed: int) -> None:
    """What could not be put back at first is put back by the next undo."""
    faults = fault_mix(SHARE)
    with after(org, run_undisturbed, tmp_path, faults=faults, seed=seed) as (sim, ended):
        for _ in range(3):
            undone = undo_of(sim, ended.folder)
            for name, row in zip(PEOPLE, undone.results, strict=True):
                was_active = name != PEOPLE[3]
                back = state_of(sim.org, name) == "active" or not was_active
                assert row.status not in ("done", "already_done") or back, row
            if undone.exit_code == 0:
                break
        assert sim.org.snapshot() == org().snapshot()
    assert undone.exit_code == 0
