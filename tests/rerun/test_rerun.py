"""A rerun does the open rows, carries the finished ones through, and counts over the chain."""

from __future__ import annotations

import csv
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from batch_offboard.errors import ListError, RefusedError, UsageError
from batch_offboard.results.models import COLUMNS, RowResult
from batch_offboard.simulator import ALWAYS, Fault, generate_org
from tests.rerun.chain import (
    Row,
    as_sent,
    edited,
    is_offboarded,
    read_rows,
    rerun_of,
    results_of,
    write_rows,
)
from tests.rerun.first import FINISHED, OPEN, STATUSES, first_run, org
from tests.support import (
    Ended,
    config,
    id_of,
    member_queues,
    org_of,
    run_file,
    run_people,
    simulator,
    state_of,
)

AFTER = [*STATUSES]
AFTER[3] = AFTER[6] = "done"
"""The rows' statuses after the rerun."""


def without_times(row: RowResult) -> dict[str, Any]:
    """What of a result does not depend on when and by which run it came about."""
    varies = ("started_at", "finished_at", "run_id", "correlation_id")
    return {name: value for name, value in asdict(row).items() if name not in varies}


def by_row(ended: Ended) -> dict[int, dict[str, Any]]:
    """The comparable results by row number."""
    return {row.row: without_times(row) for row in ended.results}


def write_requests_name(sim: Any, since: int) -> set[str]:
    """Which of the people the writing requests after the first `since` name."""
    text = str([(each.path, each.body) for each in sim.writes[since:]])
    names = (*FINISHED, *OPEN, "Gus", "Hal", "Zoe")
    return {name for name in names if id_of(name) in text}


def test_only_the_open_rows_are_attempted_and_the_file_is_complete(tmp_path: Path) -> None:
    """The finished rows come through as they were, every column, in the list's order."""
    with simulator(org()) as sim:
        first = first_run(sim, tmp_path)
        since = len(sim.writes)
        ended = rerun_of(sim, results_of(first))
        assert write_requests_name(sim, since) == set(OPEN)
    assert ended.statuses == AFTER
    assert ended.exit_code == 3
    for earlier, now in zip(first.results, ended.results, strict=True):
        if earlier.status == "done":
            assert now == earlier
    assert [row["note"] for row in ended.file_rows()] == [row["note"] for row in first.file_rows()]


def test_counts_and_evidence_go_over_both_runs(tmp_path: Path) -> None:
    """State before, queues before and removed from the first run on; attempts counted on."""
    with simulator(org()) as sim:
        first = first_run(sim, tmp_path)
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
    with simulator(org()) as sim:
        first = first_run(sim, tmp_path)
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
    with simulator(org()) as sim:
        second = rerun_of(sim, results_of(first_run(sim, tmp_path)))
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


# -- what a spreadsheet does to the file


def as_it_is(path: Path, folder: Path) -> Path:
    """Renamed and moved."""
    target = folder / "Copy of results (2).csv"
    target.write_bytes(path.read_bytes())
    return target


def semicolons(path: Path, folder: Path) -> Path:
    """As a German Excel saves it."""
    return edited(path, folder / "r.csv", lambda row: row, delimiter=";", encoding="cp1252")


def utf16_tabs(path: Path, folder: Path) -> Path:
    """As Excel's "Unicode text"."""
    return edited(path, folder / "r.txt", lambda row: row, delimiter="\t", encoding="utf-16")


def sorted_by_status(path: Path, folder: Path) -> Path:
    """Sorted, all columns together."""
    header, rows = read_rows(path)
    return write_rows(
        folder / "r.csv", header, sorted(rows, key=lambda row: row["offboard_status"])
    )


def columns_turned(path: Path, folder: Path) -> Path:
    """Columns in another order, one added in front and one behind."""
    header, rows = read_rows(path)
    rows = [{**row, "who": "HR", "remark": "checked"} for row in rows]
    return write_rows(folder / "r.csv", ["who", *reversed(header), "remark"], rows)


