"""“Which column is which?”: headers, sample values, and what a person says they are."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from batch_offboard.page.lists import day_formats
from batch_offboard.page.screens.runs import run_names
from batch_offboard.record.events import ListInfo
from batch_offboard.record.journal import JOURNAL_NAME
from batch_offboard.record.journal_lines import read_start
from batch_offboard.termination_list import ColumnChoice
from batch_offboard.termination_list.choices import assigning, chosen_columns
from batch_offboard.termination_list.models import IDENTIFYING, UNUSED, letter
from batch_offboard.termination_list.preview import ListPreview, misfits
from batch_offboard.wording import counted

USES: Mapping[str, str] = {
    "": "not used",
    UNUSED: "checked, not needed",
    "user_id": "user id",
    "email": "e-mail address",
    "employee_id": "employee number",
    "name": "name",
    "given_name": "given name",
    "family_name": "family name",
    "effective_date": "effective date",
    "last_day": "last day",
}
"""What a column can be used as, in the words of the select."""

_WHAT_FITS: Mapping[str, tuple[str, str]] = {
    "user_id": ("a Genesys user id", "Genesys user ids"),
    "email": ("an e-mail address", "e-mail addresses"),
    "employee_id": ("an employee number", "employee numbers"),
    "name": ("a name", "names"),
    "given_name": ("a name", "names"),
    "family_name": ("a name", "names"),
    "effective_date": ("a date", "dates"),
    "last_day": ("a date", "dates"),
}
"""By field: one value and several, as in “is not a Genesys user id”."""


@dataclass(frozen=True, slots=True)
class ColumnLine:
    """One line of the form: a column, some of its values, its use, and which values do not fit."""

    letter: str
    header: str
    samples: tuple[str, ...]
    use: str
    misfits: str = ""


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong with a form, and the id of the element that it is about."""

    text: str
    target: str


@dataclass(frozen=True, slots=True)
class EarlierUses:
    """What a person chose for the same columns in an earlier run, and when."""

    fields: Mapping[int, str]
    when: str = ""


def column_lines(
    preview: ListPreview, choices: Sequence[ColumnChoice], before: Mapping[int, str]
) -> list[ColumnLine]:
    """A line for each column, used as chosen now, else as chosen before, else as recognised."""
    chosen = chosen_columns(preview.header, choices)
    uses = [
        chosen.get(column) or before.get(column) or preview.fields.get(column, "")
        for column in range(len(preview.header))
    ]
    return [
        ColumnLine(
            letter(column),
            header.strip(),
            preview.samples[column],
            uses[column],
            _misfits(preview, column, uses[column]),
        )
        for column, header in enumerate(preview.header)
    ]


def _misfits(preview: ListPreview, column: int, use: str) -> str:
    """`3 of 53 values are not e-mail addresses.`; empty if all fit."""
    wrong, total = misfits(preview, column, use)
    if not wrong:
        return ""
    one, several = _WHAT_FITS[use]
    said = f"is not {one}" if wrong == 1 else f"are not {several}"
    return f"{wrong:,} of {counted(total, 'value')} {said}."


def choices_of(preview: ListPreview, fields: Mapping[str, str]) -> tuple[ColumnChoice, ...]:
    """The choices in a form whose selects are named `use-A`, `use-B` …"""
    found = []
    for column in range(len(preview.header)):
        use = fields.get(f"use-{letter(column)}", "")
        if use in USES and use:
            action = assigning(preview.header, column, use)
            found.append(ColumnChoice(action.column, action.field))
    return tuple(found)


_EXAMPLE = date(2026, 4, 3)
_PATTERN = re.compile("%[dm]([-/.])%[dm]([-/.])%[Yy]")


def day_order(ambiguous: str, chosen: str | None) -> dict[str, Any]:
    """What the form needs to ask whether day or month comes first: an example, and the patterns.

    Both are empty where there is nothing to ask: every date of the list is certain.
    """
    found = _PATTERN.fullmatch(chosen or "")
    example = ambiguous or (_EXAMPLE.strftime(chosen) if chosen and found else "")
    return {"day_example": example, "day_formats": day_formats(example), "day_format": chosen}


def date_format_of(fields: Mapping[str, str], before: str | None) -> str | None:
    """The pattern in a form that asks for it, else the one from before."""
    given = fields.get("date-order", "")
    return given if _PATTERN.fullmatch(given) else before


def place_of(preview: ListPreview, fields: Mapping[str, str]) -> tuple[str | None, int] | Wrong:
    """The sheet and the row of the headers that the form names, or what is wrong with them."""
    sheet = fields.get("sheet", preview.sheet)
    row = fields.get("header-row", str(preview.row)).strip()
    if not row.isdecimal() or len(row) > 7 or int(row) < 1:
        return Wrong("Type the number of the row with the column names.", "header-row")
    return sheet if sheet in preview.sheets else preview.sheet, int(row)


def wrong_choice(preview: ListPreview, choices: Sequence[ColumnChoice]) -> Wrong | None:
    """What is wrong with the choices, in a sentence; None if nothing is."""
    chosen = chosen_columns(preview.header, choices)
    if not set(IDENTIFYING) & set(chosen.values()):
        return Wrong(
            "Choose at least one column that finds people: user id, e-mail address or employee "
            "number.",
            "columns",
        )
    for field in IDENTIFYING:
        letters = [letter(column) for column, use in sorted(chosen.items()) if use == field]
        if len(letters) > 1:
            words = USES[field][0].upper() + USES[field][1:]
            text = f"{words} is chosen for columns {' and '.join(letters)}. Choose one."
            return Wrong(text, f"use-{letters[0]}")
    return None


def recorded_uses(info: ListInfo) -> Mapping[int, str]:
    """The columns of a run's list that were used, or declared unused, with their fields."""
    uses = [ColumnChoice(each.header, each.field, each.occurrence) for each in info.uses]
    if uses:
        return chosen_columns(info.header, uses)
    return {column: field for field, column in info.columns.items()}


def chosen_before(runs: Path, header: Sequence[str]) -> EarlierUses:
    """What the last run of a list with exactly this header used its columns for."""
    for name in run_names(runs):
        started = read_start(runs / name / JOURNAL_NAME)
        if started is not None and started.list.header == tuple(header) and started.list.uses:
            return EarlierUses(recorded_uses(started.list), started.at)
    return EarlierUses({})
