"""What a person does to a results file before the rerun: it is meant, unless it cannot be."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from batch_offboard.errors import ListError, UsageError
from batch_offboard.simulator import ALWAYS, Assumptions, Fault, Org, Simulator
from tests.prepared import After, after
from tests.rerun.chain import (
    Row,
    edited,
    read_rows,
    rerun_of,
    results_of,
    write_rows,
)
from tests.rerun.first import OPEN, after_first_run, first_run, org
from tests.rerun.outcome import AFTER, without_times, write_requests_name
from tests.support import (
    Ended,
    config,
    id_of,
    org_of,
    people_named,
    run_file,
    run_people,
    simulator,
    state_of,
)


def test_a_corrected_id_in_a_failed_row_is_attempted(tmp_path: Path) -> None:
    """The row then means another person, and only that one is touched."""

    def correct(row: Row) -> Row:
        return (
            {**row, "user_id": id_of("Hal"), "name": "Hal Test"} if row["name"][0] == "E" else row
        )

    with after_first_run(tmp_path) as (sim, first):
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

    with after_first_run(tmp_path) as (sim, first):
        ended = rerun_of(sim, edited(results_of(first), tmp_path / "m" / "r.csv", correct))
    hal = ended.of("Hal")
    assert (hal.status, hal.queues_before, hal.queues_removed) == ("done", 1, 1)
    assert state_of(sim.org, "Dora") == "active"


def test_a_date_corrected_in_another_spelling_is_asked_about(tmp_path: Path) -> None:
    """Dots with the day first say nothing of slashes, which Excel may have put there."""
    path = tmp_path / "leavers.csv"
    path.write_text(
        f"user_id,last_day\n{id_of('Hal')},20.11.2019\n{id_of('Gus')},31.11.2019\n", "utf-8"
    )
    with simulator(org()) as sim:
        first = run_file(sim, path)
        typed = {"01/12/2020": True, "20/11/2020": False}
        for text, is_asked in typed.items():
            new = tmp_path / "m" / "r.csv"
            edited(
                results_of(first),
                new,
                lambda row, text=text: (
                    row | {"last_day": row["last_day"].replace("31.11.2019", text)}
                ),  # type: ignore[misc]
            )
            if is_asked:
                with pytest.raises(ListError, match="row 3 holds 01/12/2020, which could be"):
                    rerun_of(sim, new)
            else:
                assert rerun_of(sim, new).statuses == ["done", "partial"]


def test_columns_of_the_list_that_begin_like_ours_stay_the_lists(tmp_path: Path) -> None:
    """A date among them still holds a row until its day."""
    path = tmp_path / "leavers.csv"
    later = date.today() + timedelta(days=30)
    path.write_text(
        f"user_id,offboard_date,offboard_reason\n{id_of('Hal')},{later},a\n"
        f"{id_of('Gus')},2020-01-01,b\n",
        "utf-8",
    )
    settings = config(list={"columns": {"effective_date": ["offboard_date"]}})
    with simulator(org()) as sim:
        first = run_file(sim, path, settings=settings)
        again = rerun_of(sim, results_of(first), settings=settings)
        assert state_of(sim.org, "Hal") == "active"
    assert [row.error_code for row in again.results] == ["not_due", "group_membership"]
    assert read_rows(results_of(again))[0] == read_rows(results_of(first))[0]
    assert [row["offboard_reason"] for row in again.file_rows()] == ["a", "b"]


def test_yes_typed_into_an_unfinished_row_has_it_attempted(tmp_path: Path) -> None:
    """An admin has taken Gus out of the group: the row becomes done."""

    def type_yes(row: Row) -> Row:
        return {**row, "offboard_retry": " Yes "} if row["name"] == "Gus Test" else row

    with after_first_run(tmp_path) as (sim, first):
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


def test_in_a_rerun_nobody_who_is_done_became_due(tmp_path: Path) -> None:
    """Not by the row that was done, nor by one more row for that person."""
    path = tmp_path / "leavers.csv"
    today = datetime.now(UTC).date()
    rows = [f"{id_of(name)},{today}\n" for name in ("Ben", "Ben", "Gus")]
    path.write_text("user_id,effective_date\n" + "".join(rows), "utf-8")

    def type_yes(row: Row) -> Row:
        return row | ({"offboard_retry": "yes"} if row["user_id"] == id_of("Gus") else {})

    with simulator(org()) as sim:
        first = run_file(sim, path)
        again = rerun_of(sim, first.folder)
        third = rerun_of(sim, edited(results_of(first), tmp_path / "r.csv", type_yes))
    plans = [ended.outcome.view.plan for ended in (first, again, third)]
    said = [[line.strip() for line in plan.lines if "became" in line] for plan in plans if plan]
    assert said == [["2 people became due today."], [], ["1 person became due today."]]


CORRECTIONS: dict[str, tuple[Row, str]] = {
    "a name": ({"name": "Hal Tests"}, "Row 2 was edited but is not attempted"),
    "a date": ({"last_day": "2020-02-01"}, "Row 2 was edited but is not attempted"),
    "an id": ({"user_id": id_of("Gus")}, "Row 2 was edited but is not attempted"),
    "a date in another style": ({"last_day": "1 January 2020"}, ""),
    "a date and a yes": ({"last_day": "2020-02-01", "offboard_retry": "yes"}, ""),
    "blanks": ({"name": " Somebody Else "}, ""),
    "a column that is not used": ({"note": "checked"}, ""),
}


@pytest.mark.parametrize("case", CORRECTIONS)
def test_a_correction_without_yes_is_named(tmp_path: Path, case: str) -> None:
    """In the plan and at the end; the finished row, corrected likewise, is not."""
    typed, said = CORRECTIONS[case]
    path = tmp_path / "leavers.csv"
    path.write_text(
        "user_id,name,last_day,note\n"
        f"{id_of('Hal')},Somebody Else,2020-01-01,\n{id_of('Ben')},Ben Test,2020-01-01,\n",
        "utf-8",
    )

    def correct(row: Row) -> Row:
        return row | typed if row["name"] == "Somebody Else" else row | {"last_day": "2020-03-01"}

    with simulator(org()) as sim:
        first = run_file(sim, path)
        assert first.statuses == ["skipped", "done"]
        new = edited(results_of(first), tmp_path / "r.csv", correct)
        beside = edited(results_of(first), results_of(first), correct)
        for ended in (rerun_of(sim, new), rerun_of(sim, beside)):
            view = ended.outcome.view
            assert view.plan is not None
            sentence = f"{said}: enter yes in offboard_retry."
            edits = [line.strip() for line in view.plan.lines if "edited" in line]
            assert edits == [sentence] * bool(said)
            assert [each.message for each in view.warnings] == edits


def test_yes_typed_into_a_finished_row_changes_nothing(tmp_path: Path) -> None:
    """Done is done."""

    def type_yes(row: Row) -> Row:
        return {**row, "offboard_retry": "yes"}

    with after_first_run(tmp_path) as (sim, first):
        second = rerun_of(sim, first.folder)
        since = len(sim.writes)
        ended = rerun_of(sim, edited(results_of(second), tmp_path / "m" / "r.csv", type_yes))
        assert len(sim.writes) == since
    assert [without_times(row) for row in ended.results if row.status == "done"] == [
        without_times(row) for row in second.results if row.status == "done"
    ]


def test_named_rows_are_attempted_and_no_others(tmp_path: Path) -> None:
    """`--rows` means just these, whatever offboard_retry says; a done one is looked at anew."""
    with after_first_run(tmp_path) as (sim, first):
        since = len(sim.writes)
        sim.org.add_member(id_of("Chat"), id_of("Ben"))
        ended = rerun_of(sim, first.folder, rows=(3, 8))
        assert write_requests_name(sim, since) == {"Ben", "Finn"}
    assert [row.status for row in ended.results] == [*AFTER[:3], "failed", *AFTER[4:]]
    ben = ended.of("Ben")
    assert (ben.attempts, ben.queues_before, ben.queues_removed) == (2, 2, 2)


def test_a_row_number_that_the_file_does_not_have_is_refused(tmp_path: Path) -> None:
    """Exit 2, naming it: a mistyped number must not look like success."""
    with after_first_run(tmp_path) as (sim, first):
        since = len(sim.requests)
        with pytest.raises(UsageError, match="77"):
            rerun_of(sim, first.folder, rows=(5, 77))
        assert len(sim.requests) == since


def test_a_row_added_by_hand_is_attempted(tmp_path: Path) -> None:
    """It has no result of an earlier run, and gets a number of its own."""
    with after_first_run(tmp_path) as (sim, first):
        header, rows = read_rows(results_of(first))
        added = {"user_id": id_of("Hal"), "name": "Hal Test"}
        ended = rerun_of(sim, write_rows(tmp_path / "m" / "r.csv", header, [added, *rows]))
    assert [(row.row, row.status) for row in ended.results][:2] == [(11, "done"), (2, "done")]
    assert ended.of("Hal").attempts == 1


def test_a_finished_row_that_means_someone_else_now_is_held(tmp_path: Path) -> None:
    """`row_changed`, and neither of the two is touched."""

    def swap(row: Row) -> Row:
        return {**row, "user_id": id_of("Hal")} if row["note"] == "=1+1" else row

    with after_first_run(tmp_path) as (sim, first):
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
    with after_first_run(tmp_path) as (sim, first):
        header, rows = read_rows(results_of(first))
        own = [{name: row[name] for name in header[:5]} for row in rows]
        rows = [{**row, **mixed} for row, mixed in zip(rows, own[1:] + own[:1], strict=True)]
        since = len(sim.writes)
        with pytest.raises(ListError, match="sorted without the others"):
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
    assert "sorted without the others" in str(ended.outcome.error)


# -- a list by e-mail address: the user ids are only in offboard_user_id

MAILED = ["Anna", "Ben", "Cid", "Dora", "Eve", "Finn", "Gus", "Hal", "Ida", "Jo", "Kim", "Lea"]
STUCK = "Lea"
"""Whom Genesys does not set to inactive in the first run."""


def mailed_org() -> Org:
    """The people of the list, and Zoe."""
    return org_of([*MAILED, "Zoe"], {"A": MAILED})


def mailed_run(sim: Simulator, folder: Path) -> Ended:
    """A first run of a list by e-mail address, done but for one person."""
    path = folder / "list.csv"
    path.write_text("email\n" + "".join(f"{name.lower()}@test.example\n" for name in MAILED))
    sim.add_fault(
        Fault(action="status", status=400, method="PATCH", path=id_of(STUCK), times=ALWAYS)
    )
    ended = run_file(sim, path)
    sim.clear_faults()
    assert ended.statuses == ["done"] * 11 + ["failed"]
    return ended


def after_mailed_run(folder: Path) -> AbstractContextManager[After]:
    """The organisation after that run, and the run in this folder."""
    return after(mailed_org, mailed_run, folder)


def beside(first: Ended, tmp_path: Path) -> Path:
    """Where an edited copy lies that was saved in the run folder, beside the journal."""
    return first.folder / "edited.csv"


def moved(first: Ended, tmp_path: Path) -> Path:
    """Where an edited copy lies that was taken elsewhere."""
    return tmp_path / "m" / "r.csv"


Place = Callable[[Ended, Path], Path]
PLACES = pytest.mark.parametrize("place", [beside, moved])


@PLACES
def test_a_column_of_user_ids_sorted_apart_is_refused(tmp_path: Path, place: Place) -> None:
    """Every other column agrees with the rows; a rerun of what was refused is no way around."""
    with after_mailed_run(tmp_path) as (sim, first):
        header, rows = read_rows(results_of(first))
        ids = [row["offboard_user_id"] for row in rows]
        rows = [
            {**row, "offboard_user_id": each}
            for row, each in zip(rows, ids[1:] + ids[:1], strict=True)
        ]
        since = len(sim.writes)
        ended = rerun_of(sim, write_rows(place(first, tmp_path), header, rows))
        again = rerun_of(sim, ended.folder)
        assert (ended.exit_code, again.exit_code, len(sim.writes)) == (2, 2, since)
    assert "sorted without the others" in str(ended.outcome.error)


@PLACES
def test_a_done_row_with_the_id_of_somebody_else_holds_nobody(tmp_path: Path, place: Place) -> None:
    """It is not carried through, and the person whose id it is is offboarded, no duplicate."""

    def mix(row: Row) -> Row:
        mixed = row["email"] == "anna@test.example"
        return {**row, "offboard_user_id": id_of(STUCK)} if mixed else row

    with after_mailed_run(tmp_path) as (sim, first):
        ended = rerun_of(sim, edited(results_of(first), place(first, tmp_path), mix))
        assert state_of(sim.org, STUCK) == "inactive"
    codes = [(row.status, row.error_code) for row in ended.results]
    assert codes == [("failed", "row_changed"), *[("done", "")] * 11]


@pytest.mark.parametrize("cell", ["", "4711", "../me", id_of("Nobody")])
def test_a_done_row_whose_user_id_is_none_any_more_is_not_carried(
    tmp_path: Path, cell: str
) -> None:
    """Nothing that is no id is ever sent; an id may be nobody's."""

    def spoil(row: Row) -> Row:
        spoilt = row["email"] == "anna@test.example"
        return {**row, "offboard_user_id": cell} if spoilt else row

    with after_mailed_run(tmp_path) as (sim, first):
        ended = rerun_of(sim, edited(results_of(first), moved(first, tmp_path), spoil))
    codes = [row.error_code for row in ended.results]
    assert codes == ["row_changed", *[""] * 11]


