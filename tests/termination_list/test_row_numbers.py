"""Row numbers are those that a spreadsheet shows, in rows, findings and errors alike."""

from pathlib import Path

import pytest

from batch_offboard.errors import ListError
from batch_offboard.termination_list import read_results_file, read_termination_list
from tests.termination_list.books import archive, parts_of, sheet_xml
from tests.termination_list.reading import ANN, BOB, read
from tests.termination_list.settings import SETTINGS

BROKEN = '"Leavers\nof\n\nQ4",\n\n"user_id\n",last_day\n\n'
"""A title of four lines in row 1, a header of two in row 3, and row 4 blank."""


def test_a_row_of_a_text_file_is_one_however_many_lines_it_has(tmp_path: Path) -> None:
    """Title, header and rows may hold line breaks; blank lines are rows."""
    found = read(tmp_path, f'{BROKEN}"{ANN}\n",2026-11-01\n,\n\n{BOB},"2026-11-02\n"\n')
    assert [row.row for row in found.rows] == [5, 8]
    assert found.header_row == 3


def test_a_line_that_names_the_delimiter_is_no_row(tmp_path: Path) -> None:
    """Excel obeys it and does not show it."""
    found = read(tmp_path, f'sep=;\n\nuser_id;note\n{ANN};"a\nb"\n{BOB};c\n')
    assert [row.row for row in found.rows] == [3, 4]


def test_findings_name_the_rows_of_a_spreadsheet(tmp_path: Path) -> None:
    """Of held rows and of notices."""
    found = read(tmp_path, f'{BROKEN}"{ANN}\n",2026-11-01\n\n{ANN},"soon\n"\n')
    assert [(each.code, each.rows) for each in found.findings if each.rows] == [
        ("invalid_date", (7,)),
        ("duplicates", (5, 7)),
    ]


def test_rows_of_a_long_list_are_counted_on(tmp_path: Path) -> None:
    """It is read some thousand rows at a time, and blank lines are rows in each of them."""
    blank = "\n" * 10_500
    found = read(tmp_path, f"user_id,note\n{ANN},first\n{blank}{BOB},late\n{blank}")
    assert [(row.row, row.cells) for row in found.rows] == [
        (2, (ANN, "first")),
        (10_503, (BOB, "late")),
    ]

    with pytest.raises(ListError, match="unclosed quotation mark in row 10504"):
        read(tmp_path, f'user_id,note\n{ANN},first\n{blank}{BOB},late\n{BOB},"open\n')


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        (f'"{ANN}\n",2026-11-01\n{BOB},"2026', "unclosed quotation mark in row 6"),
        (f'"{ANN}\n",2026-11-01\n{BOB},2026\n"', "unclosed quotation mark in row 7"),
        (f'"{ANN}\n",2026-11-01\n{BOB},2026\n,"', "unclosed quotation mark in row 7"),
        (f'"{ANN}\n",2026-11-01\n{BOB},"{"x" * 140_000}', "131,072 characters in row 6"),
        (f'"{ANN}\n",\n\n{BOB},03/04/2026', "row 7 holds 03/04/2026"),
    ],
)
def test_errors_name_the_row_of_a_spreadsheet(tmp_path: Path, rows: str, sentence: str) -> None:
    """Though the lines before it have breaks in their cells."""
    with pytest.raises(ListError, match=sentence):
        read(tmp_path, BROKEN + rows)


def test_a_row_of_a_workbook_has_the_number_that_is_stored_with_it(tmp_path: Path) -> None:
    """Blank rows are often not stored at all, and rows of some programs have no number."""

    def row(number: str, *texts: str) -> str:
        cells = "".join(f'<c t="inlineStr"><is><t>{text}</t></is></c>' for text in texts)
        return f"<row {number}>{cells}</row>"

    rows = [
        row('r="2"', "Leavers"),
        row('r="5"', "user_id"),
        row("", ANN),
        row('r="90"', "unknown"),
        row("", "", "late"),
    ]
    path = tmp_path / "list.xlsx"
    path.write_bytes(archive(parts_of(sheet_xml("".join(rows)))))
    found = read_termination_list(path, SETTINGS)
    assert [row.row for row in found.rows] == [6, 90, 91]
    assert [(each.code, each.rows) for each in found.findings if each.rows] == [
        ("invalid_user_id", (90,)),
        ("not_a_person", (91,)),
    ]


def test_a_results_file_keeps_the_numbers_of_the_list(tmp_path: Path) -> None:
    """Whatever its own rows are, sorted or with lines in between."""
    path = tmp_path / "results.csv"
    path.write_text(
        "user_id,offboard_status,offboard_retry,offboard_row,offboard_user_id\n\n"
        f"{BOB},failed,yes,90,\n\n{ANN},failed,maybe,6,\n"
    )
    found = read_results_file(path, SETTINGS)
    assert [row.row for row in found.rows] == [90, 6]
    assert [each.rows for each in found.findings if each.code == "retry_not_understood"] == [(6,)]