def workbook(path: Path, folder: Path) -> Path:
    """Saved as a workbook."""
    header, rows = read_rows(path)
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(header)
    for row in rows:
        sheet.append([row[name] for name in header])
    for cells in sheet.iter_rows():
        for cell in cells:
            cell.data_type = "s" if cell.value else cell.data_type
    target = folder / "r.xlsx"
    book.save(target)
    return target


@pytest.mark.parametrize(
    "saved", [as_it_is, semicolons, utf16_tabs, sorted_by_status, columns_turned, workbook]
)
def test_however_it_was_saved_the_rerun_is_the_same(tmp_path: Path, saved: Any) -> None:
    """The same writing requests and the same result for each row as from the run folder."""
    told = []
    for kind in ("folder", "file"):
        folder = tmp_path / kind
        moved = folder / "moved"
        moved.mkdir(parents=True)
        with simulator(org()) as sim:
            first = first_run(sim, folder)
            since = len(sim.writes)
            previous = first.folder if kind == "folder" else saved(results_of(first), moved)
            ended = rerun_of(sim, previous)
            told.append((as_sent(sim.writes[since:]), by_row(ended), sim.org.snapshot()))
    assert told[0] == told[1]


def test_a_filtered_file_is_complete_in_itself(tmp_path: Path) -> None:
    """Only the rows that are left are attempted, and only they are in the new file."""
    with simulator(org()) as sim:
        first = first_run(sim, tmp_path)
        path = edited(
            results_of(first),
            tmp_path / "moved" / "failed.csv",
            lambda row: row if row["offboard_retry"] == "yes" else None,
        )
        ended = rerun_of(sim, path)
    assert [(row.row, row.status) for row in ended.results] == [
        (5, "done"),
        (6, "failed"),
        (8, "done"),
    ]


# -- what a person does to the file


def test_a_corrected_id_in_a_failed_row_is_attempted(tmp_path: Path) -> None:
    """The row then means another person, and only that one is touched."""

    def correct(row: Row) -> Row:
        return (
            {**row, "user_id": id_of("Hal"), "name": "Hal Test"} if row["name"][0] == "E" else row
        )

    with simulator(org()) as sim:
        first = first_run(sim, tmp_path)
        since = len(sim.writes)
        ended = rerun_of(sim, edited(results_of(first), tmp_path / "m" / "r.csv", correct))
        assert write_requests_name(sim, since) == {*OPEN, "Hal"}
    hal = ended.of("Hal")
    assert (hal.row, hal.status, hal.attempts, hal.queues_before) == (6, "done", 2, 1)


def test_a_failed_row_corrected_to_another_person_forgets_the_first_ones_evidence(
    tmp_path: Path,
) -> None:
    """What an earlier run saw of Dora is not told of Hal."""

    def correct(row: Row) -> Row:
        return (
            {**row, "user_id": id_of("Hal"), "name": "Hal Test"} if row["name"][0] == "D" else row
        )

    with simulator(org()) as sim:
        first = first_run(sim, tmp_path)
        ended = rerun_of(sim, edited(results_of(first), tmp_path / "m" / "r.csv", correct))
    hal = ended.of("Hal")
    assert (hal.status, hal.queues_before, hal.queues_removed) == ("done", 1, 1)
    assert state_of(sim.org, "Dora") == "active"


def test_yes_typed_into_an_unfinished_row_has_it_attempted(tmp_path: Path) -> None:
    """An admin has taken Gus out of the group: the row becomes done."""

    def type_yes(row: Row) -> Row:
        return {**row, "offboard_retry": " Yes "} if row["name"] == "Gus Test" else row

    with simulator(org()) as sim:
        first = first_run(sim, tmp_path)
        assert first.of("Gus").retry is False
        sim.org.groups[id_of("Night Shift")].members.clear()
        left_alone = rerun_of(sim, first.folder)
        ended = rerun_of(sim, edited(results_of(first), tmp_path / "m" / "r.csv", type_yes))
    assert left_alone.of("Gus").status == "partial"
    gus = ended.of("Gus")
    assert (gus.status, gus.state_before, gus.queues_before, gus.queues_left, gus.attempts) == (
        "done",
        "active",
        1,
        0,
        2,
    )


