"""A rerun does the open rows, carries the finished ones through, and counts over the chain."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Any

import pytest

from batch_offboard.errors import Action, RefusedError, UsageError
from batch_offboard.results.models import COLUMNS
from batch_offboard.simulator import ALWAYS, Fault, generate_org
from tests.rerun.chain import (
    edited,
    is_offboarded,
    read_rows,
    rerun_of,
    results_of,
    undo_of,
    write_rows,
)
from tests.rerun.first import OPEN, after_first_run, org
from tests.rerun.outcome import AFTER, write_requests_name
from tests.support import (
    config,
    id_of,
    member_queues,
    org_of,
    run_file,
    run_people,
    simulator,
)


def test_only_the_open_rows_are_attempted_and_the_file_is_complete(tmp_path: Path) -> None:
    """The finished rows come through as they were, every column, in the list's order."""
    with after_first_run(tmp_path) as (sim, first):
        since = len(sim.writes)
        ended = rerun_of(sim, results_of(first))
        assert write_requests_name(sim, since) == set(OPEN)
    assert ended.statuses == AFTER
    assert ended.exit_code == 3
    for earlier, now in zip(first.results, ended.results, strict=True):
        if earlier.status == "done":
            assert now == earlier
    assert [row["note"] for row in ended.file_rows()] == [row["note"] for row in first.file_rows()]


def test_a_chain_keeps_the_name_of_the_list_it_began_with(tmp_path: Path) -> None:
    """In the folders' names, with what each run is; and with its digest in every report."""
    with after_first_run(tmp_path) as (sim, real):
        first = run_file(sim, tmp_path / "leavers.csv", dry_run=True)
        again = rerun_of(sim, real.folder, working_folder=tmp_path)
        moved = results_of(again).rename(tmp_path / "sent by mail.csv")
        once_more = rerun_of(sim, moved, working_folder=tmp_path, dry_run=True)
        undone = undo_of(sim, real.folder, working_folder=tmp_path)
    ended = (first, real, again, once_more, undone)
    names = [each.folder.name.partition("-")[2].removesuffix("-2") for each in ended]
    assert names == [
        "leavers-dry-run",
        "leavers",
        "leavers-rerun",
        "leavers-rerun-dry-run",
        "leavers-undo",
    ]
    digest = hashlib.sha256((tmp_path / "leavers.csv").read_bytes()).hexdigest()
    lists = [each.outcome.view.started.list for each in ended]
    assert {(each.termination_list.name, each.termination_list.sha256) for each in lists} == {
        ("leavers.csv", digest)
    }
    assert lists[3].name == "sent by mail.csv"
    page = (again.folder / "report.html").read_text("utf-8")
    assert digest in page
    assert lists[2].sha256 in page
    (tmp_path / "runs").rename(tmp_path / "archive")
    with simulator(org()) as sim:
        alone = rerun_of(sim, moved, working_folder=tmp_path, dry_run=True)
    assert alone.outcome.view.started.list.original is None


def test_the_plan_names_the_run_and_its_list(tmp_path: Path) -> None:
    """Whatever the results file is called by now."""
    with after_first_run(tmp_path) as (sim, first):
        again = rerun_of(sim, first.folder / "results.csv", dry_run=True)
    plan = again.outcome.view.plan
    assert plan is not None
    rows = len(first.results)
    assert any(
        re.fullmatch(rf"  Rerun of {first.folder.name}: \d+ of {rows} rows of leavers\.csv\.", each)
        for each in plan.lines
    )


def test_counts_and_evidence_go_over_both_runs(tmp_path: Path) -> None:
    """State before, queues before and removed from the first run on; attempts counted on."""
    with after_first_run(tmp_path) as (sim, first):
        ended = rerun_of(sim, first.folder)
    finn = first.of("Finn")
    assert (finn.queues_before, finn.queues_removed, finn.queues_left) == (2, 1, 1)
    told = [
        (
            row.status,
            row.state_before,
            row.state_after,
            row.queues_before,
            row.queues_removed,
            row.queues_left,
            row.attempts,
            row.error_code,
        )
        for row in (ended.of("Dora"), ended.of("Finn"))
    ]
    assert told == [("done", "active", "inactive", 2, 2, 0, 2, "")] * 2
    assert ended.of("Finn").started_at == finn.started_at


