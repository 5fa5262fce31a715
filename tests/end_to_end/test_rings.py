"""Ring numbers are read where queues use them, and an undo restores those."""

import re
from pathlib import Path
from typing import Any

import pytest

from batch_offboard.simulator import ALWAYS, Assumptions, Fault, LoggedRequest, Org
from tests.rerun.chain import undo_of
from tests.support import Member, config, id_of, org_of, people_named, run_people, simulator

OTHERS = people_named("P", 40)


def org() -> Org:
    """Anna is in twelve queues, of which only Billing uses rings."""
    plain = {f"Q{number}": ["Anna", *OTHERS] for number in range(11)}
    return org_of(["Anna", *OTHERS], {"Billing": [Member("Anna", ring_number=3), "P001"], **plain})


#       what the listing of queues shows of rings, setting, queues whose members are looked up
READINGS = [
    ("everywhere", "used", {"Billing"}),
    ("used", "used", {"Billing"}),
    ("never", "used", {"Billing", *(f"Q{number}" for number in range(11))}),
    ("everywhere", "all", {"Billing", *(f"Q{number}" for number in range(11))}),
]


@pytest.mark.parametrize(("shown", "setting", "looked_up"), READINGS)
def test_ring_numbers_are_looked_up_where_they_mean_something(
    tmp_path: Path, shown: Any, setting: str, looked_up: set[str]
) -> None:
    """Where no queue shows whether it uses rings, all are looked up."""
    org_now = org()
    before = org_now.snapshot()["queues"]
    settings = config(snapshot_rings=setting)
    with simulator(org_now, assumptions=Assumptions(bullseye_listed=shown)) as sim:
        ended = run_people(sim, tmp_path, "Anna", settings=settings)
        first_write = sim.writes[0].number
        listed = {
            request.path.split("/")[-2]
            for request in sim.requests.matching("GET", "/queues/[^/]+/members")
            if request.number < first_write
        }
        assert ended.statuses == ["done"]
        undone = undo_of(sim, ended.folder, settings=settings)
    assert listed == {id_of(name) for name in looked_up}
    assert undone.statuses == ["done"]
    assert org_now.snapshot()["queues"] == before


STAYING, LEAVING = people_named("S", 60), people_named("L", 60)
TEAM = {f"Team {number}": [*LEAVING, "S001"] for number in range(4)}
EVERYWHERE = {f"Q{n:03}": [LEAVING[n % 60], STAYING[n % 60]] for n in range(190)}
ELSEWHERE = {name: STAYING[number % 58 :][:3] for number, name in enumerate(EVERYWHERE)}
OWN_LISTINGS, MEMBERS = "/users/[^/]+/queues", "/queues/[^/]+/members"
REFUSAL = Fault(action="status", status=403, path=OWN_LISTINGS, times=ALWAYS)


@pytest.mark.parametrize(
    ("queues", "faults", "own_listings", "listed"),
    [
        (EVERYWHERE, [], 6, set(EVERYWHERE)),
        (TEAM | ELSEWHERE, [], 120, set(TEAM)),
        (TEAM | ELSEWHERE, [REFUSAL], 3, {*TEAM, *ELSEWHERE}),
    ],
)
def test_a_team_that_leaves_is_read_without_all_other_queues(
    tmp_path: Path,
    queues: dict[str, list[str]],
    faults: list[Fault],
    own_listings: int,
    listed: set[str],
) -> None:
    """Three people are asked first; who is in few queues together needs no other ones."""
    with simulator(org_of([*STAYING, *LEAVING], queues), faults=faults) as sim:
        settings = config(snapshot_rings="all")
        ended = run_people(sim, tmp_path, *LEAVING, settings=settings, dry_run=True)
        asked = sim.count("GET", OWN_LISTINGS)
        members = {each.path.split("/")[-2] for each in sim.requests.matching("GET", MEMBERS)}
    assert asked == own_listings
    assert members == {id_of(name) for name in listed}
    expected = {name: {each for each in queues if name in queues[each]} for name in LEAVING}
    assert {each.user_id: each.queues_before for each in ended.results} == {
        id_of(name): len(expected[name]) for name in LEAVING
    }


HALF = {name: ["S001"] if name >= "Q080" else members for name, members in EVERYWHERE.items()}


def test_a_queue_that_only_those_asked_first_show_is_left_by_everybody(tmp_path: Path) -> None:
    """The listing of queues hides it: all of its members are listed with those of the others."""
    org_now = org_of([*STAYING, *LEAVING], HALF | {"Unlisted": ["L011", "L012"]})
    unlisted = org_now.queues[id_of("Unlisted")]

    def heard(request: LoggedRequest) -> None:
        org_now.queues[unlisted.id] = unlisted
        if request.path.endswith("/routing/queues"):
            del org_now.queues[unlisted.id]

    with simulator(org_now, on_request=heard) as sim:
        ended = run_people(sim, tmp_path, *LEAVING, settings=config(snapshot_rings="all"))
        assert sim.count("GET", OWN_LISTINGS) == 6
    assert {*ended.statuses} == {"done"}
    assert not {*unlisted.members} & {id_of(name) for name in LEAVING}
    assert [ended.of(name).queues_before for name in ("L011", "L012", "L013")] == [3, 3, 2]


def test_a_membership_that_the_sweep_does_not_show_is_kept(tmp_path: Path) -> None:
    """Someone who was asked first is in a queue whose listing hides them."""
    org_now = org_of([*STAYING, *LEAVING], EVERYWHERE)
    queue = org_now.queues[id_of("Q010")]
    hidden = queue.members[id_of("L011")]

    def heard(request: LoggedRequest) -> None:
        queue.members[hidden.id] = hidden
        if request.path.endswith(f"/queues/{queue.id}/members"):
            del queue.members[hidden.id]

    with simulator(org_now, on_request=heard) as sim:
        settings = config(snapshot_rings="all")
        ended = run_people(sim, tmp_path, *LEAVING, settings=settings, dry_run=True)
        assert sim.count("GET", MEMBERS) == len(EVERYWHERE)
    expected = sum("L011" in members for members in EVERYWHERE.values())
    assert ended.of("L011").queues_before == expected


def test_a_queue_made_after_the_first_listing_is_swept_too(tmp_path: Path) -> None:
    """Queues are listed again before the sweep, as finding people may have taken a while."""
    org_now = org_of([*STAYING, *LEAVING], EVERYWHERE | {"New": ["L020"]})
    new = org_now.queues.pop(id_of("New"))

    def heard(request: LoggedRequest) -> None:
        if re.search(OWN_LISTINGS, request.path):
            org_now.queues[new.id] = new

    with simulator(org_now, on_request=heard) as sim:
        settings = config(snapshot_rings="all")
        ended = run_people(sim, tmp_path, *LEAVING, settings=settings, dry_run=True)
        assert sim.count("GET", OWN_LISTINGS) == 6
    assert ended.of("L020").queues_before == 1 + ended.of("L019").queues_before
