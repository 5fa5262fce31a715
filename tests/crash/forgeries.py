"""Forgeries of a run folder, and honest edits: what is done, and what `--verify` must say.

Each is a name, the folder it is done to, what is done, the exit code and words that must be said.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import shutil
import zipfile
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.comments import Comment
from openpyxl.drawing.image import Image
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation

from batch_offboard import __version__
from batch_offboard.commands.publish import publish, written_at
from batch_offboard.commands.report import rebuild
from batch_offboard.genesys import Clock
from batch_offboard.record.events import Event
from batch_offboard.record.file_system import LOCAL
from batch_offboard.record.folder import RunFolder
from batch_offboard.record.journal import Journal
from batch_offboard.results.placing import Placing, Written
from batch_offboard.results.results_csv import write_results
from batch_offboard.results.run_folder import read_run

Line = dict[str, Any]
BLACK, WHITE = "FF000000", "FFFFFFFF"


@dataclass(frozen=True)
class Case:
    """One forgery, or an honest edit: `code` is the exit code, `words` what must be said.

    `run` is the folder it is done to: `alone`, a run by itself; `undone`, one beside its undo and a
    rerun of it; `killed`, one without an end.
    """

    name: str
    run: str
    forge: Callable[[Path], None]
    code: int
    words: Sequence[str] = ()
    silent: Sequence[str] = ()
    """What must not be said."""


# -- the journal


def lines_of(folder: Path) -> list[Line]:
    """The events of the journal as JSON."""
    journal = (folder / "journal.jsonl").read_bytes()
    return [json.loads(line)["event"] for line in journal.splitlines() if line.startswith(b"{")]


def chained(folder: Path, events: Sequence[Line]) -> None:
    """Write a journal of these events with a right chain of hashes."""
    previous, lines = "", list[bytes]()
    for event in events:
        line = json.dumps({"previous": previous, "event": event}, separators=(",", ":"))
        lines.append(line.encode() + b"\n")
        previous = hashlib.sha256(lines[-1]).hexdigest()
    (folder / "journal.jsonl").write_bytes(b"".join(lines))


def sealed(folder: Path) -> None:
    """Write results, workbook and report anew and record them, as a run does at its end."""
    for name in ("results.csv", "results.xlsx", "report.html"):
        (folder / name).unlink(missing_ok=True)
    place, now = RunFolder(folder), Clock().now()
    run = read_run(place)
    with closing(Journal(place.journal)) as journal:

        def record(event: Event) -> None:
            journal.append(event)
            run.apply(event)

        def announce(written: Written) -> None:
            record(written_at(written, now))

        def write() -> Written:
            return write_results(folder, run.view(), announce, Placing(LOCAL))

        publish(place, run, journal, write, announce, LOCAL)


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


def changed_last(**values: str) -> Callable[[Path], None]:
    """Change the last line, which no other line confirms, and the hash in the report with it."""

    def forge(folder: Path) -> None:
        before = hash_of(folder)
        *kept, last = lines_of(folder)
        page = forged_page(folder)
        blanked = page.replace(before.encode(), b"0" * 64)
        last |= {"sha256": hashlib.sha256(blanked).hexdigest(), **values}
        chained(folder, [*kept, last])
        (folder / "report.html").write_bytes(
            page.replace(before.encode(), hash_of(folder).encode())
        )

    return forge


def hash_of(folder: Path) -> str:
    """The hash of the journal's last line."""
    last = (folder / "journal.jsonl").read_bytes().splitlines(keepends=True)[-1]
    return hashlib.sha256(last).hexdigest()


def of_an_older_version(page: Callable[[bytes], bytes]) -> Callable[[Path], None]:
    """The whole run is one of an older version, its report worded differently, then forged."""

    def forge(folder: Path) -> None:
        events = lines_of(folder)
        for each in events:
            if "program_version" in each:
                each["program_version"] = "0.1.5"
        worded = (folder / "report.html").read_bytes().replace(b"Every row", b"All rows")
        worded = page(worded)
        blanked = worded.replace(hash_of(folder).encode(), b"0" * 64)
        events[-1]["sha256"] = hashlib.sha256(blanked).hexdigest()
        before = hash_of(folder).encode()
        chained(folder, events)
        (folder / "report.html").write_bytes(worded.replace(before, hash_of(folder).encode()))

    return forge