def test_no_column_of_ours_is_doubled_over_a_chain(tmp_path: Path) -> None:
    """The header of the third run's file is that of the first's."""
    with after_first_run(tmp_path) as (sim, first):
        second = rerun_of(sim, results_of(first))
        third = rerun_of(sim, results_of(second))
    headers = [read_rows(results_of(ended))[0] for ended in (first, second, third)]
    assert headers[0] == ["user_id", "email", "employee_id", "name", "note", *COLUMNS]
    assert headers[1:] == headers[:1] * 2


def test_counts_are_cumulative_over_three_runs(tmp_path: Path) -> None:
    """One queue a run: removed and attempts grow, before stays."""
    whole = org_of(["Anna", "Zoe"], {name: ["Anna", "Zoe"] for name in ("A", "B", "C")})

    def refused(*queues: str) -> list[Fault]:
        return [
            Fault(action="status", status=400, method="POST", path=id_of(queue), times=ALWAYS)
            for queue in queues
        ]

    told = []
    with simulator(whole, faults=refused("B", "C")) as sim:
        ended = run_people(sim, tmp_path, "Anna")
        told.append(ended.of("Anna"))
        for left in (("C",), ()):
            sim.clear_faults()
            for fault in refused(*left):
                sim.add_fault(fault)
            ended = rerun_of(sim, results_of(ended))
            told.append(ended.of("Anna"))
    assert [
        (row.status, row.queues_before, row.queues_removed, row.queues_left, row.attempts)
        for row in told
    ] == [("partial", 3, 1, 2, 1), ("partial", 3, 2, 1, 2), ("done", 3, 3, 0, 3)]
    assert {(row.state_before, row.started_at) for row in told} == {("active", told[0].started_at)}


def test_nothing_left_to_do(tmp_path: Path) -> None:
    """It writes the file, sends nothing that writes, and exits by its rows."""
    with after_first_run(tmp_path) as (sim, first):
        second = rerun_of(sim, results_of(first))
        header, rows = read_rows(results_of(second))
        done = [row for row in rows if row["offboard_status"] == "done"]
        path = write_rows(tmp_path / "done only.csv", header, done)
        since = len(sim.writes)
        asked: list[Any] = []
        ended = rerun_of(sim, path, ask=lambda plan: not asked.append(plan))
        assert len(sim.writes) == since
    assert (ended.exit_code, ended.statuses) == (0, ["done"] * len(done))
    assert [plan.people for plan in asked] == [0]
    assert results_of(ended).exists()


# -- where a rerun is refused


def test_a_run_folder_with_an_edited_results_file_is_refused(tmp_path: Path) -> None:
    """Exit 2: it cannot be known which of the two is meant."""
    with after_first_run(tmp_path) as (sim, first):
        edited(results_of(first), results_of(first), lambda row: {**row, "note": "edited"})
        since = len(sim.requests)
        with pytest.raises(UsageError, match=r"results\.csv was edited") as told:
            rerun_of(sim, first.folder)
        assert told.value.actions == (Action("rerun_edited", results_of(first)),)
        assert len(sim.requests) == since
        ended = rerun_of(sim, results_of(first))
    assert ended.statuses == AFTER


@pytest.mark.parametrize("what", ["folder", "file"])
def test_another_organisation_is_refused(tmp_path: Path, what: str) -> None:
    """Exit 4 before anything is read of people."""
    with (
        after_first_run(tmp_path) as (_, first),
        simulator(generate_org(users=5, queues=1)) as other,
    ):
        with pytest.raises(RefusedError, match="organisation"):
            rerun_of(other, first.folder if what == "folder" else results_of(first))
        assert [each for each in other.requests if "/users" in each.path] == []


@pytest.mark.parametrize("what", ["list", "half", "missing", "no folder"])
def test_what_is_no_results_file_says_to_use_run(tmp_path: Path, what: str) -> None:
    """Exit 2 with a sentence, before anything is sent."""
    with after_first_run(tmp_path) as (sim, first):
        since = len(sim.requests)
        path = {
            "list": tmp_path / "leavers.csv",
            "half": tmp_path / "half.csv",
            "missing": tmp_path / "nowhere.csv",
            "no folder": tmp_path,
        }[what]
        header, rows = read_rows(results_of(first))
        write_rows(
            tmp_path / "half.csv",
            header[:7],
            [{name: row[name] for name in header[:7]} for row in rows],
        )
        with pytest.raises(UsageError) as told:
            rerun_of(sim, path)
        assert len(sim.requests) == since
    if what in ("list", "half"):
        assert "For a termination list, use run instead of rerun." in str(told.value)
    assert str(path.name) in str(told.value)


