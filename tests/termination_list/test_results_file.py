"""Results files of earlier runs, whatever a person and a spreadsheet have done to them."""

import csv
import io
from itertools import zip_longest
from pathlib import Path
from random import Random
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from batch_offboard.errors import ListError
from batch_offboard.record.events import RowStatus
from batch_offboard.results.models import COLUMNS
from batch_offboard.termination_list import (
    neutralised,
    read_results_file,
    results_file,
)
from batch_offboard.termination_list.models import TerminationList
from tests.termination_list.settings import SETTINGS

IDS = [f"{n}{n}{n}{n}{n}{n}{n}{n}-1111-4111-8111-111111111111" for n in range(1, 7)]
OURS = ["offboard_status", "offboard_retry", "offboard_row", "offboard_user_id", "offboard_error"]
HEADER = ["user_id", "Name", "=note", *OURS]
ROWS = [
    [IDS[0], "Zoë", "=1+1", "done", "no", "2", IDS[0], ""],
    [IDS[1], "Bob", "'-x", "failed", "yes", "3", "", "503"],
    ["", "Cid", "x 123", "failed", "yes", "5", "", ""],
    [IDS[3], "Dan", "a\nb", "partial", "no", "6", IDS[3], "x, y; z"],
]


def content(
    rows: list[list[str]],
    delimiter: str = ",",
    encoding: str = "utf-8-sig",
    header: list[str] = HEADER,
) -> bytes:
    """A results file with these rows, made safe for spreadsheets as the program writes it."""
    stream = io.StringIO(newline="")
    identifying = [name in ("user_id", "employee_id") for name in header]
    safe = [
        [
            neutralised(cell, identifying=is_id)
            for cell, is_id in zip_longest(row, identifying[: len(row)], fillvalue=False)
        ]
        for row in [header, *rows]
    ]
    csv.writer(stream, delimiter=delimiter).writerows(safe)
    return stream.getvalue().encode(encoding)


def read(folder: Path, data: bytes, name: str = "moved.csv") -> TerminationList:
    """The results file as it is read."""
    path = folder / name
    path.write_bytes(data)
    return read_results_file(path, SETTINGS)


def by_row(found: TerminationList) -> dict[int, tuple[object, ...]]:
    """All that is known of each row, by its number."""
    return {row.row: (row, found.earlier.get(row.row)) for row in found.rows}


def problems(found: TerminationList) -> dict[int, str | None]:
    """The code of each row's problem, by row number."""
    return {row.row: row.problem.code if row.problem else None for row in found.rows}


def test_ours_are_the_columns_that_a_run_writes() -> None:
    """All of them: one that is missing would be doubled by every rerun."""
    assert set(COLUMNS) == results_file.OURS
    assert {*get_args(RowStatus), ""} == set(results_file.STATUSES)


def test_splits_own_columns_from_earlier_results(tmp_path: Path) -> None:
    """The list's own columns come back exactly; ours go to `earlier` under the row's number."""
    found = read(tmp_path, content(ROWS))

    assert tuple(HEADER[:3]) == found.header
    assert [tuple(row[:3]) for row in ROWS] == [row.cells for row in found.rows]
    assert {int(row[5]): dict(zip(OURS, row[3:], strict=True)) for row in ROWS} == found.earlier


@settings(max_examples=60, deadline=None)
@given(
    st.permutations(ROWS),
    st.permutations(range(len(HEADER))),
    st.sampled_from(",;\t"),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]),
)
def test_order_delimiter_and_encoding_do_not_matter(
    tmp_path_factory, rows: list[list[str]], order: list[int], delimiter: str, encoding: str
) -> None:
    """Sorted, with columns moved, re-saved with another delimiter and encoding: the same rows."""
    folder = tmp_path_factory.mktemp("results")
    original = read(folder, content(ROWS))
    moved = [[row[column] for column in order] for row in rows]

    found = read(folder, content(moved, delimiter, encoding, [HEADER[n] for n in order]))

    assert [int(row[5]) for row in rows] == [row.row for row in found.rows]
    assert original.earlier == found.earlier
    assert {row.row: (row.user_id, row.name, row.problem) for row in original.rows} == {
        row.row: (row.user_id, row.name, row.problem) for row in found.rows
    }


