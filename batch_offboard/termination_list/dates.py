"""Days in a list: which order a column's dates have, and from which day on a row is due."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from batch_offboard.errors import ListError, UsageError

_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})([T ]+\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?)?")
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}.*(Z|[+-]\d{2}:?\d{2})")
_NUMERIC = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})([T ]+\d{1,2}:\d{2}.*)?")
_ORDERS: Mapping[str, tuple[int, int, int]] = {"dmy": (2, 1, 0), "mdy": (2, 0, 1), "ymd": (0, 1, 2)}
"""Where year, month and day stand among three numbers; "ymd" only with a year of two digits."""
_WRITTEN_OUT = ("%d %b %Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y", "%d %b %y")
_FIRST_YEAR, _LAST_YEAR = 2000, 2100
_ONE_DAY = timedelta(days=1)


def zone_of(timezone: str) -> tzinfo | None:
    """The time zone of the configuration; None stands for this computer's own.

    Raises UsageError for a name that is no IANA time zone.
    """
    if timezone == "local":
        return None
    try:
        return ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise UsageError(
            f'list.timezone is "{timezone}", which is no time zone. Use "local" or a name such as '
            "Europe/Berlin."
        ) from error


def today_in(timezone: str, now: datetime) -> date:
    """The calendar day that `now` (with its own offset) is in the configured time zone."""
    return now.astimezone(zone_of(timezone)).date()


def timezone_name(timezone: str, now: datetime) -> str:
    """The configured time zone as the plan names it, "local" with this computer's offset."""
    if timezone != "local":
        return timezone
    return f"this computer's time zone, UTC{now.astimezone().isoformat()[-6:]}"


def due_day(effective_date: date | None, last_day: date | None) -> date | None:
    """The first day on which a row may be done: the later one, where a row gives both.

    An effective date is due from 00:00 of that day, a last day from 00:00 of the next one.
    """
    days = [effective_date] if effective_date else []
    days += [last_day + _ONE_DAY] if last_day else []
    return max(days, default=None)


def days_in(
    column: str, values: Sequence[tuple[int, str]], date_format: str | None, zone: tzinfo | None
) -> Mapping[str, date]:
    """The day that each text of a column means; texts that mean none are not in the answer.

    `values` are row number and cleaned text; `zone` is None for this computer's. `date_format`
    rules if given. ISO dates are always understood, and so are months as words. Dates such as
    03/04/2026 are read in the one order that fits every value of the column. Raises ListError
    where no order or more than one does.
    """
    rows = {text: row for row, text in reversed(values) if text}
    if date_format:
        return _found({text: _formatted(text, date_format) or _iso(text) for text in rows})
    certain = {text: _iso(text) or _instant(text, zone) or _written_out(text) for text in rows}
    return {**_found(certain), **_in_order(column, rows)}


def looks_like_day(text: str) -> bool:
    """Whether a text means a day in one order or another."""
    return bool(_iso(text) or _readings(text) or _written_out(text))


def _found(days: Mapping[str, date | None]) -> dict[str, date]:
    return {text: day for text, day in days.items() if day}


def _in_order(column: str, rows: Mapping[str, int]) -> Mapping[str, date]:
    """The days of the texts that are three numbers, in the order that the whole column decides."""
    readings = {text: found for text in rows if (found := _readings(text))}
    orders = [order for order in _ORDERS if all(_fits(order, text) for text in readings)]
    if readings and not orders:
        raise _mixed(column, rows, readings)
    for text, found in readings.items():
        if len(days := sorted({found[order] for order in orders if order in found})) > 1:
            raise _ambiguous(column, rows[text], text, days)
    return _found({text: found.get(orders[0]) for text, found in readings.items()})


def _fits(order: str, text: str) -> bool:
    """Whether a text may have been meant in this order, though its month be too short for the day.

    29.02.27 and 31.11.26 are slips of someone who writes the day first. Were they taken to prove
    that the year stands first, every other day of the column would be misread.
    """
    return (parts := _parts(order, text)) is not None and _day(*parts[:2], 1) is not None


def _readings(text: str) -> Mapping[str, date]:
    """The days that a text of three numbers can mean, by order."""
    parts = {order: _parts(order, text) for order in _ORDERS}
    return _found({order: _day(*found) for order, found in parts.items() if found})


def _parts(order: str, text: str) -> tuple[int, int, int] | None:
    """Year, month and day of three numbers in this order; None if one of them cannot be that."""
    match = _NUMERIC.fullmatch(text)
    if not match or (order == "ymd" and len(match[3]) > 2):
        return None
    year, month, day = (match.group(1, 2, 3)[place] for place in _ORDERS[order])
    return (_full_year(year), int(month), int(day)) if 1 <= int(day) <= 31 else None


def _full_year(digits: str) -> int:
    return int(digits) if len(digits) == 4 else 2000 + int(digits)


def _day(year: int, month: int, day: int) -> date | None:
    """The day, or None if there is none such or its year cannot be meant."""
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _plausible(day: date) -> date | None:
    return _day(day.year, day.month, day.day)


def _iso(text: str) -> date | None:
    match = _ISO.fullmatch(text)
    return _day(int(match[1]), int(match[2]), int(match[3])) if match else None


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


def _written_out(text: str) -> date | None:
    if not re.search("[A-Za-z]", text):
        return None
    spaced = re.sub(r"(?<=[A-Za-z0-9])[-.\s]+(?=[A-Za-z0-9])", " ", text)
    days = (_formatted(spaced, pattern) for pattern in _WRITTEN_OUT)
    return next((day for day in days if day), None)


def _ambiguous(column: str, row: int, text: str, days: Sequence[date]) -> ListError:
    ways = " or ".join(day.isoformat() for day in days)
    return ListError(
        f'has dates in the column "{column}" that can be read two ways: row {row} holds {text}, '
        f"which could be {ways}. Set list.date_format in the configuration, for example "
        '"%d/%m/%Y" when the day comes first, or "%m/%d/%Y".'
    )


def _mixed(
    column: str, rows: Mapping[str, int], readings: Mapping[str, Mapping[str, date]]
) -> ListError:
    single = {next(iter(found)): text for text, found in readings.items() if len(found) == 1}
    texts = sorted(single.values(), key=lambda text: rows[text])
    shown = " and ".join(f"{text} (row {rows[text]})" for text in texts)
    return ListError(
        f'mixes dates of different orders in the column "{column}": {shown}. Write all of them as '
        "year-month-day, or set list.date_format in the configuration."
    )
