import json

from batch_offboard.simulator import Simulator

from .small import ANNA, BEN, CLAIMS, Http


def test_the_log_has_what_was_asked_and_answered(sim: Simulator, http: Http) -> None:
    """In order, with numbers from 1."""
    http.call("GET", f"/users?id={ANNA}&id={BEN}&state=any")
    http.patch(f"/users/{ANNA}", {"state": "inactive", "version": 1})
    login, read, write = sim.requests
    assert (
        login.number,
        login.method,
        login.path,
        login.status,
    ) == (1, "POST", "/oauth/token", 200)
    assert {"id": f"{ANNA},{BEN}", "state": "any"} == read.query
    assert write.body == {"state": "inactive", "version": 1}
    assert (write.number, write.status) == (3, 409)
    assert 0 <= login.at <= read.at <= write.at


def test_tokens_appear_as_labels_and_secrets_not_at_all(sim: Simulator, http: Http) -> None:
    """Neither the token nor the client's secret is anywhere in the log."""
    other = Http(sim)
    http.get("/tokens/me")
    other.get("/tokens/me")
    assert [r.token for r in sim.requests[-2:]] == ["token-1", "token-2"]
    text = json.dumps([str(r) for r in sim.requests])
    for secret in (http.token, other.token, "client_credentials", f'"{sim.client_secret}"'):
        assert secret not in text


def test_writes_are_what_is_meant_to_change_something(sim: Simulator, http: Http) -> None:
    """Refused ones too; neither the login nor a search."""
    http.post("/users/search", {"query": [{"type": "EXACT", "fields": ["id"], "values": [ANNA]}]})
    http.get("/users")
    http.delete(f"/routing/queues/{CLAIMS}/members/{ANNA}")
    http.patch(f"/users/{ANNA}", {})
    assert [r.method for r in sim.writes] == ["DELETE", "PATCH"]
    assert sim.writes == sim.requests.writes


def test_counting(sim: Simulator, http: Http) -> None:
    """By method, path and status."""
    http.get("/users")
    http.get(f"/users/{ANNA}")
    http.get("/nothing")
    assert (
        sim.count("GET"),
        sim.count(path="/users"),
        sim.count(status=404),
        sim.count(),
    ) == (3, 2, 1, 4)


def test_the_copy_does_not_grow(sim: Simulator, http: Http) -> None:
    """What a test holds is what was then."""
    before = sim.requests
    http.get("/users")
    assert (len(before), len(sim.requests)) == (1, 2)
