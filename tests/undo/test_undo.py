"""An undo gives back what a run took, nothing else, and says what cannot come back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from batch_offboard.commands.verify import verify_run_folder
from batch_offboard.errors import Action, InterruptedRunError, RefusedError, UsageError
from batch_offboard.genesys import Stop
from batch_offboard.offboarding.undo import UndoPlan
from batch_offboard.record.events import CallAnswered, Event, PhaseStarted
from batch_offboard.results.next_action import with_open_rows
from batch_offboard.simulator import (
    ALWAYS,
    Assumptions,
    Fault,
    LoggedRequest,
    Org,
    Simulator,
    generate_org,
)
from tests.prepared import after
from tests.rerun.chain import edited, is_offboarded, rerun_of, results_of, undo_of
from tests.rerun.first import OPEN, after_first_run, first_run
from tests.rerun.first import org as first_org
from tests.support import (
    Ended,
    Listening,
    Member,
    Role,
    config,
    id_of,
    member_queues,
    off,
    org_of,
    permissions_without,
    run_file,
    run_people,
    simulator,
    state_of,
)

PEOPLE = ("Anna", "Ben", "Cid", "Dora")


def org(**more: Any) -> Org:
    """Four leavers, Cid inactive before and Dora in a queue by user and through a group."""
    return org_of(
        [*PEOPLE, "Zoe"],
        {
            "Billing": ["Anna", off("Ben"), Member("Cid", ring_number=4), "Zoe"],
            "Chat": [Member("Anna", joined=False, ring_number=2), "Ben"],
            "Nights": ["Dora", "Zoe"],
        },
        groups={"Night Shift": ["Dora"]},
        through={"Nights": ["Night Shift"]},
        facts={"Cid": {"state": "inactive"}},
        **more,
    )


def run_all(sim: Simulator, folder: Path) -> Ended:
    """A run of all four."""
    return run_people(sim, folder, *PEOPLE)


def run_two(sim: Simulator, folder: Path) -> Ended:
    """A run of Anna and Ben."""
    return run_people(sim, folder, "Anna", "Ben")


def run_anna(sim: Simulator, folder: Path) -> Ended:
    """A run of Anna alone."""
    return run_people(sim, folder, "Anna")


def statuses(ended: Ended) -> dict[int, tuple[str, str]]:
    """Status and code by row."""
    return {row.row: (row.status, row.error_code) for row in ended.results}


# -- the identity


def by_user(org: Org) -> dict[str, Any]:
    """The organisation without the flags of memberships through groups.

    Setting joined flag and ring number of a member sets those of the group's membership too: the
    API takes a user and a queue, not how one is a member.
    """
    whole = org.snapshot()
    for queue in whole["queues"].values():
        del queue["group_members"]
    return whole


@pytest.mark.parametrize("workers", [1, 8])
def test_undo_after_run_is_the_identity(tmp_path: Path, workers: int) -> None:
    """State, roles, and queues with joined flag and ring number, as they were."""
    settings = config(rate={"per_minute": 100_000, "workers": workers})
    with simulator(org()) as sim:
        before = sim.org.snapshot()
        ended = run_people(sim, tmp_path, *PEOPLE, settings=settings)
        changed = sim.org.snapshot()
        undone = undo_of(sim, ended.folder, settings=settings)
        assert sim.org.snapshot() == before
    assert changed != before
    assert (undone.exit_code, set(undone.statuses), len(undone.results)) == (0, {"done"}, 4)
    assert [(row.state_before, row.state_after) for row in undone.results] == [
        ("inactive", "active"),
        ("inactive", "active"),
        ("inactive", "inactive"),
        ("inactive", "active"),
    ]
    assert [(row.queues_removed, row.queues_left) for row in undone.results] == [
        (2, 0),
        (2, 0),
        (1, 0),
        (1, 0),
    ]


@pytest.mark.parametrize("seed", range(1, 6))
def test_undo_after_run_is_the_identity_on_any_organisation(tmp_path: Path, seed: int) -> None:
    """Generated organisations with groups, divisions, grants for all divisions, and inactives."""
    whole = generate_org(
        users=30,
        queues=9,
        queues_per_user=3,
        divisions=2,
        groups=3,
        unjoined_share=0.3,
        inactive_share=0.1,
        deleted_share=0.05,
        all_divisions_share=0.3,
        seed=seed,
    )
    leavers = [*whole.users.values()][: 10 + seed]
    path = tmp_path / "list.csv"
    path.write_text("user_id\n" + "".join(f"{user.id}\n" for user in leavers))
    with simulator(whole) as sim:
        before = by_user(sim.org)
        ended = run_file(sim, path)
        assert by_user(sim.org) != before
        undone = undo_of(sim, ended.folder)
        assert by_user(sim.org) == before
    assert undone.exit_code == 0
    assert set(undone.statuses) == {"done"}


def few_in_long_queues() -> Org:
    """Anna leaves a big organisation: asking for each of her queues is the cheaper way."""
    crowd = [f"Agent {number:03}" for number in range(230)]
    queues = {f"Q{number}": [*crowd, Member("Anna", ring_number=3 + number)] for number in (1, 2)}
    queues["Q3"] = [*crowd, Member("Anna", joined=False, ring_number=6)]
    queues["Q4"] = [*crowd]
    return org_of(["Anna", *crowd], queues)


@pytest.mark.parametrize("filtered", ["contains", "ignored", 400])
def test_ring_numbers_come_back_after_a_reading_by_user_too(tmp_path: Path, filtered: Any) -> None:
    """A user's own listing tells none: they are looked up in the queues, by name if it works."""
    assumptions = Assumptions(member_name_filter=filtered)
    with simulator(few_in_long_queues(), assumptions=assumptions) as sim:
        before = sim.org.snapshot()
        ended = run_people(sim, tmp_path, "Anna")
        listed = sim.count("GET", "/queues/[^/]+/members")
        undone = undo_of(sim, ended.folder)
        assert sim.org.snapshot() == before
    assert sim.count("GET", f"/users/{id_of('Anna')}/queues") > 0
    assert (undone.exit_code, undone.warnings) == (0, [])
    if filtered == "contains":
        assert listed == 3


