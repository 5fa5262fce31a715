from typing import Any

import pytest

from batch_offboard.simulator import Assumptions, Org, Simulator

from .small import BARE_CLIENT, BERLIN, BERLIN_CLIENT, HOME, Http


def test_divisions_are_listed_to_anyone(sim: Simulator) -> None:
    """No permission is named for it; the assumption can be switched."""
    assert Http(sim, BARE_CLIENT).get("/authorization/divisions").ids == [HOME, BERLIN]
    assert Http(sim).get(f"/authorization/divisions/{BERLIN}").json["name"] == "Berlin"


def test_divisions_may_be_only_those_the_client_has_a_role_in(org: Org) -> None:
    """Assumed otherwise."""
    with Simulator(org, assumptions=Assumptions(divisions_need_permission=True)) as sim:
        assert Http(sim, BERLIN_CLIENT).get("/authorization/divisions").ids == [BERLIN]
        assert Http(sim).get("/authorization/divisions").ids == [HOME, BERLIN]


def test_permitted_divisions_tell_where_a_permission_is_held(sim: Simulator, http: Http) -> None:
    """For all divisions it says so."""
    path = "/authorization/divisionspermitted/paged/me"
    everything = http.get(path, permission="routing:queue:view")
    assert (everything.ids, everything.json["allDivsPermitted"]) == ([HOME, BERLIN], True)
    berlin = Http(sim, BERLIN_CLIENT).get(path, permission="routing:queue:view")
    assert (berlin.ids, berlin.json["allDivsPermitted"]) == ([BERLIN], False)
    assert Http(sim, BARE_CLIENT).get(path, permission="routing:queue:view").ids == []
    assert http.get(path).error == (400, "bad.request")


@pytest.mark.parametrize("status", [403, 404])
def test_permitted_divisions_may_not_answer_a_client(org: Org, status: Any) -> None:
    """Assumed."""
    with Simulator(org, assumptions=Assumptions(divisions_permitted_me=status)) as sim:
        path = "/authorization/divisionspermitted/paged/me"
        assert status == Http(sim).get(path, permission="routing:queue:view").status
