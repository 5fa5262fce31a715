"""Row numbers in words, the description of a list, and headers with two meanings."""

from dataclasses import replace
from pathlib import Path

import pytest

from batch_offboard.errors import ListError
from batch_offboard.termination_list import (
    described,
    read_termination_list,
    rows_shown,
)
from tests.termination_list.settings import SETTINGS

USER_ID = "11111111-1111-4111-8111-111111111111"


@pytest.mark.parametrize(
    "rows, words",
    [
        ([3], "Row 3"),
        ([3, 4], "Rows 3-4"),
        ([9, 3, 4, 5], "Rows 3-5 and 9"),
        ([2, 4, 6], "Rows 2, 4 and 6"),
        (range(2, 30, 2), "Rows 2, 4, 6, 8, 10, 12, 14, 16, 18, 20 and 4 more"),
    ],
)
def test_rows_shown(rows: list[int], words: str) -> None:
    """Row numbers are sorted, joined to ranges, and cut after ten."""
    assert words == rows_shown(rows)


def test_describes_the_list(tmp_path: Path) -> None:
    """The kind of file, the rows by identifier, and what each column is used for."""
    path = tmp_path / "leavers.csv"
    path.write_text(
        f"Name;Genesys User ID;E-Mail;Last Day;Site\nAnn;{USER_ID};;2026-04-13;Kiel\n"
        "Bob;;bob@example.com;2026-04-13;\nCid;;;2026-04-13;\n",
        "utf-8",
    )

    expected = (
        "leavers.csv: text file, semicolon-separated, UTF-8",
        "3 rows: 1 by user id, 1 by e-mail address, 1 on hold",
        'user id: column B, "Genesys User ID"',
        'e-mail address: column C, "E-Mail"',
        'name: column A, "Name"',
        'last day: column D, "Last Day"',
        "not used, but kept in the results: Site",
    )

    assert expected == described(read_termination_list(path, SETTINGS))


def test_header_with_two_meanings() -> None:
    """A header that the configuration gives two meanings is an error before any file is read."""
    settings = replace(SETTINGS, columns={"email": ["login"], "employee_id": ["Log-in"]})

    with pytest.raises(ListError, match=r'gives the header "Log-in" two meanings'):
        read_termination_list(Path("any.csv"), settings)


@pytest.mark.parametrize(
    ("row", "same"),
    [
        (f"{USER_ID},a@x.example,7", "user id, e-mail address and employee number"),
        (f"{USER_ID},,7", "user id and employee number"),
        (",a@x.example,", "e-mail address"),
    ],
)
def test_one_person_twice(tmp_path: Path, row: str, same: str) -> None:
    """What the rows have in common is enumerated."""
    path = tmp_path / "leavers.csv"
    path.write_text(f"user_id,email,employee_id\n{row}\n{row}\n", "utf-8")
    found = read_termination_list(path, SETTINGS)
    assert [f"Rows 2-3 have the same {same}."] == [each.message for each in found.findings]
