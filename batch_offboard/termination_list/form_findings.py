"""Findings about what cells hold around their identifiers, or instead of them, with the rows."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from batch_offboard.termination_list.cell_forms import (
    ADDRESS_FORMS,
    NUMBER_FORMS,
    USER_ID_FORMS,
    Form,
    without_forms,
)
from batch_offboard.termination_list.choices import column_named
from batch_offboard.termination_list.cleaning import cleaned
from batch_offboard.termination_list.identifiers import identifier_in, is_placeholder
from batch_offboard.termination_list.models import IDENTIFYING, Finding, TerminationList
from batch_offboard.termination_list.wording import rows_shown

_FORMS: Mapping[str, Sequence[Form]] = {
    "user_id": USER_ID_FORMS,
    "email": ADDRESS_FORMS,
    "employee_id": NUMBER_FORMS,
}


def form_findings(found: TerminationList) -> Iterator[Finding]:
    """One finding for each form that was removed from identifiers in use."""
    rows: defaultdict[str, dict[int, None]] = defaultdict(dict)
    for row in found.rows:
        for column, field in found.fields.items():
            value = getattr(row, field) if field in IDENTIFYING and row.problem is None else None
            cell = row.cells[column]
            if value is not None and value not in (cell, cell.lower()):
                for form in _forms_of(cell, field):
                    rows[form][row.row] = None
    for form, found_in in rows.items():
        numbers = tuple(found_in)
        message = f"{rows_shown(numbers)}: {form}."
        yield Finding("repaired", "odd_identifier", message, numbers)


def _forms_of(cell: str, field: str) -> tuple[str, ...]:
    text = identifier_in(cell)
    return without_forms(text.lower() if field == "user_id" else text, _FORMS[field])[1]


def placeholder_findings(found: TerminationList) -> Iterator[Finding]:
    """A finding for each column of addresses or numbers where text such as n/a counts as blank."""
    for column, field in sorted(found.fields.items()):
        if field not in ("email", "employee_id"):
            continue
        usable = (row for row in found.rows if row.problem is None)
        rows = [row for row in usable if is_placeholder(row.cells[column])]
        if rows:
            numbers = tuple(row.row for row in rows)
            shown = f'"{cleaned(rows[0].cells[column])[:20]}"'
            message = (
                f"{rows_shown(numbers)}: text such as {shown} counts as an empty cell in "
                f"{column_named(found.header, column)}."
            )
            yield Finding("notice", "placeholder", message, numbers)