def test_ring_numbers_that_could_not_be_read_are_named(tmp_path: Path) -> None:
    """They come back as 1."""
    hidden = Fault(action="status", method="GET", path="/members", status=403, times=ALWAYS)
    with simulator(few_in_long_queues(), faults=[hidden]) as sim:
        ended = run_people(sim, tmp_path, "Anna")
        undone = undo_of(sim, ended.folder)
    assert member_queues(sim.org, "Anna") == {"Q1", "Q2", "Q3"}
    assert undone.warnings == ["ring_numbers_unread"]


def test_who_is_a_member_only_through_a_group_is_not_put_in_by_user(tmp_path: Path) -> None:
    """The run could not see how they were a member; its removal has not ended it."""
    crowd = [f"Agent {number:03}" for number in range(230)]
    queues = {"Q1": [*crowd, "Anna"], "Q2": [*crowd]}
    groups = {"groups": {"Night Shift": ["Anna"]}, "through": {"Q2": ["Night Shift"]}}
    hidden = Fault(action="status", method="GET", path="/members", status=403, times=ALWAYS)
    with simulator(org_of(["Anna", *crowd], queues, **groups), faults=[hidden]) as sim:
        before = sim.org.snapshot()
        ended = run_people(sim, tmp_path, "Anna")
        sim.clear_faults()
        undone = undo_of(sim, ended.folder)
        assert sim.org.snapshot() == before
    assert len(sim.writes.matching("POST", f"{id_of('Q2')}/members")) > 0
    assert (undone.exit_code, statuses(undone)) == (0, {2: ("done", "")})


