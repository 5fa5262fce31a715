import json
import socket
import threading
import time
from collections.abc import Callable

import pytest
import urllib3
from urllib3.exceptions import HTTPError, IncompleteRead, ProtocolError

from batch_offboard.simulator import ALWAYS, Fault, Org, Simulator

from .small import ANNA, BEN, BILLING, CLAIMS, EMPTY_QUEUE, FELIX, Http

CHANGE = {"state": "inactive", "version": 7}


def patch(http: Http) -> object:
    """A change that a fault may meet."""
    return http.patch(f"/users/{ANNA}", CHANGE)


@pytest.mark.parametrize(
    ("fault", "status", "code", "retry_after"),
    [
        (Fault(action="status"), 500, "internal.server.error", None),
        (Fault(action="status", status=503), 503, "service.unavailable", None),
        (Fault(action="status", status=504), 504, "request.timeout", None),
        (
            Fault(action="status", status=429, retry_after=42),
            429,
            "too.many.requests.retry.after",
            "42",
        ),
        (Fault(action="status", status=429), 429, "too.many.requests", None),
        (
            Fault(action="status", status=429, retry_after="1.5"),
            429,
            "too.many.requests.retry.after",
            "1.5",
        ),
        (
            Fault(action="status", status=503, retry_after="soon"),
            503,
            "service.unavailable",
            "soon",
        ),
        (Fault(action="status", status=403, code="my.code", message="No"), 403, "my.code", None),
    ],
)
def test_a_status_has_genesys_body(
    sim: Simulator, http: Http, fault: Fault, status: int, code: str, retry_after: str | None
) -> None:
    """With the header as it was given, or without; the change is not made; then all is well."""
    sim.add_fault(fault)
    reply = http.patch(f"/users/{ANNA}", CHANGE)
    assert (status, code) == reply.error
    assert retry_after == reply.headers.get("Retry-After")
    assert reply.json["contextId"] == reply.headers["ININ-Correlation-Id"]
    assert sim.org.users[ANNA].state == "active"
    assert http.patch(f"/users/{ANNA}", CHANGE).status == 200


@pytest.mark.parametrize("latin1", [False, True])
def test_a_gateways_page_is_html(sim: Simulator, http: Http, latin1: bool) -> None:
    """Which may not be UTF-8."""
    sim.add_fault(Fault(action="html", latin1=latin1))
    reply = http.get("/tokens/me")
    assert (502, latin1) == (reply.status, b"\xfc" in reply.data)
    assert reply.headers["Content-Type"].startswith("text/html")
    assert "Zeitüberschreitung" in reply.data.decode("latin-1" if latin1 else "utf-8")


@pytest.mark.parametrize(("action", "start"), [("html_200", b"<html>"), ("empty_200", b"")])
def test_a_success_may_be_none(sim: Simulator, http: Http, action: str, start: bytes) -> None:
    """200 with a page or with nothing in it, and nothing was changed."""
    sim.add_fault(Fault(action=action))  # type: ignore[arg-type]
    reply = http.patch(f"/users/{ANNA}", CHANGE)
    assert (200, start) == (reply.status, reply.data[:6])
    assert sim.org.users[ANNA].state == "active"


@pytest.mark.parametrize("action", ["status", "html", "html_200", "empty_200"])
def test_an_error_may_come_after_the_change(sim: Simulator, http: Http, action: str) -> None:
    """The outcome can only be found by reading."""
    sim.add_fault(Fault(action=action, applied=True))  # type: ignore[arg-type]
    http.patch(f"/users/{ANNA}", CHANGE)
    assert sim.org.users[ANNA].state == "inactive"


def test_a_truncated_body_ends_early(sim: Simulator, http: Http) -> None:
    """The client sees fewer bytes than promised; the change was made."""
    sim.add_fault(Fault(action="truncated"))
    with pytest.raises((IncompleteRead, ProtocolError)):
        patch(http)
    assert sim.org.users[ANNA].state == "inactive"


def test_cut_json_has_a_length_that_fits(sim: Simulator, http: Http) -> None:
    """Only parsing it tells."""
    sim.add_fault(Fault(action="cut_json"))
    reply = http.get("/tokens/me")
    assert reply.status == 200
    with pytest.raises(json.JSONDecodeError):
        assert reply.json


@pytest.mark.parametrize(("applied", "state"), [(False, "active"), (True, "inactive")])
@pytest.mark.parametrize("fault", [Fault(action="reset"), Fault(action="hang", seconds=0.05)])
def test_a_lost_connection_tells_nothing_of_the_change(
    sim: Simulator, http: Http, fault: Fault, applied: bool, state: str
) -> None:
    """It may have been made or not."""
    sim.add_fault(Fault(action=fault.action, seconds=fault.seconds, applied=applied))
    with pytest.raises(ProtocolError):
        patch(http)
    assert state == sim.org.users[ANNA].state
    assert [(None, fault.action)] == [(r.status, r.fault) for r in sim.requests[1:]]


def test_a_reset_is_a_tcp_reset(sim: Simulator) -> None:
    """Not an orderly end of the connection."""
    sim.add_fault(Fault(action="reset"))
    port = int(sim.url.rsplit(":", 1)[1])
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(b"GET /api/v2/tokens/me HTTP/1.1\r\nHost: x\r\n\r\n")
        with pytest.raises(ConnectionResetError):
            connection.recv(100)


