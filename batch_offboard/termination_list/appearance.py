"""What a spreadsheet hides, merges or adds as comments."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from batch_offboard.termination_list.choices import column_named
from batch_offboard.termination_list.known import MEANINGS
from batch_offboard.termination_list.last_lines import NOT_A_PERSON
from batch_offboard.termination_list.models import UNUSED, Finding, Problem, Termination
from batch_offboard.termination_list.table import Merged, Table
from batch_offboard.termination_list.wording import rows_shown

_MOST_SHOWN = 10
_COMMENT = 100


def hidden_columns(
    table: Table, header: Sequence[str], fields: Mapping[int, str]
) -> Iterator[Finding]:
    """A notice for each column that is used although a spreadsheet does not show it."""
    for column, field in sorted(fields.items()):
        if column in table.hidden_columns and field != UNUSED:
            yield Finding(
                "notice",
                "hidden_column",
                f"C{column_named(header, column)[1:]}: hidden in Excel, but still used as the "
                f"{MEANINGS[field]}.",
            )


def comments(table: Table, rows: Sequence[Termination]) -> Iterator[Finding]:
    """A notice about the comments on rows of people: nothing else of the program looks at them."""
    numbers = tuple(row.row for row in rows if row.row in table.comments)
    if numbers:
        shown = [f'row {row}: "{table.comments[row][:_COMMENT]}"' for row in numbers[:_MOST_SHOWN]]
        if others := numbers[_MOST_SHOWN:]:
            shown.append(f"and {rows_shown(others).lower()}")
        message = f"Comments in Excel change nothing here, so check them: {'; '.join(shown)}."
        yield Finding("notice", "comments", message, numbers)


def held_if_merged(
    rows: Sequence[Termination], above: int, merged: Sequence[Merged], fields: Mapping[int, str]
) -> tuple[Termination, ...]:
    """The rows, with a hold for those that have a used cell merged into one in a row above.

    Rows that are no person stay as they are. `above` is the number of records before the first row.
    """
    used = [column for column, field in fields.items() if field != UNUSED]
    problems: dict[int, Problem] = {}
    reached = above
    for cells in sorted(merged, key=lambda each: each.records.start):
        if any(column in cells.columns for column in used):
            fresh = range(max(reached, cells.records.start), cells.records.stop)
            problems.update(dict.fromkeys(fresh, _problem(cells)))
            reached = max(reached, cells.records.stop)
    return tuple(
        replace(row, problem=problems[position])
        if position in problems and row.problem != NOT_A_PERSON
        else row
        for position, row in enumerate(rows, above)
    )


def _problem(cells: Merged) -> Problem:
    """The problem of a row that is covered by merged cells."""
    return Problem(
        "malformed_row",
        f"The cells {cells.place} are merged, so this row has no value of its own there. Unmerge "
        "them in Excel and fill in each row.",
    )
