"""Free the stations: the associated one and the default one."""

from pathlib import Path
from typing import Any, Literal

import pytest

from batch_offboard.errors import ExitCode
from batch_offboard.simulator import Assumptions, Org
from tests.rerun.chain import undo_of
from tests.steps.practice import furnished, give_station, steps
from tests.support import Role, divisions_unknown, id_of, permissions_without, run_people, simulator

RELEASE = steps("release_station")
VIEW, DISASSOCIATE, EDIT = (
    "telephony:otherStationAssociation:view",
    "telephony:station:disassociate",
    "telephony:otherStationAssociation:edit",
)
DEFAULT = ("telephony:plugin:all", "telephony:phone:assign")


def both(**more: Any) -> Org:
    """Anna sits at one desk and has another as the default; Ben has no station."""
    org = furnished(["Anna", "Ben"], stations={"Anna": "Desk 1"}, **more)
    give_station(org, "Anna", "Desk 2", "default_station")
    return org


def stations_of(org: Org, person: str) -> tuple[str | None, str | None]:
    """The ids of the associated and the default one."""
    user = org.users[id_of(person)]
    return user.station, user.default_station


BOTH = (id_of("Desk 1"), id_of("Desk 2"))


def test_a_station_that_somebody_else_has_now_stays_theirs(tmp_path: Path) -> None:
    """Undo says so; everything else is put back."""
    org = both()
    with simulator(org) as sim:
        ended = run_people(sim, tmp_path, "Anna", settings=RELEASE)
        org.change_belongings(id_of("Ben"), station=id_of("Desk 1"))
        undone = undo_of(sim, ended.folder, settings=RELEASE)
    anna = undone.of("Anna")
    assert (anna.status, anna.http_status, anna.left_because) == ("partial", 409, "station Desk 1")
    assert stations_of(org, "Anna") == (None, id_of("Desk 2"))
    assert org.users[id_of("Anna")].state == "active"


@pytest.mark.parametrize("missing", [(VIEW,), (DISASSOCIATE,), DEFAULT], ids=str)
def test_each_permission_is_asked_for_before_anything_is_changed(
    tmp_path: Path, missing: tuple[str, ...]
) -> None:
    """Exit code 2, and the permission is named."""
    org = both(client=(Role((*permissions_without(*missing),)),))
    with simulator(org) as sim:
        ended = run_people(sim, tmp_path, "Anna", settings=RELEASE)
    assert (ended.exit_code, sim.writes) == (ExitCode.USAGE, [])
    assert f"{' or '.join(missing)} (for release_station)" in str(ended.outcome.error)


def test_an_undo_names_the_station_that_it_may_not_give_back(tmp_path: Path) -> None:
    """Nobody stays inactive because of a phone; the default one has a permission of its own."""
    org = both(client=(Role(permissions_without(EDIT)),))
    with simulator(org) as sim:
        ended = run_people(sim, tmp_path, "Anna", settings=RELEASE)
        undone = undo_of(sim, ended.folder, settings=RELEASE)
    anna = undone.of("Anna")
    assert (ended.statuses, stations_of(org, "Anna")) == (["done"], (None, id_of("Desk 2")))
    assert (anna.status, anna.http_status, anna.left_because) == ("partial", 403, "station Desk 1")
    assert EDIT in anna.error


@pytest.mark.parametrize("hidden", ["empty", "left_out"])
def test_no_station_is_not_believed_of_whom_the_client_may_not_see(
    tmp_path: Path, hidden: Literal["empty", "left_out"]
) -> None:
    """Ben, in another division, is partly done: whether he has a station was not seen."""
    client = [Role(permissions_without(VIEW)), Role((VIEW,), "Home")]
    org = both(divisions={"Berlin": ["Ben"]}, client=client)
    with simulator(org, assumptions=Assumptions(hidden_stations=hidden)) as sim:
        ended = run_people(sim, tmp_path, "Anna", "Ben", settings=RELEASE)
    assert (ended.statuses, stations_of(org, "Anna")) == (["done", "partial"], (None, None))
    left = ended.of("Ben").left_because
    assert left.count("not seen") == 2


def test_where_the_permissions_are_unknown_each_is_asked_for(tmp_path: Path) -> None:
    """The request for one user says whether "none" is true."""
    org = both()
    with simulator(org, **divisions_unknown()) as sim:
        ended = run_people(sim, tmp_path, "Anna", "Ben", settings=RELEASE)
    assert ended.statuses == ["done", "done"]
    assert sim.count("GET", f"/users/{id_of('Ben')}/station") > 0


def test_both_come_back(tmp_path: Path) -> None:
    """Each as the kind that it was."""
    org = both()
    with simulator(org) as sim:
        ended = run_people(sim, tmp_path, "Anna", settings=RELEASE)
        between = stations_of(org, "Anna")
        undone = undo_of(sim, ended.folder, settings=RELEASE)
    assert (ended.statuses, between) == (["done"], (None, None))
    assert (undone.statuses, stations_of(org, "Anna")) == (["done"], BOTH)