def test_yes_typed_into_a_finished_row_changes_nothing(tmp_path: Path) -> None:
    """Done is done."""

    def type_yes(row: Row) -> Row:
        return {**row, "offboard_retry": "yes"}

    with simulator(org()) as sim:
        second = rerun_of(sim, first_run(sim, tmp_path).folder)
        since = len(sim.writes)
        ended = rerun_of(sim, edited(results_of(second), tmp_path / "m" / "r.csv", type_yes))
        assert len(sim.writes) == since
    assert [without_times(row) for row in ended.results if row.status == "done"] == [
        without_times(row) for row in second.results if row.status == "done"
    ]


def test_named_rows_are_attempted_and_no_others(tmp_path: Path) -> None:
    """`--rows` means just these, whatever offboard_retry says; a done one is looked at anew."""
    with simulator(org()) as sim:
        first = first_run(sim, tmp_path)
        since = len(sim.writes)
        sim.org.add_member(id_of("Chat"), id_of("Ben"))
        ended = rerun_of(sim, first.folder, rows=(3, 8))
        assert write_requests_name(sim, since) == {"Ben", "Finn"}
    assert [row.status for row in ended.results] == [*AFTER[:3], "failed", *AFTER[4:]]
    ben = ended.of("Ben")
    assert (ben.attempts, ben.queues_before, ben.queues_removed) == (2, 2, 2)


def test_a_row_number_that_the_file_does_not_have_is_refused(tmp_path: Path) -> None:
    """Exit 2, naming it: a mistyped number must not look like success."""
    with simulator(org()) as sim:
        first = first_run(sim, tmp_path)
        since = len(sim.requests)
        with pytest.raises(UsageError, match="77"):
            rerun_of(sim, first.folder, rows=(5, 77))
        assert len(sim.requests) == since


def test_a_row_added_by_hand_is_attempted(tmp_path: Path) -> None:
    """It has no result of an earlier run, and gets a number of its own."""
    with simulator(org()) as sim:
        first = first_run(sim, tmp_path)
        header, rows = read_rows(results_of(first))
        added = {"user_id": id_of("Hal"), "name": "Hal Test"}
        ended = rerun_of(sim, write_rows(tmp_path / "m" / "r.csv", header, [added, *rows]))
    assert [(row.row, row.status) for row in ended.results][:2] == [(11, "done"), (2, "done")]
    assert ended.of("Hal").attempts == 1


def test_a_finished_row_that_means_someone_else_now_is_held(tmp_path: Path) -> None:
    """`row_changed`, and neither of the two is touched."""

    def swap(row: Row) -> Row:
        return {**row, "user_id": id_of("Hal")} if row["note"] == "=1+1" else row

    with simulator(org()) as sim:
        first = first_run(sim, tmp_path)
        since = len(sim.writes)
        path = edited(results_of(first), tmp_path / "m" / "r.csv", lambda row: swap(plain(row)))
        ended = rerun_of(sim, path)
        assert write_requests_name(sim, since) == set(OPEN)
    row = next(each for each in ended.results if each.row == 2)
    assert (row.status, row.error_code, row.retry) == ("failed", "row_changed", True)
    assert id_of("Anna") in row.error


def plain(row: Row) -> Row:
    """The row with its first column's guard against formulas taken off, to be recognised."""
    return {**row, "note": row["note"].removeprefix("'")}


@pytest.mark.parametrize("column", ["email", "employee_id"])
def test_a_finished_row_known_by_e_mail_or_number_is_looked_up(tmp_path: Path, column: str) -> None:
    """Changed to someone else's identifier it is `row_changed`; unchanged it is carried."""
    whole = org()
    whole.users[id_of("Hal")].employee_id = "0009999"
    other = {"email": "hal@test.example", "employee_id": "0009999"}[column]
    name = {"email": "Ben", "employee_id": "Cid"}[column]

    def swap(row: Row) -> Row:
        return {**row, column: other} if row["name"] == f"{name} Test" else row

    with simulator(whole) as sim:
        first = first_run(sim, tmp_path)
        ended = rerun_of(sim, edited(results_of(first), tmp_path / "m" / "r.csv", swap))
    codes = {row.row: row.error_code for row in ended.results}
    changed = {"email": 3, "employee_id": 4}[column]
    assert [row for row, code in codes.items() if code == "row_changed"] == [changed]
    assert state_of(sim.org, "Hal") == "active"