def test_saved_as_a_workbook(tmp_path: Path) -> None:
    """The same rows come from the file saved as .xlsx, with numbers as Excel stores them."""
    book = Workbook()
    for line in csv.reader(io.StringIO(content(ROWS, encoding="utf-8").decode(), newline="")):
        book.active.append([int(cell) if cell.isdigit() else cell for cell in line])
    book.save(tmp_path / "results.xlsx")

    found = read_results_file(tmp_path / "results.xlsx", SETTINGS)

    assert by_row(read(tmp_path, content(ROWS))) == by_row(found)


def test_filtered_and_columns_added(tmp_path: Path) -> None:
    """Rows may be missing and columns added: these stay in the file's own order."""
    rows = [[Random(1).choice("ab"), *row, "remark", "no header"] for row in ROWS[1:3]]
    header = ["Checked", *HEADER, "Remark", ""]

    found = read(tmp_path, content(rows, header=header))

    assert ("Checked", *HEADER[:3], "Remark", "") == found.header
    expected = {3: None, 5: "no_identifier"}
    assert expected == problems(found)


def test_rows_without_a_usable_number(tmp_path: Path) -> None:
    """Rows typed in anew, copied, or with a spoilt number are numbered above the largest."""
    typed = [IDS[4], "Eve", "", "", "", "", "", ""]
    copied = [IDS[5], "Fay", "", "done", "no", "3", IDS[1], ""]
    spoilt = [[*ROWS[0][:5], number, *ROWS[0][6:]] for number in ("x", "1", "-4", "3.5", "9" * 12)]

    found = read(tmp_path, content([typed, *ROWS, copied, *spoilt]))

    expected = [7, 2, 3, 5, 6, 8, 9, 10, 11, 12, 13]
    assert expected == [row.row for row in found.rows]
    assert set(expected) - {7} == set(found.earlier)


def test_row_whose_cells_are_shifted(tmp_path: Path) -> None:
    """A cell too many that pushed the others aside makes the row malformed."""
    shifted = [IDS[0], "Lee", "Ann", "note", "done", "no", "2", IDS[0], "x"]

    found = read(tmp_path, content([ROWS[1], shifted]))

    expected = {3: None, 4: "malformed_row"}
    assert expected == problems(found)


def test_row_numbers_as_spreadsheets_show_them(tmp_path: Path) -> None:
    """A row number with a decimal point or thousands separators is still that number."""
    written = ["2.0", "1,234", "1.235", "1,000,002"]
    rows = [[*ROWS[0][:5], number, *ROWS[0][6:]] for number in written]

    found = read(tmp_path, content(rows))

    assert [2, 1234, 1235, 1_000_002] == [row.row for row in found.rows]


def test_rows_of_a_list_with_other_columns_pasted_below(tmp_path: Path) -> None:
    """Rows, header too, whose results stand in other columns are not looked up."""
    pasted = [["user_id", *OURS, "", ""], [IDS[1], "failed", "yes", "3", IDS[1], "503", "", ""]]

    found = read(tmp_path, content([ROWS[0], *pasted]))

    assert [None, "malformed_row", "malformed_row"] == list(problems(found).values())
    assert {2} == set(found.earlier)


def test_results_files_pasted_together(tmp_path: Path) -> None:
    """The header in the middle is no row with results; rows of both files keep theirs."""
    found = read(tmp_path, content([ROWS[0], HEADER, ROWS[1]]))

    assert {2: None, 3: None, 4: "malformed_row"} == problems(found)
    assert {2, 3} == set(found.earlier)


def test_cells_beyond_the_list_stay_malformed(tmp_path: Path) -> None:
    """A row that had more cells than its list's header still has them, and is still held."""
    header = ["user_id", "Name", "", *OURS]
    rows = [[*ROWS[0][:2], "", *ROWS[0][3:]], [IDS[1], "Lee", "Ann", "failed", "yes", "3", "", ""]]

    found = read(tmp_path, content(rows, header=header))

    expected = {2: None, 3: "malformed_row"}
    assert expected == problems(found)
    assert tuple(header[:3]) == found.header


