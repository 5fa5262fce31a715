"""Nothing is called done that was not read back."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from batch_offboard.record.events import PhaseStarted, PlanShown
from batch_offboard.simulator import ALWAYS, Assumptions, Fault, LoggedRequest
from tests.steps.practice import furnished, steps
from tests.support import (
    config,
    fast_clock,
    id_of,
    member_queues,
    org_of,
    people_named,
    run_people,
    simulator,
    state_of,
)


def many(org_queues: dict[str, Any], many_queues: bool) -> dict[str, Any]:
    """The queues, with enough others to make reading by user the cheaper way."""
    return {**org_queues, **{f"Spare {n}": [] for n in range(20 if many_queues else 0)}}


@pytest.mark.parametrize("many_queues", [False, True], ids=["sweep", "by user"])
@pytest.mark.parametrize("reads", [1, 3])
def test_reads_that_lag_are_waited_for(tmp_path: Path, reads: int, many_queues: bool) -> None:
    """A few patient tries, and then the row is done and was removed once only."""
    org = org_of(["Anna", "Ben"], many({"Billing": ["Anna", "Ben"]}, many_queues))
    lag = [
        Fault(action="lag", method=each, reads=reads, times=ALWAYS) for each in ("PATCH", "POST")
    ]
    with simulator(org, faults=lag) as sim:
        ended = run_people(sim, tmp_path, "Anna", "Ben")
    assert [(each.status, each.queues_removed) for each in ended.results] == [("done", 1)] * 2
    assert (len(sim.writes), set(ended.statuses)) == (3, {"done"})


@pytest.mark.parametrize("many_queues", [False, True], ids=["sweep", "by user"])
def test_a_state_that_is_never_shown_as_changed_is_not_confirmed(
    tmp_path: Path, many_queues: bool
) -> None:
    """Genesys accepted the change, but every read still says active."""
    org = org_of(["Anna", "Ben"], many({"Billing": ["Anna"]}, many_queues))
    lag = Fault(action="lag", method="PATCH", path=id_of("Anna"), reads=10_000, lagging=("users",))
    with simulator(org, faults=[lag]) as sim:
        ended = run_people(sim, tmp_path, "Anna", "Ben")
    anna = ended.of("Anna")
    assert (anna.status, anna.error_code, anna.state_after, anna.retry, anna.verified) == (
        "partial",
        "not_confirmed",
        "active",
        True,
        False,
    )
    assert ended.of("Ben").status == "done"


def test_a_membership_that_comes_back_is_removed_once_more(tmp_path: Path) -> None:
    """Another system puts the person back once: removed again, then done."""
    org = org_of(["Anna"], {"Billing": ["Anna"], "Chat": ["Anna"]})
    returned: list[int] = []

    def put_back(request: Any) -> None:
        reading_back = request.method == "GET" and request.path.endswith(("/members", "/queues"))
        if reading_back and not returned and len(removed()) == 2:
            returned.append(request.number)
            org.add_member(id_of("Billing"), id_of("Anna"))

    def removed() -> list[Any]:
        return [each for each in sim.app.log.entries() if each.path.endswith("/members")
                and each.method == "POST"]  # fmt: skip

    with simulator(org, on_request=put_back) as sim:
        ended = run_people(sim, tmp_path, "Anna")
    assert (len(returned), len(removed())) == (1, 3)
    assert (ended.of("Anna").status, member_queues(org, "Anna")) == ("done", set())


@pytest.mark.parametrize("many_queues", [False, True], ids=["sweep", "by user"])
def test_a_membership_that_always_comes_back_is_left(tmp_path: Path, many_queues: bool) -> None:
    """Removed twice, then the row says which queue is left."""
    org = org_of(["Anna"], many({"Billing": ["Anna"], "Chat": ["Anna"]}, many_queues))

    def put_back(request: Any) -> None:
        if request.method == "GET":
            org.add_member(id_of("Billing"), id_of("Anna"))

    with simulator(org, on_request=put_back) as sim:
        ended = run_people(sim, tmp_path, "Anna")
    anna = ended.of("Anna")
    assert (anna.status, anna.error_code, anna.queues_left, anna.queues_removed, anna.retry) == (
        "partial",
        "membership_left",
        1,
        1,
        True,
    )
    assert anna.left_because == "Billing: still a member after two removals"
    assert anna.state_after == "inactive"
    assert sim.count("POST", f"{id_of('Billing')}/members") == 2


def test_someone_set_back_to_active_is_not_called_done(tmp_path: Path) -> None:
    """Another system reactivates the person before the reading back."""
    org = org_of(["Anna", "Ben"], {"Billing": ["Anna"]})

    def reactivate(request: Any) -> None:
        if request.method == "POST" and request.path.endswith("/members"):
            org.change_user(id_of("Anna"), state="active")

    with simulator(org, on_request=reactivate) as sim:
        ended = run_people(sim, tmp_path, "Anna", "Ben")
    anna = ended.of("Anna")
    assert (anna.status, anna.error_code, anna.state_after) == (
        "partial",
        "not_confirmed",
        "active",
    )


def test_an_end_state_that_cannot_be_read_is_not_confirmed(tmp_path: Path) -> None:
    """The changes were made; the rows are partial, retry yes, and name the failing call."""
    people = people_named("P", 3)
    org = org_of(people, {"Billing": people})

    def after_the_writing(request: Any) -> bool:
        return any(each.is_write for each in sim.app.log.entries())

    fault = Fault(action="status", status=503, method="GET", where=after_the_writing, times=ALWAYS)
    with simulator(org, faults=[fault]) as sim:
        ended = run_people(sim, tmp_path, *people, settings=config(retry={"attempts": 2}))
    assert [
        (each.status, each.error_code, each.http_status, each.retry, each.verified)
        for each in ended.results
    ] == [("partial", "not_confirmed", 503, True, False)] * 3
    assert [state_of(org, name) for name in people] == ["inactive"] * 3
    assert {each.correlation_id for each in ended.results} <= {
        each.correlation_id for each in sim.requests.matching("GET", status=503)
    }


def test_without_verifying_nothing_is_read_back_and_nothing_is_verified(tmp_path: Path) -> None:
    """`verify: false`: done by the answers alone, verified no."""
    org = org_of(["Anna", "Ben"], {"Billing": ["Anna", "Ben"]}, facts={"Ben": {"version": 4}})
    with simulator(org) as sim:
        ended = run_people(sim, tmp_path, "Anna", "Ben", settings=config(verify=False))
    assert [(each.status, each.verified) for each in ended.results] == [("done", False)] * 2
    last_write = sim.writes[-1].number
    assert [each for each in sim.requests if each.number > last_write] == []
    assert ended.exit_code == 0
    assert "not_read_back" in ended.warnings
    shown = next(each for each in ended.events if isinstance(each, PlanShown))
    assert any("Nothing is read back (verify: false" in line for line in shown.lines)


def test_without_verifying_a_write_of_unknown_outcome_is_not_called_done(tmp_path: Path) -> None:
    """The removal's answer is lost every time and reading again fails: partial."""
    org = org_of(["Anna"], {"Billing": ["Anna"]})

    def after_a_removal(request: Any) -> bool:
        return request.path.endswith("/members") and any(
            each.method == "POST" and each.path.endswith("/members")
            for each in sim.app.log.entries()
        )

    fault = Fault(action="reset", where=after_a_removal, times=ALWAYS)
    with simulator(org, faults=[fault]) as sim:
        ended = run_people(
            sim, tmp_path, "Anna", settings=config(verify=False, retry={"attempts": 2})
        )
    anna = ended.of("Anna")
    assert (anna.status, anna.retry, anna.verified) == ("partial", True, False)


