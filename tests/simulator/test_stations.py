from batch_offboard.simulator import Simulator

from .small import ANNA, BEN, NOBODY, OTHER_STATION, STATION, Http


def test_a_station_can_be_released_and_given_back(sim: Simulator, http: Http) -> None:
    """Releasing none is fine."""
    path = f"/users/{ANNA}/station"
    assert http.get(path).json["associatedStation"]["id"] == STATION
    statuses = [http.delete(f"{path}/associatedstation").status for _ in range(2)]
    assert statuses == [202, 202]
    assert http.get(path).json == {}
    assert http.call("PUT", f"{path}/associatedstation/{STATION}").status == 202
    assert sim.org.users[ANNA].station == STATION


def test_a_station_belongs_to_one_user(http: Http) -> None:
    """409 while somebody else has it, 404 for one that is not there."""
    path = f"/users/{BEN}/station/associatedstation"
    statuses = [http.call("PUT", f"{path}/{i}").status for i in (STATION, OTHER_STATION, NOBODY)]
    assert statuses == [409, 202, 404]
