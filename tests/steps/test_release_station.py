"""Free the station."""

from pathlib import Path

from tests.rerun.chain import undo_of
from tests.steps.practice import furnished, steps
from tests.support import id_of, run_people, simulator

RELEASE = steps("release_station")


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
