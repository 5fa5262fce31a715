"""Cells made safe for spreadsheets, and restored."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from batch_offboard.termination_list import neutralised, restored

AWKWARD = st.text(alphabet="'=+-@\t\r\n 0123456789eE.,janJAN/")


@given(st.text() | AWKWARD)
@example("'=1")
@example("''00123")
def test_restores_the_exact_text(text: str) -> None:
    """What was neutralised comes back exactly, whatever the text."""
    assert text == restored(neutralised(text))
    assert text == restored(neutralised(text, identifying=True), identifying=True)


@given(st.text() | AWKWARD)
def test_restoring_leaves_what_needs_no_apostrophe_alone(text: str) -> None:
    """A text that is written as it stands is also read as it stands."""
    if neutralised(text) == text:
        assert text == restored(text)


@given(
    st.sampled_from("=+-@\t\r\n＝＋－＠"), st.text(), st.sampled_from(["", "'", "''", " ", "' "])
)
def test_no_formula_is_written(start: str, rest: str, front: str) -> None:
    """Whatever would be run, also behind apostrophes and blanks, gets an apostrophe in front."""
    assert "'" + front + start + rest == neutralised(front + start + rest)


@pytest.mark.parametrize(
    "text",
    [
        "00123",
        "0",
        "123456789012",
        "12345678901",
        "1E5",
        "1.2E+08",
        "1,5e-3",
        "3-12",
        "MAR1",
        "1-mar",
    ],
)
def test_protects_what_excel_would_damage(text: str) -> None:
    """Leading zeros, twelve digits or more, exponents and short days are kept; others need not."""
    safe = ("0", "12345678901")

    assert (text if text in safe else "'" + text) == neutralised(text, identifying=True)


@pytest.mark.parametrize("text", ["07", "0.8", "37.5", "Mar 12", "1E5", "3-12", "'07", "00"])
def test_columns_that_identify_nobody_stay_as_they_are(text: str) -> None:
    """Only formulas are neutralised in them."""
    assert (text, text) == (neutralised(text), restored(text))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Ann",
        "O'Neil",
        "'quoted'",
        "ann@example.com",
        "4711",
        "2026-04-13",
        "13/04/2026",
        "done",
    ],
)
def test_leaves_ordinary_text_alone(text: str) -> None:
    """Names, addresses, short numbers, dates and our own words are written as they are."""
    assert (text, text) == (neutralised(text), restored(text))
    assert text == neutralised(text, identifying=True)
