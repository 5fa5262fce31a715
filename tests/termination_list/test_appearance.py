"""What a spreadsheet hides, strikes out or merges: told, and held where a value is not certain."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from batch_offboard.termination_list import (
    parse_choices,
    read_results_file,
    read_termination_list,
)
from batch_offboard.termination_list.models import TerminationList
from tests.termination_list.books import book, sheet_xml, strings_xml, styles_xml
from tests.termination_list.reading import codes
from tests.termination_list.settings import SETTINGS

STRINGS = strings_xml(
    "<t>email</t>",
    "<t>name</t>",
    "<t>ann@example.com</t>",
    "<r><t>Ann </t></r><r><rPr><strike/></rPr><t>Lee</t></r>",
    '<r><rPr><strike val="0"/></rPr><t>Bob </t></r><r><rPr><strike/></rPr><t> </t></r>',
    "<t>bob@example.com</t>",
)


def row(*strings: int, attributes: str = "", style: int = 0) -> str:
    """A row of shared strings."""
    cells = "".join(f'<c t="s" s="{style}"><v>{each}</v></c>' for each in strings)
    return f"<row {attributes}>{cells}</row>"


def listed(
    folder: Path, rows: str, *, before: str = "", after: str = "", **settings: Any
) -> TerminationList:
    """The list in a sheet with the header email and name."""
    path = folder / "list.xlsx"
    sheet = sheet_xml(row(0, 1) + rows, before=before, after=after)
    path.write_bytes(book(sheet, strings=STRINGS, styles=styles_xml((0, 0), (0, 1))))
    return read_termination_list(path, replace(SETTINGS, **settings))


def messages(found: TerminationList, code: str) -> Sequence[str]:
    """What is said under this code."""
    return [finding.message for finding in found.findings if finding.code == code]


HIDDEN = "Row 3: hidden in Excel (filtered?), but still included."


@pytest.mark.parametrize(
    "attributes",
    ['hidden="1"', "hidden='true'", 'ht="0" customHeight="1"', 'ht="0.0"', 'customHeight="1"'],
)
def test_rows_without_height_are_hidden(tmp_path: Path, attributes: str) -> None:
    """However they were hidden, by a filter or by dragging their lower edge up."""
    found = listed(tmp_path, row(2) + row(5, attributes=attributes) + '<row hidden="1"/>')
    assert messages(found, "hidden_rows") == [HIDDEN]


@pytest.mark.parametrize("default", ['zeroHeight="1"', 'defaultRowHeight="0"'])
def test_rows_that_a_sheet_hides_by_default_are_told(tmp_path: Path, default: str) -> None:
    """Programs differ in whether that counts for rows with content."""
    found = listed(
        tmp_path,
        row(2, attributes='ht="15"') + row(5) + row(5, attributes='hidden="0"'),
        before=f"<sheetFormatPr {default}/>",
    )
    assert messages(found, "hidden_rows") == [
        "Rows 1 and 3: perhaps hidden in Excel, as rows of this sheet are by default, but still "
        "included."
    ]


@pytest.mark.parametrize(
    "before",
    [
        '<cols><col min="1" max="1" hidden="1"/></cols>',
        '<cols><col min="1" max="1" width="0"/><col min="2" max="9" width="8"/></cols>',
        '<sheetFormatPr defaultColWidth="0"/><cols><col min="2" max="16384" width="9"/></cols>',
    ],
)
def test_hidden_columns_that_are_used_are_told(tmp_path: Path, before: str) -> None:
    """A person who looks at the list does not see by what it is read."""
    found = listed(tmp_path, row(2), before=before)
    assert messages(found, "hidden_column") == [
        'Column A, "email": hidden in Excel, but still used as the e-mail address.'
    ]


def test_hidden_columns_that_are_not_used_are_not_told(tmp_path: Path) -> None:
    """Nor are those that somebody has looked at and declared unused."""
    hidden = '<cols><col min="2" max="9" hidden="1"/></cols>'
    found = listed(tmp_path, row(2, 3), before=hidden, choices=parse_choices(["name=unused"]))
    assert messages(found, "hidden_column") == []


def test_text_that_is_struck_out_in_its_run_is_told(tmp_path: Path) -> None:
    """Like a cell that is struck out as a whole, but not for a blank that nobody sees."""
    found = listed(tmp_path, row(2, 3) + row(5, 4) + row(5, style=1))
    assert messages(found, "struck_rows") == [
        "Rows 2 and 4: struck out in Excel, wholly or in part, but still included."
    ]


def merged(*places: str) -> str:
    """The element that says which cells are merged."""
    listed = "".join(f'<mergeCell ref="{each}"/>' for each in places)
    return f"<mergeCells>{listed}</mergeCells>"


def test_rows_without_a_value_of_their_own_are_held(tmp_path: Path) -> None:
    """A name merged over two people is known to be that of the first one only."""
    found = listed(tmp_path, row(2, 3) + row(5) + row(5), after=merged("B2:C3"))
    assert codes(found) == [None, "malformed_row", None]


def test_what_a_row_lacks_is_said_by_the_merged_cells(tmp_path: Path) -> None:
    """That there is no address would send a person looking for one."""
    rows = row(2, 3) + '<row><c/><c t="s"><v>4</v></c></row>' + row(5)
    found = listed(tmp_path, rows, after=merged("A2:A3"))
    assert messages(found, "malformed_row") == [
        "Row 3: The cells A2:A3 are merged, so this row has no value of its own there. Unmerge "
        "them in Excel and fill in each row."
    ]


def test_merged_titles_and_unused_columns_hold_no_row(tmp_path: Path) -> None:
    """Nor do cells that are merged within one row."""
    found = listed(tmp_path, row(2, 3) + row(5), after=merged("A1:A1", "C2:D3", "A2:B2"))
    assert codes(found) == [None, None]


def test_a_results_file_is_looked_at_in_the_same_way(tmp_path: Path) -> None:
    """Its own columns stand elsewhere, and its rows have the numbers of the list."""
    texts = ["offboard_status", "offboard_retry", "offboard_row", "offboard_user_id", "email"]
    strings = strings_xml(*(f"<t>{text}</t>" for text in [*texts, "failed", "yes", "ann@x.org"]))
    rows = [row(0, 1, 2, 3, 4)] + [
        '<row><c t="s"><v>5</v></c><c t="s"><v>6</v></c>'
        f'<c><v>{number}</v></c><c/><c t="s"><v>7</v></c></row>'
        for number in (14, 12)
    ]
    path = tmp_path / "results.xlsx"
    hidden = '<cols><col min="5" max="5" hidden="1"/></cols>'
    path.write_bytes(
        book(sheet_xml("".join(rows), before=hidden, after=merged("E2:E3")), strings=strings)
    )
    found = read_results_file(path, SETTINGS)
    assert [(each.row, each.problem and each.problem.code) for each in found.rows] == [
        (14, None),
        (12, "malformed_row"),
    ]
    assert messages(found, "hidden_column") == [
        'Column A, "email": hidden in Excel, but still used as the e-mail address.'
    ]
