"""What kind of list was read, in a few lines for the person who is about to run it."""

from collections import Counter
from collections.abc import Iterator

from batch_offboard.termination_list.columns import IDENTIFYING, MEANINGS, letter
from batch_offboard.termination_list.models import FIELDS, Termination, TerminationList
from batch_offboard.wording import counted


def described(termination_list: TerminationList) -> tuple[str, ...]:
    """What kind of file it is, how many rows it has, and which column is used for what."""
    return (
        f"{termination_list.name}: {termination_list.format}",
        _rows(termination_list),
        *_columns(termination_list),
    )


def _rows(found: TerminationList) -> str:
    """How many rows there are, and by which identifier each is looked up."""
    count = len(found.rows)
    used = Counter(field for row in found.rows if (field := _identified_by(row)))
    ways = [f"{used[field]:,} by {MEANINGS[field]}" for field in IDENTIFYING if used[field]]
    held = [f"{count - used.total():,} held"] if used.total() < count else []
    return f"{counted(count, 'row')}: {', '.join([*ways, *held])}"


def _identified_by(row: Termination) -> str | None:
    if row.problem:
        return None
    return next((field for field in IDENTIFYING if getattr(row, field)), None)


def _columns(found: TerminationList) -> Iterator[str]:
    for field in FIELDS:
        if (column := found.columns.get(field)) is not None:
            header = found.header[column].strip()
            yield f'{MEANINGS[field]}: column {letter(column)}, "{header}"'
    others = [
        header.strip() or f"column {letter(column)}"
        for column, header in enumerate(found.header)
        if column not in found.columns.values()
    ]
    if others:
        yield f"not used, but kept in the results: {', '.join(others)}"
