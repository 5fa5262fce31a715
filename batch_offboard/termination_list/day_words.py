"""Days written with the name of their month, in the languages of the built-in headers."""

import re
import unicodedata
from calendar import monthrange
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

from batch_offboard.termination_list.cleaning import cleaned
from batch_offboard.termination_list.headers import folded

FIRST_YEAR, LAST_YEAR = 2000, 2100
"""The years that can be meant in a list."""

_NAMES = (
    "january jan januar jänner janvier janv enero ene gennaio gen janeiro januari",
    "february feb februar février févr fév febrero febbraio fevereiro fev februari",
    "march mar märz mrz maerz mars marzo março maart mrt",
    "april apr avril avr abril abr aprile",
    "may mai mayo maggio mag maio mei",
    "june jun juni juin junio giugno giu junho",
    "july jul juli juillet juil julio luglio lug julho",
    "august aug août aou agosto ago augustus",
    "september sep sept septembre septiembre setiembre settembre set setembro",
    "october oct oktober okt octobre octubre ottobre ott outubro out",
    "november nov novembre noviembre novembro",
    "december dec dezember dez décembre déc diciembre dic dicembre dezembro",
)
MONTHS: Mapping[str, int] = {
    folded(name): number for number, names in enumerate(_NAMES, 1) for name in names.split()
}
_WEEKDAYS = (
    "monday mon tuesday tue tues wednesday wed thursday thu thurs friday fri saturday sat sunday "
    "sun montag mo dienstag di mittwoch mi donnerstag do freitag fr samstag sa sonntag so lundi "
    "mardi mercredi jeudi vendredi samedi dimanche lunes martes miércoles jueves viernes sábado "
    "domingo lunedì martedì mercoledì giovedì venerdì sabato domenica segunda terça quarta quinta "
    "sexta feira maandag dinsdag woensdag donderdag vrijdag zaterdag zondag"
)
_SMALL_WORDS = "st nd rd th er o de del di do of the den le el il"
_FILLERS = frozenset(map(folded, f"{_SMALL_WORDS} {_WEEKDAYS}".split()))
_TOKEN = re.compile(r"[0-9]+|[^\W\d_]+")
_SHORT_NUMBER = re.compile("[0-9]{1,4}")
_DASHES = re.compile("[\u2010-\u2015\u2212\ufe58\ufe63]")
_EAST_ASIAN = re.compile("([0-9]{4})[年년] *([0-9]{1,2})[月월] *([0-9]{1,2})[日일]")
_SHORT_MONTH = re.compile(r"([^\W\d_]+)\.?-[0-9]{2}")
_SPACED = re.compile(r"(?<=[0-9]) *([./-]) *(?=[0-9])")
_PARTED_BY_BLANKS = re.compile("[0-9]{1,2} [0-9]{1,2} [0-9]{4}|[0-9]{4} [0-9]{1,2} [0-9]{1,2}")
_PART_OF_A_DAY = re.compile(
    r"[0-9][^\W\d_]|[^\W\d_][^0-9]{0,12}[0-9]|[0-9][^0-9]{1,12}[^\W\d_]|^[0-9]{1,4}[/-][0-9]{1,4}$"
)
"""A digit near a letter, as a day with its month's name has, or a month and a year alone."""
_PERIOD = re.compile(
    "(?P<kind>q|t|kw|cw|wk|week|w) ?(?P<number>[0-9]{1,2})[ /-](?P<year>20[0-9]{2})", re.IGNORECASE
)
_ISO_WEEK = re.compile("(?P<year>20[0-9]{2})-?W(?P<number>[0-9]{2})", re.IGNORECASE)
_TIME = re.compile(r"[ T]+[0-9]{1,2}:[0-9]{2}.*$")