def neighbour(name: str, change: Callable[[list[Line]], list[Line]]) -> Callable[[Path], None]:
    """Change the journal of the undo or rerun beside the run."""

    def forge(folder: Path) -> None:
        chained(folder.parent / name, change(lines_of(folder.parent / name)))

    return forge


def renamed_in(events: list[Line]) -> list[Line]:
    """The undo is one of another run."""
    events[0]["previous"]["run_id"] = "another"
    return events


def gone(name: str) -> Callable[[Path], None]:
    """A folder, or a file in the folder, is not there."""

    def forge(folder: Path) -> None:
        for each in (folder.parent / name, folder / name):
            if each.is_dir():
                shutil.rmtree(each)
            else:
                each.unlink(missing_ok=True)

    return forge


# -- report.html


def forged_page(folder: Path) -> bytes:
    """The report with another name in it."""
    page = (folder / "report.html").read_bytes()
    forged = page.replace(b"P001 Test", b"X001 Test")
    assert forged != page
    return forged


def page_with(change: Callable[[bytes], bytes]) -> Callable[[Path], None]:
    """Change report.html."""

    def forge(folder: Path) -> None:
        page = (folder / "report.html").read_bytes()
        forged = change(page)
        assert forged != page
        (folder / "report.html").write_bytes(forged)

    return forge


# -- results.csv


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


def as_bytes(data: bytes, name: str = "results.csv") -> Callable[[Path], None]:
    """The file has other bytes."""
    return lambda folder: (folder / name).write_bytes(data) and None


def a_folder_as(name: str) -> Callable[[Path], None]:
    """A folder stands for the file."""

    def forge(folder: Path) -> None:
        (folder / name).unlink()
        (folder / name).mkdir()

    return forge


def old_as_main(sibling: str) -> Callable[[Path], None]:
    """results.csv is that from before the undo; the newest has another name."""

    def forge(folder: Path) -> None:
        (folder / "results.csv").rename(folder / sibling)
        shutil.copy(folder.parent / "before.csv", folder / "results.csv")

    return forge


# -- results.xlsx


def book_with(change: Callable[[Any, Any], object]) -> Callable[[Path], None]:
    """Change the workbook as a spreadsheet would save it."""

    def forge(folder: Path) -> None:
        path = folder / "results.xlsx"
        book = load_workbook(path)
        change(book, book.worksheets[0])
        book.save(path)

    return forge


def parts_with(*changes: tuple[str, str, str]) -> Callable[[Path], None]:
    """In these parts of the workbook, replace a piece that a pattern finds."""

    def forge(folder: Path) -> None:
        path = folder / "results.xlsx"
        with zipfile.ZipFile(path) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
        for name, pattern, text in changes:
            before = parts.get(name, b"").decode()
            parts[name] = (
                re.sub(pattern, text, before, count=1).encode() if before else text.encode()
            )
            assert parts[name].decode() != before
        with zipfile.ZipFile(path, "w") as archive:
            for name, data in parts.items():
                archive.writestr(name, data)

    return forge


SHEET = "xl/worksheets/sheet1.xml"


def forged_first(book: Any, sheet: Any) -> None:
    """A copy with another status is shown; the true sheet is hidden behind it."""
    copy = book.copy_worksheet(sheet)
    copy.title = "Results"
    at(copy, "status").value = "failed"
    book.move_sheet(copy, -1)
    book.active = 0
    sheet.sheet_state = "hidden"


def at(sheet: Any, column: str, row: int = 2) -> Any:
    """The cell in one of our columns."""
    header = [cell.value for cell in sheet[1]]
    return sheet.cell(row, header.index(f"offboard_{column}") + 1)


def styled(**styles: Any) -> Callable[[Path], None]:
    """The first status has another style."""

    def change(_: Any, sheet: Any) -> None:
        for name, style in styles.items():
            setattr(at(sheet, "status"), name, style)

    return book_with(change)


def hidden_column(name: str) -> Callable[[Path], None]:
    """A column is hidden."""

    def change(_: Any, sheet: Any) -> None:
        letter = next(cell.column_letter for cell in sheet[1] if cell.value == name)
        sheet.column_dimensions[letter].hidden = True

    return book_with(change)


