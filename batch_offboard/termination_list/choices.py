"""Columns that a person has assigned for one run: `--column "HEADER=FIELD"`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from batch_offboard.errors import Action, ListError, UsageError
from batch_offboard.termination_list.cleaning import is_blank
from batch_offboard.termination_list.headers import plain
from batch_offboard.termination_list.models import CHOICES, UNUSED, column_number, letter


@dataclass(frozen=True, slots=True)
class ColumnChoice:
    """A column, by header or letter, and the field assigned to it.

    `occurrence` counts the columns with this header from 1; 0 means the only one, as in a choice by
    a person. Choices taken from an earlier run have an occurrence, and a choice by a person takes
    precedence.
    """

    header: str
    field: str
    occurrence: int = 0

    def __str__(self) -> str:
        return f"{self.header}={self.field}"


def parse_choice(text: str) -> ColumnChoice:
    """The choice in a text such as "Leaving date=last_day".

    Raises UsageError, with the nearest known field, if the text is not a valid choice.
    """
    header, found, name = text.rpartition("=")
    field = name.strip().lower().replace("-", "_").replace(" ", "_")
    if not found or not header.strip():
        raise UsageError(
            f'"{text}" does not say what a column is. Write HEADER=FIELD, for example '
            '"Leaving date=last_day".'
        )
    if field not in CHOICES:
        near = get_close_matches(field, CHOICES, 1, 0.0)[0]
        raise UsageError(
            f'"{name.strip()}" in "{text}" is not a field. The nearest is {near}. '
            f"The fields are {', '.join(CHOICES)}."
        )
    return ColumnChoice(header.strip(), field)


def parse_choices(texts: Sequence[str]) -> tuple[ColumnChoice, ...]:
    """Several choices, in their order. Raises UsageError as `parse_choice` does."""
    return tuple(map(parse_choice, texts))


def chosen_columns(header: Sequence[str], choices: Sequence[ColumnChoice]) -> dict[int, str]:
    """The field of each column that was chosen.

    A header wins over a letter. Raises ListError for a missing column, a header that several
    columns have, a column with two different fields, and a letter that means another column than in
    the earlier run.
    """
    chosen: dict[int, str] = {}
    by_letter: set[int] = set()
    for choice in (each for each in choices if not each.occurrence):
        column = _column(header, choice)
        if chosen.setdefault(column, choice.field) != choice.field:
            raise ListError(
                f"cannot be read: {column_named(header, column)} is assigned twice, as "
                f"{chosen[column]} and as {choice.field}. Assign it once."
            )
        if plain(choice.header) != plain(header[column]):
            by_letter.add(column)
    for choice in (each for each in choices if each.occurrence):
        used = _used_column(header, choice)
        if used is None:
            continue
        if chosen.setdefault(used, choice.field) != choice.field and used in by_letter:
            raise _moved(header, used, chosen[used], choice.field)
    return chosen


def _moved(header: Sequence[str], column: int, field: str, used: str) -> ListError:
    """The error for a column that an earlier run used as something else."""
    shown = column_named(header, column)
    return ListError(
        f"has {shown}, now assigned as {field}, but the earlier run used that column as {used}. "
        "The columns seem to have moved since. Name the column by its header."
    )


def _used_column(header: Sequence[str], choice: ColumnChoice) -> int | None:
    """The column that an earlier run used so; None for an unused one that no longer exists."""
    wanted = plain(choice.header)
    matching = [column for column, text in enumerate(header) if plain(text) == wanted]
    if choice.occurrence <= len(matching):
        return matching[choice.occurrence - 1]
    if choice.field == UNUSED:
        return None
    raise ListError(
        f'no longer has the column "{choice.header}", which the earlier run used as '
        f"{choice.field}. Put it back as it was."
    )


def choices_made(header: Sequence[str], fields: Mapping[int, str]) -> tuple[ColumnChoice, ...]:
    """The choices that make another reading use the same columns for the same fields.

    `fields` has the field of every column that was used or declared unused.
    """
    spellings = list(map(plain, header))
    return tuple(
        ColumnChoice(header[column], field, spellings[: column + 1].count(spellings[column]))
        for column, field in sorted(fields.items())
        if field in CHOICES
    )


def _column(header: Sequence[str], choice: ColumnChoice) -> int:
    """The column that a choice names. Raises ListError if there is none, or more than one."""
    wanted = plain(choice.header)
    matching = [column for column, text in enumerate(header) if wanted and plain(text) == wanted]
    column = column_number(choice.header)
    if len(matching) > 1 and column in matching:
        return column
    if len(matching) > 1:
        raise ListError(
            f'has the header "{choice.header}" {len(matching)} times. Name the column by its '
            f"letter: {' or '.join(map(letter, matching))}.",
            *(assigning(header, each, choice.field) for each in matching),
        )
    if matching:
        return matching[0]
    if column is not None and column < len(header):
        return column
    near = _nearest(header, wanted)
    raise ListError(f'has no column "{choice.header}" to use as {choice.field}.{near}')


def _nearest(header: Sequence[str], wanted: str) -> str:
    """A sentence that names the header most like the one of a choice; may be empty."""
    by_plain = {plain(text): text.strip() for text in header if not is_blank(text)}
    near = get_close_matches(wanted, by_plain, 1, 0.0)
    return f' The nearest is "{by_plain[near[0]]}".' if near else ""


def column_named(header: Sequence[str], column: int) -> str:
    """A column as messages name it: column C, "Leaving date"."""
    text = " ".join(header[column].split())
    return f'column {letter(column)}, "{text}"' if text else f"column {letter(column)}"


def assigning(header: Sequence[str], column: int, field: str) -> Action:
    """The action of assigning this field to a column.

    The column is named by its letter, or by its header if that letter is another column's header.
    """
    name, own = letter(column), plain(header[column])
    spellings = list(map(plain, header))
    if plain(name) in spellings and plain(name) != own and spellings.count(own) == 1:
        name = " ".join(header[column].split())
    return Action("assign_column", column=name, field=field)
