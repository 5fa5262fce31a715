"""Days with the name of their month, and months, quarters and weeks alone."""

import pytest

from batch_offboard.termination_list.day_words import period_of, worded_day, worded_days_within


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("24 Dec 2026", "2026-12-24"),
        ("24 Dec 26", "2026-12-24"),
        ("Dec 24 2026", "2026-12-24"),
        ("2026 Dec 24", "2026-12-24"),
        ("Dec 24 26", None),
        ("26 Dec 2101", None),
        ("foo Dec 2026", None),
        ("Dec foo 2026", None),
        ("24 foo 2026", None),
        ("24 Dec abcd", None),
        ("abcd Dec 24", None),
        ("2026 foo 24", None),
        ("foo 24 2026", None),
        ("24 Dec 026", None),
        ("31 Feb 2026", None),
    ],
)
def test_a_day_is_a_number_a_month_and_a_year(text: str, day: str | None) -> None:
    """The year last or first; a month first takes a whole year."""
    found = worded_day(text)
    assert (found.isoformat() if found else None) == day


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("leaves on 24 Dec 2026, works until 1 Feb 2027", ["2026-12-24", "2027-02-01"]),
        ("24 Dec 2026", ["2026-12-24"]),
        ("room 24 Dec 26 seats", []),
        ("room 24 Dec", []),
    ],
)
def test_a_day_within_a_text_has_a_whole_year(text: str, days: list[str]) -> None:
    """Two digits may count anything."""
    assert [each.isoformat() for each in worded_days_within(text)] == days


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("12/2026", ("2026-12-01", "2026-12-31")),
        ("2026/12", ("2026-12-01", "2026-12-31")),
        ("Dec 2026", ("2026-12-01", "2026-12-31")),
        ("2026 February", ("2026-02-01", "2026-02-28")),
        ("Dec-26", ("2026-12-01", "2026-12-31")),
        ("Q1 2027", ("2027-01-01", "2027-03-31")),
        ("T4/2026", ("2026-10-01", "2026-12-31")),
        ("KW 52/2026", ("2026-12-21", "2026-12-27")),
        ("2026-W52", ("2026-12-21", "2026-12-27")),
        ("W53 2026", ("2026-12-28", "2027-01-03")),
        ("Q0 2026", None),
        ("Q5 2026", None),
        ("KW 54/2026", None),
        ("W00 2026", None),
        ("13/2026", None),
        ("Smarch 2026", None),
        ("Dec 26 people", None),
        ("2026", None),
    ],
)
def test_a_period_has_a_first_and_a_last_day(text: str, period: tuple[str, str] | None) -> None:
    """Of a week, Monday and Sunday."""
    found = period_of(text)
    assert (tuple(map(str, found)) if found else None) == period
