"""results.csv, forged and saved again."""

from __future__ import annotations

import csv
import hashlib
import io
import shutil
from collections.abc import Callable
from pathlib import Path

from tests.crash.forging.case import (
    Case,
    a_folder_as,
    as_bytes,
    chained,
    copied,
    gone,
    lines_of,
)

NOT_VALUES = "has the values of the journal, but"
ROWS_WORD = "The program's columns were changed"


def text_with(change: Callable[[str], str], encoding: str = "utf-8-sig") -> Callable[[Path], None]:
    """Change the text of results.csv."""

    def forge(folder: Path) -> None:
        path = folder / "results.csv"
        text = path.read_bytes().decode("utf-8-sig")
        path.write_bytes(change(text).encode(encoding))

    return forge


def rows_with(
    change: Callable[[list[list[str]]], list[list[str]]],
    delimiter: str = ",",
    encoding: str = "utf-8-sig",
) -> Callable[[Path], None]:
    """Change the rows of results.csv."""

    def changed(text: str) -> str:
        rows = list(csv.reader(io.StringIO(text, newline="")))
        target = io.StringIO(newline="")
        csv.writer(target, delimiter=delimiter).writerows(change(rows))
        return target.getvalue()

    return text_with(changed, encoding)


def old_as_main(sibling: str) -> Callable[[Path], None]:
    """results.csv is that from before the undo; the newest has another name."""

    def forge(folder: Path) -> None:
        (folder / "results.csv").rename(folder / sibling)
        shutil.copy(folder.parent / "before.csv", folder / "results.csv")

    return forge


def of_an_older_version(change: Callable[[bytes], bytes]) -> Callable[[Path], None]:
    """The run is one of an older version, whose results.csv, as recorded, was changed."""

    def forge(folder: Path) -> None:
        events = lines_of(folder)
        data = change((folder / "results.csv").read_bytes())
        (folder / "results.csv").write_bytes(data)
        for each in events:
            if "program_version" in each:
                each["program_version"] = "0.1.5"
            if each.get("name") == "results.csv":
                each["sha256"] = hashlib.sha256(data).hexdigest()
        chained(folder, events)

    return forge


def blank_rows(number: int, row: str = "\r\n") -> Callable[[Path], None]:
    """So many blank rows stand above the last one."""

    def change(text: str) -> str:
        *rows, last, end = text.split("\r\n")
        return "\r\n".join([*rows, row * number + last, end])

    return text_with(change)


def other_status(word: str) -> Callable[[Path], None]:
    """The first status is stored like this."""
    return text_with(lambda text: text.replace(",done,", f",{word},", 1))


