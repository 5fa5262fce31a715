"""What the shared options accept."""

import click
import pytest

from batch_offboard.cli.options import ROWS

READ = {"3": {3}, "3,7-9": {3, 7, 8, 9}, " 3 , 7 - 9 ": {3, 7, 8, 9}, "4-4": {4}, "2,2": {2}}
REFUSED = ["9-3", "", "x", "3,", "-3", "3-", "²", "1-2-3", "99999999", "3;4", "1.5"]


@pytest.mark.parametrize("text", READ)
def test_row_numbers_are_read_as_people_write_them(text: str) -> None:
    """Single numbers and spans, with blanks or without."""
    assert READ[text] == ROWS.convert(text, None, None)


@pytest.mark.parametrize("text", REFUSED)
def test_anything_else_is_refused(text: str) -> None:
    """Nothing that is not a list of rows may come out as none at all, which would mean all."""
    with pytest.raises(click.BadParameter):
        ROWS.convert(text, None, None)