# -- guards and dry run


@pytest.mark.parametrize("dry_run", [False, True])
def test_the_guards_hold_for_a_rerun_too(tmp_path: Path, dry_run: bool) -> None:
    """They count what this run would change, not the whole file; zero writing requests."""
    tight = config(guards={"max_rows": 1})
    with after_first_run(tmp_path) as (sim, first):
        since = len(sim.writes)
        ended = rerun_of(sim, first.folder, settings=tight, dry_run=dry_run)
        assert (ended.exit_code, len(sim.writes)) == (4, since)
        raised = rerun_of(sim, first.folder, settings=tight, dry_run=dry_run, max_rows=2)
    assert raised.exit_code == 3
    assert ended.outcome.error is not None
    assert ended.outcome.error.actions == (Action("raise_max_rows", number=2),)


def test_a_declined_rerun_says_what_was_before(tmp_path: Path) -> None:
    """Nothing was sent: evidence and attempts of the earlier run are still told."""
    with after_first_run(tmp_path) as (sim, first):
        since = len(sim.writes)
        ended = rerun_of(sim, first.folder, ask=lambda plan: False)
        assert (ended.exit_code, len(sim.writes)) == (4, since)
    for name in OPEN:
        before, now = first.of(name), ended.of(name)
        assert (now.retry, now.attempts, now.queues_removed, now.state_before) == (
            True,
            before.attempts,
            before.queues_removed,
            before.state_before,
        )
    assert ended.of("Finn").status == "partial"


def test_a_dry_rerun_counts_no_attempt_and_a_real_one_follows_it(tmp_path: Path) -> None:
    """Status planned; the rerun of the dry run's folder does it."""
    with after_first_run(tmp_path) as (sim, first):
        since = len(sim.writes)
        dry = rerun_of(sim, first.folder, dry_run=True)
        assert len(sim.writes) == since
        real = rerun_of(sim, dry.folder)
    assert [(dry.of(name).status, dry.of(name).attempts) for name in OPEN] == [("planned", 1)] * 2
    assert real.statuses == AFTER
    assert [real.of(name).queues_removed for name in OPEN] == [2, 2]
    assert real.of("Finn").state_before == "active"


def test_accepted_names_stay_accepted_in_a_rerun(tmp_path: Path) -> None:
    """The person has looked once: a rerun of that folder ends what was begun."""
    path = tmp_path / "list.csv"
    path.write_text(f"user_id,name\n{id_of('Anna')},Somebody Else\n", encoding="utf-8")
    fault = Fault(action="status", status=400, method="POST", path=id_of("A"), times=ALWAYS)
    with simulator(org_of(["Anna", "Zoe"], {"A": ["Anna", "Zoe"]}), faults=[fault]) as sim:
        first = run_file(sim, path, accepted_names=frozenset({2}))
        sim.clear_faults()
        ended = rerun_of(sim, first.folder)
        assert is_offboarded(sim.org, "Anna")
    assert (first.statuses, ended.statuses) == (["partial"], ["done"])


def test_a_name_accepted_in_a_row_that_there_is_not_is_refused(tmp_path: Path) -> None:
    """Exit 2, naming the row, before anything is sent."""
    with after_first_run(tmp_path) as (sim, first):
        since = len(sim.requests)
        with pytest.raises(UsageError, match=r"The list has no row 99\b") as told:
            rerun_of(sim, first.folder, accepted_names=frozenset({99}))
        assert told.value.actions == (Action("correct_accepted_names"),)
        assert len(sim.requests) == since


def test_someone_begun_who_no_longer_fits_is_not_called_skipped(tmp_path: Path) -> None:
    """We changed something and something is left: partial, whatever holds the row now."""
    fault = Fault(action="status", status=400, method="POST", path=id_of("A"), times=ALWAYS)
    with simulator(org_of(["Anna", "Zoe"], {"A": ["Anna", "Zoe"]}), faults=[fault]) as sim:
        first = run_people(sim, tmp_path, "Anna")
        sim.clear_faults()
        protected = config(guards={"protected": ["anna@test.example"]})
        ended = rerun_of(sim, first.folder, settings=protected)
    assert first.statuses == ["partial"]
    row = ended.of("Anna")
    assert (row.status, row.error_code) == ("partial", "protected")
    assert member_queues(sim.org, "Anna") == {"A"}
    assert ended.exit_code == 3
