"""What the journals of a chain of runs say about the rows of a results file."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from batch_offboard.offboarding.models import Call, User
from batch_offboard.record.events import (
    CallAnswered,
    CallStarted,
    CellCorrected,
    Event,
    Predecessor,
    RowListed,
    RowsUndone,
    UserRead,
)
from batch_offboard.record.journal import Journal
from batch_offboard.rerun.chain import Chain, read_chain, warned_of_unread, with_chain
from batch_offboard.rerun.source import Source
from batch_offboard.results.models import COLUMNS, RowResult
from batch_offboard.termination_list.models import FileFormat, Termination, TerminationList
from tests.results.views import result, started, user_id

HEADER = ("user_id", "name")
AT = "2026-11-23T19:40:00Z"


def cells(row: int) -> tuple[str, ...]:
    """The list's own cells of a row."""
    return (user_id(row), f"Person {row}")


def person_read(
    row: int, person: str | None = None, own: tuple[str, ...] = ()
) -> tuple[Event, ...]:
    """The events of a run that reads the person of a row: `person`, else the row's own."""
    user = User(person or user_id(row), "Person", "p@x.example", "active", 1)
    return RowListed(row, own or cells(row)), UserRead(row, user, AT)


def logged_out(row: int) -> tuple[Event, ...]:
    """The events of a run that ends the logins of a row's person."""
    call = Call("revoke_tokens", {"user_id": user_id(row)}, (row,))
    return CallStarted(row, "revoke_tokens", call, AT), CallAnswered(row, "done", AT, 200)


def undone(*rows: int) -> RowsUndone:
    """The record of an undo that puts these rows back."""
    return RowsUndone(rows, "the-undo", AT)


def run(folder: Path, *events: Event, before: tuple[Predecessor, ...] = ()) -> Predecessor:
    """Make a run folder, named by the run's id, with these events in its journal."""
    folder.mkdir(parents=True)
    journal = Journal(folder / "journal.jsonl")
    journal.append(started(run_id=folder.name, runs_before=before))
    for event in events:
        journal.append(event)
    journal.close()
    return Predecessor(folder.name, str(folder))


def source(path: Path, *results: RowResult, of: Predecessor | None = None) -> Source:
    """A results file with these rows; `of` is the run in whose folder it is."""
    earlier = {each.row: dict(zip(COLUMNS, each.texts(), strict=True)) for each in results}
    rows = tuple(Termination(each.row, cells(each.row)) for each in results)
    kind = FileFormat("csv", "utf-8", ",")
    listed = TerminationList("results.csv", "", kind, HEADER, {}, rows, earlier=earlier)
    return Source(path, listed, of, None)


def chain_of(given: Source, working_folder: Path) -> Chain:
    """The chain of runs behind `given`, read from their journals."""
    with ExitStack() as held:
        return read_chain(given, working_folder, held)


def undone_rows(given: Source, working_folder: Path) -> Mapping[int, str]:
    """By row, the undo that has put it back."""
    return chain_of(given, working_folder).undone


@pytest.mark.parametrize("place", ["mail", "mail/runs", "work/runs"])
def test_the_run_of_a_moved_file_is_found_in_each_of_the_usual_places(
    tmp_path: Path, place: str
) -> None:
    """Beside the file, below `runs` beside it, and below `runs` in the working folder."""
    run(tmp_path / place / "a", *person_read(2), undone(2))
    moved = source(tmp_path / "mail" / "results.csv", result(2, run_id="a"))
    assert undone_rows(moved, tmp_path / "work") == {2: "the-undo"}


def test_all_runs_that_a_moved_file_names_are_read(tmp_path: Path) -> None:
    """Not just the one that most rows name, as its journal may be lost. A row may name none."""
    run(tmp_path / "runs" / "b", *person_read(2), *person_read(4), undone(2, 4))
    moved = source(
        tmp_path / "results.csv",
        *(result(row, run_id="a") for row in (2, 3)),
        result(4, run_id="b"),
        result(5, run_id=""),
    )
    for named in (None, Predecessor("a", "")):
        chain = chain_of(replace(moved, run=named), tmp_path)
        assert (chain.undone, [each.run_id for each in chain.unread]) == ({4: "the-undo"}, ["a"])


def test_a_file_that_names_no_run_has_no_chain(tmp_path: Path) -> None:
    """As after somebody has emptied the column."""
    chain = chain_of(source(tmp_path / "results.csv", result(2, run_id="")), tmp_path)
    assert (chain.undone, chain.runs_before, chain.unread) == ({}, (), ())


def test_rows_are_confirmed_and_logged_out_for_the_same_person_only(tmp_path: Path) -> None:
    """By any run of the chain. To be confirmed, a row needs the same cells, too."""
    changed = (user_id(5), "Another name")
    a = run(
        tmp_path / "a",
        *(*person_read(2), *logged_out(2)),
        *person_read(3),
        *(*person_read(4, person=user_id(9)), *logged_out(4)),
        *(*person_read(5, own=changed), *logged_out(5)),
        *(*person_read(6), *logged_out(6)),
        RowListed(7, cells(7)),
    )
    b = run(tmp_path / "b", *person_read(3), before=(a,))
    given = source(tmp_path / "b", *(result(row, run_id="b") for row in (2, 3, 4, 5, 7)), of=b)
    chain = chain_of(given, tmp_path)
    assert (chain.confirmed, chain.logged_out) == ({2, 3}, {2, 5})
    completed = with_chain(given, chain)
    assert (completed.confirmed, completed.logged_out) == ({2, 3}, {2, 5})


