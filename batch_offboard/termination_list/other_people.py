"""Refusing lists with a column, title or sheet about people other than those who leave.

Answers to a form begin with the address of whoever answered it, often a manager. The sheet or the
title may be that of the people who join.
"""

from collections.abc import Mapping, Sequence
from itertools import combinations

from batch_offboard.errors import ListError
from batch_offboard.termination_list.choices import assigning, column_named
from batch_offboard.termination_list.cleaning import cleaned
from batch_offboard.termination_list.headers import folded, says
from batch_offboard.termination_list.known import Meaning, Origin
from batch_offboard.termination_list.models import UNUSED
from batch_offboard.termination_list.row_names import complete
from batch_offboard.termination_list.table import Record


def refuse_address_of_answerer(above: Record, meanings: Mapping[int, Meaning]) -> None:
    """Raise ListError for an e-mail column right beside the time at which a form was answered.

    Not if the column was chosen or configured, or if its header says that the person leaves.
    """
    for column, meaning in meanings.items():
        header, beside = above.cells[column], above.cells[column - 1] if column else ""
        if meaning != Meaning("email", Origin.BUILT_IN) or says(header, "leaving"):
            continue
        if says(beside, "submitted"):
            raise ListError(
                "looks like the answers to a form. The address in "
                f'{column_named(above.cells, column)}, beside "{cleaned(beside)}", is usually '
                "that of whoever filled it in. Declare it unused, or say that it belongs to the "
                "person leaving.",
                assigning(above.cells, column, UNUSED),
                assigning(above.cells, column, "email"),
            )


def refuse_names_of_two_people(
    above: Record, body: Sequence[Record], meanings: Mapping[int, Meaning], columns: Sequence[int]
) -> None:
    """Raise ListError for two columns of names that name different people in most rows.

    One of them may be whoever filled in the row. Columns that were both chosen are two spellings,
    and a legal or preferred name is another one of the same person.
    """
    others = [each for each in columns if not says(above.cells[each], "same_person")]
    for one, other in combinations(others, 2):
        if meanings[one].origin is meanings[other].origin is Origin.CHOSEN:
            continue
        pairs = [(_words(row.cells[one]), _words(row.cells[other])) for row in body]
        full = [(left, right) for left, right in pairs if min(len(left), len(right)) > 1]
        if 2 * sum(left.isdisjoint(right) for left, right in full) > len(full):
            raise ListError(
                "has two columns with names of different people: "
                f"{column_named(above.cells, one)}, and {column_named(above.cells, other)}. Say "
                "which one to leave out, such as the managers.",
                assigning(above.cells, one, UNUSED),
                assigning(above.cells, other, UNUSED),
            )


def _words(cell: str) -> frozenset[str]:
    """The words of a name; none if it is in another script, as it cannot be compared."""
    words = frozenset(folded(complete(cell)).split())
    return words if all(word.isascii() for word in words) else frozenset()


def refuse_title_of_joiners(records: Sequence[Record]) -> None:
    """Raise ListError for a title above the header that speaks of people who join."""
    for record in records:
        for text in filter(None, map(cleaned, record.cells)):
            if says(text, "joining") and not says(text, "leaving"):
                raise ListError(
                    f'has the title "{text[:60]}" in row {record.row}, so these people seem to be '
                    "joining. Use the list of people who are leaving, or delete the title if "
                    "these are."
                )


def refuse_sheet_of_joiners(title: str, others: Sequence[str]) -> None:
    """Raise ListError for a sheet nobody chose, whose title is about people who join or stay."""
    if (says(title, "joining") or says(title, "staying")) and not says(title, "leaving"):
        sheets = f" The other sheets are: {', '.join(others)}." if others else ""
        raise ListError(
            f'was not read: its first sheet is "{title}", so these people do not seem to be '
            f"leaving. Name the sheet with the people who are.{sheets}"
        )