def filtered(_: Any, sheet: Any) -> None:
    """A filter on the status hides a row."""
    sheet.auto_filter.add_filter_column(2, ["done"])
    sheet.row_dimensions[3].hidden = True


def sorted_rows(_: Any, sheet: Any) -> None:
    """The rows stand the other way round."""
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
    for n, values in enumerate(reversed(rows), 2):
        for cell, value in zip(sheet[n], values, strict=True):
            cell.value = value
            cell.data_type = "s" if isinstance(value, str) else cell.data_type


def coloured(_: Any, sheet: Any) -> None:
    """Rows are yellow, and columns wider."""
    for cell in sheet[2]:
        cell.fill = PatternFill("solid", fgColor="FFFF00")
    sheet.column_dimensions["A"].width = 60
    sheet.row_dimensions[2].height = 40
    sheet.freeze_panes = "C2"


def remarks(_: Any, sheet: Any) -> None:
    """A column of the person's own behind all others."""
    sheet.cell(1, sheet.max_column + 1).value = "remark"
    sheet.cell(3, sheet.max_column).value = "asked"


def picture(_: Any, sheet: Any) -> None:
    """A picture over the cells."""
    import PIL.Image

    data = io.BytesIO()
    PIL.Image.new("RGB", (4, 4)).save(data, "PNG")
    sheet.add_image(Image(data), "C2")


def noted(column: str) -> Callable[[Path], None]:
    """A note on a cell of a column."""

    def change(_: Any, sheet: Any) -> None:
        cell = next(cell for cell in sheet[1] if cell.value == column)
        sheet.cell(2, cell.column).comment = Comment("see ticket 7", "HR")

    return book_with(change)


def white_format(_: Any, sheet: Any) -> None:
    """A conditional format with white text."""
    rule = FormulaRule(formula=["TRUE"], font=Font(color=WHITE))
    sheet.conditional_formatting.add("C2:C4", rule)


def validated(_: Any, sheet: Any) -> None:
    """A rule for typing with a message over the cells."""
    rule = DataValidation(type="list", formula1='"done"', promptTitle="Status", prompt="done")
    sheet.add_data_validation(rule)
    rule.add("C2:C4")


def named(book: Any, sheet: Any) -> None:
    """Only a part is printed."""
    sheet.print_area = "A1:C2"


def name_of_cells(book: Any, _: Any) -> None:
    """A name for cells."""
    book.defined_names["leavers"] = DefinedName("leavers", attr_text="'Offboarding results'!$A$1")


def set_value(column: str, value: object) -> Callable[[Path], None]:
    """A cell of ours has another value."""

    def change(_: Any, sheet: Any) -> None:
        cell = at(sheet, column)
        cell.value = value

    return book_with(change)


def cached_formula(folder: Path) -> None:
    """A formula that shows the true value, as long as nobody calculates it."""
    with zipfile.ZipFile(folder / "results.xlsx") as archive:
        sheet = archive.read(SHEET).decode()
    cell = re.search(r'<c r="C2"([^>]*?) t="[a-zA-Z]+"[^>]*>.*?</c>', sheet)
    assert cell
    formula = r'<c r="C2" t="str"><f>IF(TODAY()&gt;0,"done","")</f><v>done</v></c>'
    parts_with((SHEET, re.escape(cell[0]), formula))(folder)


