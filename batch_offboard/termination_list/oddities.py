"""Sentences on why a cell holds no certain identifier, and what to enter instead.

Nothing here decides who is meant: where an identifier is certain, `identifiers` has found it.
"""

import re
from collections.abc import Iterator
from datetime import date

from batch_offboard.termination_list.cell_forms import (
    USER_ID_FORMS,
    hyphenated,
    narrowed,
    without_forms,
)
from batch_offboard.termination_list.cleaning import cleaned
from batch_offboard.termination_list.identifiers import (
    address_in,
    guid_in,
    identifier_in,
    is_error_value,
    is_placeholder,
)

_SHOWN = 60
_GUID_WITHIN = re.compile(
    r"(?<![0-9a-z])[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?![0-9a-z])", re.IGNORECASE
)
_ADDRESS_WITHIN = re.compile(r"[^\s@<>()\[\],;:|\\/\"'“”„«»?]+@[^\s@<>()\[\],;:|\\/\"'“”„«»?]+")
_GLUED = re.compile(r"[^\s<>()\[\]\"'“”„«»;:]*?([,|\\/?])[^\s<>()\[\]\"'“”„«»;:]+")
"""An address with a wrong character in it: what is left of it may be somebody else's."""
_WEB = re.compile(r"\w+://|www\.", re.IGNORECASE)
_LOOK_LIKE_DIGITS = str.maketrans("OoIl", "0011")
_THOUSANDS = re.compile(r"[1-9][0-9]{0,2}(?:([.,' ’]|\u202f)[0-9]{3})(?:\1[0-9]{3})*")
_DECIMALS = re.compile(r"([0-9]+)[.,]0+")
_PREFIXED = re.compile(
    r"(?:#|№|n[o°r]\b\.?|num(?:ber)?|id|emp(?:loyee)?)[ .:#]*([0-9]+)", re.IGNORECASE
)
_SEVERAL = re.compile(r"[0-9]{2,}(?:\s*[,;/|&+\n]\s*[0-9]{2,})+")
_DAY = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})(?:[T ]0?0:00(?::00)?)?")
_LOCAL_DAY = re.compile(r"([0-9]{1,2})([./-])([0-9]{1,2})\2([0-9]{4})")
_EXCEL_ZERO, _EXCEL_LEAP_DAY = date(1899, 12, 30), date(1900, 3, 1)
"""A date's number in Excel is the days since the first of these; one less before the second."""
_ID_LENGTH = 32
_FEWEST_LIKE_ID = 20
_FORM = "five groups of 8, 4, 4, 4 and 12 characters 0-9 and a-f"
"""What a user id looks like."""


def quoted_cell(cell: str) -> str:
    """The cell as messages show it: in quotation marks, on one line, not too long."""
    return f'"{" ".join(cleaned(cell).split())[:_SHOWN]}"'


def error_value(cell: str) -> str:
    """The sentence about a cell that shows the error of a formula, such as #N/A."""
    return f"{quoted_cell(cell)} is a formula error from the spreadsheet. Enter the value itself."


def user_id_oddity(cell: str) -> str:
    """Why no user id is certain in a cell that is not blank."""
    return next(_user_id_oddities(cell))


def _user_id_oddities(cell: str) -> Iterator[str]:
    """Sentences about what is wrong with a user id cell."""
    shown = quoted_cell(cell)
    if is_error_value(cell):
        yield error_value(cell)
    if is_placeholder(cell):
        yield f"{shown} is not a Genesys user id. Enter the id, or leave the cell empty."
    within = list(dict.fromkeys(each.lower() for each in _GUID_WITHIN.findall(cell)))
    if len(within) > 1:
        yield f"The cell holds {len(within)} user ids. Give each person a row of their own."
    if within:
        yield f"{shown} holds more than a user id. Enter only the id: {within[0]}."
    if address_in(cell):
        yield f"{shown} is an e-mail address, not a Genesys user id. Put it in an e-mail column."
    if _WEB.match(cleaned(cell)):
        yield f"{shown} is a web address without a Genesys user id. Enter the id itself."
    yield f"{shown} is not a Genesys user id ({_FORM}).{_mistyped_id(cell)}"


def _mistyped_id(cell: str) -> str:
    """A further sentence on how a text that is nearly a user id differs from one; or empty."""
    text, _ = without_forms(identifier_in(cell).lower(), USER_ID_FORMS)
    characters = "".join(each for each in text if each.isalnum())
    if len(characters) < _FEWEST_LIKE_ID:
        return ""
    if wrong := "".join(dict.fromkeys(re.findall("[^0-9a-f]", characters))):
        some = "these characters" if len(wrong) > 1 else "the character"
        return f" It has {some}: {' '.join(wrong[:10])}."
    if len(characters) != _ID_LENGTH:
        return f" It has {len(characters)} characters, not {_ID_LENGTH}. Copy it again."
    return " Its dashes are in the wrong places. Copy it again."


