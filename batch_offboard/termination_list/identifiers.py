"""Identifiers as cells hold them: what is tolerated, what is repaired, what is damaged."""

import re
import sys
from collections.abc import Iterable

from batch_offboard.termination_list.cell_forms import (
    ADDRESS_FORMS,
    NUMBER_FORMS,
    USER_ID_FORMS,
    without_forms,
)
from batch_offboard.termination_list.cells import restored
from batch_offboard.termination_list.cleaning import cleaned, is_blank

_GUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_LIKE_GUID = re.compile(r"[0-9a-z]{4,12}(-[0-9a-z]{2,}){3,}|[0-9a-f]{32}")
_TEXT_FORMULA = re.compile(r'="([^"]*)"')
_SCIENTIFIC = re.compile(r"[0-9]([.,][0-9]+)?E\+[0-9]{2,3}", re.IGNORECASE)
_ROUNDED = re.compile(r"[1-9][0-9]{14}0+")
_DECIMAL = re.compile(r"([0-9]+)\.0")
_WIDEST_PADDED = 10
_DIGITS = re.compile(r"[0-9]+")
_SHORTEST_ID, _SHORTEST_LIKE_ID = 32, 20
_AT_SIGNS = re.compile("[@＠]|%40")
_PLAIN_ADDRESS = re.compile(r"[\w.%+-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)*", re.ASCII | re.IGNORECASE)
_NO_ADDRESS = r"\s@<>()\[\],;:|\\\"“”„«»"
_ADDRESS = re.compile(rf"[^{_NO_ADDRESS}]+@[^{_NO_ADDRESS}/?]+")
_BETWEEN = re.compile(r"[\W_]+")
_LONGEST_PLACEHOLDER = 40
_PLACEHOLDERS = frozenset(
    (
        *("na", "nan", "none", "null", "nil", "unknown", "missing", "tbc", "tbd", "tba"),
        *("notavailable", "notapplicable", "keine", "ka"),
    )
)
_ERROR_VALUE = re.compile(
    r"#(N/?A|NV|REF|VALUE|NAME|DIV/0|NUM|NULL|SPILL|CALC|BEZUG|WERT|ZAHL|VALEUR|NOM|NOMBRE|VALOR"
    r"|VALORE|NOME|WAARDE|NAAM|VERW)[!?]?|#[#]+|#ERROR!|Err:[0-9]+",
    re.IGNORECASE,
)


def guid_in(cell: str) -> str | None:
    """The one Genesys id in a cell, in lower case, or None; `USER_ID_FORMS` do not matter."""
    text = identifier_in(cell).lower()
    if len(text) < _SHORTEST_ID:
        return None
    if not _GUID.fullmatch(text):
        text, _ = without_forms(text, USER_ID_FORMS)
    # The same id occurs many times, here and in answers: one shared copy saves memory.
    return sys.intern(cell if text == cell else text) if _GUID.fullmatch(text) else None


def address_in(cell: str) -> str | None:
    """The one e-mail address that is all of a cell, or None; `ADDRESS_FORMS` do not matter."""
    text = identifier_in(cell)
    if _PLAIN_ADDRESS.fullmatch(text):
        return text
    if not _AT_SIGNS.search(text):
        return None
    text, _ = without_forms(text, ADDRESS_FORMS)
    return text if _ADDRESS.fullmatch(text) else None


def is_like_guid(cell: str) -> bool:
    """Whether a cell holds a Genesys id, or one with a few characters lost or mistyped."""
    text = identifier_in(cell).lower()
    if len(text) < _SHORTEST_LIKE_ID:
        return False
    text, _ = without_forms(text, USER_ID_FORMS)
    return len(text) >= _SHORTEST_LIKE_ID and _LIKE_GUID.fullmatch(text) is not None


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
            return address_in(cell) is not None
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
    """The employee number in a cell, without `NUMBER_FORMS` and a `.0` that a program appended."""
    text = identifier_in(cell)
    if not text.isalnum() or not text.isascii():
        text, _ = without_forms(text, NUMBER_FORMS)
    decimal = _DECIMAL.fullmatch(text)
    return decimal[1] if decimal else text


def is_placeholder(cell: str) -> bool:
    """Whether a cell says that there is no value: n/a, none, TBD, a dash."""
    if len(cell) > _LONGEST_PLACEHOLDER:
        return False
    word = _BETWEEN.sub("", cell.casefold())
    if not word:
        return not is_blank(cell)
    return word in _PLACEHOLDERS and not is_error_value(cell)


def is_error_value(cell: str) -> bool:
    """Whether a cell holds what a spreadsheet shows where a formula failed, such as #N/A."""
    return _ERROR_VALUE.fullmatch(cleaned(cell)) is not None


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
