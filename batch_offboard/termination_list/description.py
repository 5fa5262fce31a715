"""A description of the list in a few lines, for the person who is about to run it."""

from collections import Counter
from collections.abc import Iterator

from batch_offboard.termination_list.choices import column_named
from batch_offboard.termination_list.known import MEANINGS
from batch_offboard.termination_list.models import (
    IDENTIFYING,
    NAMES,
    UNUSED,
    Termination,
    TerminationList,
    letter,
)
from batch_offboard.wording import counted


def described(termination_list: TerminationList) -> tuple[str, ...]:
    """The kind of file, the number of rows, and the columns that are used."""
    return (
        f"{termination_list.name}: {termination_list.format}",
        _rows(termination_list),
        *_columns(termination_list),
    )


def _rows(found: TerminationList) -> str:
    """How many rows there are, and by which identifier each is looked up."""
    rows = [row for row in found.rows if not _is_nobody(row)]
    count = len(rows)
    used = Counter(field for row in rows if (field := _identified_by(row)))
    ways = [f"{used[field]:,} by {MEANINGS[field]}" for field in IDENTIFYING if used[field]]
    held = [f"{count - used.total():,} on hold"] if used.total() < count else []
    nobody = len(found.rows) - count
    others = (
        f"; {counted(nobody, 'more line')} {'is not a person' if nobody == 1 else 'are not people'}"
    )
    return f"{counted(count, 'row')}: {', '.join([*ways, *held])}{others if nobody else ''}"


def _is_nobody(row: Termination) -> bool:
    return row.problem is not None and row.problem.code == "not_a_person"


def _identified_by(row: Termination) -> str | None:
    if row.problem:
        return None
    return next((field for field in IDENTIFYING if getattr(row, field)), None)


def _columns(found: TerminationList) -> Iterator[str]:
    """A line for each column that is used, and lines about what is not."""
    for column, field in sorted(found.fields.items(), key=_in_order):
        if field != UNUSED:
            yield f"{MEANINGS[field]}: {column_named(found.header, column)}"
    if not set(NAMES) & set(found.fields.values()):
        yield "names are not compared: no column is used for them"
    others = [
        header.strip() or f"column {letter(column)}"
        for column, header in enumerate(found.header)
        if found.fields.get(column, UNUSED) == UNUSED
    ]
    if others:
        yield f"not used, but kept in the results: {', '.join(others)}"


def _in_order(item: tuple[int, str]) -> tuple[int, int]:
    return tuple(MEANINGS).index(item[1]) if item[1] in MEANINGS else 0, item[0]