HONEST = [
    Case("untouched", "alone", lambda _: None, 0, ["Only a hash that was filed", "Run alone,"]),
    Case("untouched beside its undo", "undone", lambda _: None, 0, [], ["not proven"]),
    Case("untouched, killed", "killed", lambda _: None, 0, ["This journal has no end"]),
    Case("killed in the middle of a line", "killed", torn, 0, ["usual where a run was killed"]),
    Case("workbook saved again", "alone", book_with(lambda *_: None), 0, ["results.xlsx matches"]),
    Case("workbook coloured and widened", "alone", book_with(coloured), 0, ["xlsx matches"]),
    Case(
        "workbook filtered",
        "alone",
        book_with(filtered),
        0,
        ["results.xlsx matches", "Hidden by a filter: row 3 of the sheet."],
    ),
    Case(
        "own column hidden",
        "alone",
        hidden_column("name"),
        0,
        ["Columns of your own are hidden: B."],
    ),
    Case(
        "note on a cell of one's own", "alone", noted("name"), 0, ["attached to cells of your own"]
    ),
    Case("name for cells", "alone", book_with(name_of_cells), 0, ['the name "leavers"']),
    Case(
        "own cell struck out",
        "alone",
        book_with(lambda _, sheet: setattr(sheet["B2"], "font", Font(strike=True))),
        0,
        ["From B2 on, the text is struck out."],
    ),
    Case(
        "remarks in a column of one's own",
        "alone",
        book_with(remarks),
        3,
        ["Added columns: remark.", "Only columns of your own were changed"],
    ),
    Case(
        "workbook sorted",
        "alone",
        book_with(sorted_rows),
        3,
        ["rows are in another order, as after sorting", "Every cell says what it said."],
        ["Columns of the program were changed"],
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
        lambda f: shutil.copy(f / "results.csv", f / "results (1).csv") and None,
        0,
        ["no name that the program gives. Its cells match"],
    ),
    Case(
        "an undo whose folder is elsewhere",
        "undone",
        gone("undo"),
        0,
        ["undo of row 2 is not proven"],
    ),
    Case(
        "report of an older version",
        "alone",
        of_an_older_version(lambda page: page),
        0,
        ["another version of the program wrote it", "only a filed hash confirms"],
    ),
]

ROWS_WORD = "Columns of the program were changed"
NOT_VALUES = "has the values of the journal, but"

