"""Journals, and the runs beside them: forged, killed, moved."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

from batch_offboard.commands.report import rebuild
from tests.crash.forging.case import (
    Case,
    Line,
    as_bytes,
    both,
    chained,
    gone,
    lines_of,
    sealed,
)


def adding(*events: Line) -> Callable[[Path], None]:
    """Append events to the journal and make everything else fit."""

    def forge(folder: Path) -> None:
        chained(folder, [*lines_of(folder), *events])
        sealed(folder)

    return forge


def added_alone(*events: Line) -> Callable[[Path], None]:
    """Append events to the journal, no more."""

    def forge(folder: Path) -> None:
        chained(folder, [*lines_of(folder), *events])

    return forge


def undone(rows: Sequence[int], by_run: str) -> Line:
    """The record of an undo."""
    at = "2027-01-01T08:00:00Z"
    return {"rows": list(rows), "by_run": by_run, "at": at, "kind": "rows_undone"}


def cut_before(kind: str, *, seal: bool = True) -> Callable[[Path], None]:
    """Take away the journal's lines from the first of a kind on, and make everything else fit."""

    def forge(folder: Path) -> None:
        events = lines_of(folder)
        at = next(n for n, each in enumerate(events) if each["kind"] == kind)
        while seal and events[at - 1]["kind"] == "results_written":
            at -= 1  # they are recorded once more below
        chained(folder, events[:at])
        if seal:
            sealed(folder)
        else:
            rebuild(folder)

    return forge


def torn(folder: Path) -> None:
    """Half a line at the journal's end."""
    with (folder / "journal.jsonl").open("ab") as journal:
        journal.write(b'{"previous":"00')


def neighbour(name: str, change: Callable[[list[Line]], list[Line]]) -> Callable[[Path], None]:
    """Change the journal of the undo or rerun beside the run."""

    def forge(folder: Path) -> None:
        chained(folder.parent / name, change(lines_of(folder.parent / name)))

    return forge


def renamed_in(events: list[Line]) -> list[Line]:
    """The undo is one of another run."""
    events[0]["previous"]["run_id"] = "another"
    return events


def last_line_cut(folder: Path) -> None:
    """The journal's last line is gone, and `report` has made everything fit."""
    chained(folder, lines_of(folder)[:-1])
    rebuild(folder)


def bytes_with(change: Callable[[bytes], bytes]) -> Callable[[Path], None]:
    """Change the journal's bytes."""

    def forge(folder: Path) -> None:
        path = folder / "journal.jsonl"
        path.write_bytes(change(path.read_bytes()))

    return forge