def test_corrected_cells_are_those_that_the_last_run_before_read_differently(
    tmp_path: Path,
) -> None:
    """What runs before that one read was already corrected for it."""
    a = run(
        tmp_path / "a",
        *person_read(2, own=(user_id(2), "Oldest")),
        *person_read(3, own=("", "Oldest")),
    )
    b = run(tmp_path / "b", *person_read(2, own=(user_id(2), "Older")), before=(a,))
    chain = chain_of(source(tmp_path / "b", result(2), result(3), of=b), tmp_path)
    assert chain.corrected == (CellCorrected(2, "B", "name", "Older", "Person 2"),)


def test_a_damaged_journal_counts_as_unread(tmp_path: Path) -> None:
    """What the others record still counts."""
    a = run(tmp_path / "a", *person_read(2), undone(2))
    b = run(tmp_path / "b", *person_read(3), undone(3), before=(a,))
    lines = (tmp_path / "a" / "journal.jsonl").read_bytes().splitlines(keepends=True)
    (tmp_path / "a" / "journal.jsonl").write_bytes(b"".join(lines[:2] + lines[3:]))
    given = source(tmp_path / "b", result(2, run_id="a"), result(3, run_id="b"), of=b)
    chain = chain_of(given, tmp_path)
    assert (chain.undone, chain.unread) == ({3: "the-undo"}, (a,))


def test_rows_put_back_since_become_undone_and_the_others_stay(tmp_path: Path) -> None:
    """A row that somebody added afterwards has no result."""
    a = run(tmp_path / "a", *person_read(2), *person_read(3), *person_read(4), undone(2, 4))
    given = source(tmp_path / "a", result(2, run_id="a"), result(3, run_id="a"), of=a)
    added = replace(given.listed, rows=(*given.listed.rows, Termination(4, cells(4))))
    given = replace(given, listed=added)
    completed = with_chain(given, chain_of(given, tmp_path))
    found = completed.results
    assert (set(found), found[3]) == ({2, 3}, given.results[3])
    assert (found[2].status, found[2].error_code, found[2].user_id) == (
        "skipped", "undone", user_id(2),
    )  # fmt: skip


def test_an_undo_that_the_file_already_shows_does_not_count_again(tmp_path: Path) -> None:
    """That row may be attempted again. Rows that the file lacks do not count either."""
    a = run(tmp_path / "a", *person_read(2), *person_read(3), *person_read(4), undone(2, 3, 4))
    shown = result(2, status="skipped", error_code="undone", run_id="a")
    given = source(tmp_path / "a", shown, result(3, run_id="a"), of=a)
    assert undone_rows(given, tmp_path) == {3: "the-undo"}


def test_only_undos_after_the_run_that_wrote_the_file_count(tmp_path: Path) -> None:
    """That run is known by the folder; of a moved file, by the run that decided each row."""
    a = run(tmp_path / "a", *person_read(2), undone(2))
    b = run(
        tmp_path / "b",
        *person_read(2),
        *person_read(3),
        undone(3),
        before=(replace(a, undoings=1),),
    )
    results = (result(2, run_id="a"), result(3, run_id="b"))
    assert undone_rows(source(tmp_path / "b", *results, of=b), tmp_path) == {3: "the-undo"}
    moved = source(tmp_path / "results.csv", *results)
    assert undone_rows(moved, tmp_path) == {2: "the-undo", 3: "the-undo"}


@pytest.mark.parametrize(
    ("unread", "said"),
    [
        ("", None),
        ("c d", None),
        ("a", "The journal of a was not found or cannot be read. 2 finished rows may"),
        ("ad", None),
        ("b", "The journal of b was not found or cannot be read. 1 finished row may"),
        ("b a d", "The journals of a and b were not found or cannot be read. 3 finished rows may"),
        ("e b a", "The journals of a, b and e were not found or cannot be read. 4 finished rows"),
    ],
)
def test_lost_runs_are_named_if_finished_rows_rest_on_them(unread: str, said: str | None) -> None:
    """Each once, with the number of such rows. A row that is attempted again rests on none."""
    given = source(
        Path("results.csv"),
        result(2, run_id="a"),
        result(3, run_id="a", status="already_done"),
        result(4, run_id="b"),
        result(5, run_id="d", status="failed", retry=True),
        result(6, run_id="e"),
    )
    warned = warned_of_unread(given, [Predecessor(each, "") for each in unread.split()])
    assert [each.message.startswith(said or "") for each in warned] == ([True] if said else [])
    assert all(set(each.names) <= set(unread.split()) for each in warned)
