"""Cells as a spreadsheet can hold them without running or damaging them, and back again.

A cell that a spreadsheet would run as a formula is written with an apostrophe in front, and so is
an identifier whose digits it would change when a person opens the file and saves it. Opening a CSV
in Excel keeps that apostrophe as an ordinary character and saves it again, so the value survives
the round trip. All other cells are written as they are.
"""

import re

APOSTROPHE = "'"

_FORMULA_STARTS = tuple("=+-@\t\r\n＝＋－＠")
"""What makes Excel or LibreOffice run a cell (OWASP, "CSV Injection"), full-width forms too."""

_MONTHS = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"

_DAMAGED_BY_EXCEL = re.compile(
    "|".join(
        (
            "0[0-9]+",  # loses its leading zeros
            "[0-9]{12,}",  # is shown, and saved, as 1.23457E+11
            "[0-9]+([.,][0-9]+)?e[+-]?[0-9]+",  # 1E5 is read as 100000
            "[0-9]{1,2}[-/.][0-9]{1,2}",  # 3-12 is read as a day
            f"({_MONTHS})[a-z]{{0,6}}[- ]?[0-9]{{1,4}}",  # MAR1 is read as a day
            f"[0-9]{{1,2}}[- ]?({_MONTHS})",  # 1-MAR too
        )
    ),
    re.IGNORECASE,
)


def neutralised(text: str, *, identifying: bool = False) -> str:
    """The text in a form that is safe in a file opened by a spreadsheet; `restored` reverses it.

    `identifying` says that people are found by this cell, so that its digits must stay.
    """
    return APOSTROPHE + text if _needs_apostrophe(text, identifying) else text


def restored(text: str, *, identifying: bool = False) -> str:
    """The exact text that `neutralised` was given; any other text comes back unchanged."""
    if text.startswith(APOSTROPHE) and _needs_apostrophe(text, identifying):
        return text[1:]
    return text


def _needs_apostrophe(text: str, identifying: bool) -> bool:
    """Whether a spreadsheet would run or damage the text, looking behind apostrophes and blanks.

    The answer is the same with and without an apostrophe in front, so `neutralised` is reversible
    for every text.
    """
    core = text.lstrip(APOSTROPHE)
    if core.startswith(_FORMULA_STARTS):
        return True
    core = core.strip(" ")
    if core.startswith(_FORMULA_STARTS):
        return True
    return identifying and _DAMAGED_BY_EXCEL.fullmatch(core) is not None