def test_finished_rows_that_cannot_be_compared_stand_and_hold_nobody(tmp_path: Path) -> None:
    """A warning says so; whatever is certain without Genesys is held, and the rest attempted."""

    def spoil(row: Row) -> Row:
        spoilt = row["email"] == "ben@test.example"
        return {**row, "offboard_user_id": "4711"} if spoilt else row

    unreadable = Fault(
        action="status",
        status=403,
        method="GET",
        path="/users$",
        times=ALWAYS,
        where=lambda request: id_of("Anna") in str(request.query.get("id")),
    )
    with simulator(mailed_org()) as sim:
        first = mailed_run(sim, tmp_path)
        sim.add_fault(unreadable)
        since = len(sim.writes)
        ended = rerun_of(sim, edited(results_of(first), moved(first, tmp_path), spoil))
        assert {id_of(STUCK) in f"{each.path} {each.body}" for each in sim.writes[since:]} == {True}
    codes = [(row.status, row.error_code) for row in ended.results]
    done = ("done", "")
    assert codes == [done, ("failed", "row_changed"), *[done] * 10]
    (warned,) = [each for each in ended.outcome.view.warnings if each.code == "finished_unchecked"]
    assert warned.message.startswith("10 finished rows could not be compared with Genesys: ")


@pytest.mark.parametrize("readable", [True, False])
def test_a_row_added_for_somebody_done_is_a_duplicate_if_that_can_be_told(
    tmp_path: Path, readable: bool
) -> None:
    """Else it is attempted, and finds nothing to do."""
    unreadable = Fault(
        action="status",
        status=403,
        method="GET",
        path="/users$",
        times=1,
        where=lambda request: id_of("Anna") in str(request.query.get("id")),
    )
    path = tmp_path / "list.csv"
    path.write_text("email\nanna@test.example\n", "utf-8")
    with simulator(org_of(["Anna", "Zoe"], {"A": ["Anna"]})) as sim:
        first = run_file(sim, path)
        header, rows = read_rows(results_of(first))
        copy = write_rows(tmp_path / "m" / "r.csv", header, [*rows, {"email": "ANNA@test.example"}])
        if not readable:
            sim.add_fault(unreadable)
        since = len(sim.writes)
        ended = rerun_of(sim, copy)
        assert len(sim.writes) == since
    codes = [(row.status, row.error_code) for row in ended.results]
    assert codes == [("done", ""), ("skipped", "duplicate") if readable else ("already_done", "")]


