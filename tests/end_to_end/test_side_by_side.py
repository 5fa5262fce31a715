"""What need not wait for something else does not: phases overlap where nothing forbids it."""

from pathlib import Path

from batch_offboard.simulator import Fault
from batch_offboard.simulator.server import Simulator
from tests.support import Ended, config, org_of, people_named, run_people, simulator

PEOPLE = people_named("P", 12)


def numbers(sim: Simulator, method: str, path: str) -> list[int]:
    """When such requests came, as their numbers."""
    return [request.number for request in sim.requests.matching(method, path)]


def ran(tmp_path: Path, *faults: Fault, steps: tuple[str, ...] = ()) -> tuple[Simulator, Ended]:
    """A run of everybody, all of them in one queue, while something goes wrong."""
    settings = config(steps=[*(steps or ("deactivate", "remove_from_queues"))])
    with simulator(org_of(PEOPLE, {"Billing": PEOPLE}), faults=faults) as sim:
        ended = run_people(sim, tmp_path, *PEOPLE, settings=settings)
    assert set(ended.statuses) == {"done"}
    return sim, ended


def test_queues_and_role_grants_are_read_while_people_are_found(tmp_path: Path) -> None:
    """They are listed for everybody, so it need not be known yet who the rows are."""
    busy = Fault(
        action="status",
        method="GET",
        path="/users$",
        where=lambda request: "id" in request.query,
        status=503,
        retry_after="20",
    )
    sim, _ = ran(tmp_path, busy)
    found = [
        request.number
        for request in sim.requests.matching("GET", "/users$")
        if "id" in request.query and request.status == 200
    ]
    assert numbers(sim, "GET", "/queues/[^/]+/members")[0] < found[0]
    assert numbers(sim, "GET", "/grants$")[0] < found[0]


def test_a_limit_of_the_queue_routes_holds_up_no_other_step(tmp_path: Path) -> None:
    """What comes after setting to inactive goes on while the queue calls wait."""
    limited = Fault(
        action="status",
        method="POST",
        path="/queues/[^/]+/members",
        status=429,
        retry_after="30",
    )
    sim, _ = ran(tmp_path, limited, steps=("deactivate", "remove_from_queues", "revoke_tokens"))
    refused, removed = numbers(sim, "POST", "/queues/[^/]+/members")
    assert max(numbers(sim, "PATCH", "/users/")) < refused
    assert max(numbers(sim, "DELETE", "/tokens/")) < removed