FORGED = [
    # the journal, and undos
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
        ["names no run as the undo"],
    ),
    Case(
        "undo by a path",
        "alone",
        added_alone(undone([2], "../undo")),
        2,
        ["names no run as the undo"],
    ),
    Case("undo of no row", "alone", added_alone(undone([], "undo")), 2, ["an undo of no row"]),
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
        ["is no undo of this run"],
    ),
    Case(
        "undo by one that undid another run",
        "undone",
        neighbour("undo", renamed_in),
        2,
        ["is no undo of this run"],
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
            "knew of an undo of this run that this journal does not",
        ],
    ),
    Case(
        "undo cut off, its folder removed",
        "undone",
        lambda f: (cut_before("rows_undone")(f), gone("undo")(f)) and None,
        2,
        ["The rerun rerun knew of an undo"],
    ),
    Case(
        "undo's journal damaged",
        "undone",
        lambda f: (
            (f.parent / "undo" / "journal.jsonl").write_bytes(
                (f.parent / "undo" / "journal.jsonl")
                .read_bytes()
                .replace(b'"hr', b'"it', 1)
                .replace(b"user_read", b"user_rea", 1)
            )
            and None
        ),
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
        ["This journal has no end: the run was killed", "Only a hash filed elsewhere"],
    ),
    Case(
        "last line cut off",
        "alone",
        lambda f: (chained(f, lines_of(f)[:-1]), rebuild(f)) and None,
        3,
        ["Its last line, about the report, is missing"],
    ),
    Case("half a line behind the end", "alone", torn, 3, ["a piece of another one"]),
    Case(
        "event behind the end",
        "alone",
        lambda f: chained(f, [*lines_of(f), lines_of(f)[1]]),
        2,
        ["added after the run had ended"],
    ),
    Case(
        "event behind an undo of a killed run",
        "killed",
        lambda f: chained(f, [*lines_of(f), undone([2], "undo"), lines_of(f)[1]]),
        2,
        ["added after the run had ended"],
    ),
    # report.html
    Case(
        "report with another name",
        "alone",
        lambda f: as_bytes(forged_page(f), "report.html")(f),
        3,
        ["report.html shows the same last hash, but"],
    ),
    Case(
        "report said to be of another version",
        "alone",
        changed_last(program_version="9.9"),
        3,
        ["report.html shows the same last hash, but"],
    ),
    Case(
        "report said to be of no version",
        "alone",
        changed_last(program_version=""),
        3,
        ["report.html shows the same last hash, but"],
    ),
    Case(
        "report of another version in an undone run",
        "undone",
        changed_last(program_version="9.9"),
        3,
        ["report.html shows the same last hash, but"],
    ),
    Case(
        "old report with another name",
        "alone",
        of_an_older_version(lambda page: page.replace(b"P002 Test", b"X002 Test")),
        3,
        ["does not match the journal"],
    ),
    Case(
        "old report with another status",
        "alone",
        of_an_older_version(
            lambda page: page.replace(b'"status s-failed">failed', b'"status s-done">done')
        ),
        3,
        ["does not match the journal"],
    ),
    Case(
        "old report with a word for another status",
        "alone",
        of_an_older_version(
            lambda page: page.replace(b'"status s-failed">failed', b'"status s-failed">done')
        ),
        3,
        ["does not match the journal"],
    ),
    Case(
        "old report without a row",
        "alone",
        of_an_older_version(lambda page: re.sub(rb'(?s)<tr class="s-failed.*?</tr>', b"", page)),
        3,
        ["does not match the journal"],
    ),
    Case(
        "report with another hash",
        "alone",
        page_with(
            lambda page: page.replace(b"the journal", b"a journal").replace(b"Last hash", b"Hash")
        ),
        3,
        ["report.html shows the same last hash, but"],
    ),
    Case("report removed", "alone", gone("report.html"), 3, ["report.html is missing"]),
    Case("report is a folder", "alone", a_folder_as("report.html"), 3, ["report.html is a folder"]),
    # results.csv
    Case(
        "status changed",
        "alone",
        rows_with(
            lambda rows: [rows[0], [c.replace("done", "failed") for c in rows[1]], *rows[2:]]
        ),
        3,
        ['was "done", is "failed"', ROWS_WORD],
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
        ["It is not a results file any more", "no column offboard_status"],
    ),
    Case(
        "line above the header",
        "alone",
        text_with(lambda text: "All is well\r\n" + text),
        3,
        ["1 line above the headers."],
    ),
    Case(
        "columns in another order",
        "alone",
        rows_with(lambda rows: [[*r[:2], r[3], r[2], *r[4:]] for r in rows]),
        3,
        ["Its columns are in another order."],
    ),
    Case(
        "rows in another order",
        "alone",
        rows_with(lambda rows: [rows[0], *reversed(rows[1:])]),
        3,
        ["Its rows are in another order"],
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
        ["It is not a results file any more", "It has NUL"],
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
            "The newest results are in results-2.csv.",
        ],
    ),
    Case(
        "results from before the undo, the newest as a copy",
        "undone",
        old_as_main("results (1).csv"),
        3,
        [
            "results.csv is as the run wrote it, but more was recorded",
            "The newest results are in results (1).csv.",
        ],
    ),
    # results.xlsx: values
    Case(
        "value changed",
        "alone",
        set_value("status", "failed"),
        3,
        ['was "done", is "failed"', ROWS_WORD],
    ),
    Case("formula", "alone", set_value("status", '="done"'), 3, []),
    Case(
        "formula with the true value",
        "alone",
        cached_formula,
        3,
        [NOT_VALUES, "There are some in C2"],
    ),
    # results.xlsx: sheets
    Case(
        "true sheet hidden behind a forged one",
        "alone",
        book_with(forged_first),
        3,
        ["with the results is hidden", 'another sheet, "Results"'],
    ),
    Case(
        "another sheet",
        "alone",
        book_with(lambda book, _: book.create_sheet("Notes")),
        3,
        [NOT_VALUES, 'another sheet, "Notes".'],
    ),
    Case(
        "hidden sheet",
        "alone",
        book_with(lambda book, _: setattr(book.create_sheet("Notes"), "sheet_state", "veryHidden")),
        3,
        ["which is hidden"],
    ),
    Case(
        "opens at another sheet",
        "alone",
        book_with(lambda book, _: (book.create_sheet("Notes"), setattr(book, "active", 1))),
        3,
        ["It opens at another sheet"],
    ),
    # results.xlsx: what is hidden
    Case(
        "hidden row",
        "alone",
        book_with(lambda _, s: setattr(s.row_dimensions[4], "hidden", True)),
        3,
        [NOT_VALUES, "Hidden, and not by a filter: row 4."],
    ),
    Case(
        "row of no height",
        "alone",
        book_with(lambda _, s: setattr(s.row_dimensions[4], "height", 0.5)),
        3,
        ["not by a filter: row 4."],
    ),
    Case(
        "hidden column",
        "alone",
        hidden_column("offboard_status"),
        3,
        ["Columns of the program are hidden: C."],
    ),
    Case(
        "column of no width",
        "alone",
        book_with(lambda _, s: setattr(s.column_dimensions["C"], "width", 0.1)),
        3,
        ["Columns of the program are hidden: C."],
    ),
    Case(
        "rows above the frozen part",
        "alone",
        parts_with((SHEET, "<sheetView ", '<sheetView topLeftCell="A3" ')),
        3,
        ["cannot be scrolled to"],
    ),
    Case(
        "zeros not shown",
        "alone",
        book_with(lambda _, s: setattr(s.sheet_view, "showZeros", False)),
        3,
        ["Zeros are not shown."],
    ),
    # results.xlsx: how cells look
    Case(
        "number format of another word",
        "alone",
        styled(number_format='"x";"x";"x";"failed"'),
        3,
        [NOT_VALUES, "the number format"],
    ),
    Case(
        "number format that shows nothing",
        "alone",
        styled(number_format=";;;"),
        3,
        ["the number format"],
    ),
    Case(
        "white text",
        "alone",
        styled(font=Font(color=WHITE), fill=PatternFill()),
        3,
        ["the colour of the cell"],
    ),
    Case(
        "black on black",
        "alone",
        styled(fill=PatternFill("solid", fgColor=BLACK)),
        3,
        ["the colour of the cell"],
    ),
    Case("tiny text", "alone", styled(font=Font(sz=1)), 3, ["too small to be read"]),
    Case(
        "font of signs",
        "alone",
        styled(font=Font(name="Wingdings")),
        3,
        ["shows signs instead of letters"],
    ),
    Case("struck out", "alone", styled(font=Font(strike=True)), 3, ["struck out"]),
    Case(
        "texts repeated",
        "alone",
        styled(alignment=Alignment(horizontal="fill")),
        3,
        ["repeated to fill"],
    ),
    Case("conditional format", "alone", book_with(white_format), 3, ["conditional formats"]),
    Case(
        "merged cells", "alone", book_with(lambda _, s: s.merge_cells("C2:C3")), 3, ["merged cells"]
    ),
    Case("rule for typing", "alone", book_with(validated), 3, ["rules for typing"]),
    # results.xlsx: what lies over it
    Case(
        "note on a cell of the program",
        "alone",
        noted("offboard_status"),
        3,
        ["Notes are attached to cells of the program: C2."],
    ),
    Case("picture", "alone", book_with(picture), 3, ["A picture, chart or text box"]),
    Case(
        "header on paper",
        "alone",
        book_with(lambda _, s: setattr(s.oddHeader.center, "text", "All done")),
        3,
        ['"All done" is printed'],
    ),
    Case("only a part printed", "alone", book_with(named), 3, ["Only a part of it is printed"]),
    Case(
        "parts of texts in another style",
        "alone",
        parts_with(
            (
                SHEET,
                r'(<c r="C2"[^>]*) t="[a-zA-Z]+"[^>]*>.*?</c>',
                r'\1 t="inlineStr"><is><r><rPr><color rgb="FFFFFFFF"/></rPr><t>done</t></r></is></c>',
            )
        ),
        3,
        ["Parts of its texts"],
    ),
    Case(
        "a macro", "alone", parts_with(("xl/vbaProject.bin", "", "macro")), 3, ["It holds a macro."]
    ),
    Case(
        "an unknown part",
        "alone",
        parts_with(("xl/webextensions/taskpanes.xml", "", "<a/>")),
        3,
        ["a part that this program does not write"],
    ),
    Case(
        "an unknown element",
        "alone",
        parts_with((SHEET, "</worksheet>", "<scenarios/></worksheet>")),
        3,
        ["does not write (scenarios)"],
    ),
    Case(
        "results.xlsx no workbook",
        "alone",
        as_bytes(b"PK\x03\x04 no", "results.xlsx"),
        3,
        ["It is not a results file any more"],
    ),
    Case("results.xlsx removed", "alone", gone("results.xlsx"), 3, ["results.xlsx is missing"]),
]
assert __version__ != "0.1.5"
