"""Who is on the list: what is read, what is sent, what is not."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from batch_offboard.errors import Action, UsageError
from batch_offboard.simulator import ALWAYS, Assumptions, Fault
from tests.support import (
    config,
    id_of,
    member_queues,
    org_of,
    run_file,
    run_people,
    simulator,
    state_of,
    write_list,
)

UNKNOWN = "00000000-0000-4000-8000-00000000dead"


def test_an_active_person_is_set_to_inactive_and_leaves_their_queues(tmp_path: Path) -> None:
    """The main job for one person: state, queues, counts, verified."""
    org = org_of(["Anna", "Zoe"], {"Billing": ["Anna", "Zoe"], "Claims": ["Anna"]})
    with simulator(org) as sim:
        ended = run_people(sim, tmp_path, "Anna")
    anna = ended.of("Anna")
    assert (
        anna.status, anna.retry, anna.state_before, anna.state_after, anna.queues_before,
        anna.queues_removed, anna.queues_left, anna.http_status, anna.error_code, anna.verified,
    ) == (
        "done", False, "active", "inactive", 2, 2, 0, 200, "", True,
    )  # fmt: skip
    assert ("inactive", set()) == (state_of(org, "Anna"), member_queues(org, "Anna"))
    assert ended.exit_code == 0


def test_state_stands_alone_with_the_version_in_every_patch(tmp_path: Path) -> None:
    """Genesys takes no other field beside the state."""
    org = org_of(["Anna", "Ben"], facts={"Anna": {"version": 7}, "Ben": {"version": 12}})
    with simulator(org) as sim:
        run_people(sim, tmp_path, "Anna", "Ben")
    bodies = [each.body for each in sim.requests.matching("PATCH")]
    assert sorted(bodies, key=lambda body: body["version"]) == [
        {"state": "inactive", "version": 7},
        {"state": "inactive", "version": 12},
    ]


def test_an_address_is_told_apart_from_one_that_only_sounds_alike(tmp_path: Path) -> None:
    """An ß is no ss: whoever has the other address is left alone, found by it or by id."""
    org = org_of(["Anna", "Ben"], facts={"Anna": {"email": "strasse@test.example"}})
    path = tmp_path / "list.csv"
    rows = f",straße@test.example\n{id_of('Anna')},straße@test.example\n,BEN@test.example\n"
    path.write_text(f"user_id,email\n{rows}", "utf-8")
    with simulator(org) as sim:
        ended = run_file(sim, path)
    assert (state_of(org, "Anna"), state_of(org, "Ben")) == ("active", "inactive")
    assert [row.error_code for row in ended.results] == ["user_not_found", "identity_mismatch", ""]


def test_ids_are_accepted_in_braces_upper_case_and_with_blanks(tmp_path: Path) -> None:
    """What people paste is cleaned before it is sent, and kept as it was in the results."""
    org = org_of(["Anna", "Ben", "Cleo"])
    ids = [f"{{{id_of('Anna')}}}", id_of("Ben").upper(), f"  {id_of('Cleo')} "]
    path = write_list(tmp_path / "list.csv", more=[f"{each},x" for each in ids])
    with simulator(org) as sim:
        ended = run_file(sim, path, accepted_names=frozenset({2, 3, 4}))
    assert ended.statuses == ["done"] * 3
    assert ids == [row["user_id"] for row in ended.file_rows()]


def test_a_name_accepted_in_a_row_that_there_is_not_is_refused(tmp_path: Path) -> None:
    """Exit 2, naming the row, before anything is sent: a mistyped number is no consent."""
    path = write_list(tmp_path / "list.csv", "Anna")
    with simulator(org_of(["Anna"])) as sim:
        with pytest.raises(UsageError, match=r"The list has no row 99\b") as told:
            run_file(sim, path, accepted_names=frozenset({2, 99}))
        assert told.value.actions == (Action("correct_accepted_names"),)
        assert len(sim.requests) == 0
    assert not (tmp_path / "runs").exists()


def test_a_malformed_id_is_a_row_of_its_own_and_is_never_sent(tmp_path: Path) -> None:
    """Only ids that are GUIDs may reach a call."""
    bad = ["me", "..", f"{id_of('Anna')}/queues", "4711", f"{id_of('Anna')[:-1]}"]
    org = org_of(["Anna"])
    path = write_list(tmp_path / "list.csv", "Anna", more=[f"{each},x" for each in bad])
    with simulator(org) as sim:
        ended = run_file(sim, path)
    assert ["done", *["failed"] * 5] == ended.statuses
    assert [each.error_code for each in ended.results[1:]] == ["invalid_user_id"] * 5
    assert [each.http_status for each in ended.results[1:]] == [None] * 5
    sent = " ".join(f"{each.path} {each.query} {each.body}" for each in sim.requests)
    assert [each for each in bad if f"'{each}'" in sent or sent.endswith(each)] == []
    assert {id_of("Anna")} == set(
        re.findall(r"/users/([^/ ]+)", " ".join(each.path for each in sim.requests))
    )
    assert ended.exit_code == 3


def test_an_unknown_id_carries_the_real_404_and_its_correlation_id(tmp_path: Path) -> None:
    """One confirming call, whose answer the row shows."""
    org = org_of(["Anna"])
    path = write_list(tmp_path / "list.csv", "Anna", more=[f"{UNKNOWN},Nobody Known"])
    with simulator(org) as sim:
        ended = run_file(sim, path)
    (asked,) = sim.requests.matching("GET", f"/users/{UNKNOWN}$")
    row = ended.results[1]
    assert ("failed", "user_not_found", 404, asked.correlation_id, True) == (
        row.status,
        row.error_code,
        row.http_status,
        row.correlation_id,
        row.retry,
    )
    assert [each for each in sim.writes if UNKNOWN in f"{each.path}{each.body}"] == []


def test_the_second_row_for_a_person_is_a_duplicate_and_is_sent_once(tmp_path: Path) -> None:
    """One PATCH, and the second row names the first."""
    org = org_of(["Anna"], {"Billing": ["Anna"]})
    path = write_list(tmp_path / "list.csv", "Anna", more=[f"{id_of('Anna').upper()},Anna Test"])
    with simulator(org) as sim:
        ended = run_file(sim, path)
    assert [(each.status, each.error_code) for each in ended.results] == [
        ("done", ""),
        ("skipped", "duplicate"),
    ]
    assert "row 2" in ended.results[1].next_action
    assert sim.count("PATCH", "/users/") == 1
    assert ended.exit_code == 0


def test_someone_already_inactive_gets_no_state_call_but_leaves_queues(tmp_path: Path) -> None:
    """Leftover memberships are still removed; the state is not touched."""
    org = org_of(["Anna"], {"Billing": ["Anna"]}, facts={"Anna": {"state": "inactive"}})
    with simulator(org) as sim:
        ended = run_people(sim, tmp_path, "Anna")
    anna = ended.of("Anna")
    assert (anna.status, anna.state_before, anna.queues_removed) == ("done", "inactive", 1)
    assert (sim.count("PATCH"), len(sim.writes)) == (0, 1)


def test_someone_inactive_and_in_no_queue_needs_nothing(tmp_path: Path) -> None:
    """`already_done` without one writing call, and read back all the same."""
    org = org_of(["Anna"], {"Billing": []}, facts={"Anna": {"state": "inactive"}})
    with simulator(org) as sim:
        ended = run_people(sim, tmp_path, "Anna")
    assert (
        ended.of("Anna").status,
        ended.of("Anna").verified,
        sim.writes,
    ) == ("already_done", True, [])


@pytest.mark.parametrize("shown", [True, False])
def test_a_deleted_user_is_already_done(tmp_path: Path, shown: bool) -> None:
    """Nothing is done, whether or not `state=any` shows deleted users."""
    org = org_of(["Anna"], {"Billing": ["Anna"]}, facts={"Anna": {"state": "deleted"}})
    with simulator(org, assumptions=Assumptions(any_includes_deleted=shown)) as sim:
        ended = run_people(sim, tmp_path, "Anna")
    anna = ended.of("Anna")
    assert (
        anna.status,
        anna.state_before,
        anna.state_after,
        anna.retry,
    ) == ("already_done", "deleted", "deleted", False)
    assert (sim.writes, ended.exit_code) == ([], 0)


def test_people_are_read_a_hundred_ids_a_call_in_any_state(tmp_path: Path) -> None:
    """101 rows are two reads; without `state=any` those already inactive would look unknown."""
    people = [f"P{number}" for number in range(101)]
    org = org_of(people, facts={"P7": {"state": "inactive"}})
    with simulator(org) as sim:
        run_people(sim, tmp_path, *people, dry_run=True, settings=config(verify=False))
    reads = [each for each in sim.requests.matching("GET", "/users$") if "id" in each.query]
    assert sorted(len(each.query["id"].split(",")) for each in reads) == [1, 100]
    assert {"any"} == {each.query["state"] for each in reads}


@pytest.mark.parametrize("status", [409, 400])
def test_a_stale_version_is_read_again_and_tried_again(tmp_path: Path, status: int) -> None:
    """Somebody changes the person between our reading and our writing, twice."""
    org = org_of(["Anna"], facts={"Anna": {"version": 3}})

    def interfere(request: object) -> None:
        done = [each for each in sim.app.log.entries() if each.method == "PATCH"]
        if getattr(request, "method", "") == "PATCH" and len(done) <= 2:
            org.change_user(id_of("Anna"), title="Busy")

    assumptions = Assumptions(stale_version_status=status)  # type: ignore[arg-type]
    with simulator(org, assumptions=assumptions, on_request=interfere) as sim:
        ended = run_people(sim, tmp_path, "Anna")
    patches = sim.requests.matching("PATCH")
    assert [status, status, 200] == [each.status for each in patches]
    assert [each.body["version"] for each in patches] == [3, 4, 5]
    assert ended.of("Anna").status == "done"


def test_a_conflict_that_never_ends_leaves_the_row_failed(tmp_path: Path) -> None:
    """After all tries the row carries Genesys' own 409, and is not taken further."""
    org = org_of(["Anna", "Ben"], {"Billing": ["Anna", "Ben"]})
    conflict = Fault(action="status", status=409, path=id_of("Anna"), method="PATCH", times=ALWAYS)
    with simulator(org, faults=[conflict]) as sim:
        ended = run_people(sim, tmp_path, "Anna", "Ben", settings=config(retry={"attempts": 3}))
    anna = ended.of("Anna")
    assert (
        anna.status,
        anna.http_status,
        anna.error_code,
        anna.state_after,
        anna.queues_removed,
    ) == ("failed", 409, "general.conflict", "active", 0)
    assert ("done", {"Billing"}) == (ended.of("Ben").status, member_queues(org, "Anna"))
    assert sim.count("PATCH", id_of("Anna")) == 3


