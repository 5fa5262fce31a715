"""The screen “Correct and run again”: open rows as a form, and the filled-in form applied."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from batch_offboard.page.screens.columns import USES, Wrong
from batch_offboard.record.events import ListInfo
from batch_offboard.results.models import ListCells, RowResult, RunView
from batch_offboard.results.run_verdict import is_unfinished
from batch_offboard.termination_list import ColumnChoice
from batch_offboard.termination_list.choices import chosen_columns
from batch_offboard.termination_list.identifiers import guid_in
from batch_offboard.termination_list.models import UNUSED, letter


@dataclass(frozen=True, slots=True)
class CellShown:
    """A cell that can be corrected: the name of its form field, its label, its text."""

    field: str
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class CorrectableRow:
    """An open row: who, why it is open, its cells, and which boxes are ticked.

    `runs` and `accepted` are the boxes for running it again and for accepting the name; the latter
    is offered if `may_accept`.
    """

    row: int
    person: str
    error: str
    next_action: str
    cells: tuple[CellShown, ...]
    runs: bool
    may_accept: bool
    accepted: bool


@dataclass(frozen=True, slots=True)
class Corrections:
    """A filled-in form: the rows to run, the rows whose names are accepted, and cells.

    `cells` has the text by row number, then by column index from 0, changed or not.
    """

    run: frozenset[int]
    accepted: frozenset[int]
    cells: Mapping[int, Mapping[int, str]]

    @classmethod
    def of(cls, view: RunView, fields: Mapping[str, str]) -> "Corrections":
        """The corrections in these form fields; those of rows that are not open are ignored.

        A row whose name was accepted is among the rows to run.
        """
        rows = [row for row in view.results if _is_open(row)]
        accepted = frozenset(row.row for row in rows if f"accept-{row.row}" in fields)
        run = accepted.union(row.row for row in rows if f"run-{row.row}" in fields)
        columns = list(_columns(view.started.list))
        cells = {
            row.row: {
                column: fields[name]
                for column, _ in columns
                if (name := _field(row.row, column)) in fields
            }
            for row in rows
        }
        return cls(run, accepted, cells)


def correctable_rows(view: RunView, given: Corrections | None = None) -> list[CorrectableRow]:
    """The open rows of the run, filled in as in `given` where the form is shown again."""
    columns = list(_columns(view.started.list))
    if given is not None:
        view = replace(view, cells=corrected(view, given).cells)
    listed = ListCells(view)
    return [
        _open_row(result, listed.name(result), cells, columns, given)
        for result, cells in zip(view.results, view.cells, strict=True)
        if _is_open(result)
    ]


def _open_row(
    result: RowResult,
    person: str,
    cells: Sequence[str],
    columns: Sequence[tuple[int, str]],
    given: Corrections | None,
) -> CorrectableRow:
    return CorrectableRow(
        result.row,
        person,
        result.error or result.error_code,
        result.next_action,
        tuple(
            CellShown(_field(result.row, column), label, cells[column])
            for column, label in columns
            if column < len(cells)
        ),
        result.retry if given is None else result.row in given.run,
        result.error_code == "identity_mismatch",
        given is not None and result.row in given.accepted,
    )


def wrong_correction(view: RunView, given: Corrections) -> Wrong | None:
    """The first mistake: no row chosen, or a changed cell that is no user id; None if none."""
    if not given.run:
        return Wrong("Choose at least one row.", "rows")
    column = view.started.list.columns.get("user_id")
    for result, cells in zip(view.results, view.cells, strict=True):
        if column is None or result.row not in given.run:
            continue
        text = given.cells[result.row].get(column, "")
        if text.strip() and text != cells[column] and guid_in(text) is None:
            error = f"Row {result.row}: this is not a Genesys user id."
            return Wrong(error, _field(result.row, column))
    return None


def corrected(view: RunView, corrections: Corrections) -> RunView:
    """The run's results with the corrected cells; of the open rows, `retry` is set as chosen."""
    cells = tuple(
        _with_cells(own, corrections.cells.get(result.row, {}))
        for result, own in zip(view.results, view.cells, strict=True)
    )
    results = tuple(
        replace(each, retry=each.row in corrections.run) if _is_open(each) else each
        for each in view.results
    )
    return replace(view, cells=cells, results=results)


def _with_cells(own: tuple[str, ...], new: Mapping[int, str]) -> tuple[str, ...]:
    return tuple(new.get(column, cell) for column, cell in enumerate(own))


def _is_open(result: RowResult) -> bool:
    return result.retry or is_unfinished(result, dry_run=False)


def _columns(info: ListInfo) -> Iterator[tuple[int, str]]:
    """Index and label of the columns that identify people, name them or say when they leave."""
    uses = [ColumnChoice(each.header, each.field, each.occurrence) for each in info.uses]
    used = chosen_columns(info.header, uses) if uses else {c: f for f, c in info.columns.items()}
    for column, field in sorted(used.items()):
        if field != UNUSED and field in USES:
            header = info.header[column].strip() or f"column {letter(column)}"
            yield column, f"{header} ({USES[field]})"


def _field(row: int, column: int) -> str:
    return f"cell-{row}-{letter(column)}"
