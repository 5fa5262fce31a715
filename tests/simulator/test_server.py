import asyncio
import gc
import socket
import threading
import time
import warnings
from concurrent.futures import ThreadPoolExecutor

import pytest

from batch_offboard.simulator import LoggedRequest, Org, Simulator, generate_org

from .small import ANNA, BERLIN_CLIENT, FELIX, Http, small_org


def test_it_listens_on_loopback_only(sim: Simulator) -> None:
    """On a port of its own."""
    assert sim.url.startswith("http://127.0.0.1:")
    port = int(sim.url.rsplit(":", 1)[1])
    own_address = socket.gethostbyname(socket.gethostname())
    if own_address != "127.0.0.1":
        with pytest.raises(OSError):
            socket.create_connection((own_address, port), timeout=1).close()


def test_starting_and_stopping_is_quick_and_leaves_nothing(org: Org) -> None:
    """Ten times within three seconds; no thread, no listener."""
    started = time.monotonic()
    for _ in range(10):
        with Simulator(org) as sim:
            Http(sim).get("/tokens/me")
    assert time.monotonic() - started < 3
    assert [t for t in threading.enumerate() if t.name == "simulator"] == []
    with pytest.raises(OSError):
        socket.create_connection(("127.0.0.1", int(sim.url.rsplit(":", 1)[1])), timeout=1)


def test_a_client_that_comes_as_it_stops_leaves_nothing_open(org: Org) -> None:
    """Accepted, but not begun: its connection is closed like any other."""
    late: list[socket.socket] = []

    def come_and_stop(_: LoggedRequest) -> None:
        port = int(sim.url.rsplit(":", 1)[1])
        late.extend(socket.create_connection(("127.0.0.1", port), timeout=10) for _ in range(2))
        asyncio.get_running_loop().call_soon(sim.app.stopping.set)

    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        sim = Simulator(org, on_request=come_and_stop).__enter__()
        Http(sim)
        for serving in (each for each in threading.enumerate() if each.name == "simulator"):
            serving.join(timeout=30)
        gc.collect()
    assert [str(each.message) for each in said if "transport" in str(each.message)] == []
    for client in late:
        with client:
            assert client.recv(1) == b""


def test_two_simulators_do_not_know_each_other() -> None:
    """There is no state outside of them."""
    with Simulator(small_org()) as one, Simulator(small_org()) as two:
        Http(one).patch(f"/users/{ANNA}", {"state": "inactive", "version": 7})
        assert (one.org.users[ANNA].state, two.org.users[ANNA].state) == ("inactive", "active")
        assert len(two.requests) == 0


def test_an_organisation_outlives_its_simulator(org: Org) -> None:
    """A second one goes on with the state that the first one left."""
    with Simulator(org) as sim:
        Http(sim).patch(f"/users/{ANNA}", {"state": "inactive", "version": 7})
    with Simulator(org) as sim:
        assert Http(sim).get(f"/users/{ANNA}").json["version"] == 8


def test_on_request_is_called_before_a_request_is_processed(org: Org) -> None:
    """With the state still as it was: a crash test can kill its process there."""
    seen: list[tuple[int, str, str]] = []

    def look(request: LoggedRequest) -> None:
        seen.append((request.number, request.method, org.users[ANNA].state))

    with Simulator(org, on_request=look) as sim:
        Http(sim).patch(f"/users/{ANNA}", {"state": "inactive", "version": 7})
    assert seen == [(1, "POST", "active"), (2, "PATCH", "active")]


def test_latency_is_added_without_holding_others_up(org: Org) -> None:
    """Twenty calls at once take hardly longer than one."""
    with Simulator(org, latency_seconds=0.1) as sim:
        http = Http(sim)
        started = time.monotonic()
        with ThreadPoolExecutor(20) as pool:
            statuses = list(pool.map(lambda _: Http.get(http, "/tokens/me").status, range(20)))
        assert statuses == [200] * 20
        assert 0.1 <= time.monotonic() - started < 1.5


def test_concurrent_changes_lose_nothing() -> None:
    """A hundred users set inactive by ten threads."""
    org = generate_org(users=100, queues=5)
    with Simulator(org) as sim:
        http = Http(sim)
        change = {"state": "inactive", "version": 1}
        with ThreadPoolExecutor(10) as pool:
            list(pool.map(lambda user_id: http.patch(f"/users/{user_id}", change), org.users))
    assert [u.state for u in org.users.values()] == ["inactive"] * 100


def test_the_state_can_be_changed_while_it_runs(sim: Simulator, http: Http) -> None:
    """A test plays the admin, under the lock."""
    with sim.lock:
        sim.org.change_user(ANNA, state="inactive")
        sim.org.clients[BERLIN_CLIENT].grants = []
    assert http.get(f"/users/{ANNA}").json["state"] == "inactive"
    refused = Http(sim, BERLIN_CLIENT).patch(f"/users/{FELIX}", {"state": "inactive", "version": 1})
    assert refused.error == (403, "missing.permissions")
