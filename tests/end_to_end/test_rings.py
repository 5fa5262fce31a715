"""Ring numbers are read where queues use them, and an undo restores those."""

from pathlib import Path
from typing import Any

import pytest

from batch_offboard.simulator import Assumptions, Org
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
