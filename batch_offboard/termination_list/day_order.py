"""Dates of three numbers, such as 03/04/2026, and the order of day, month and year in them."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from batch_offboard.termination_list.day_words import day_of

ORDERS: Mapping[str, tuple[int, int, int]] = {"dmy": (2, 1, 0), "mdy": (2, 0, 1), "ymd": (0, 1, 2)}
"""The indices of year, month and day among three numbers; "ymd" is for years of two digits."""
LATEST_MONTH = 12
_NUMERIC = re.compile(r"(\d{1,2})([-/.])(\d{1,2})([-/.])(\d{4}|\d{2})([T ]+\d{1,2}:\d{2}.*)?")
_EVERY = frozenset(ORDERS)


@dataclass(frozen=True, slots=True)
class _Spelling:
    """How a date is written: its separators, the digits of its year, a time, and zeros in front.

    `padding` is "" if none of the numbers shows whether a short one gets a zero in front.
    """

    separators: tuple[str, str]
    year_digits: int
    has_time: bool
    padding: str

    def may_be(self, other: "_Spelling") -> bool:
        """Whether both can come from one hand: what shows no padding fits either."""
        seen = {self.padding, other.padding} - {""}
        return len(seen) < 2 and replace(self, padding=other.padding) == other


class Orders:
    """The orders of day, month and year that fit some dates, by how they are written.

    A list joined from two exports may have the day first in 20.11.2026 and the month first in
    12/01/2026. So a date shows the order of day and month only for dates that are spelled like it;
    but if the year cannot be first in one of them, it is first in none.
    """

    def __init__(self, texts: Iterable[str]) -> None:
        self._fitting: dict[_Spelling, frozenset[str]] = {}
        for text in texts:
            if readings(text) and (spelling := _spelling(text)):
                fitting = frozenset(order for order in ORDERS if _fits(order, text))
                self._fitting[spelling] = self._fitting.get(spelling, _EVERY) & fitting

    @property
    def common(self) -> frozenset[str]:
        """The orders that fit every date, however it is written."""
        return _EVERY.intersection(*self._fitting.values())

    def of(self, text: str) -> frozenset[str]:
        """The orders in which this date of three numbers may be meant; none if all are refuted."""
        if (spelling := _spelling(text)) is None:
            return frozenset()
        alike = (orders for other, orders in self._fitting.items() if other.may_be(spelling))
        year_last = _EVERY if "ymd" in self.common else _EVERY - {"ymd"}
        return year_last.intersection(*alike)


def readings(text: str) -> Mapping[str, date]:
    """The days that a text of three numbers can mean, by order."""
    if not _NUMERIC.fullmatch(text):
        return {}
    parts = {order: _parts(order, text) for order in ORDERS}
    days = {order: day_of(*found) for order, found in parts.items() if found}
    return {order: day for order, day in days.items() if day}


def is_of_one_order(text: str) -> bool:
    """Whether one of day and month is above 12, so that only one order can be meant."""
    match = _NUMERIC.fullmatch(text)
    if match is None or not readings(text):
        return False
    return max(int(match[1]), int(match[3])) > LATEST_MONTH


def _spelling(text: str) -> _Spelling | None:
    """How a date of three numbers is written; None for any other text.

    Nobody writes the month first with dots. So beside other dots neither a time nor the padding,
    which differ wherever people type, hints at another hand.
    """
    match = _NUMERIC.fullmatch(text)
    if match is None:
        return None
    separators, year_digits = (match[2], match[4]), len(match[5])
    if separators == (".", "."):
        return _Spelling(separators, year_digits, has_time=False, padding="")
    return _Spelling(separators, year_digits, match[6] is not None, _padding(match[1], match[3]))


def _padding(*numbers: str) -> str:
    if any(number.startswith("0") for number in numbers):
        return "with zeros"
    return "without" if any(len(number) == 1 for number in numbers) else ""


def _fits(order: str, text: str) -> bool:
    """Whether a text may be meant in this order, even if the month is too short for the day.

    29.02.27 and 31.11.26 are slips of someone who writes the day first. If they counted as proof
    that the year is first, every other day of the column would be misread.
    """
    return (parts := _parts(order, text)) is not None and day_of(*parts[:2], 1) is not None


def _parts(order: str, text: str) -> tuple[int, int, int] | None:
    """Year, month and day of three numbers in this order; None if one of them cannot be that."""
    match = _NUMERIC.fullmatch(text)
    if not match or (order == "ymd" and len(match[5]) > 2):
        return None
    year, month, day = (match.group(1, 3, 5)[place] for place in ORDERS[order])
    return (_full_year(year), int(month), int(day)) if 1 <= int(day) <= 31 else None


def _full_year(digits: str) -> int:
    return int(digits) if len(digits) == 4 else 2000 + int(digits)