def test_what_had_ended_before_the_run_removed_it_is_named_and_not_put_back(
    tmp_path: Path,
) -> None:
    """Genesys may drop memberships when somebody is set inactive: not back is not as before."""
    plans: list[UndoPlan] = []
    dropping = Assumptions(inactivation_drops_memberships=True, bulk_remove_stranger="refused")
    with simulator(org(), assumptions=dropping) as sim:
        ended = run_people(sim, tmp_path, "Anna", "Dora")
        undone = undo_of(sim, ended.folder, ask=lambda plan: not plans.append(plan))
        anna = undone.of("Anna")
        sim.org.add_member(id_of("Billing"), id_of("Anna"))
        sim.org.add_member(id_of("Chat"), id_of("Anna"))
        again = undo_of(sim, ended.folder)
    assert ended.statuses == ["done", "partial"]
    (note,) = plans[0].notes
    assert note.startswith("3 queue memberships")
    assert (anna.status, anna.error_code) == ("partial", "membership_ended")
    assert (anna.queues_before, anna.queues_removed, anna.queues_left) == (2, 0, 2)
    assert [each.partition(":")[0] for each in anna.left_because.split("; ")] == ["Billing", "Chat"]
    assert "Genesys admin" in anna.next_action
    assert (again.of("Anna").status, again.of("Dora").status) == ("already_done", "partial")


# -- what may be named instead of the folder


@pytest.mark.parametrize("name", ["results.csv", "report.html"])
def test_a_file_of_the_run_stands_for_its_folder(tmp_path: Path, name: str) -> None:
    """The run that is undone is the one in whose folder the file lies."""
    with after(org, run_anna, tmp_path) as (sim, ended):
        undone = undo_of(sim, ended.folder / name)
    previous = undone.outcome.view.started.previous
    assert undone.statuses == ["done"]
    assert previous is not None
    assert previous.folder == str(ended.folder.resolve())


def test_a_results_file_that_was_moved_away_is_no_run_folder(tmp_path: Path) -> None:
    """Its new folder is named."""
    with after(org, run_anna, tmp_path) as (sim, ended):
        moved = edited(results_of(ended), tmp_path / "moved" / "r.csv", lambda row: row)
        with pytest.raises(UsageError, match=r"moved.*not a run folder"):
            undo_of(sim, moved)


# -- some rows, some already back, some gone


def test_named_rows_are_put_back_and_no_others(tmp_path: Path) -> None:
    """`--rows` in the numbers of offboard_row; the undo's results are about these only."""
    with after(org, run_all, tmp_path) as (sim, ended):
        undone = undo_of(sim, ended.folder, rows=(3, 5))
    assert [row.row for row in undone.results] == [3, 5]
    assert [state_of(sim.org, name) for name in PEOPLE] == [
        "inactive",
        "active",
        "inactive",
        "active",
    ]
    assert member_queues(sim.org, "Anna") == set()


def test_a_row_number_that_the_run_does_not_have_is_refused(tmp_path: Path) -> None:
    """Exit 2 before anything is sent."""
    with after(org, run_all, tmp_path) as (sim, ended):
        sent = len(sim.requests)
        with pytest.raises(UsageError, match="77"):
            undo_of(sim, ended.folder, rows=(3, 77))
        assert len(sim.requests) == sent


def test_what_someone_has_restored_is_left_alone(tmp_path: Path) -> None:
    """Also with other settings than before: nothing is sent for it."""
    with after(org, run_all, tmp_path) as (sim, ended):
        anna = sim.org.users[id_of("Anna")]
        anna.state = "active"
        anna.grants = [*org().users[anna.id].grants]
        sim.org.add_member(id_of("Billing"), anna.id)
        sim.org.add_member(id_of("Chat"), anna.id, joined=False, ring_number=2)
        since = len(sim.writes)
        undone = undo_of(sim, ended.folder)
        assert [each for each in sim.writes[since:] if anna.id in str((each.path, each.body))] == []
        assert sim.org.snapshot() == org().snapshot()
    assert undone.of("Anna").status == "already_done"
    assert undone.exit_code == 0


