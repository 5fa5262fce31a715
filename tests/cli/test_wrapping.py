"""Lines that are no wider than the terminal."""

import io

import pytest

from batch_offboard.cli.wrapping import columns_of, wrapped

LONG = "  Left without agents: Callbacks EN, Callbacks DE, Returns"


def test_a_long_line_goes_on_below_further_in() -> None:
    """Between words."""
    assert wrapped(LONG, 30).split("\n") == [
        "  Left without agents:",
        "    Callbacks EN, Callbacks",
        "    DE, Returns",
    ]


@pytest.mark.parametrize("columns", [0, len(LONG)])
def test_what_fits_or_is_piped_stays_as_it_is(columns: int) -> None:
    """Scripts and logs get whole lines."""
    assert wrapped(LONG, columns) == LONG


def test_each_line_is_wrapped_by_itself() -> None:
    """And an empty one stays one."""
    assert wrapped("one two\n\nthree four", 5) == "one\n  two\n\nthree\n  four"


def test_a_command_stays_whole() -> None:
    """Pasted in two pieces it would be two commands."""
    line = "If that is what you want: batch-offboard run 'October leavers.csv' --max-rows 501"
    assert wrapped(line, 40).split("\n") == [
        "If that is what you want:",
        "  batch-offboard run 'October leavers.csv' --max-rows 501",
    ]


def test_a_word_that_is_too_long_is_not_cut() -> None:
    """Nor at its hyphens."""
    assert wrapped("in /a/very-long/path", 12) == "in\n  /a/very-long/path"


@pytest.mark.parametrize("line", ["Results: /runs/October leavers/a.csv", "Report:  /a b/r.html"])
def test_a_path_stays_whole(line: str) -> None:
    """There may be blanks in it."""
    assert wrapped(line, 12) == line


def test_what_is_no_terminal_has_no_width() -> None:
    """Neither a pipe nor a text in memory."""
    assert columns_of(io.StringIO()) == 0