@pytest.mark.parametrize("shown", [True, False])
def test_a_person_who_was_deleted_since_is_the_one_the_row_was_done_for(
    tmp_path: Path, shown: bool
) -> None:
    """Even if Genesys shows them only where deleted people are asked for."""
    path = tmp_path / "list.csv"
    path.write_text("email\nanna@test.example\nben@test.example\n", "utf-8")
    deleted = Assumptions(any_includes_deleted=shown)
    with simulator(org_of(["Anna", "Ben", "Zoe"], {"A": ["Anna"]}), assumptions=deleted) as sim:
        first = run_file(sim, path)
        with sim.lock:
            sim.org.change_user(id_of("Anna"), state="deleted")
        ended = rerun_of(sim, edited(results_of(first), tmp_path / "m" / "r.csv", lambda row: row))
    assert [(row.status, row.error_code) for row in ended.results] == [("done", "")] * 2


def second_file(first: Ended, sim: Simulator) -> Path:
    """The results of a rerun, which has carried through what the first run did."""
    return results_of(rerun_of(sim, first.folder))


@pytest.mark.parametrize(
    "of",
    [lambda first, _: first.folder, lambda first, _: results_of(first), second_file],
    ids=["folder", "file", "rerun"],
)
def test_an_address_changed_since_is_no_other_person_where_the_journal_tells(
    tmp_path: Path, of: Callable[[Ended, Simulator], Path]
) -> None:
    """Leavers' addresses are often renamed. The journal beside knows row and id: no call at all."""
    with after_mailed_run(tmp_path) as (sim, first):
        for name in MAILED[:11]:
            sim.org.change_user(id_of(name), email=f"left-{name.lower()}@test.example")
        previous = of(first, sim)
        since = len(sim.requests)
        ended = rerun_of(sim, previous)
        asked = str([(each.path, each.query, each.body) for each in sim.requests[since:]])
    assert ended.statuses == ["done"] * 12
    assert [name for name in MAILED[:11] if id_of(name) in asked] == []
    assert "anna@test.example" not in asked


