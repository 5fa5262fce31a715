"""What others change in the organisation while a run or a chain of runs goes on."""

from collections.abc import Callable
from pathlib import Path

import pytest

from batch_offboard.simulator import ALWAYS, Fault, LoggedRequest, Org
from tests.rerun.chain import rerun_of
from tests.support import (
    id_of,
    member_queues,
    org_of,
    people_named,
    run_file,
    run_people,
    simulator,
    state_of,
    write_list,
)

SMALL = {f"Z{number}": ["Zoe"] for number in range(12)}
"""Queues that make it cheaper to list the queues of few people one by one."""


def once_set_inactive(org: Org, name: str, change: Callable[[], None]) -> object:
    """A hook that makes a change when the person is about to be set to inactive."""

    def heard(request: LoggedRequest) -> None:
        if request.method == "PATCH" and request.path.endswith(id_of(name)):
            change()

    return heard


def test_a_queue_joined_after_the_reading_is_left_too(tmp_path: Path) -> None:
    """Added to a queue while the run goes on: found by the queue's count, and removed."""
    org = org_of(["Anna", "Zoe"], {"Billing": ["Anna"], "Late": ["Zoe"]})
    hook = once_set_inactive(org, "Anna", lambda: org.add_member(id_of("Late"), id_of("Anna")))
    with simulator(org, on_request=hook) as sim:
        ended = run_people(sim, tmp_path, "Anna")
    assert ("done", set()) == (ended.of("Anna").status, member_queues(org, "Anna"))


@pytest.mark.parametrize("new", [False, True])
def test_a_queue_joined_after_the_reading_is_read_back_too(tmp_path: Path, new: bool) -> None:
    """Another system puts Anna in again each time she was taken out: not done, and she is there."""
    org = org_of(["Anna", "Zoe"], {"Billing": ["Anna"], "Late": ["Zoe"]})
    late = org.queues.pop(id_of("Late")) if new else None

    def heard(request: LoggedRequest) -> None:
        if late is not None and request.method == "PATCH":
            org.queues[late.id] = late
        begun = request.method == "PATCH" and request.path.endswith(id_of("Anna"))
        if begun or sim.count("POST", f"/queues/{id_of('Late')}/members"):
            org.add_member(id_of("Late"), id_of("Anna"))

    with simulator(org, on_request=heard) as sim:
        ended = run_people(sim, tmp_path, "Anna")
    anna = ended.of("Anna")
    assert (anna.status, anna.error_code, anna.retry) == ("partial", "membership_left", True)
    assert member_queues(org, "Anna") == {"Late"}


def test_who_may_be_the_one_by_whom_a_queue_has_grown_is_not_called_done(tmp_path: Path) -> None:
    """Zoe is added to a queue meanwhile, and then neither its members nor her queues are shown."""
    org = org_of(["Anna", "Zoe"], {"Billing": ["Anna"], "Late": []})
    hook = once_set_inactive(org, "Anna", lambda: org.add_member(id_of("Late"), id_of("Zoe")))
    unseen = [
        Fault(
            action="status",
            status=403,
            method="GET",
            path=path,
            times=ALWAYS,
            where=lambda _: bool(member_queues(org, "Zoe")),
        )
        for path in (f"/queues/{id_of('Late')}/members", f"/users/{id_of('Zoe')}/queues")
    ]
    with simulator(org, on_request=hook, faults=unseen) as sim:
        ended = run_people(sim, tmp_path, "Anna", "Zoe")
    assert ended.of("Anna").status == "done"
    zoe = ended.of("Zoe")
    assert (zoe.status, zoe.error_code, zoe.retry) == ("partial", "not_confirmed", True)


def test_nobody_who_stays_active_is_taken_out_of_a_queue(tmp_path: Path) -> None:
    """Who could not be set to inactive is not taken further, whatever they join meanwhile."""
    org = org_of(["Anna", "Zoe"], {"Billing": ["Anna"], "Late": ["Zoe"], **SMALL})
    hook = once_set_inactive(org, "Anna", lambda: org.add_member(id_of("Late"), id_of("Anna")))
    refused = Fault(action="status", status=403, method="PATCH", times=9)
    with simulator(org, on_request=hook, faults=[refused]) as sim:
        ended = run_people(sim, tmp_path, "Anna")
        removals = sim.count("POST", "/members")
    assert ("failed", 0, {"Billing", "Late"}) == (
        ended.of("Anna").status,
        removals,
        member_queues(org, "Anna"),
    )


def test_an_account_that_became_someone_elses_is_not_written_to(tmp_path: Path) -> None:
    """After a version conflict the person is read again, and looked at again."""
    org = org_of(["Anna", "Zoe"], {"Billing": ["Anna"]})

    def becomes_another() -> None:
        org.change_user(id_of("Anna"), email="carla@test.example", name="Carla Neu")

    hook = once_set_inactive(org, "Anna", becomes_another)
    conflict = Fault(action="status", status=409, code="general.conflict", method="PATCH")
    with simulator(org, on_request=hook, faults=[conflict]) as sim:
        ended = run_people(sim, tmp_path, "Anna")
    assert ("failed", "identity_mismatch", "active") == (
        ended.of("Anna").status,
        ended.of("Anna").error_code,
        state_of(org, "Anna"),
    )


def test_an_address_given_to_someone_new_finds_nobody_in_a_rerun(tmp_path: Path) -> None:
    """The row was begun for Anna; her address is a new colleague's now, who must not be touched."""
    org = org_of(["Anna", "New"], {"Billing": ["Anna", "New"]})
    path = tmp_path / "list.csv"
    path.write_text("email\nanna@test.example\n", encoding="utf-8")
    refused = Fault(action="status", status=403, method="POST", path="/members", times=99)
    with simulator(org, faults=[refused]) as sim:
        first = run_file(sim, path)
        sim.clear_faults()
        with sim.lock:
            org.change_user(id_of("Anna"), email="anna.old@test.example")
            org.change_user(id_of("New"), email="anna@test.example")
        second = rerun_of(sim, first.folder)
    assert ("active", {"Billing"}) == (state_of(org, "New"), member_queues(org, "New"))
    assert "row_changed" == second.results[0].error_code


def test_a_duplicate_is_not_done_in_place_of_a_row_that_is_not_to_be_retried(
    tmp_path: Path,
) -> None:
    """HR types `no` into the failed row: its duplicate stays a duplicate."""
    people = people_named("Leaver", 1)
    org = org_of([*people, "Zoe"], {"Billing": [*people, "Zoe"]})
    refused = Fault(action="status", status=403, method="PATCH", times=9)
    path = write_list(tmp_path / "list.csv", *people, *people)
    with simulator(org, faults=[refused]) as sim:
        first = run_file(sim, path)
        sim.clear_faults()
        edited = tmp_path / "edited.csv"
        text = (first.folder / "results.csv").read_text(encoding="utf-8-sig")
        edited.write_text(text.replace("failed,yes", "failed,no"), encoding="utf-8")
        second = rerun_of(sim, edited)
    assert (["failed", "skipped"], "active") == (second.statuses, state_of(org, people[0]))
