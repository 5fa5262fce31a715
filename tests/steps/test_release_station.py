"""Free the station."""

from pathlib import Path

import pytest

from batch_offboard.simulator import ALWAYS, Fault
from tests.rerun.chain import undo_of
from tests.steps.practice import furnished, steps
from tests.support import id_of, run_people, simulator

RELEASE = steps("release_station")


@pytest.mark.parametrize("reads", [0, 2])
def test_a_station_is_released_and_given_back(tmp_path: Path, reads: int) -> None:
    """The call is asynchronous, so reads may lag; undo is the identity."""
    org = furnished(["Anna", "Ben"], stations={"Anna": "Desk 1"})
    before = org.snapshot()
    lag = Fault(action="lag", method="DELETE", reads=reads or 1, times=ALWAYS)
    with simulator(org, faults=[lag] if reads else []) as sim:
        ended = run_people(sim, tmp_path, "Anna", "Ben", settings=RELEASE)
        released = org.users[id_of("Anna")].station
        undone = undo_of(sim, ended.folder, settings=RELEASE)
    assert (ended.statuses, released) == (["done", "done"], None)
    assert (undone.statuses, org.snapshot()) == (["done", "done"], before)


def test_a_station_that_somebody_else_has_now_stays_theirs(tmp_path: Path) -> None:
    """Undo says so; everything else is put back."""
    org = furnished(["Anna", "Ben"], stations={"Anna": "Desk 1"})
    with simulator(org) as sim:
        ended = run_people(sim, tmp_path, "Anna", settings=RELEASE)
        org.change_belongings(id_of("Ben"), station=id_of("Desk 1"))
        undone = undo_of(sim, ended.folder, settings=RELEASE)
    anna = undone.of("Anna")
    assert (anna.status, anna.http_status, anna.left_because) == ("partial", 409, "station Desk 1")
    assert org.users[id_of("Anna")].state == "active"


@pytest.mark.parametrize("status", [403, 404, 409])
def test_a_refusal_concerns_one_person(tmp_path: Path, status: int) -> None:
    """The station is named."""
    org = furnished(["Anna", "Ben"], stations={"Anna": "Desk 1", "Ben": "Desk 2"})
    path = f"{id_of('Anna')}/station"
    refused = Fault(action="status", status=status, method="DELETE", path=path, times=ALWAYS)
    with simulator(org, faults=[refused]) as sim:
        ended = run_people(sim, tmp_path, "Anna", "Ben", settings=RELEASE)
    anna = ended.of("Anna")
    assert (anna.status, anna.http_status, anna.retry) == ("partial", status, True)
    assert anna.left_because.startswith("station Desk 1: not ended")
    assert (ended.of("Ben").status, org.users[id_of("Ben")].station) == ("done", None)
