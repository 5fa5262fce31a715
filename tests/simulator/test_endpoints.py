import pytest

from batch_offboard.simulator import Simulator

from .small import ANNA, BILLING, Http


@pytest.mark.parametrize(
    ("method", "path", "error"),
    [
        ("GET", "/nothing", (404, "simulator.unknown.request")),
        ("GET", "/users/", (404, "simulator.unknown.request")),
        ("GET", "/users//queues", (404, "simulator.unknown.request")),
        ("PUT", f"/users/{ANNA}", (405, "simulator.unknown.request")),
        ("DELETE", "/routing/queues", (405, "simulator.unknown.request")),
        ("DELETE", f"/users/{ANNA}/queues/{BILLING}", (404, "simulator.unknown.request")),
        ("GET", "/users?pagesize=3", (400, "simulator.unknown.request")),
        ("GET", "/users?pageSize=0", (400, "invalid.value")),
        ("GET", "/users?pageSize=many", (400, "invalid.value")),
        ("GET", "/users?pageNumber=-1", (400, "invalid.value")),
        ("GET", f"/users/{ANNA}/queues?joined=maybe", (400, "invalid.value")),
    ],
)
def test_what_is_not_modelled_is_a_loud_error(
    http: Http, method: str, path: str, error: tuple[int, str]
) -> None:
    """Never an empty 200."""
    assert error == http.call(method, path).error


def test_every_answer_carries_a_correlation_id(sim: Simulator, http: Http) -> None:
    """A new one each time; in an error body it is the context id; the log has it too."""
    good, bad = http.get("/tokens/me"), http.get("/nothing")
    ids = [reply.headers["ININ-Correlation-Id"] for reply in (good, bad)]
    assert len({*ids}) == 2
    assert ids[1] == bad.json["contextId"]
    assert ids == [r.correlation_id for r in sim.requests][-2:]


def test_the_error_body_has_genesys_fields(http: Http) -> None:
    """Status in the body and in the answer."""
    body = http.get("/users", state="gone").json
    expected = {"message", "code", "status", "messageParams", "contextId", "details", "errors"}
    assert expected == set(body)
    assert body["status"] == 400


def test_a_body_that_is_no_json_is_refused(sim: Simulator, http: Http) -> None:
    """400, and the log shows what was sent."""
    reply = http.pool.request(
        "PATCH",
        f"{sim.url}/api/v2/users/{ANNA}",
        body="{state: inactive}",
        headers={"Authorization": f"Bearer {http.token}"},
        retries=False,
    )
    assert reply.status == 400
    assert sim.requests[-1].body == "{state: inactive}"
