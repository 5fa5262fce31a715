"""What need not wait for something else does not: phases overlap where nothing forbids it."""

from pathlib import Path

import pytest

from batch_offboard.simulator import ALWAYS, Fault, LoggedRequest, Org, Simulator
from tests.support import (
    TIME,
    Ended,
    config,
    id_of,
    member_queues,
    org_of,
    people_named,
    run_people,
    simulator,
)

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


def held_up(queue: str) -> Fault:
    """The removal of a queue is refused three times, as for an agent in wrap-up."""
    path = f"/queues/{id_of(queue)}/members"
    return Fault(action="status", method="POST", path=path, status=503, times=3)


def two_queues() -> Org:
    """Everybody is in both."""
    return org_of(PEOPLE, {"Billing": PEOPLE, "Chat": PEOPLE})


def test_a_removal_that_is_held_up_holds_up_no_reading_back(tmp_path: Path) -> None:
    """The other queue is listed again meanwhile, and no more often for it."""
    longest_waits = TIME.clock(random=1.0)
    with simulator(two_queues(), faults=[held_up("Chat")]) as sim:
        ended = run_people(sim, tmp_path, *PEOPLE, clock=longest_waits)
    last_removal = max(numbers(sim, "POST", "/queues/[^/]+/members"))
    removed = min(numbers(sim, "POST", f"/queues/{id_of('Billing')}/members"))
    listed = numbers(sim, "GET", f"/queues/{id_of('Billing')}/members")
    assert [number for number in listed if removed < number < last_removal] == [listed[-1]]
    assert max(numbers(sim, "GET", f"/queues/{id_of('Chat')}/members")) > last_removal
    assert set(ended.statuses) == {"done"}


@pytest.mark.parametrize("counted", [True, False])
def test_who_is_put_back_after_the_early_listing_is_found_all_the_same(
    tmp_path: Path, counted: bool
) -> None:
    """Their queue has grown since, or nobody can tell: what was listed before is not believed."""
    org = two_queues()
    listed: list[int] = []

    def put_back(request: LoggedRequest) -> None:
        if request.method == "POST" and request.path.endswith("/members"):
            listed.append(request.number)
            if len(listed) == 5:
                org.add_member(id_of("Billing"), id_of("P001"))

    path, times = "/routing/queues$", 0 if counted else ALWAYS
    uncounted = Fault(action="status", method="GET", path=path, status=403, nth=2, times=times)
    with simulator(org, faults=[held_up("Chat"), uncounted], on_request=put_back) as sim:
        ended = run_people(sim, tmp_path, *PEOPLE)
    assert len(listed) > 5
    assert (ended.of("P001").status, member_queues(org, "P001")) == ("done", set())


def test_a_queue_is_not_listed_again_within_seconds_of_its_removal(tmp_path: Path) -> None:
    """Reads lag: a page that still shows what was removed would have to be read once more."""
    lag = Fault(action="lag", method="POST", seconds=2.9, times=ALWAYS)
    with simulator(two_queues(), faults=[lag]) as sim:
        ended = run_people(sim, tmp_path, *PEOPLE)
    removed = max(numbers(sim, "POST", "/queues/[^/]+/members"))
    listed = [each for each in numbers(sim, "GET", "/queues/|/queues$") if each > removed]
    assert len(listed) == len(["Billing", "Chat", "the listing of queues"])
    assert set(ended.statuses) == {"done"}