def test_a_queue_that_someone_has_added_meanwhile_stays(tmp_path: Path) -> None:
    """It touches nothing that the run did not change."""
    with after(org, run_anna, tmp_path) as (sim, ended):
        sim.org.add_member(id_of("Nights"), id_of("Anna"))
        undo_of(sim, ended.folder)
    assert member_queues(sim.org, "Anna") == {"Billing", "Chat", "Nights"}


def test_someone_deleted_meanwhile_is_named(tmp_path: Path) -> None:
    """Failed, nothing sent for them; the others are put back."""
    with after(org, run_all, tmp_path) as (sim, ended):
        sim.org.users[id_of("Anna")].state = "deleted"
        undone = undo_of(sim, ended.folder)
    assert [row.status for row in undone.results] == ["failed", "done", "done", "done"]
    assert undone.exit_code == 3
    assert undone.results[0].error_code == "user_not_found"


def test_a_queue_deleted_meanwhile_leaves_the_row_partial(tmp_path: Path) -> None:
    """It is named; everything else of the person is put back."""
    with after(org, run_all, tmp_path) as (sim, ended):
        del sim.org.queues[id_of("Chat")]
        undone = undo_of(sim, ended.folder)
    assert [row.status for row in undone.results] == ["partial", "partial", "done", "done"]
    assert member_queues(sim.org, "Anna") == {"Billing"}
    assert "Chat" in undone.of("Anna").left_because
    assert state_of(sim.org, "Anna") == "active"


@pytest.mark.parametrize("status", [400, 403])
def test_a_role_that_cannot_be_given_back_keeps_no_other_from_the_person(
    tmp_path: Path, status: int
) -> None:
    """It may be deleted since, or hold more than the client may give: it is named, alone."""
    agent = id_of("Agent")

    def gives_agent(request: LoggedRequest) -> bool:
        return agent in str(request.body)

    fault = Fault(action="status", status=status, path="bulkadd$", where=gives_agent, times=ALWAYS)
    with after(org, run_two, tmp_path) as (sim, ended):
        sim.add_fault(fault)
        undone = undo_of(sim, ended.folder)
        held = [{grant.role for grant in sim.org.users[id_of(each)].grants} for each in PEOPLE[:2]]
        sim.clear_faults()
        again = undo_of(sim, ended.folder)
    assert held == [{id_of("Employee")}] * 2
    assert undone.statuses == ["partial", "partial"]
    assert {row.left_because for row in undone.results} == {"role Agent: not put back"}
    assert again.statuses == ["done", "done"]


def test_roles_that_cannot_be_read_back_leave_no_doubt_about_anybody_elses(tmp_path: Path) -> None:
    """Anna's are given back, but not shown any more; Ben's are."""
    with after(org, run_two, tmp_path) as (sim, ended):
        given: list[str] = []

        def is_given(request: LoggedRequest) -> bool:
            given.extend(["bulkadd"] if request.path.endswith("bulkadd") else [])
            return bool(given) and request.method == "GET"

        path = f"/authorization/subjects/{id_of('Anna')}"
        sim.add_fault(Fault(action="status", status=403, path=path, where=is_given, times=ALWAYS))
        undone = undo_of(sim, ended.folder)
    assert [row.status for row in undone.results] == ["partial", "done"]
    assert undone.of("Anna").error_code == "not_confirmed"


def test_rows_that_the_run_did_not_change_are_not_undone(tmp_path: Path) -> None:
    """A refused row stays failed in the undone run's record, and a rerun attempts it."""
    with after_first_run(tmp_path) as (sim, first):
        undone = undo_of(sim, first.folder)
        rows = {row["offboard_row"]: row["offboard_status"] for row in first.file_rows()}
        again = rerun_of(sim, first.folder)
    assert id_of("Dora") not in {row.user_id for row in undone.results}
    assert (rows["5"], rows["6"], rows["8"]) == ("failed", "failed", "skipped")
    assert again.of("Dora").status == "done"