def test_a_number_that_an_earlier_version_called_damaged(tmp_path: Path) -> None:
    """It is looked up again with the zeros that it may have lost, though its row is alone now."""
    told = "The employee number 4711 is shorter than the 6 digits of the others in its column."
    header = ["employee_id", *OURS, "offboard_error_code"]
    row = ["4711", "failed", "yes", "4", "", told, "damaged_id"]

    found = read(tmp_path, content([row], header=header))

    assert {4: None} == problems(found)
    assert "004711" in found.rows[0].padded_numbers


@pytest.mark.parametrize(
    "header, sentence",
    [
        (["user_id", "Name"], "moved.csv is not a results file: it has no column offboard_status."),
        (
            ["user_id", "offboard_status", "offboard_retry"],
            "moved.csv is not a complete results file: missing offboard_row, offboard_user_id.",
        ),
        (["user_id", *OURS, "offboard_error"], "moved.csv has the column offboard_error twice."),
    ],
)
def test_refuses_other_files(tmp_path: Path, header: list[str], sentence: str) -> None:
    """What is no results file, or no longer a whole one, is an error that says what to do."""
    with pytest.raises(ListError) as caught:
        read(tmp_path, content([["x"] * len(header)], header=header))

    assert str(caught.value).startswith(sentence)


@pytest.mark.parametrize(
    "word", ["yes", "YES ", "Ja", "oui", "sí", "Sim", "x", "1", "TRUE", "wahr"]
)
def test_a_yes_in_another_language(tmp_path: Path, word: str) -> None:
    """Whatever a person types for yes."""
    rows = [[IDS[1], "Bob", "", "failed", word, "3", "", ""]]

    assert "yes" == read(tmp_path, content(rows)).earlier[3]["offboard_retry"]


@pytest.mark.parametrize("word", ["no", "Nein", "NON", "não", "nee", "0", "FALSE"])
def test_a_no_in_another_language(tmp_path: Path, word: str) -> None:
    """Whatever a person types for no."""
    rows = [[IDS[1], "Bob", "", "failed", word, "3", "", ""]]

    assert "no" == read(tmp_path, content(rows)).earlier[3]["offboard_retry"]


def test_an_answer_that_is_not_understood_is_named_with_its_row(tmp_path: Path) -> None:
    """It does not pass for a no without a word."""
    rows = [[IDS[1], "Bob", "", "failed", "later", "3", "", ""], ROWS[0]]
    found = read(tmp_path, content(rows))

    assert ['Row 3: offboard_retry is "later", so the row is not attempted. Enter yes or no.'] == [
        each.message for each in found.findings if each.code == "retry_not_understood"
    ]
    assert {2: None, 3: None} == problems(found)


def test_own_columns_of_this_version_come_back_as_they_were(tmp_path: Path) -> None:
    """Version 0.1.0 put an apostrophe before them, where Excel would damage them."""
    header = ["employee_id", "note", *OURS]
    row = ["'00123", "'07", "failed", "yes", "3", "", ""]
    since = [[*row, ""]]

    text = "\r\n".join(map(",".join, [header, row]))
    assert ("00123", "07") == read(tmp_path, text.encode()).rows[0].cells
    text = "\r\n".join(map(",".join, [[*header, "offboard_left_behind"], *since]))
    assert ("00123", "'07") == read(tmp_path, text.encode()).rows[0].cells[:2]


def test_a_day_to_come_in_a_column_that_somebody_added(tmp_path: Path) -> None:
    """It holds a rerun as it holds a run, but not for rows that are finished."""
    header = [*HEADER, "Leaving date"]
    done, failed = ([*row, "2027-03-01"] for row in ROWS[:2])

    assert 2 == read(tmp_path, content([done, [*ROWS[1], ""]], header=header)).rows[0].row
    with pytest.raises(ListError, match=r'"Leaving date"\): row 3 holds "2027-03-01", but'):
        read(tmp_path, content([done, failed], header=header))