def day_text(cell: str) -> str:
    """A day's cell with digits, dashes and separators as a keyboard has them, and fewer blanks."""
    text = cleaned(cell)
    if not text.isascii():
        text = unicodedata.normalize("NFKC", _DASHES.sub("-", text))
        text = _EAST_ASIAN.sub(r"\1-\2-\3", text)
    text = _SPACED.sub(r"\1", text)
    return text.replace(" ", ".") if _PARTED_BY_BLANKS.fullmatch(text) else text


def day_of(year: int, month: int, day: int) -> date | None:
    """The day; None if there is no such day or its year is implausible."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def worded_day(text: str) -> date | None:
    """The day that a text with a month's name means, such as 24. Dezember 2026 or Dec 24, 2026."""
    tokens = _tokens(_TIME.sub("", text))
    return _day_in(tokens, short_years=True) if len(tokens) == 3 else None


def worded_days_within(text: str) -> Iterator[date]:
    """The days with a month's name and a year of four digits anywhere in a text."""
    tokens = _tokens(text)
    for start in range(len(tokens) - 2):
        if day := _day_in(tokens[start : start + 3], short_years=False):
            yield day


def period_of(text: str) -> tuple[date, date] | None:
    """First and last day of a month, quarter or week alone: 12/2026, Q1 2027, KW 52/2026."""
    if match := _PERIOD.fullmatch(text):
        return _period(*match.group("kind", "number", "year"))
    if match := _ISO_WEEK.fullmatch(text):
        return _period("w", match["number"], match["year"])
    first = _first_of_month(text)
    return (first, end_of_month(first)) if first else None


def _period(kind: str, number: str, year: str) -> tuple[date, date] | None:
    if kind.casefold() in ("q", "t"):
        first = day_of(int(year), 3 * int(number) - 2, 1)
        return (first, end_of_month(first.replace(month=first.month + 2))) if first else None
    try:
        monday = date.fromisocalendar(int(year), int(number), 1)
    except ValueError:
        return None
    return monday, monday + timedelta(days=6)


def end_of_month(day: date) -> date:
    """The last day of the month in which a day is."""
    return day.replace(day=monthrange(day.year, day.month)[1])


def _first_of_month(text: str) -> date | None:
    tokens = _tokens(text)
    if len(tokens) != 2:
        return None
    if _SHORT_MONTH.fullmatch(text):  # Excel's format mmm-yy
        return day_of(_year(tokens[1]), MONTHS.get(tokens[0], 0), 1)
    year, month = tokens if _is_year(tokens[0]) else reversed(tokens)
    number = int(month) if re.fullmatch("[0-9]{1,2}", month) else MONTHS.get(month, 0)
    return day_of(int(year), number, 1) if _is_year(year) else None


def _is_year(token: str) -> bool:
    return re.fullmatch("[0-9]{4}", token) is not None


def _tokens(text: str) -> list[str]:
    """Words and numbers, without weekdays, endings such as "th", and small words."""
    if not _PART_OF_A_DAY.search(text):
        return []
    return words_and_numbers(text)


def words_and_numbers(text: str) -> list[str]:
    """Folded words and numbers of a text, without weekdays, endings such as "th", small words."""
    return [token for token in _TOKEN.findall(folded(text)) if token not in _FILLERS]


def _day_in(tokens: Sequence[str], *, short_years: bool) -> date | None:
    numbers = [int(token) if _SHORT_NUMBER.fullmatch(token) else 0 for token in tokens]
    months = [MONTHS.get(token, 0) for token in tokens]
    years = (2, 4) if short_years else (4,)
    if months[1] and numbers[0] and numbers[2]:
        if len(tokens[0]) == 4:
            return day_of(numbers[0], months[1], numbers[2])
        if len(tokens[2]) in years:
            return day_of(_year(tokens[2]), months[1], numbers[0])
    if months[0] and numbers[1] and len(tokens[2]) == 4:
        return day_of(numbers[2], months[0], numbers[1])
    return None


def _year(digits: str) -> int:
    return int(digits) if len(digits) == 4 else 2000 + int(digits)