def test_no_phase_is_begun_for_which_there_is_no_call(tmp_path: Path) -> None:
    """Cid was inactive before: only the queues have anything to do, in the run and the undo."""
    with simulator(org()) as sim:
        ended = run_people(sim, tmp_path, "Cid")
        undone = undo_of(sim, ended.folder)
    events = ended.events + undone.events
    phases = [each for each in events if isinstance(each, PhaseStarted)]
    assert [each.title for each in phases if each.total == 0] == []


def test_undo_twice_finds_everything_in_place(tmp_path: Path) -> None:
    """Zero writing requests the second time."""
    with after(org, run_all, tmp_path) as (sim, ended):
        undo_of(sim, ended.folder)
        since = len(sim.writes)
        again = undo_of(sim, ended.folder)
        assert len(sim.writes) == since
    assert set(again.statuses) == {"already_done"}
    assert again.exit_code == 0


# -- roles


@pytest.mark.parametrize("why", ["setting", "permission"])
def test_roles_that_were_not_read_are_said_before_the_question(tmp_path: Path, why: str) -> None:
    """The plan names it; the rows are partial, everything else is put back."""
    settings = config(snapshot_roles=why != "setting")
    client = [Role(permissions_without("authorization:grant:view"))]
    whole = org(client=client) if why == "permission" else org()
    plans: list[UndoPlan] = []
    with simulator(whole) as sim:
        ended = run_people(sim, tmp_path, "Anna", settings=settings)
        undone = undo_of(
            sim, ended.folder, settings=settings, ask=lambda plan: not plans.append(plan)
        )
    assert [note for note in plans[0].notes if "roles" in note] != []
    row = undone.of("Anna")
    assert (row.status, row.state_after, row.queues_left) == ("partial", "active", 0)
    assert "roles" in row.left_because


# -- dry run, guards, refusals


def test_a_dry_run_of_an_undo_changes_nothing_and_tells_the_same_plan(tmp_path: Path) -> None:
    """Status planned; the undone run's record stays as it was."""
    plans: list[UndoPlan] = []
    with after(org, run_all, tmp_path) as (sim, ended):
        journal = (ended.folder / "journal.jsonl").read_bytes()
        since = len(sim.writes)
        dry = undo_of(sim, ended.folder, dry_run=True, ask=lambda plan: not plans.append(plan))
        assert len(sim.writes) == since
        undo_of(sim, ended.folder, ask=lambda plan: not plans.append(plan))
    assert set(dry.statuses) == {"planned"}
    assert (dry.exit_code, plans[0]) == (0, plans[1])
    assert (plans[0].people, plans[0].to_active, plans[0].memberships, plans[0].queues) == (
        4,
        3,
        6,
        3,
    )
    assert (ended.folder / "journal.jsonl").read_bytes().startswith(journal)


@pytest.mark.parametrize("dry_run", [False, True])
def test_max_rows_holds_for_an_undo_too(tmp_path: Path, dry_run: bool) -> None:
    """Exit 4 with zero writing requests, also in a dry run; --max-rows raises it."""
    tight = config(guards={"max_rows": 3})
    with after(org, run_all, tmp_path) as (sim, ended):
        since = len(sim.writes)
        refused = undo_of(sim, ended.folder, settings=tight, dry_run=dry_run)
        assert (refused.exit_code, len(sim.writes)) == (4, since)
        raised = undo_of(sim, ended.folder, settings=tight, dry_run=dry_run, max_rows=4)
    assert raised.exit_code == 0


def test_a_declined_undo_leaves_no_trace_in_the_undone_run(tmp_path: Path) -> None:
    """Exit 4; the run's rows are still done."""
    with after(org, run_all, tmp_path) as (sim, ended):
        since = len(sim.writes)
        declined = undo_of(sim, ended.folder, ask=lambda plan: False)
        assert (declined.exit_code, len(sim.writes)) == (4, since)
    assert {each.next_action for each in declined.results} == {
        "HR: start the undo again. This row was not started."
    }
    assert {row["offboard_status"] for row in ended.file_rows()} == {"done", "partial"}


