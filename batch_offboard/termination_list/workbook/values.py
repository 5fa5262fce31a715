"""The text that a spreadsheet shows for a stored value."""

import math
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import NamedTuple

from batch_offboard.termination_list.number_format import (
    in_format,
    is_of_day,
    is_of_elapsed_time,
)
from batch_offboard.termination_list.workbook.package import DamageError, index
from batch_offboard.termination_list.workbook.sheet import StoredCell
from batch_offboard.termination_list.workbook.styles import Style
from batch_offboard.termination_list.workbook.texts import RichText, unescaped

_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
_TEXTS = ("str", "inlineStr", "e")
_BOOLEANS = {"1": "TRUE", "true": "TRUE", "0": "FALSE", "false": "FALSE"}
_FICTIONAL_DAY = 60
"""Excel's number for 1900-02-29, a day that never existed."""
_SECONDS = 86_400
_EXACT = 10**15


class Shown(NamedTuple):
    """The text of a cell, whether it is a day, and whether any of it is struck out."""

    text: str
    is_day: bool = False
    struck: bool = False


@dataclass(frozen=True, slots=True)
class Values:
    """What a workbook contributes to the shown text of its cells: shared strings, styles, epoch."""

    strings: Sequence[RichText]
    styles: Sequence[Style]
    since_1904: bool

    def shown(self, cell: StoredCell) -> Shown:
        """The text of a cell.

        Raises ValueError (DamageError among them) or LookupError for a value not of its kind.
        """
        style = self.styles[cell.style]
        text, is_day, struck = self._content(cell, style.number_format)
        return Shown(text, is_day, bool(text) and (struck or style.struck))

    def _content(self, cell: StoredCell, number_format: str) -> Shown:
        """The value of a cell as text. Raises DamageError for an unknown kind of cell."""
        value = cell.value or ""
        if cell.inline is not None:
            return Shown(cell.inline.text, struck=cell.inline.struck)
        if cell.kind in _TEXTS or not value.strip():
            return Shown(unescaped(value))
        match cell.kind:
            case "s":
                text = self.strings[index(value)]
                return Shown(text.text, struck=text.struck)
            case "b":
                return Shown(_boolean(value))
            case "d":
                return _iso(value)
            case "n":
                return self._number(_finite(value), number_format)
        raise DamageError(f"cell {cell.place} is of an unknown kind")

    def _number(self, value: float, number_format: str) -> Shown:
        if not number_format:
            return Shown(_plain_number(value))
        with suppress(OverflowError):  # beyond the last day that there is
            if is_of_elapsed_time(value, number_format):
                return Shown(str(timedelta(seconds=round(value * _SECONDS))))
            if value >= 0 and is_of_day(value, number_format):
                return self._moment(value)
        text = _plain_number(value)
        return Shown(in_format(text, number_format) if text.isdigit() else text)

    def _moment(self, serial: float) -> Shown:
        """The day, the day with a time, or the time that is `serial` days after Excel's day 0."""
        whole = math.floor(serial)
        clock = timedelta(milliseconds=round((serial - whole) * _SECONDS * 1000))
        if self.since_1904:
            return _day(datetime(1904, 1, 1) + timedelta(days=whole) + clock)
        if whole == clock.days == 0:
            return Shown((datetime.min + clock).time().isoformat())
        first = datetime(1899, 12, 31) if whole < _FICTIONAL_DAY else datetime(1899, 12, 30)
        return _day(first + timedelta(days=whole) + clock)


def _boolean(value: str) -> str:
    shown = _BOOLEANS.get(value.strip().lower())
    if shown is None:
        raise DamageError
    return shown


def _iso(value: str) -> Shown:
    """The day or the time in a cell of the kind `d`, stored in ISO 8601."""
    text = value.strip()
    if "T" not in text and ":" in text:
        return Shown(time.fromisoformat(text).isoformat())
    return _day(datetime.fromisoformat(text))


def _day(moment: datetime) -> Shown:
    text = moment.isoformat(sep=" ", timespec="seconds").removesuffix(" 00:00:00")
    return Shown(text, is_day=True)


def _finite(value: str) -> float:
    if not _NUMBER.fullmatch(value.strip()) or math.isinf(number := float(value)):
        raise DamageError
    return number


def _plain_number(value: float) -> str:
    """A number with the 15 digits that Excel keeps: no .0 after whole ones, no exponent."""
    if value.is_integer() and abs(value) < _EXACT:
        return str(int(value))
    return format(Decimal(f"{value:.15g}"), "f")