def test_a_hang_without_end_is_ended_by_the_client_or_the_simulator(org: Org) -> None:
    """The client gives up; leaving the simulator does not wait for it."""
    started = time.monotonic()
    with Simulator(org) as sim:
        http = Http(sim)
        sim.add_fault(Fault(action="hang", times=ALWAYS))
        http.pool = urllib3.PoolManager(timeout=0.1)
        with pytest.raises(HTTPError):
            http.get("/tokens/me")
    assert time.monotonic() - started < 3


def test_hold_stops_everything_from_then_on(sim: Simulator, http: Http) -> None:
    """Until it is resumed: nothing is answered, nothing is changed, but all is logged."""
    sim.add_fault(Fault(action="hold", method="PATCH", nth=2))
    http.pool = urllib3.PoolManager(timeout=0.1)
    assert http.patch(f"/users/{ANNA}", CHANGE).status == 200
    for user_id in (BEN, FELIX):
        with pytest.raises(HTTPError):
            http.patch(f"/users/{user_id}", {"state": "inactive", "version": 1})
    with pytest.raises(HTTPError):
        http.get("/tokens/me")
    assert [sim.org.users[i].state for i in (BEN, FELIX)] == ["active", "active"]
    assert [r.status for r in sim.requests[-3:]] == [None] * 3
    sim.resume()
    assert http.get("/tokens/me").status == 200


def test_null_in_an_enum_field_is_a_success_that_looks_wrong(sim: Simulator, http: Http) -> None:
    """The SDK stumbles over it after the change was made."""
    sim.add_fault(Fault(action="null_state"))
    body = http.patch(f"/users/{ANNA}", CHANGE).json
    assert (body["state"], body["version"]) == (None, 8)
    assert sim.org.users[ANNA].state == "inactive"


def test_stopping_drops_what_is_in_flight_without_doing_it(org: Org) -> None:
    """A request that was held or still on its way is neither answered nor applied."""
    org.users[ANNA].version = 7
    failures: list[Exception] = []

    def change(http: Http, user_id: str, version: int) -> None:
        try:
            http.patch(f"/users/{user_id}", {"state": "inactive", "version": version})
        except HTTPError as error:
            failures.append(error)

    with Simulator(org) as sim:
        http = Http(sim)
        sim.app.latency_seconds = 60
        sim.add_fault(Fault(action="hold", path=BEN))
        threads = [
            threading.Thread(target=change, args=(http, ANNA, 7)),
            threading.Thread(target=change, args=(http, BEN, 1)),
        ]
        for number, thread in enumerate(threads, start=2):
            thread.start()
            while sim.count() < number:
                time.sleep(0.01)
    for thread in threads:
        thread.join(timeout=5)
    assert [org.users[i].state for i in (ANNA, BEN)] == ["active", "active"]
    assert len(failures) == 2


def test_a_redirect_leads_elsewhere(sim: Simulator, http: Http) -> None:
    """302 with a location."""
    sim.add_fault(Fault(action="redirect", location="/api/v2/tokens/me"))
    reply = http.patch(f"/users/{ANNA}", CHANGE)
    assert (reply.status, reply.headers["Location"]) == (302, "/api/v2/tokens/me")
    assert sim.org.users[ANNA].state == "active"


def user_state(http: Http) -> object:
    """What a read says of Anna."""
    return http.get(f"/users/{ANNA}").json["state"]


def listed(http: Http) -> object:
    """Whether the member listing shows Anna in Claims."""
    return ANNA in http.get(f"/routing/queues/{CLAIMS}/members").ids


def own_queue(http: Http) -> object:
    """Whether Anna's own listing shows Claims."""
    return CLAIMS in http.get(f"/users/{ANNA}/queues", joined=False).ids


def remove(http: Http) -> object:
    """Take Anna out of Claims."""
    return http.post(f"/routing/queues/{CLAIMS}/members", [{"id": ANNA}], delete=True)


@pytest.mark.parametrize(
    ("write", "read", "before", "after"),
    [
        (patch, user_state, "active", "inactive"),
        (remove, listed, True, False),
        (remove, own_queue, True, False),
    ],
)
def test_reads_may_lag_behind_a_change(
    sim: Simulator,
    http: Http,
    write: Callable[[Http], object],
    read: Callable[[Http], object],
    before: object,
    after: object,
) -> None:
    """For two reads they show what was before."""
    sim.add_fault(Fault(action="lag", reads=2))
    write(http)
    assert [before, before, after] == [read(http) for _ in range(3)]


def test_an_addition_lags_too(org: Org) -> None:
    """For five seconds of the simulator's clock."""
    now = [0.0]
    with Simulator(org, clock=lambda: now[0]) as sim:
        http = Http(sim)
        sim.add_fault(Fault(action="lag", seconds=5, path=EMPTY_QUEUE))
        http.post(f"/routing/queues/{EMPTY_QUEUE}/members", [{"id": BEN}])
        path = f"/routing/queues/{EMPTY_QUEUE}/members"
        assert http.get(path).ids == []
        now[0] = 5
        assert http.get(path).ids == [BEN]
        assert BILLING in http.get(f"/users/{BEN}/queues").ids
