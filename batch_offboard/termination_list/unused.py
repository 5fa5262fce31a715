"""Unused columns of a list: future days in them stop the run, all else is reported once.

Otherwise people who still work would be set to inactive because of a date column under an unknown
header.
"""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import chain

from batch_offboard.errors import ListError
from batch_offboard.termination_list.choices import assigning, column_named
from batch_offboard.termination_list.cleaning import cleaned
from batch_offboard.termination_list.dates import days_of_numbers, looks_like_day, possible_days
from batch_offboard.termination_list.day_order import ORDERS, Orders
from batch_offboard.termination_list.day_words import day_text
from batch_offboard.termination_list.headers import (
    may_mean_leaving,
    may_stay,
    means_other_day,
    plain,
    says,
)
from batch_offboard.termination_list.identifiers import guid_in
from batch_offboard.termination_list.models import (
    DAYS,
    NAMES,
    Finding,
    Termination,
    TerminationList,
    UnusedColumn,
)
from batch_offboard.termination_list.row_names import look_like_names
from batch_offboard.termination_list.settings import ListSettings
from batch_offboard.termination_list.vague_days import vague_days
from batch_offboard.termination_list.wording import rows_shown
from batch_offboard.termination_list.zones import zone_of

_NUMBERS_WITHIN = timedelta(days=5 * 366)
"""How far from today the numbers of a column may be for all of them to count as days."""
_FEW_VALUES = 6
_FEWEST_THROUGHOUT = 3
_JUDGED = 500
"""How many of its cells are looked at to judge what a column looks like."""
_YES = frozenset(
    (
        *("yes", "y", "true", "x", "ja", "j", "oui", "o", "si", "s", "sim", "ok"),
        *("wahr", "vrai", "verdadero", "vero"),
    )
)
_NO = frozenset(
    ("no", "n", "false", "nein", "non", "nao", "nee", "falsch", "faux", "falso", "onwaar")
)
_YES_NO = frozenset(
    (
        *(*_YES, *_NO, "open", "closed", "pending", "active", "inactive", "onhold"),
        *("cancelled", "canceled", "rescinded", "withdrawn", "approved", "rejected"),
    )
)
_NEVER = re.compile(r"\b9999\b")
"""The year in which systems write an employment that has no end."""


def unused_columns(header: Sequence[str], fields: Mapping[int, str]) -> tuple[UnusedColumn, ...]:
    """The columns that are neither used nor declared unused."""
    return tuple(
        UnusedColumn(column, text.strip(), of_manager=says(text, "manager"))
        for column, text in enumerate(header)
        if column not in fields
    )


def refuse_days_to_come(
    found: TerminationList, rows: Sequence[Termination], settings: ListSettings
) -> None:
    """Raise ListError for a day after today in an unused column of a row that is due.

    `rows` are those that may be attempted. Days that mean something else, such as birthdays, are
    ignored.
    """
    due = [row for row in rows if _is_due(row, settings.today)]
    texts = {each.column: _texts(found, each.column) for each in found.unused}
    used = [column for column, field in found.fields.items() if field in DAYS]
    orders = Orders(chain(*texts.values(), *(_texts(found, column) for column in used)))
    for each in found.unused:
        if means_other_day(each.header):
            continue
        days = _days(each, texts[each.column], orders, settings)
        to_come = {
            text
            for text, meant in days.items()
            if max(meant, default=settings.today) > settings.today
        }
        for row in due if to_come else ():
            if (text := day_text(row.cells[each.column])) in to_come:
                raise _day_to_come(found, each, row, text)


def _texts(found: TerminationList, column: int) -> Sequence[str]:
    """The different filled cells of a column, spelled as days are read."""
    return list(filter(None, dict.fromkeys(day_text(row.cells[column]) for row in found.rows)))


def _is_due(row: Termination, today: date) -> bool:
    return row.problem is None and (row.due is None or row.due <= today)


def _days(
    column: UnusedColumn, texts: Sequence[str], common: Orders, settings: ListSettings
) -> Mapping[str, frozenset[date]]:
    """The days that the texts of a column can mean, numbers under the stricter rule.

    `common` are the orders of day and month that fit the dates of the whole list.
    """
    own = Orders(texts)

    def orders_of(text: str) -> Collection[str]:
        return own.of(text) & common.of(text) or own.of(text) or ORDERS

    zone = zone_of(settings.timezone)
    days = dict(possible_days(texts, orders_of, settings.date_format, zone))
    leaving = may_mean_leaving(column.header)
    is_number = says(column.header, "number") and not leaving
    numbers = None if is_number else days_of_numbers(texts)
    if numbers and all(abs(day - settings.today) <= _NUMBERS_WITHIN for day in numbers.values()):
        days |= {text: frozenset({day}) for text, day in numbers.items()}
    for text in texts if leaving else ():
        vague = frozenset(vague_days(text, settings.today))
        days[text] = days.get(text, frozenset()) | vague
    return days