def test_every_removed_membership_is_listed_again_after_its_removal(tmp_path: Path) -> None:
    """Each queue that was left has a listing behind its last removal."""
    people = people_named("P", 5)
    org = org_of([*people, "Zoe"], {"Billing": [*people, "Zoe"], "Chat": people[:2], "New": []})
    with simulator(org) as sim:
        run_people(sim, tmp_path, *people)
    for name in ("Billing", "Chat"):
        path = f"{id_of(name)}/members"
        removed = max(each.number for each in sim.requests.matching("POST", path))
        assert [each for each in sim.requests.matching("GET", path) if each.number > removed]
    states = [each for each in sim.requests.matching("GET", "/users$") if "id" in each.query]
    assert states[-1].number > max(each.number for each in sim.requests.matching("PATCH"))


def test_a_doubt_about_one_queue_forgets_nothing_of_another(tmp_path: Path) -> None:
    """Everybody's removal from one comes to its end while the other is listed again.

    Its listing lags once: whoever is known to have left it is worth waiting for.
    """
    people = people_named("P", 12)
    org = org_of(people, {"Billing": people, "Chat": people})

    def removal(queue: str) -> dict[str, Any]:
        return {"method": "POST", "path": f"/queues/{id_of(queue)}/members"}

    faults = [
        Fault(action="status", status=503, **removal("Billing")),
        Fault(action="lag", reads=1, lagging=("members",), **removal("Chat")),
    ]
    clock = replace(fast_clock(), random=lambda: 0.0)
    settings = config(rate={"workers": 1})
    with simulator(org, faults=faults, latency_seconds=0.02) as sim:
        ended = run_people(sim, tmp_path, *people, settings=settings, clock=clock)
    assert set(ended.statuses) == {"done"}