def test_an_undo_that_was_stopped_knows_who_is_as_before_and_goes_on(tmp_path: Path) -> None:
    """Those whom it found as before are not open, and the rest can be put back by its action."""
    stop = Stop()

    class Pressing(Listening):
        def event(self, event: Event) -> None:
            super().event(event)
            if isinstance(event, CallAnswered):
                stop.request(InterruptedRunError("Stopped by Ctrl-C."))

    with after(org, run_all, tmp_path) as (sim, ended):
        back = undo_of(sim, ended.folder, rows=frozenset({2, 3}))
        assert back.statuses == ["done", "done"]
        stopped = undo_of(sim, ended.folder, stop=stop, listener=Pressing())
        assert stopped.statuses[:2] == ["already_done", "already_done"]
        action = with_open_rows(stopped.outcome.view, stopped.folder / "results.csv")
        assert action is not None
        left = {each.row for each in stopped.results} - {2, 3}
        assert (action.name, action.path, set(action.rows)) == ("undo_rest", ended.folder, left)
        rest = undo_of(sim, ended.folder, rows=frozenset(action.rows))
    assert (rest.exit_code, with_open_rows(rest.outcome.view, rest.folder)) == (0, None)


def test_another_organisation_is_refused(tmp_path: Path) -> None:
    """Exit 4 before anything is read of people."""
    with simulator(org()) as sim:
        ended = run_people(sim, tmp_path, *PEOPLE)
    with simulator(generate_org(users=5, queues=1)) as other:
        with pytest.raises(RefusedError, match="organisation"):
            undo_of(other, ended.folder)
        assert [each for each in other.requests if "/users" in each.path] == []


def test_an_undo_cannot_be_undone_nor_rerun(tmp_path: Path) -> None:
    """A rerun offboards: it must not take up what an undo left, nor call done whom it put back."""
    fault = Fault(action="status", status=400, method="POST", path=id_of("Chat"), times=ALWAYS)
    with after(org, run_all, tmp_path) as (sim, ended):
        sim.add_fault(fault)
        undone = undo_of(sim, ended.folder)
        sim.clear_faults()
        since = len(sim.writes)
        assert undone.of("Anna").status == "partial"
        moved = edited(results_of(undone), tmp_path / "m" / "r.csv", lambda row: row)
        for refused in (
            lambda: undo_of(sim, undone.folder),
            lambda: rerun_of(sim, undone.folder),
            lambda: rerun_of(sim, results_of(undone)),
            lambda: rerun_of(sim, moved),
        ):
            with pytest.raises(UsageError, match="undo"):
                refused()
        assert len(sim.writes) == since
        assert undo_of(sim, ended.folder).of("Anna").status == "done"


def test_a_run_that_changed_nothing_has_nothing_to_put_back(tmp_path: Path) -> None:
    """Exit 2 with a sentence, as for a dry run's folder."""
    with simulator(org()) as sim:
        dry = run_people(sim, tmp_path, *PEOPLE, dry_run=True)
        with pytest.raises(UsageError, match="nothing to put back"):
            undo_of(sim, dry.folder)


# -- chains


def test_the_undone_run_says_so_and_its_record_stays_whole(tmp_path: Path) -> None:
    """Its rows are skipped, undone; hash chain and results.csv still agree."""
    with after(org, run_all, tmp_path) as (sim, ended):
        undone = undo_of(sim, ended.folder, rows=(2,))
    rows = ended.file_rows()
    assert [(row["offboard_status"], row["offboard_error_code"]) for row in rows][:2] == [
        ("skipped", "undone"),
        ("done", ""),
    ]
    assert undone.outcome.view.started.run_id in rows[0]["offboard_error"]
    assert [verify_run_folder(each.folder).holds for each in (ended, undone)] == [True, True]