def test_a_person_found_by_e_mail_is_read_by_id_before_anything_is_sent(tmp_path: Path) -> None:
    """The search index lags behind state and version, so the version comes from the read."""
    org = org_of(["Anna", "Ben"], facts={"Ben": {"version": 9}})
    path = tmp_path / "list.csv"
    path.write_text("email,name\nBEN@test.example,Ben Test\nno@test.example,No\n", "utf-8")
    with simulator(org) as sim:
        ended = run_file(sim, path)
    assert [(each.status, each.error_code) for each in ended.results] == [
        ("done", ""),
        ("failed", "user_not_found"),
    ]
    assert [each.body["version"] for each in sim.requests.matching("PATCH")] == [9]
    assert state_of(org, "Anna") == "active"


def test_a_row_whose_name_is_somebody_elses_is_held(tmp_path: Path) -> None:
    """The name is what a mix-up shows in; a person who has looked can accept it."""
    org = org_of(["Anna", "Ben"])
    path = write_list(tmp_path / "list.csv", more=[f"{id_of('Anna')},Ben Test"])
    with simulator(org) as sim:
        held = run_file(sim, path)
        writes = len(sim.writes)
        accepted = run_file(sim, path, accepted_names=frozenset({2}))
    assert (
        held.results[0].status,
        held.results[0].error_code,
        held.results[0].retry,
        writes,
    ) == ("skipped", "identity_mismatch", False, 0)
    assert (accepted.statuses, held.exit_code) == (["done"], 3)