def test_finished_rows_of_a_moved_file_are_looked_up_100_a_call(tmp_path: Path) -> None:
    """By their user ids; who was deleted since is still the one meant."""
    people = people_named("P", 150)
    path = tmp_path / "list.csv"
    path.write_text("email\n" + "".join(f"{name.lower()}@test.example\n" for name in people))
    apart = Assumptions(any_includes_deleted=False)
    with simulator(org_of([*people, "Zoe"]), assumptions=apart) as sim:
        first = run_file(sim, path)
        for name in people[:1]:
            sim.org.change_user(id_of(name), state="deleted")
        since = len(sim.requests)
        target = moved(first, tmp_path)
        ended = rerun_of(sim, edited(results_of(first), target, lambda row: row))
        asked = [each.query for each in sim.requests[since:] if "id" in each.query]
    assert ended.statuses == ["done"] * 150
    assert sorted(query["state"] for query in asked) == ["any", "any", "deleted"]


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
    with after_first_run(tmp_path) as (sim, first):
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


@pytest.mark.parametrize("key", ["user_id", "email", "employee_id"])
def test_identifiers_that_were_sorted_away_from_their_days_hold_the_rows(
    tmp_path: Path, key: str
) -> None:
    """In every rerun of it: whose day has not come stays, until a person has named the row."""
    names = ["Ann", "Bob", "Cid"]
    facts = {name: {"employee_id": f"4{n}"} for n, name in enumerate(names)}
    keys = {
        "user_id": [id_of(name) for name in names],
        "email": [f"{name.lower()}@test.example" for name in names],
        "employee_id": ["40", "41", "42"],
    }[key]
    later = date.today() + timedelta(days=30)
    path = tmp_path / "leavers.csv"
    path.write_text(f"{key},last_day\n" + "".join(f"{each},{later}\n" for each in keys), "utf-8")
    moved = dict(zip(keys, [*keys[1:], keys[0]], strict=True))

    def sort_apart(row: Row) -> Row:
        own = row[key].lstrip("'")
        return {**row, key: moved[own], "last_day": "2020-01-01" if own == keys[0] else str(later)}

    with simulator(org_of([*names, "Zoe"], facts=facts)) as sim:
        first = run_file(sim, path)
        second = rerun_of(sim, edited(results_of(first), tmp_path / "m" / "r.csv", sort_apart))
        third = rerun_of(sim, results_of(second))
        states = [state_of(sim.org, name) for name in names]
        named = rerun_of(sim, results_of(third), rows=[2])
    for ended in (second, third):
        assert [each.error_code for each in ended.results] == ["row_changed"] * 3
    assert states == ["active"] * 3
    assert [each.status for each in named.results] == ["done", "failed", "failed"]


def test_rows_that_were_deleted_from_the_results_are_named(tmp_path: Path) -> None:
    """A filtered copy, or a row deleted by mistake: those people would be lost without a word."""
    with after_first_run(tmp_path) as (sim, first):
        header, rows = read_rows(results_of(first))
        kept = [row for row in rows if row["offboard_row"] not in ("5", "8", "9")]
        (tmp_path / "m").mkdir()
        copy = write_rows(tmp_path / "m" / "r.csv", header, kept)
        ended = rerun_of(sim, copy, ask=lambda plan: False, working_folder=first.folder.parents[1])
    [warning] = [each for each in ended.outcome.view.warnings if each.code == "rows_missing"]
    assert warning.message.startswith("Rows 5 and 8-9 of the earlier run are not in this file, so ")
