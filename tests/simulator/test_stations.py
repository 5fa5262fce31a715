import pytest

from batch_offboard.simulator import Assumptions, Simulator

from .small import ANNA, BARE_CLIENT, BEN, NOBODY, OTHER_STATION, STATION, Http, small_org

KINDS = {"associatedstation": "associatedStation", "defaultstation": "defaultStation"}


@pytest.mark.parametrize("kind", KINDS)
def test_a_station_can_be_released_and_given_back(sim: Simulator, http: Http, kind: str) -> None:
    """Releasing none is fine; the default one is effective while there is no other."""
    path = f"/users/{ANNA}/station"
    sim.org.change_belongings(ANNA, station=None)
    assert http.call("PUT", f"{path}/{kind}/{STATION}").status == 202
    shown = http.get(path).json
    assert {name: each["id"] for name, each in shown.items()} == {
        KINDS[kind]: STATION,
        "effectiveStation": STATION,
    }
    statuses = [http.delete(f"{path}/{kind}").status for _ in range(2)]
    assert (statuses, http.get(path).json) == ([202, 202], {})


@pytest.mark.parametrize("kind", KINDS)
def test_a_station_belongs_to_one_user(http: Http, kind: str) -> None:
    """409 while somebody else has it, 404 for one that is not there."""
    assert http.call("PUT", f"/users/{ANNA}/station/{kind}/{STATION}").status == 202
    path = f"/users/{BEN}/station/{kind}"
    statuses = [http.call("PUT", f"{path}/{i}").status for i in (STATION, OTHER_STATION, NOBODY)]
    assert statuses == [409, 202, 404]


@pytest.mark.parametrize(
    ("method", "path", "permission"),
    [
        ("GET", "", "telephony:otherStationAssociation:view"),
        ("DELETE", "/associatedstation", "telephony:station:disassociate"),
        ("PUT", f"/associatedstation/{STATION}", "telephony:otherStationAssociation:edit"),
        ("DELETE", "/defaultstation", "telephony:plugin:all, telephony:phone:assign"),
        ("PUT", f"/defaultstation/{STATION}", "telephony:plugin:all, telephony:phone:assign"),
    ],
)
def test_each_request_needs_its_own_permission(
    sim: Simulator, method: str, path: str, permission: str
) -> None:
    """403, with its name."""
    refused = Http(sim, BARE_CLIENT).call(method, f"/users/{ANNA}/station{path}")
    assert refused.status == 403
    assert permission in refused.json["message"]


@pytest.mark.parametrize(("hidden", "shown"), [("empty", {"station": {}}), ("left_out", {})])
def test_stations_that_may_not_be_seen_are_no_error_among_users(hidden: str, shown: object) -> None:
    """They look as if there were none, or are left out."""
    with Simulator(small_org(), assumptions=Assumptions(hidden_stations=hidden)) as sim:  # type: ignore[arg-type]
        body = Http(sim, BARE_CLIENT).get("/users", id=ANNA, expand="station").json
    (anna,) = body["entities"]
    assert {name: anna[name] for name in ("station",) if name in anna} == shown
