"""“Which column is which?”: headers, sample values, and what a person says they are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from batch_offboard.page.screens.runs import names_of
from batch_offboard.record.journal import JOURNAL_NAME, beginning
from batch_offboard.termination_list import ColumnChoice
from batch_offboard.termination_list.choices import assigning, chosen_columns
from batch_offboard.termination_list.looking import Looked
from batch_offboard.termination_list.models import IDENTIFYING, UNUSED, letter

USES: Mapping[str, str] = {
    "": "not said",
    UNUSED: "not used",
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


@dataclass(frozen=True, slots=True)
class ColumnLine:
    """One line of the form: a column, some of its values, and what it is used as."""

    letter: str
    header: str
    samples: tuple[str, ...]
    use: str


@dataclass(frozen=True, slots=True)
class Before:
    """What a person chose for the same columns in an earlier run, and when."""

    fields: Mapping[int, str]
    when: str = ""


def column_lines(
    looked: Looked, choices: Sequence[ColumnChoice], before: Mapping[int, str]
) -> list[ColumnLine]:
    """A line for each column: what was chosen, else chosen earlier, else understood."""
    chosen = chosen_columns(looked.header, choices)
    return [
        ColumnLine(
            letter(column),
            header.strip(),
            looked.samples[column],
            chosen.get(column) or before.get(column) or looked.fields.get(column, ""),
        )
        for column, header in enumerate(looked.header)
    ]


def choices_of(looked: Looked, fields: Mapping[str, str]) -> tuple[ColumnChoice, ...]:
    """The choices in a form whose selects are named `use-A`, `use-B` …"""
    found = []
    for column in range(len(looked.header)):
        use = fields.get(f"use-{letter(column)}", "")
        if use in USES and use:
            action = assigning(looked.header, column, use)
            found.append(ColumnChoice(action.column, action.field))
    return tuple(found)


def problem_with(looked: Looked, choices: Sequence[ColumnChoice]) -> str:
    """What is wrong with the choices, in a sentence; empty if nothing is."""
    chosen = chosen_columns(looked.header, choices)
    if not set(IDENTIFYING) & set(chosen.values()):
        return (
            "Choose at least one column that finds people: user id, e-mail address or employee "
            "number."
        )
    for field in IDENTIFYING:
        letters = [letter(column) for column, use in sorted(chosen.items()) if use == field]
        if len(letters) > 1:
            words = USES[field][0].upper() + USES[field][1:]
            return f"{words} is chosen for columns {' and '.join(letters)}. Choose one."
    return ""


def chosen_before(runs: Path, header: Sequence[str]) -> Before:
    """What the last run with just these headers used its columns for."""
    for name in names_of(runs):
        started = beginning(runs / name / JOURNAL_NAME)
        if started is not None and started.list.header == tuple(header) and started.list.uses:
            choices = [ColumnChoice(e.header, e.field, e.occurrence) for e in started.list.uses]
            return Before(chosen_columns(header, choices), started.at)
    return Before({})