FORGED = [
    Case("row far below", "alone", blank_rows(999), 3, [NOT_VALUES, "after 999 blank rows"]),
    Case(
        "row far below invisible ones",
        "alone",
        blank_rows(40, "\u200b,\r\n"),
        3,
        ["continues in row 44, after 40 blank rows"],
    ),
    Case(
        "status behind blanks and quotes",
        "alone",
        other_status(f'{" " * 300}"done"'),
        3,
        [NOT_VALUES, "A spreadsheet shows other values in these cells: C2."],
    ),
    Case(
        "status with a letter of another script",
        "alone",
        other_status("d\u043ene"),
        3,
        ['was "done", now "d\u043ene" (with CYRILLIC SMALL LETTER O)'],
    ),
    Case(
        "status with a sign that nobody sees",
        "alone",
        other_status("done\u200b"),
        3,
        ["(with ZERO WIDTH SPACE)"],
    ),
    Case(
        "status read from the right",
        "alone",
        other_status("\u202eenod"),
        3,
        ["(with RIGHT-TO-LEFT OVERRIDE)"],
    ),
    Case(
        "report that looks like a file of the system",
        "alone",
        as_bytes(b"<p>All done", "desktop.ini.html"),
        0,
        [
            "Only the run's own files were checked, not desktop.ini.html.",
            "Ask whoever put it there before you rely on it.",
        ],
    ),
    Case(
        "report whose name begins with a dot",
        "alone",
        as_bytes(b"<p>All done", ".report.html"),
        0,
        ["Only the run's own files were checked, not .report.html."],
    ),
    Case(
        "old results with another status",
        "alone",
        of_an_older_version(lambda data: data.replace(b",done,", b",failed,", 1)),
        3,
        ['was "done", now "failed"'],
    ),
    Case(
        "old results with another name",
        "alone",
        of_an_older_version(lambda data: data.replace(b"P001 Test,", b"X001 Test,", 1)),
        3,
        ['was "P001 Test", now "X001 Test"'],
    ),
    Case(
        "results of the undo",
        "undone",
        copied("../undo/results.csv", "results.csv"),
        3,
        ["results.csv does not match"],
    ),
    Case(
        "a remark that is a formula",
        "alone",
        rows_with(lambda rows: [[*r, "=1" if n else "x"] for n, r in enumerate(rows)]),
        3,
        ["A spreadsheet would calculate"],
    ),
    Case(
        "line for a spreadsheet's delimiter",
        "alone",
        text_with(lambda text: "sep=;\r\n" + text),
        3,
        ["Its first line is"],
    ),
    Case(
        "status changed",
        "alone",
        rows_with(
            lambda rows: [rows[0], [c.replace("done", "failed") for c in rows[1]], *rows[2:]]
        ),
        3,
        ['was "done", now "failed"', ROWS_WORD],
    ),
    Case(
        "row removed",
        "alone",
        rows_with(lambda rows: [*rows[:2], *rows[3:]]),
        3,
        ["Missing: row 3."],
    ),
    Case("row doubled", "alone", rows_with(lambda rows: [*rows, rows[1]]), 3, ["Added: 1 row."]),
    Case(
        "column removed",
        "alone",
        rows_with(lambda rows: [[*r[:3], *r[4:]] for r in rows]),
        3,
        ["Missing columns: offboard_retry"],
    ),
    Case(
        "header renamed",
        "alone",
        text_with(lambda text: text.replace("offboard_error_code", "code")),
        3,
        ["Missing columns: offboard_error_code", "Added columns: code"],
    ),
    Case(
        "no header",
        "alone",
        rows_with(lambda rows: rows[1:]),
        3,
        ["It is no longer a results file", "no column offboard_status"],
    ),
    Case(
        "line above the header",
        "alone",
        text_with(lambda text: "All is well\r\n" + text),
        3,
        ["1 line added above the headers."],
    ),
    Case(
        "columns in another order",
        "alone",
        rows_with(lambda rows: [[*r[:2], r[3], r[2], *r[4:]] for r in rows]),
        3,
        ["Its columns are in a different order."],
    ),
    Case(
        "rows in another order",
        "alone",
        rows_with(lambda rows: [rows[0], *reversed(rows[1:])]),
        3,
        ["Its rows are in a different order"],
    ),
    Case(
        "a second status column",
        "alone",
        rows_with(
            lambda rows: [[r[2] if n else "offboard_status", *r] for n, r in enumerate(rows)]
        ),
        3,
        [],
    ),
    Case("results.csv empty", "alone", as_bytes(b""), 3, ["It is empty."]),
    Case(
        "results.csv of NULs",
        "alone",
        as_bytes(b"\x00" * 99),
        3,
        ["It is no longer a results file", "It has NUL"],
    ),
    Case("results.csv removed", "alone", gone("results.csv"), 3, ["results.csv is missing"]),
    Case(
        "results.csv is a folder",
        "alone",
        a_folder_as("results.csv"),
        3,
        ["results.csv is a folder"],
    ),
    Case(
        "a cell that a spreadsheet would calculate",
        "alone",
        text_with(lambda text: text.replace("'=1+1", "=1+1")),
        3,
        ["A spreadsheet would calculate these cells: B4"],
    ),
    Case(
        "results from before the undo",
        "undone",
        old_as_main("results-2.csv"),
        3,
        [
            "results.csv is as the run wrote it, but more was recorded",
            "The latest results are in results-2.csv.",
        ],
    ),
    Case(
        "results from before the undo, the newest as a copy",
        "undone",
        old_as_main("results (1).csv"),
        3,
        [
            "results.csv is as the run wrote it, but more was recorded",
            "The latest results are in results (1).csv.",
        ],
    ),
]

HONEST = [
    Case(
        "blank rows between groups",
        "alone",
        blank_rows(3),
        0,
        ["results.csv matches"],
        ["blank row"],
    ),
    Case(
        "line for a spreadsheet's own delimiter",
        "alone",
        text_with(lambda text: "sep=,\r\n" + text),
        0,
        ["results.csv matches"],
    ),
    Case(
        "old results in other words",
        "alone",
        of_an_older_version(lambda data: data.replace(b"correct the user id", b"mend the user id")),
        3,
        ["results.csv is as the run wrote it. This version"],
    ),
    Case(
        "a file of one's own",
        "alone",
        as_bytes(b"%PDF", "ticket 7.pdf"),
        0,
        [
            "Only the run's own files were checked, not ticket 7.pdf.",
            "Ask whoever put it there before you rely on it.",
        ],
    ),
    Case(
        "results.csv saved with semicolons and without a mark",
        "alone",
        rows_with(list, ";", "utf-8"),
        0,
        ["results.csv matches", "separated by semicolons, not by commas", "without the mark"],
    ),
    Case(
        "results.csv with other ends of lines",
        "alone",
        text_with(lambda text: text.replace("\r\n", "\n")),
        0,
        ["lines end as on Linux"],
    ),
    Case("results.csv quoted throughout", "alone", rows_with(list), 0, ["results.csv matches"]),
    Case("results.csv in UTF-16", "alone", text_with(str, "utf-16"), 0, ["not UTF-8"]),
    Case(
        "a copy of results.csv",
        "alone",
        copied("results.csv", "results (1).csv"),
        0,
        ["has a name that the program did not give it. Its cells match"],
    ),
]
