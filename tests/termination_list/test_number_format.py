"""Numbers as Excel shows them: an employee number is what a person sees in the cell."""

import pytest

from batch_offboard.termination_list.number_format import in_format


@pytest.mark.parametrize(
    ("digits", "number_format", "shown"),
    [
        ("123", "General", "123"),
        ("123", "0", "123"),
        ("123", "00000", "00123"),
        ("1234567", "00000", "1234567"),
        ("123", "00000;-00000;;@", "00123"),
        ("123", '"E"00000', "E00123"),
        ("123", '"a;b"00000', "a;b00123"),
        ("123", "\\P000-00", "P001-23"),
        ("123", "[Red]00000", "00123"),
        ("123", "[$-407]00000", "00123"),
        ("123", "[$EMP-409]00000", "EMP00123"),
        ("123", "00000_)", "00123"),
        ("123", "* 00000", "00123"),
        ("123", "#00000", "00123"),
        ("1234567", "#00000", "1234567"),
        ("1234", "#-000", "1-234"),
        ("7", "??000", "007"),
        ("123", "[<=999]00000;0000000", "00123"),
        ("1000", "[<=999]00000;0000000", "0001000"),
        ("1000", "[<=999]000;[<=99999]000-00;000-0000", "010-00"),
        ("7", "[>9]00", "7"),
        ("123", "#,##0", "123"),
        ("123", "0.00", "123"),
        ("123", "00000%", "123"),
        ("0", "00000", "00000"),
        ("123", "", "123"),
    ],
)
def test_a_number_is_what_excel_shows(digits: str, number_format: str, shown: str) -> None:
    """Zeros in front are part of an employee number, whatever decorates them."""
    assert in_format(digits, number_format) == shown