def test_columns_sorted_apart_are_refused(tmp_path: Path) -> None:
    """Exit 2 before anything is written: the ids no longer stand beside their results."""
    with simulator(org()) as sim:
        first = first_run(sim, tmp_path)
        header, rows = read_rows(results_of(first))
        own = [{name: row[name] for name in header[:5]} for row in rows]
        rows = [{**row, **mixed} for row, mixed in zip(rows, own[1:] + own[:1], strict=True)]
        since = len(sim.writes)
        with pytest.raises(ListError, match="sorted apart"):
            rerun_of(sim, write_rows(tmp_path / "m" / "r.csv", header, rows))
        assert len(sim.writes) == since


def test_an_e_mail_column_sorted_apart_is_refused(tmp_path: Path) -> None:
    """It takes a look-up to tell, and it is told before anything is written."""
    names = ["Anna", "Ben", "Cid", "Dora", "Eve"]
    path = tmp_path / "list.csv"
    path.write_text("email\n" + "".join(f"{name.lower()}@test.example\n" for name in names))
    with simulator(org_of([*names, "Zoe"], {"A": names})) as sim:
        ended = run_file(sim, path)
        header, rows = read_rows(results_of(ended))
        mails = [row["email"] for row in rows]
        rows = [
            {**row, "email": mail} for row, mail in zip(rows, mails[1:] + mails[:1], strict=True)
        ]
        since = len(sim.writes)
        ended = rerun_of(sim, write_rows(tmp_path / "m" / "r.csv", header, rows))
        assert (ended.exit_code, len(sim.writes)) == (2, since)
    assert "sorted apart" in str(ended.outcome.error)


def test_duplicates_are_judged_anew(tmp_path: Path) -> None:
    """Once the first of two rows is gone from the file, the other one is attempted."""
    with simulator(org_of(["Anna", "Zoe"], {"A": ["Anna", "Zoe"]})) as sim:
        fault = Fault(action="status", status=400, method="PATCH", times=ALWAYS)
        sim.add_fault(fault)
        first = run_people(sim, tmp_path, "Anna", "Anna")
        sim.clear_faults()
        path = edited(
            results_of(first),
            tmp_path / "m" / "r.csv",
            lambda row: row if row["offboard_row"] == "3" else None,
        )
        ended = rerun_of(sim, path)
    assert first.statuses == ["failed", "skipped"]
    assert [(row.row, row.status, row.error_code) for row in ended.results] == [(3, "done", "")]


def test_a_duplicate_of_a_finished_row_stays_one(tmp_path: Path) -> None:
    """Also when it was added by hand; it names the row that did it."""
    with simulator(org()) as sim:
        first = first_run(sim, tmp_path)
        header, rows = read_rows(results_of(first))
        added = {"user_id": id_of("Anna"), "name": "Anna Test"}
        ended = rerun_of(sim, write_rows(tmp_path / "m" / "r.csv", header, [*rows, added]))
    again = [row for row in ended.results if row.row in (7, 11)]
    assert [(row.status, row.error_code, row.retry) for row in again] == [
        ("skipped", "duplicate", False)
    ] * 2
    assert ["row 2" in row.next_action for row in again] == [True, True]


