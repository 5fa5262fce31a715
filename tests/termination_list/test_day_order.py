"""Dates of three numbers, each by itself and among others."""

from collections.abc import Collection

import pytest

from batch_offboard.termination_list.day_order import Orders, is_of_one_order, readings


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("20/11/2026", {"dmy": "2026-11-20"}),
        ("11/20/2026", {"mdy": "2026-11-20"}),
        ("03/04/2026", {"dmy": "2026-04-03", "mdy": "2026-03-04"}),
        ("3.4.2026 17:00", {"dmy": "2026-04-03", "mdy": "2026-03-04"}),
        ("01/02/03", {"dmy": "2003-02-01", "mdy": "2003-01-02", "ymd": "2001-02-03"}),
        ("45.11.26", {"ymd": "2045-11-26"}),
        ("32.11.26", {"ymd": "2032-11-26"}),
        ("26/11/31", {"dmy": "2031-11-26"}),
        ("31/12/26", {"dmy": "2026-12-31", "ymd": "2031-12-26"}),
        ("31/02/2026", {}),
        ("00/11/2026", {}),
        ("20/11/0012", {}),
        ("20/11/1999", {}),
        ("45/45/2026", {}),
        ("2026-11-20", {}),
        ("20/11/2026 or later", {}),
        ("TBC", {}),
    ],
)
def test_the_days_that_three_numbers_can_mean(text: str, days: dict[str, str]) -> None:
    """A year of four digits stands last."""
    assert {order: day.isoformat() for order, day in readings(text).items()} == days


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("13/12/2026", True),
        ("12/13/2026", True),
        ("12/12/2026", False),
        ("05/12/2026", False),
        ("13/13/2026", False),
        ("31/02/2026", False),
        ("2026-12-13", False),
        ("TBC", False),
    ],
)
def test_only_one_order_is_meant_where_a_number_is_no_month(text: str, is_one: bool) -> None:
    """If it is a day at all."""
    assert is_of_one_order(text) is is_one


@pytest.mark.parametrize(
    ("others", "text", "orders"),
    [
        ((), "03/04/2026", {"dmy", "mdy"}),
        (("20/11/2026",), "03/04/2026", {"dmy"}),
        (("20/11/2026", "45/45/2026", "31/02/2026"), "03/04/2026", {"dmy"}),
        (("20/11/2026", "TBC", ""), "03/04/2026", {"dmy"}),
        (("20.11.2026",), "03/04/2026", {"dmy", "mdy"}),
        (("20/11/2026",), "TBC", ()),
        (("20/11/2026", "11/20/2026"), "03/04/2026", ()),
        (("45.11.26",), "01.02.03", {"ymd"}),
        (("32.11.26",), "01.02.03", {"ymd"}),
        (("29.02.27", "20.02.27"), "01.02.03", {"dmy", "ymd"}),
        (("31.11.26", "20.02.27"), "01.02.03", {"dmy", "ymd"}),
    ],
)
def test_the_orders_that_others_leave(
    others: Collection[str], text: str, orders: Collection[str]
) -> None:
    """What is no day says nothing, and a slip of the day does not put the year first."""
    assert Orders([*others, text]).of(text) == frozenset(orders)
