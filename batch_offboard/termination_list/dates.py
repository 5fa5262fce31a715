"""Texts of a list read as days: formats, the order of day, month and year, and due days."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta, tzinfo

from batch_offboard.errors import AmbiguousDayError, ListError
from batch_offboard.termination_list.day_order import (
    LATEST_MONTH,
    ORDERS,
    Orders,
    is_of_one_order,
    readings,
)
from batch_offboard.termination_list.day_words import (
    FIRST_YEAR,
    LAST_YEAR,
    day_of,
    period_of,
    worded_day,
    worded_days_within,
)

_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})([T ]+\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?)?")
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}.*(Z|[+-]\d{2}:?\d{2})")
_WITHIN = re.compile(
    r"(?<![\w./-])(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{4})(?![\d/-])"
)
"""A day of three numbers, its year in full, somewhere in a text."""
_UNTIL = re.compile(r"(?<=\d[-/.]\d{4})-(?=\d{1,2}[-/.])|(?<=-\d\d)/(?=\d{4}-)")
"""The sign between two days, as in 01.12.2026-31.12.2026 and 2026-12-01/2026-12-31."""
_EXCEL_ZERO = date(1899, 12, 30)
_MOMENTS: Mapping[int, tuple[date, int]] = {
    10: (date(1970, 1, 1), 1),
    13: (date(1970, 1, 1), 1000),
    18: (date(1601, 1, 1), 10_000_000),
}
"""By the number of digits of a timestamp, its epoch and its units a second."""
_NEVER = frozenset({"0", str(2**63 - 1)})
"""Windows timestamps of accounts that never expire."""
_COMPACT = re.compile("(20[0-9]{2})([0-9]{2})([0-9]{2})")
_DIGIT = re.compile("[0-9]")
_FULL_YEAR = re.compile(r"\d{4}")
_LONE_YEAR = re.compile(r"(?<!\d)\d{4}(?!\d)")
_LEAP_YEAR = "2024"
"""A plausible year that has every day."""
_ONE_DAY = timedelta(days=1)


def due_from(field: str, day: date) -> date:
    """The first day on which a row is due.

    An effective date is due from 00:00 of that day, a last day from 00:00 of the next one.
    """
    return day + _ONE_DAY if field == "last_day" else day


def days_in(
    column: str,
    values: Sequence[tuple[int, str]],
    date_format: str | None,
    zone: tzinfo | None,
    *,
    typed: bool = False,
) -> Mapping[str, date]:
    """The day that each text of a column means; texts that mean no day are left out.

    `values` are row numbers and cleaned texts; `zone` is None for this computer's time zone. With a
    `date_format`, only days in it and ISO dates count. Else month names and dates that begin with
    the year are always understood. Dates such as 03/04/2026 are read in the one order that fits
    every value of the column. `typed` is true for a column of a workbook, which may hold real dates
    beside texts. Raises ListError if no order or several orders fit, and for days that Excel has
    swapped.
    """
    rows = {text: row for row, text in reversed(values) if text}
    if typed:
        _refuse_swapped(column, rows)
    if date_format:
        return _found({text: _formatted(text, date_format) or _iso(text) for text in rows})
    certain = {text: _certain(text, zone) for text in rows}
    return {**_found(certain), **_in_order(column, rows)}


def possible_days(
    texts: Iterable[str],
    orders_of: Callable[[str], Collection[str]],
    date_format: str | None,
    zone: tzinfo | None,
) -> Mapping[str, frozenset[date]]:
    """The days that each text of an unused column may mean, whole or in part.

    Dates such as 03/04/2026 are read in each of their orders. A month, quarter or week alone counts
    as its first day. Numbers alone are not days here.
    """
    return {
        text: frozenset(_possible(text, orders_of, date_format, zone))
        for text in dict.fromkeys(texts)
        if _DIGIT.search(text) and not _is_bare(text)
    }


def _possible(
    text: str,
    orders_of: Callable[[str], Collection[str]],
    date_format: str | None,
    zone: tzinfo | None,
) -> Iterator[date]:
    if whole := (_formatted(text, date_format) if date_format else None) or _certain(text, zone):
        yield whole
    elif numeric := readings(text):
        yield from (day for order, day in numeric.items() if order in orders_of(text))
    else:
        yield from [period[0]] if (period := period_of(text)) else []
        yield from worded_days_within(text)
        for match in _WITHIN.finditer(_UNTIL.sub(" ", text)):
            yield from [day] if (day := _iso(match[0])) else []
            found = readings(match[0]).items()
            yield from (day for order, day in found if order in orders_of(match[0]))


def days_of_numbers(texts: Sequence[str]) -> Mapping[str, date] | None:
    """The days of numbers such as 20261224, 24122026, or Excel's 46380; None if any is not a day.

    Also with a time (20261224170000), and as Unix or Windows timestamps.
    """
    bare = [text for text in texts if _is_bare(text) and text not in _NEVER]
    days = {
        text: _compact(text) or _serial(text) or _compact_backwards(text) or _moment(text)
        for text in bare
    }
    return _found(days) if bare and all(days.values()) else None


def looks_like_day(text: str) -> bool:
    """Whether a text means a day in one order or another."""
    return _DIGIT.search(text) is not None and bool(_certain(text, None) or readings(text))


def is_outside(text: str) -> bool:
    """Whether a text looks like a day, but in an implausible year."""
    years = map(int, _LONE_YEAR.findall(text))
    implausible = any(not FIRST_YEAR <= year <= LAST_YEAR for year in years)
    return implausible and looks_like_day(_LONE_YEAR.sub(_LEAP_YEAR, text))


def has_short_year(text: str) -> bool:
    """Whether a text is a day with a year of two digits."""
    return not _FULL_YEAR.search(text) and looks_like_day(text)


def _is_bare(text: str) -> bool:
    return re.fullmatch(r"[0-9]+([.,][0-9]+)?", text) is not None


def _serial(text: str) -> date | None:
    match = re.fullmatch(r"([0-9]{5})([.,][0-9]+)?", text)
    day = _EXCEL_ZERO + timedelta(days=int(match[1])) if match else None
    return _plausible(day) if day else None


def _moment(text: str) -> date | None:
    """The day of 20261224170000, or of so many seconds, milliseconds or FILETIME units."""
    if len(text) == len("20261224170000"):
        return _compact(text[:8])
    length = len(text) if text.isdigit() else 0
    if length not in _MOMENTS:
        return None
    epoch, per_second = _MOMENTS[length]
    return _plausible(epoch + timedelta(seconds=int(text) // per_second))


def _compact(text: str) -> date | None:
    """The day of eight digits, the year first."""
    match = _COMPACT.fullmatch(text)
    return day_of(int(match[1]), int(match[2]), int(match[3])) if match else None


def _compact_backwards(text: str) -> date | None:
    """The day of eight digits with the year last; day before month if both orders give a day."""
    match = re.fullmatch("([0-9]{1,2})([0-9]{2})(20[0-9]{2})", text)
    if match is None:
        return None
    one, two, year = map(int, match.groups())
    return day_of(year, two, one) or day_of(year, one, two)


def _certain(text: str, zone: tzinfo | None) -> date | None:
    """The day of a text that can be read in one way only."""
    return _iso(text) or _instant(text, zone) or _compact(text) or worded_day(text)


def _refuse_swapped(column: str, rows: Mapping[str, int]) -> None:
    """Raise ListError for real dates beside texts that Excel could not convert to dates.

    Excel reads 05/12/2026 in its own order and leaves 13/12/2026 as text if that makes 13 the
    month. So all that it could read may be swapped: then none of the real dates has a day above 12.
    """
    real = {text: day for text in rows if (day := _iso(text))}
    left = [text for text in rows if is_of_one_order(text)]
    if real and left and all(day.day <= LATEST_MONTH for day in real.values()):
        date_text, text = next(iter(real)), left[0]
        raise ListError(
            f'has dates in the column "{column}" in which Excel seems to have swapped day and '
            f"month. It took {date_text} (row {rows[date_text]}) for a date, but left {text} (row "
            f"{rows[text]}) as text. Correct the column, or export the list again with dates as "
            "year-month-day."
        )


def _found(days: Mapping[str, date | None]) -> dict[str, date]:
    return {text: day for text, day in days.items() if day}


def _in_order(column: str, rows: Mapping[str, int]) -> Mapping[str, date]:
    """The days of the texts that are three numbers, in the order that their column decides."""
    numeric = {text: found for text in rows if (found := readings(text))}
    orders = Orders(numeric)
    if not orders.common:
        raise _mixed(column, rows, numeric)
    days: dict[str, date | None] = {}
    for text, found in numeric.items():
        meant = [found.get(order) for order in ORDERS if order in orders.of(text)]
        if len(possible := sorted({day for day in meant if day})) > 1:
            raise _ambiguous(column, rows[text], text, possible)
        days[text] = meant[0]
    return _found(days)


def _plausible(day: date) -> date | None:
    return day_of(day.year, day.month, day.day)


def _iso(text: str) -> date | None:
    match = _ISO.fullmatch(text)
    return day_of(int(match[1]), int(match[2]), int(match[3])) if match else None


def _instant(text: str, zone: tzinfo | None) -> date | None:
    """The local day of a moment that carries its own offset, such as 2026-04-12T22:00:00Z."""
    if not _INSTANT.fullmatch(text):
        return None
    try:
        return _plausible(datetime.fromisoformat(text).astimezone(zone).date())
    except (ValueError, OverflowError):
        return None


def _formatted(text: str, pattern: str) -> date | None:
    try:
        return _plausible(datetime.strptime(text, pattern).date())
    except ValueError:
        return None


def _ambiguous(column: str, row: int, text: str, days: Sequence[date]) -> ListError:
    """The error for a column whose dates may have the day or the month first."""
    ways = " or ".join(day.isoformat() for day in days)
    return AmbiguousDayError(
        text,
        f'has dates in the column "{column}" that can be read two ways: row {row} holds {text}, '
        f"which could be {ways}. Write them as year-month-day in the list (2026-10-31). Or set "
        'list.date_format in the settings: "%d/%m/%Y" if the day comes first, "%m/%d/%Y" if the '
        "month does.",
    )


def _mixed(
    column: str, rows: Mapping[str, int], numeric: Mapping[str, Mapping[str, date]]
) -> ListError:
    """The error for a column with dates in formats that contradict each other."""
    single = {next(iter(found)): text for text, found in numeric.items() if len(found) == 1}
    texts = sorted(single.values(), key=lambda text: rows[text])
    shown = " and ".join(f"{text} (row {rows[text]})" for text in texts)
    return ListError(
        f'mixes date formats in the column "{column}": {shown}. Enter all of them as '
        "year-month-day, or set list.date_format in the settings."
    )