@pytest.mark.parametrize("shown", [True, False], ids=["counts shown", "counts refused"])
@pytest.mark.parametrize("many_queues", [False, True], ids=["sweep", "by user"])
def test_a_listing_from_before_somebody_was_added_again_proves_nothing(
    tmp_path: Path, many_queues: bool, shown: bool
) -> None:
    """Another system adds Anna once her queue was read back; its count shows it, if it is shown."""
    others = {f"Other {number}": ["Anna"] for number in range(12 if many_queues else 0)}
    org = org_of(["Anna", "Zoe"], {"Billing": ["Anna", "Zoe"], **others})

    def is_recount(request: LoggedRequest) -> bool:
        removed = sim.count("POST", "/members") == 1 + len(others)
        return removed and request.method == "GET" and request.path.endswith("/routing/queues")

    def add_again(request: LoggedRequest) -> None:
        if is_recount(request):
            org.add_member(id_of("Billing"), id_of("Anna"))

    refused = Fault(action="status", status=403, method="GET", where=is_recount, times=ALWAYS)
    faults = [] if shown else [refused]
    with simulator(org, on_request=add_again, faults=faults) as sim:
        ended = run_people(sim, tmp_path, "Anna")
    assert (ended.of("Anna").status, member_queues(org, "Anna")) == ("done", set())
    assert [each for each in ended.warnings if each == "queues_unlisted"] == (
        [] if shown else ["queues_unlisted"]
    )
    assert sim.count("POST", "/members") == 2 + len(others)


def test_who_is_not_shown_at_first_is_looked_for_again(tmp_path: Path) -> None:
    """As a reading may lag; whoever is not shown at all is not confirmed."""
    org = org_of(["Anna", "Ben", "Zoe"], {"Billing": ["Anna", "Zoe"]})

    def hide(request: LoggedRequest) -> None:
        written = sim.count("PATCH", f"/users/{id_of('Anna')}")
        if written and request.method == "GET" and id_of("Anna") in request.query.get("id", ""):
            looked.append(request)
            org.change_user(id_of("Anna"), state="inactive" if len(looked) == 2 else "deleted")
            org.change_user(id_of("Ben"), state="deleted")

    looked: list[LoggedRequest] = []
    hidden = Assumptions(any_includes_deleted=False)
    with simulator(org, on_request=hide, assumptions=hidden) as sim:
        ended = run_people(sim, tmp_path, "Anna", "Ben")
    assert (ended.of("Anna").status, len(looked)) == ("done", 2)
    ben = ended.of("Ben")
    assert (ben.status, ben.error_code) == ("partial", "not_confirmed")
    assert ben.error.endswith("Genesys no longer shows this user.")


def test_people_who_cannot_be_read_back_are_asked_for_once(tmp_path: Path) -> None:
    """Waiting does not end a refusal."""
    org = org_of(["Anna"], {"Billing": ["Anna"]})

    def is_look(request: LoggedRequest) -> bool:
        return bool(sim.count("PATCH", "/users/")) and "id" in request.query

    refused = Fault(action="status", status=403, method="GET", where=is_look, times=ALWAYS)
    with simulator(org, faults=[refused]) as sim:
        ended = run_people(sim, tmp_path, "Anna")
    anna = ended.of("Anna")
    assert (anna.status, anna.error_code, anna.http_status) == ("partial", "not_confirmed", 403)
    assert len(sim.requests.matching("GET", "/users$", status=403)) == 1


@pytest.mark.parametrize("many_queues", [False, True], ids=["sweep", "by user"])
def test_queues_that_cannot_be_read_back_are_not_confirmed(
    tmp_path: Path, many_queues: bool
) -> None:
    """The state could be, and the row names the failing request; no other row suffers."""
    others = {f"Other {number}": ["Anna"] for number in range(12 if many_queues else 0)}
    org = org_of(["Anna", "Ben", "Zoe"], {"Billing": ["Anna", "Zoe"], **others})

    def is_listing(request: LoggedRequest) -> bool:
        written = sim.count("POST", "/members") == 1 + len(others)
        shows_anna = request.path.endswith(("/members", f"/users/{id_of('Anna')}/queues"))
        return written and request.method == "GET" and shows_anna

    refused = Fault(action="status", status=403, method="GET", where=is_listing, times=ALWAYS)
    with simulator(org, faults=[refused]) as sim:
        ended = run_people(sim, tmp_path, "Anna", "Ben")
    anna = ended.of("Anna")
    assert (anna.status, anna.error_code, anna.http_status) == ("partial", "not_confirmed", 403)
    assert (anna.state_after, anna.retry, ended.of("Ben").status) == ("inactive", True, "done")


def test_who_stays_active_keeps_everything_and_the_row_says_why(tmp_path: Path) -> None:
    """Nobody waits for the end of a call that they may be in."""
    org = furnished(
        ["Anna", "Zoe"],
        {"Billing": ["Anna", "Zoe"], "Chat": ["Zoe"]},
        groups={"Night": ["Anna"]},
        through={"Chat": ["Night"]},
        facts={"Anna": {"logged_in": True, "routing_status": "IDLE", "presence": "On Queue"}},
    )
    refused = Fault(action="status", status=403, method="PATCH", times=ALWAYS)
    with simulator(org, faults=[refused]) as sim:
        ended = run_people(sim, tmp_path, "Anna", settings=steps("leave_groups"))
    anna = ended.of("Anna")
    assert (anna.status, anna.state_after, anna.queues_left) == ("failed", "active", 2)
    assert sorted(anna.left_because.split("; ")) == [
        "Billing: not removed: still active",
        "Chat: member through group Night",
        "group Night: not attempted: still active",
    ]
    assert "on_queue" not in {each.phase for each in ended.events if isinstance(each, PhaseStarted)}