def _day_to_come(
    found: TerminationList, each: UnusedColumn, row: Termination, text: str
) -> ListError:
    """The error for a future date in a column that is not used, in a row to run today."""
    column = each.column
    return ListError(
        f"has a future date in an unused column ({column_named(found.header, column)}): row "
        f'{row.row} holds "{text[:40]}", but would be run today. If people leave on these dates, '
        "use the column as last_day. If they should be inactive from that day, use it as "
        "effective_date. If the dates mean something else, declare it unused. Nothing was changed.",
        assigning(found.header, column, "last_day"),
        assigning(found.header, column, "unused"),
    )


_PLURAL = {
    "a day": "days",
    "a status": "statuses",
    "an address": "addresses",
    "an identifier": "identifiers",
    "a name": "names",
}


def unused_findings(found: TerminationList) -> Iterator[Finding]:
    """One notice for each kind of unused column that looks relevant."""
    named: dict[str, list[str]] = {}
    compared = not set(NAMES).isdisjoint(found.fields.values())
    for each in found.unused:
        cells = [cleaned(row.cells[each.column]) for row in found.rows]
        texts = list(filter(None, cells))
        if texts and (kind := _kind(each.header, texts) or _unknown_name(texts, compared)):
            shown = f"{column_named(found.header, each.column)}"
            if kind == "a status":
                shown += f" ({_values(cells)})"
            named.setdefault(kind, []).append(shown)
    for kind, columns in named.items():
        like = kind if len(columns) == 1 else _PLURAL[kind]
        it = "it looks" if len(columns) == 1 else "they look"
        message = f"Not used, though {it} like {like}: {'; '.join(columns)}."
        yield Finding("notice", "column_not_used", message)


def staying_findings(found: TerminationList) -> Iterator[Finding]:
    """A notice for each unused column in which rows say that the person may not leave.

    What stands in every row of a longer list is no remark about somebody.
    """
    rows = [row for row in found.rows if row.problem is None]
    for each in found.unused:
        if each.of_manager:
            continue
        remarks: dict[str, list[int]] = {}
        for row in rows:
            remarks.setdefault(cleaned(row.cells[each.column]), []).append(row.row)
        remarks = {text: said for text, said in remarks.items() if _may_stay(each.header, text)}
        numbers = tuple(sorted(chain(*remarks.values())))
        if numbers and len(numbers) < max(len(rows), _FEWEST_THROUGHOUT):
            message = (
                f"{_shown(remarks)} {'was' if len(remarks) == 1 else 'were'} found in "
                f"{column_named(found.header, each.column)}, which is not used. Check that these "
                "people are leaving."
            )
            yield Finding("notice", "may_be_staying", message, numbers)


def _may_stay(header: str, text: str) -> bool:
    """Whether a cell says that the person does not leave, by itself or as the header's answer."""
    if not text:
        return False
    answer = plain(text)
    is_called_off = says(header, "called_off")
    if answer in _YES:
        return may_stay(header) or is_called_off
    if answer in _NO:
        return says(header, "leaving") and not may_stay(header)
    if looks_like_day(text) and is_called_off:
        return True
    is_never = may_mean_leaving(header) and _NEVER.search(text) is not None
    return is_never or may_stay(text)


def _shown(remarks: Mapping[str, Sequence[int]]) -> str:
    """The first few remarks with their rows, and the rows of the others."""
    texts = list(remarks)
    pieces = [f'{rows_shown(remarks[text])}: "{text[:60]}"' for text in texts[:_FEW_VALUES]]
    if others := [*chain(*(remarks[text] for text in texts[_FEW_VALUES:]))]:
        pieces.append(f"{rows_shown(others)}: similar remarks")
    return "; ".join((pieces[0], *(piece[0].lower() + piece[1:] for piece in pieces[1:])))


def _kind(header: str, texts: Sequence[str]) -> str | None:
    """What a column looks like, by its header or by most of its cells."""
    if _most(texts, looks_like_day):
        return "a day"
    if _is_status(header, texts):
        return "a status"
    if _most(texts, lambda text: "@" in text) or says(header, "address"):
        return "an address"
    if _most(texts, lambda text: guid_in(text) is not None) or says(header, "identifier"):
        return "an identifier"
    of_somebody = says(header, "person") or says(header, "manager")
    return "a name" if of_somebody and _most(texts, _is_words) else None


def _unknown_name(texts: Sequence[str], compared: bool) -> str | None:
    """That a column looks like names by its cells alone, in a list that compares no names."""
    capital = _most(texts, lambda text: not any(word[0].islower() for word in text.split()))
    return "a name" if not compared and capital and look_like_names(texts[:_JUDGED]) else None


def _is_status(header: str, texts: Sequence[str]) -> bool:
    values = {text.casefold() for text in texts}
    if len(values) > _FEW_VALUES:
        return False
    answers = len(texts) > 1 and all(plain(text) in _YES_NO for text in values)
    return says(header, "status") or answers


def _is_words(text: str) -> bool:
    return any(map(str.isalpha, text)) and not any(map(str.isdigit, text))


def _values(texts: Sequence[str]) -> str:
    counts = Counter(text[:30] or "empty" for text in texts)
    return ", ".join(f"{text}: {count}" for text, count in counts.most_common(_FEW_VALUES))


def _most(texts: Sequence[str], is_one: Callable[[str], bool]) -> bool:
    first = texts[:_JUDGED]
    return 2 * sum(map(is_one, first)) > len(first)
