"""Days that a text only hints at: without a year, or a month, quarter or year as a whole.

Under a header that speaks of leaving or of an end, "31.12.", "end of December" and "Q1/27" say
that somebody may still work.
"""

import re
from collections.abc import Iterator
from datetime import date, timedelta

from batch_offboard.termination_list.day_words import (
    MONTHS,
    day_of,
    end_of_month,
    period_of,
    words_and_numbers,
)
from batch_offboard.termination_list.headers import folded

_WITHOUT_YEAR = re.compile(r"([0-9]{1,2})[./-]([0-9]{1,2})\.?")
_QUARTER = re.compile("([qt][1-4])[ /-]?(?:20)?([0-9]{2})", re.IGNORECASE)
_WORDS = frozenset(
    folded(
        "end eom eoy late mid middle early beginning start last first day from until till by as to "
        "on about ca approx around before after not month year "
        "ende mitte anfang letzter tag bis ab zum zu ende am um vor nach spätestens etwa "
        "fin mi milieu début dernier jour jusqu au à a partir avant après du "
        "final finales mediados principios último día hasta desde antes después "
        "fine metà inizio ultimo giorno fino al dal entro prima dopo "
        "fim meados início último dia até desde antes depois "
        "eind einde midden begin laatste dag tot vanaf per voor na"
    ).split()
)
"""What may stand beside a month or a year without making the text about something else."""


def vague_days(text: str, today: date) -> Iterator[date]:
    """The latest days that a text may mean which names no whole day.

    Without a year it is the one that is nearest to today.
    """
    if match := _WITHOUT_YEAR.fullmatch(text):
        one, two = int(match[1]), int(match[2])
        yield from _nearest(two, one, today)
        yield from _nearest(one, two, today)
    elif match := _QUARTER.fullmatch(text):
        yield from _last_of(f"{match[1]} 20{match[2]}")
    elif period := period_of(text):
        yield period[1]
    else:
        yield from _worded(words_and_numbers(text), today)


def _last_of(text: str) -> Iterator[date]:
    if period := period_of(text):
        yield period[1]


def _worded(tokens: list[str], today: date) -> Iterator[date]:
    """The day of a text that is nothing but a month or a year, a number, and words beside it."""
    months = [MONTHS[token] for token in tokens if token in MONTHS]
    numbers = [int(token) for token in tokens if token.isdecimal()]
    others = {token for token in tokens if token not in MONTHS and not token.isdecimal()}
    if len(months) > 1 or len(numbers) > 1 or not others <= _WORDS:
        return
    number = numbers[0] if numbers else 0
    if not months:
        end = day_of(number, 12, 31) if others else None
        yield from [end] if end else []
    elif first := day_of(number, months[0], 1):
        yield end_of_month(first)
    elif number:
        yield from _nearest(months[0], number, today)
    else:
        yield _closest([end_of_month(date(today.year + n, months[0], 1)) for n in _YEARS], today)


_YEARS = (-1, 0, 1)


def _nearest(month: int, day: int, today: date) -> Iterator[date]:
    """The day of this month that is nearest to today, if there is such a day."""
    found = [each for n in _YEARS if (each := day_of(today.year + n, month, day))]
    yield from [_closest(found, today)] if found else []


def _closest(days: list[date], today: date) -> date:
    return min(days, key=lambda day: abs(day - today) or timedelta())