@pytest.mark.parametrize("what", ["folder", "file"])
def test_a_later_rerun_leaves_undone_people_alone_unless_named(tmp_path: Path, what: str) -> None:
    """Skipped, undone; named with --rows they are attempted."""
    with after(org, run_two, tmp_path) as (sim, ended):
        undo_of(sim, ended.folder, rows=(2,))
        previous = ended.folder if what == "folder" else results_of(ended)
        since = len(sim.writes)
        left_alone = rerun_of(sim, previous)
        assert len(sim.writes) == since
        named = rerun_of(sim, left_alone.folder, rows=(2,))
        assert is_offboarded(sim.org, "Anna")
    assert statuses(left_alone) == {2: ("skipped", "undone"), 3: ("done", "")}
    assert statuses(named) == {2: ("done", ""), 3: ("done", "")}
    assert named.of("Anna").queues_before == 2


def test_undo_of_a_rerun_names_the_undo_of_the_earlier_run(tmp_path: Path) -> None:
    """For a row that the rerun did not touch, and that an earlier run did."""
    with after_first_run(tmp_path) as (sim, first):
        second = rerun_of(sim, first.folder)
        third = rerun_of(sim, results_of(second))
        since = len(sim.writes)
        for ended in (second, third):
            with pytest.raises(UsageError) as told:
                undo_of(sim, ended.folder, rows=(2,))
            assert Action("undo_run", first.folder, (2,)) in told.value.actions
        assert len(sim.writes) == since
        undone = undo_of(sim, first.folder, rows=(2,))
    assert undone.statuses == ["done"]


def test_undo_of_a_whole_rerun_names_what_earlier_runs_took(tmp_path: Path) -> None:
    """It puts back its own changes, and says which undo puts back the rest."""
    with simulator(first_org()) as sim:
        before = sim.org.snapshot()
        first = first_run(sim, tmp_path)
        second = rerun_of(sim, first.folder)
        undone = undo_of(sim, second.folder)
        told = [each for one in undone.outcome.view.warnings for each in one.actions]
        assert told == [Action("undo_run", first.folder, (2, 3, 4, 8, 9, 10))]
        undo_of(sim, first.folder)
        assert sim.org.snapshot() == before
    assert {row.user_id for row in undone.results} == {id_of(name) for name in OPEN}


def test_a_run_whose_folder_is_gone_is_named_by_its_id(tmp_path: Path) -> None:
    """There is no command to print then, but it is not passed over in silence."""
    with after_first_run(tmp_path) as (sim, first):
        second = rerun_of(sim, first.folder)
        first.folder.rename(tmp_path / "archived")
        with pytest.raises(UsageError, match="offboard_run_id"):
            undo_of(sim, second.folder, rows=(2,))


@pytest.mark.parametrize("lines", [1, 2])
def test_a_run_whose_record_is_cut_short_is_named_by_its_id(tmp_path: Path, lines: int) -> None:
    """A journal that ends before its run began tells nothing of what was taken."""
    with after_first_run(tmp_path) as (sim, first):
        second = rerun_of(sim, first.folder)
        journal = first.folder / "journal.jsonl"
        journal.write_bytes(b"".join(journal.read_bytes().splitlines(keepends=True)[:lines]))
        undone = undo_of(sim, second.folder)
    told = [each.message for each in undone.outcome.view.warnings]
    assert any("Find the run named in offboard_run_id" in each for each in told), told
    assert undone.statuses == ["done"] * len(OPEN)


@pytest.mark.parametrize("there", [True, False])
def test_a_folder_that_is_no_run_folder_is_left_as_it_is(tmp_path: Path, there: bool) -> None:
    """The person mistyped it: not even a lock stays behind."""
    folder = tmp_path / "photos"
    if there:
        folder.mkdir()
    with simulator(org()) as sim, pytest.raises(UsageError, match="not a run folder"):
        undo_of(sim, folder)
    assert list(tmp_path.rglob("*")) == [folder] * there