def cut_behind_results(folder: Path) -> None:
    """The journal is cut in the middle of the run; results and report stay."""
    events = lines_of(folder)
    chained(folder, events[: len(events) // 2])


def dry_undo(events: list[Line]) -> list[Line]:
    """The undo was a dry run."""
    events[0]["dry_run"] = True
    return [each for each in events if each["kind"] not in ("call_started", "call_answered")]


def another_run(folder: Path) -> None:
    """The journal of the undo stands for that of the run."""
    shutil.copy(folder.parent / "undo" / "journal.jsonl", folder / "journal.jsonl")


def without_cells(events: list[Line]) -> list[Line]:
    """Its rows have no cells, so that they are no rows."""
    return [{k: v for k, v in each.items() if k != "cells"} for each in events]


def cut_before_calls(events: list[Line]) -> list[Line]:
    """The undo ends before its first request."""
    return events[: next(n for n, each in enumerate(events) if each["kind"] == "call_started")]


LISTED: Line = {"row": 9, "cells": ["x", "y"], "kind": "row_listed"}


def with_an_invented_row(events: list[Line]) -> list[Line]:
    """It tells of a row that it does not have."""
    return [*events, {"row": 77, "grants": [], "kind": "grants_read"}]


def begun_again(folder: Path) -> None:
    """A journal without an end says once more who did it: somebody else."""
    first, *others = lines_of(folder)
    chained(folder, [first, *others, {**first, "os_user": "it"}])


def undo_hidden(*more: Callable[[Path], None]) -> Callable[[Path], None]:
    """The undo is cut off the journal, nothing knows of it but its own folder, and then more."""
    return both(cut_before("rows_undone"), gone("rerun"), *more)


def undo_copied(folder: Path) -> None:
    """A copy of the undo, from before its first request, lies behind it."""
    copy = shutil.copytree(folder.parent / "undo", folder.parent / "zzz")
    chained(copy, cut_before_calls(lines_of(copy)))


def moved_and_linked(folder: Path) -> None:
    """The run folder lies elsewhere; a link stands for it beside its undo."""
    elsewhere = folder.parent.parent / "elsewhere" / "run"
    elsewhere.parent.mkdir()
    folder.rename(elsewhere)
    folder.symlink_to(elsewhere)


def undo_unreadable(data: bytes) -> Callable[[Path], None]:
    """The undo's journal begins otherwise."""
    return lambda folder: as_bytes(data, "journal.jsonl")(folder.parent / "undo")


def recorded_again(folder: Path) -> None:
    """Another results file is recorded behind the end, and the report once more."""
    *_, report = events = lines_of(folder)
    forged = (folder / "results.csv").read_bytes().replace(b",done,", b",failed,", 1)
    (folder / "results-2.csv").write_bytes(forged)
    sha256 = hashlib.sha256(forged).hexdigest()
    chained(folder, [*events, {**report, "name": "results-2.csv", "sha256": sha256}, report])


UNREADABLE = "The run folder undo beside this one has no readable journal."

FORGED = [
    Case(
        "undo hidden by a copy of it",
        "undone",
        undo_hidden(undo_copied),
        2,
        ["The undo undo put back row 2, but"],
    ),
    Case(
        "undo hidden by a link",
        "undone",
        undo_hidden(moved_and_linked),
        2,
        ["The undo undo put back row 2, but"],
    ),
    Case("undo damaged", "undone", undo_hidden(undo_unreadable(b"\n")), 0, [UNREADABLE]),
    Case("undo emptied", "undone", undo_hidden(undo_unreadable(b"")), 0, [UNREADABLE]),
    Case(
        "undo without a journal",
        "undone",
        undo_hidden(lambda folder: (folder.parent / "undo" / "journal.jsonl").unlink()),
        0,
        [UNREADABLE],
    ),
    Case(
        "results recorded behind the end",
        "alone",
        recorded_again,
        2,
        ["this records the report for the second time"],
    ),
    Case("begun by somebody else", "killed", begun_again, 2, ["begins a run for the second time"]),
    Case(
        "row listed twice",
        "killed",
        added_alone({**LISTED, "row": 2}),
        2,
        ["lists a row for the second time"],
    ),
    Case(
        "file outside the folder",
        "alone",
        added_alone({"name": "../x.csv", "sha256": "", "at": "", "kind": "results_written"}),
        2,
        ["names a file that the program does not write"],
    ),
    Case(
        "undo's journal damaged at its end",
        "undone",
        neighbour("undo", with_an_invented_row),
        2,
        ["The undo undo belongs to this run, but its journal cannot be read."],
    ),
    Case(
        "no journal", "alone", gone("journal.jsonl"), 2, ["is not a run folder: it has no journal"]
    ),
    Case(
        "empty journal",
        "alone",
        as_bytes(b"", "journal.jsonl"),
        2,
        ["is empty, or was cut off before its run began", "Do not start a run."],
        ["Nothing was changed"],
    ),
    Case(
        "journal with other ends of lines",
        "alone",
        bytes_with(lambda d: d.replace(b"\n", b"\r\n")),
        2,
        ["converted to those of Windows, perhaps by Git", "Nothing else was altered."],
        ["evidence"],
    ),
    Case(
        "journal with other ends of lines and another name",
        "alone",
        bytes_with(lambda d: d.replace(b"P001 Test", b"X001 Test", 1).replace(b"\n", b"\r\n")),
        2,
        ["line 1 was altered after the run"],
    ),
    Case(
        "journal with a mark before it",
        "alone",
        bytes_with(lambda d: b"\xef\xbb\xbf" + d),
        2,
        ["line 1"],
    ),
    Case(
        "journal with a blank line",
        "alone",
        bytes_with(lambda d: d + b"\n"),
        2,
        ["this is not a journal line"],
    ),
    Case(
        "journal cut, the rest as it was",
        "alone",
        cut_behind_results,
        3,
        ["This journal has no end", "results.csv does not match", "does not show this last hash"],
    ),
    Case(
        "journal of another run",
        "undone",
        another_run,
        3,
        ["results.csv does not match", "does not show this last hash"],
    ),
    Case("undo by a dry run", "undone", neighbour("undo", dry_undo), 2, ["was a dry run"]),
    Case(
        "undo by nobody",
        "alone",
        added_alone(undone([2], "")),
        2,
        ["withdraws an undo that no earlier"],
    ),
    Case(
        "undo by a blank",
        "alone",
        adding(undone([2], "x")) and added_alone(undone([2], "  ")),
        2,
        ["does not name the undo's run"],
    ),
    Case(
        "undo by a path",
        "alone",
        added_alone(undone([2], "../undo")),
        2,
        ["does not name the undo's run"],
    ),
    Case("undo of no row", "alone", added_alone(undone([], "undo")), 2, ["an undo without rows"]),
    Case(
        "undo of a row that is not there",
        "alone",
        added_alone(undone([77], "undo")),
        2,
        ["no earlier line records"],
    ),
    Case(
        "undo by a run that does not exist",
        "alone",
        adding(undone([2], "20270101T080000Z-a-undo")),
        0,
        ["20270101T080000Z-a-undo of row 2 is not proven"],
    ),
    Case(
        "undo by a run that is none",
        "undone",
        adding(undone([3], "rerun")),
        2,
        ["is not an undo of this run"],
    ),
    Case(
        "undo by one that undid another run",
        "undone",
        neighbour("undo", renamed_in),
        2,
        ["is not an undo of this run"],
    ),
    Case(
        "undo of one more row",
        "undone",
        adding(undone([3], "undo")),
        2,
        ["put back row 3. The undo's own journal does not"],
    ),
    Case(
        "undo withdrawn",
        "undone",
        adding(undone([2], "")),
        2,
        ["The undo undo put back row 2, but this journal"],
    ),
    Case(
        "undo cut off",
        "undone",
        cut_before("rows_undone"),
        2,
        [
            "The undo undo put back row 2, but",
            "recorded an undo of this run that is missing here. The end of this journal was "
            "removed.",
        ],
    ),
    Case(
        "undo cut off, its folder removed",
        "undone",
        both(cut_before("rows_undone"), gone("undo")),
        2,
        ["The rerun rerun recorded an undo"],
    ),
    Case(
        "undo's journal damaged",
        "undone",
        neighbour("undo", without_cells),
        2,
        ["its journal cannot be read"],
    ),
    Case(
        "end cut off before a rerun",
        "undone",
        cut_before("call_started"),
        2,
        ["later than this journal says"],
    ),
    Case(
        "end cut off",
        "alone",
        cut_before("run_finished", seal=False),
        0,
        ["This journal has no end. The run was killed", "Only a hash filed elsewhere"],
    ),
    Case(
        "last line cut off",
        "alone",
        last_line_cut,
        3,
        ["Its last line, about the report, is missing"],
    ),
    Case("half a line behind the end", "alone", torn, 3, ["there is part of another one"]),
    Case(
        "event behind the end",
        "alone",
        added_alone(LISTED),
        2,
        ["added after the run had ended"],
    ),
    Case(
        "event behind an undo of a killed run",
        "killed",
        added_alone(undone([2], "undo"), LISTED),
        2,
        ["added after the run had ended"],
    ),
]

HONEST = [
    Case(
        "undo killed before its first request",
        "undone",
        neighbour("undo", cut_before_calls),
        0,
        ["The undo undo changed nothing for row 2, according to its own journal."],
    ),
    Case("untouched", "alone", lambda _: None, 0, ["add --hash and the last hash", "Run alone,"]),
    Case("untouched beside its undo", "undone", lambda _: None, 0, [], ["not proven"]),
    Case("untouched, killed", "killed", lambda _: None, 0, ["This journal has no end"]),
    Case("killed in the middle of a line", "killed", torn, 0, ["normal after a run was killed"]),
    Case(
        "an undo whose folder is elsewhere",
        "undone",
        gone("undo"),
        0,
        ["undo of row 2 is not proven"],
    ),
]
