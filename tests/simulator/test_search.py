from typing import Any

import pytest

from batch_offboard.simulator import Assumptions, Fault, Org, Simulator

from .small import ANNA, BARE_CLIENT, BEN, BERLIN_CLIENT, DAVID, EMMA, FELIX, Http


def exact(field: str, *values: str) -> dict[str, Any]:
    """A criterion."""
    return {"type": "EXACT", "fields": [field], "values": list(values)}


ANY_STATE = exact("state", "active", "inactive", "deleted")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ([exact("email", "BEN@small.example")], [BEN]),
        ([exact("email", "ben@small.example", "anna.bauer@small.example")], [ANNA, BEN]),
        ([exact("email", "ben@small")], []),
        ([exact("email", "david@small.example")], []),
        ([exact("email", "david@small.example"), exact("state", "inactive")], [DAVID]),
        ([exact("email", "emma@small.example"), ANY_STATE], [EMMA]),
        ([exact("employerInfo.employeeId", "0004711")], [ANNA]),
        ([exact("employerInfo.employeeId", "4711")], []),
        ([exact("id", BEN)], [BEN]),
        ([{"type": "CONTAINS", "fields": ["name"], "value": "castr"}], [BEN]),
        ([{"type": "TERM", "fields": ["name", "email"], "value": "bauer"}], [ANNA]),
        ([exact("email", "ben@small.example"), exact("name", "Anna Bauer")], []),
    ],
)
def test_search(http: Http, query: list[dict[str, Any]], expected: list[str]) -> None:
    """Any of the values, all of the criteria, ignoring case; active ones unless told."""
    assert expected == http.post("/users/search", {"query": query}).ids


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({"query": [exact("employeeId", "1")]}, (400, "bad.request")),
        (
            {"query": [{"type": "GUESS", "fields": ["email"], "values": ["x"]}]},
            (400, "invalid.value"),
        ),
        ({"query": [{"type": "EXACT", "fields": ["email"]}]}, (400, "bad.request")),
        ({"query": [exact("email", "x")], "pageSize": 101}, (400, "invalid.value")),
        ({"qeury": []}, (400, "simulator.unknown.request")),
        ({"query": ["x"]}, (400, "bad.request")),
        ([], (400, "bad.request")),
    ],
)
def test_what_the_search_does_not_know_is_an_error(
    http: Http, body: object, error: tuple[int, str]
) -> None:
    """Never an empty result."""
    assert error == http.post("/users/search", body).error


def test_the_field_of_the_employee_number_is_assumed(org: Org) -> None:
    """The other name can be switched on."""
    assumptions = Assumptions(employee_id_fields=("employeeId",))
    with Simulator(org, assumptions=assumptions) as sim:
        http = Http(sim)
        assert http.post("/users/search", {"query": [exact("employeeId", "0004711")]}).ids == [ANNA]
        other = {"query": [exact("employerInfo.employeeId", "0004711")]}
        assert http.post("/users/search", other).error == (400, "bad.request")


def test_results_are_paged_and_can_be_expanded(http: Http) -> None:
    """`results`, not `entities`."""
    body = {
        "query": [exact("state", "active")],
        "pageSize": 3,
        "pageNumber": 2,
        "expand": ["employerInfo"],
    }
    reply = http.post("/users/search", body)
    assert tuple(reply.json[k] for k in ("total", "pageCount", "pageNumber")) == (4, 2, 2)
    assert reply.ids == [FELIX]


def test_search_needs_its_permission_per_division(sim: Simulator) -> None:
    """Berlin's client finds Felix only."""
    body = {"query": [exact("state", "active")]}
    assert Http(sim, BERLIN_CLIENT).post("/users/search", body).ids == [FELIX]
    refused = Http(sim, BARE_CLIENT).post("/users/search", body)
    assert refused.error == (403, "missing.permissions")


def test_the_index_may_lag_behind_the_user(sim: Simulator, http: Http) -> None:
    """The search still shows Ben as active while the user reads as inactive."""
    sim.add_fault(Fault(action="lag", reads=1, lagging=("search",), method="PATCH"))
    http.patch(f"/users/{BEN}", {"state": "inactive", "version": 1})
    query = {"query": [exact("email", "ben@small.example")]}
    assert http.get(f"/users/{BEN}").json["state"] == "inactive"
    assert [http.post("/users/search", query).ids for _ in range(2)] == [[BEN], []]


def test_a_search_is_no_write(sim: Simulator, http: Http) -> None:
    """Although it is a POST."""
    http.post("/users/search", {"query": [exact("email", "x")]})
    assert sim.writes == []