def test_protected_people_are_skipped_and_the_others_go_on(tmp_path: Path) -> None:
    """By id or by address, whatever the case."""
    org = org_of(["Anna", "Ben", "Cleo"])
    guards = {"protected": [id_of("Anna").upper(), "BEN@test.example"], "max_percent_of_org": 100}
    with simulator(org) as sim:
        ended = run_people(sim, tmp_path, "Anna", "Ben", "Cleo", settings=config(guards=guards))
    assert [each.error_code for each in ended.results] == ["protected", "protected", ""]
    assert [state_of(org, name) for name in ("Anna", "Ben", "Cleo")] == [
        "active",
        "active",
        "inactive",
    ]


def test_a_row_that_is_not_due_is_left_for_later(tmp_path: Path) -> None:
    """`skipped`, retry yes, exit 0, and nothing is sent for it."""
    org = org_of(["Anna", "Ben"])
    path = tmp_path / "list.csv"
    tomorrow = datetime.now(UTC).date() + timedelta(days=1)
    path.write_text(
        f"user_id,termination_date\n{id_of('Anna')},2020-01-31\n{id_of('Ben')},{tomorrow}\n",
        "utf-8",
    )
    with simulator(org) as sim:
        ended = run_file(sim, path)
    assert [(each.status, each.retry) for each in ended.results] == [
        ("done", False),
        ("skipped", True),
    ]
    assert (
        ended.results[1].error_code,
        ended.exit_code,
        state_of(org, "Ben"),
    ) == ("not_due", 0, "active")
