"""A look at a list whose columns a person is asked about."""

from datetime import date

import pytest

from batch_offboard.errors import ListError
from batch_offboard.termination_list import ListSettings, parse_choices
from batch_offboard.termination_list.preview import misfits, preview_of
from batch_offboard.termination_list.reading import read_list

TITLED = (
    b"Leavers,by,HR\nWho,Reach,Until\n"
    b"Ada,5f3d5a6e-0000-4000-8000-000000000001,2026-01-31\nBob,x,soon\n"
)


def settings(row: int | None) -> ListSettings:
    """With the row of the headers that a person has said."""
    choices = parse_choices(["B=user_id"])
    return ListSettings(date(2026, 10, 3), choices=choices, header_row=row)


def test_the_row_of_the_headers_is_said() -> None:
    """It is believed, for the look and for the list alike."""
    preview = preview_of(TITLED, settings(2), None)
    assert (preview.row, preview.header) == (2, ("Who", "Reach", "Until"))
    listed = read_list("a.csv", TITLED, settings(2))
    assert (listed.header_row, [row.row for row in listed.rows]) == (2, [3, 4])


@pytest.mark.parametrize("row", [3, 9])
def test_a_row_that_is_no_header(row: int) -> None:
    """A person's row, and one that is not there, are refused: nobody is dropped from the list."""
    with pytest.raises(ListError):
        read_list("a.csv", TITLED, settings(row))


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("user_id", 3),
        ("email", 2),
        ("employee_id", 2),
        ("name", 2),
        ("last_day", 3),
        ("unused", 0),
        ("", 0),
    ],
)
def test_values_that_are_hardly_a_field(field: str, wrong: int) -> None:
    """Blank cells are no values."""
    preview = preview_of(
        b"Reach\na@b.example\nx y\n \n0041\n", ListSettings(date(2026, 10, 3)), None
    )
    assert misfits(preview, 0, field) == (wrong, 3)