def address_oddity(cell: str) -> str:
    """Why no e-mail address is certain in a cell that is not blank."""
    return next(_address_oddities(cell))


def _address_oddities(cell: str) -> Iterator[str]:
    """Sentences about what is wrong with an e-mail cell."""
    shown = quoted_cell(cell)
    if is_error_value(cell):
        yield error_value(cell)
    text = hyphenated(narrowed(cleaned(cell)))
    addresses = [each.rstrip(".").lower() for each in _ADDRESS_WITHIN.findall(text)]
    within = list(dict.fromkeys(addresses))
    if len(within) > 1:
        yield (
            f"The cell holds {len(within)} e-mail addresses: {shown}. Keep only this person's, "
            "and give other people rows of their own."
        )
    if within and (wrong := _GLUED.fullmatch(text)):
        yield f'{shown} is not a valid e-mail address: it contains "{wrong[1]}". Correct it.'
    if within and text.count("@") == len(addresses):
        yield f"{shown} holds more than an e-mail address. Enter only the address: {within[0]}."
    if guid_in(cell):
        yield f"{shown} is a user id, not an e-mail address. Put it in a user id column."
    if "@" not in text:
        yield f"{shown} is not an e-mail address: it has no @. Enter the whole address."
    yield f"{shown} is not a valid e-mail address. Correct it."


def number_oddity(number: str) -> str:
    """What is odd about an employee number that nobody has, and what to enter; or empty."""
    return next(_number_oddities(number), "")


def _number_oddities(number: str) -> Iterator[str]:
    """Sentences about what is odd in an employee number."""
    shown = quoted_cell(number)
    if address_in(number):
        yield f"{shown} is an e-mail address. Put it in an e-mail column."
    if guid_in(number):
        yield f"{shown} is a user id. Put it in a user id column."
    if _THOUSANDS.fullmatch(number):
        yield f"{shown} seems to have thousands separators. Enter {_digits(number)}, as text."
    if decimals := _DECIMALS.fullmatch(number):
        yield f"{shown} has decimal places. Enter {decimals[1]}, as text."
    if (day := _number_of_day(number)) is not None:
        yield (
            f"{shown} is a date: the cell seems to be formatted as one. As a number it would be "
            f"{day}. If that is the employee number, enter it as text."
        )
    elif _LOCAL_DAY.fullmatch(number):
        yield f"{shown} is a date: the cell seems to be formatted as one. Enter the number as text."
    if _SEVERAL.fullmatch(number):
        yield f"{shown} seems to be several numbers. Give each person a row of their own."
    if prefixed := _PREFIXED.fullmatch(number):
        yield f"If the number in Genesys is {prefixed[1]}, enter only that."
    if (alike := number.translate(_LOOK_LIKE_DIGITS)) != number and alike.isdigit():
        yield f"It has letters that look like digits. If digits are meant, enter {alike}."
    if number.isdigit() and number.lstrip("0") not in ("", number):
        yield (f"If Genesys has it without the leading zeros, enter {number.lstrip('0')}.")
    if hyphenated(number) != number:
        yield f"It has a dash that is not a hyphen. Try {hyphenated(number)}."
    if " " in number:
        yield f"{shown} contains a space. Enter only the number."


def same_numbers(number: str) -> tuple[str, ...]:
    """The number, at most one, that a spreadsheet may show as this text.

    It may have added thousands separators or decimals, or formatted the number as a date.
    """
    if _THOUSANDS.fullmatch(number):
        return (_digits(number),)
    if decimals := _DECIMALS.fullmatch(number):
        return (decimals[1],)
    day = _number_of_day(number)
    return () if day is None else (str(day),)


def _digits(number: str) -> str:
    return re.sub("[^0-9]", "", number)


def _number_of_day(text: str) -> int | None:
    """The number that Excel shows as this date; None unless the text can be exactly one date."""
    if match := _DAY.fullmatch(text):
        days = {_day(match[1], match[2], match[3])}
    elif match := _LOCAL_DAY.fullmatch(text):
        days = {_day(match[4], match[3], match[1]), _day(match[4], match[1], match[3])}
    else:
        return None
    found = [day for day in days if day is not None]
    if len(found) != 1:
        return None
    return (found[0] - _EXCEL_ZERO).days - (found[0] < _EXCEL_LEAP_DAY)


def _day(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None