def test_conflicting_rows_are_attempted_once_the_wrong_one_is_gone(tmp_path: Path) -> None:
    """A person keeps one, types yes, reruns; with both kept, both are still held."""
    path = tmp_path / "list.csv"
    header = "user_id,name,email"
    rows = [f"{id_of('Anna')},Anna Test,", ",Anna Test,anna@test.example"]
    path.write_text(
        "\n".join([f"{header},last_day", f"{rows[0]},2020-01-01", f"{rows[1]},2020-02-02"])
    )

    def keep_second(row: Row) -> Row | None:
        return {**row, "offboard_retry": "yes"} if row["offboard_row"] == "3" else None

    def keep_both(row: Row) -> Row | None:
        return {**row, "offboard_retry": "yes"}

    with simulator(org_of(["Anna", "Zoe"], {"A": ["Anna", "Zoe"]})) as sim:
        first = run_file(sim, path)
        both = rerun_of(sim, edited(results_of(first), tmp_path / "m" / "2.csv", keep_both))
        assert len(sim.writes) == 0
        ended = rerun_of(sim, edited(results_of(first), tmp_path / "m" / "1.csv", keep_second))
    assert [row.error_code for row in (*first.results, *both.results)] == ["conflicting_rows"] * 4
    assert ended.statuses == ["done"]


# -- where a rerun is refused


def test_a_run_folder_with_an_edited_results_file_is_refused(tmp_path: Path) -> None:
    """Exit 2: it cannot be known which of the two is meant."""
    with simulator(org()) as sim:
        first = first_run(sim, tmp_path)
        edited(results_of(first), results_of(first), lambda row: {**row, "note": "edited"})
        since = len(sim.requests)
        with pytest.raises(UsageError, match=r"rerun .*results\.csv"):
            rerun_of(sim, first.folder)
        assert len(sim.requests) == since
        ended = rerun_of(sim, results_of(first))
    assert ended.statuses == AFTER


@pytest.mark.parametrize("what", ["folder", "file"])
def test_another_organisation_is_refused(tmp_path: Path, what: str) -> None:
    """Exit 4 before anything is read of people."""
    with simulator(org()) as sim:
        first = first_run(sim, tmp_path)
    with simulator(generate_org(users=5, queues=1)) as other:
        with pytest.raises(RefusedError, match="organisation"):
            rerun_of(other, first.folder if what == "folder" else results_of(first))
        assert [each for each in other.requests if "/users" in each.path] == []


@pytest.mark.parametrize("what", ["list", "half", "missing", "no folder"])
def test_what_is_no_results_file_says_to_use_run(tmp_path: Path, what: str) -> None:
    """Exit 2 with a sentence, before anything is sent."""
    with simulator(org()) as sim:
        first = first_run(sim, tmp_path)
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
        assert "batch-offboard run" in str(told.value)
    assert str(path.name) in str(told.value)


# -- guards and dry run


@pytest.mark.parametrize("dry_run", [False, True])
def test_the_guards_hold_for_a_rerun_too(tmp_path: Path, dry_run: bool) -> None:
    """They count what this run would change, not the whole file; zero writing requests."""
    tight = config(guards={"max_rows": 1})
    with simulator(org()) as sim:
        first = first_run(sim, tmp_path)
        since = len(sim.writes)
        ended = rerun_of(sim, first.folder, settings=tight, dry_run=dry_run)
        assert (ended.exit_code, len(sim.writes)) == (4, since)
        raised = rerun_of(sim, first.folder, settings=tight, dry_run=dry_run, max_rows=2)
    assert raised.exit_code == 3
    assert "--max-rows 2" in str(ended.outcome.error)


def test_a_declined_rerun_says_what_was_before(tmp_path: Path) -> None:
    """Nothing was sent: evidence and attempts of the earlier run are still told."""
    with simulator(org()) as sim:
        first = first_run(sim, tmp_path)
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
    with simulator(org()) as sim:
        first = first_run(sim, tmp_path)
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


def test_the_delimiter_of_the_file_is_kept(tmp_path: Path) -> None:
    """A results file with semicolons gives one with semicolons."""
    with simulator(org()) as sim:
        path = semicolons(results_of(first_run(sim, tmp_path)), tmp_path)
        ended = rerun_of(sim, path)
    with results_of(ended).open(encoding="utf-8-sig", newline="") as file:
        header = next(csv.reader(file, delimiter=";"))
    assert header[:5] == ["user_id", "email", "employee_id", "name", "note"]
