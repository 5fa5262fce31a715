"""Identifiers as cells hold them: what is tolerated, what is repaired, what is damaged."""

import re
import sys
from collections.abc import Iterable

from batch_offboard.termination_list.cells import restored
from batch_offboard.termination_list.cleaning import cleaned

_GUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_LIKE_GUID = re.compile(r"[0-9a-z]{4,12}(-[0-9a-z]{2,}){3,}|[0-9a-f]{32}")
_TEXT_FORMULA = re.compile(r'="([^"]*)"')
_SCIENTIFIC = re.compile(r"[0-9]([.,][0-9]+)?E\+[0-9]{2,3}", re.IGNORECASE)
_ROUNDED = re.compile(r"[1-9][0-9]{14}0+")
_DECIMAL = re.compile(r"([0-9]+)\.0")
_WIDEST_PADDED = 10
_DIGITS = re.compile(r"[0-9]+")


def guid_in(cell: str) -> str | None:
    """The Genesys id in a cell, in lower case, or None; blanks, case and braces do not matter."""
    text = identifier_in(cell).lower()
    if text.startswith("{") and text.endswith("}"):
        text = text[1:-1].strip()
    # The same id occurs many times, here and in answers: one shared copy saves memory.
    return sys.intern(cell if text == cell else text) if _GUID.fullmatch(text) else None


def is_like_guid(cell: str) -> bool:
    """Whether a cell holds a Genesys id, or one with a few characters lost or mistyped."""
    text = identifier_in(cell).lower().strip("{} ")
    return len(text) >= 20 and _LIKE_GUID.fullmatch(text) is not None


def compared(identifier: str) -> str:
    """The form in which identifiers are compared: without surrounding blanks, in lower case.

    Not `casefold`, which equates "ß" and "ss": these can be two people's addresses.
    """
    return identifier.strip().lower()


def looks_identifying(field: str, cell: str) -> bool:
    """Whether a cell could identify a person if it were in a column of this field."""
    match field:
        case "user_id":
            return guid_in(cell) is not None
        case "email":
            return "@" in cell and " " not in cell.strip()
        case "employee_id":
            return cell.strip().isdigit()
        case _:
            return False


def identifier_in(cell: str) -> str:
    """The identifier in a cell without what only formats it as text in a spreadsheet.

    Removed are `="…"` around a value and an apostrophe before digits.
    """
    text = cleaned(cell)
    if formula := _TEXT_FORMULA.fullmatch(text):
        return cleaned(formula[1])
    return restored(text, identifying=True)


def employee_number_in(cell: str) -> str:
    """The employee number in a cell, without the `.0` that a program appended to it."""
    text = identifier_in(cell)
    decimal = _DECIMAL.fullmatch(text)
    return decimal[1] if decimal else text


def number_candidates(number: str, width: int | None) -> tuple[str, ...]:
    """What an employee number may have been before a spreadsheet dropped its leading zeros.

    The number as it is comes first. `width` is the column's `padded_width`; without one, every
    width up to 10 is possible. Only a number of digits without a zero in front can have lost some.
    """
    if not _DIGITS.fullmatch(number) or number.startswith("0"):
        return (number,)
    widths = (width,) if width else range(len(number) + 1, _WIDEST_PADDED + 1)
    return tuple(dict.fromkeys((number, *(number.zfill(each) for each in widths))))


def padded_width(numbers: Iterable[str]) -> int | None:
    """The width to which a column of numbers is padded with zeros, or None if it is not."""
    widths = {
        len(number)
        for number in numbers
        if number.startswith("0") and len(number) > 1 and _DIGITS.fullmatch(number)
    }
    return widths.pop() if len(widths) == 1 else None


def damage(number: str) -> str | None:
    """A sentence about irreparable damage to an employee number by a spreadsheet, or None."""
    if _SCIENTIFIC.fullmatch(number):
        return f"Excel has turned the employee number into {number}; the original digits are gone."
    return None


def rounding(number: str) -> str | None:
    """A sentence saying that Excel may have rounded an employee number, or None.

    Excel keeps 15 digits. A number that really ends in zeros looks the same.
    """
    if _ROUNDED.fullmatch(number):
        return (
            f"Excel has probably rounded the employee number {number} to 15 digits; the original "
            "digits are gone."
        )
    return None
