"""The screen “Correct and run again”: open rows as a form, and the filled-in form applied."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from batch_offboard.offboarding.people import NAME_DIFFERS
from batch_offboard.page.screens.columns import USES, Wrong, recorded_uses
from batch_offboard.record.events import ListInfo
from batch_offboard.results.models import (
    NOT_IDENTIFIED,
    RowResult,
    RunView,
    listed_name,
)
from batch_offboard.results.next_action import advises_acceptance
from batch_offboard.results.run_verdict import is_unfinished
from batch_offboard.termination_list.identifiers import guid_in
from batch_offboard.termination_list.models import UNUSED, letter
from batch_offboard.wording import rows_named

TickShown = Literal["ticked", "unticked", "told"]
"""How “Run this row” was shown; `told`: the person knows that the corrected row is left out."""


_KEPT = ("cell-", "run-", "accept-", "shown-")
"""How the names of the form's fields about rows begin."""


@dataclass(frozen=True, slots=True)
class CellShown:
    """A cell that can be corrected: the name of its form field, its label, its text."""

    field: str
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class CorrectableRow:
    """An open row: who, why it is open, its cells, and whether a rerun attempts it.

    `person` is the name in the list, `in_genesys` that in Genesys where it is another. `shown` is
    how its tick was shown. `may_accept` is true where the names differ, `only_name` where nothing
    else does.
    """

    row: int
    person: str
    in_genesys: str
    error: str
    next_action: str
    cells: tuple[CellShown, ...]
    runs: bool
    shown: "TickShown"
    may_accept: bool
    only_name: bool
    accepted: bool


@dataclass(frozen=True, slots=True)
class Corrections:
    """A filled-in form: the rows to run, the rows whose names are accepted, and cells.

    `cells` are the changed texts by row and column. `unticked` are changed rows that the person
    left out by taking the tick away; `told` those of them that they know are left out.
    """

    run: frozenset[int]
    accepted: frozenset[int]
    cells: Mapping[int, Mapping[int, str]]
    unticked: frozenset[int] = frozenset()
    told: frozenset[int] = frozenset()

    @classmethod
    def of(cls, view: RunView, fields: Mapping[str, str]) -> "Corrections":
        """The corrections in these form fields; those of rows that are not open are ignored.

        A row whose name was accepted is run too, and so is one with a changed cell, unless its
        tick was taken away.
        """
        columns = [column for column, _ in _columns(view.started.list)]
        cells = {
            result.row: _changed_cells(result.row, own, columns, fields)
            for result, own in zip(view.results, view.cells, strict=True)
            if _is_open(result)
        }
        accepted = frozenset(row for row in cells if f"accept-{row}" in fields)
        ticked = accepted.union(row for row in cells if f"run-{row}" in fields)
        left = {row: fields.get(f"shown-{row}", "") for row, new in cells.items() if new}
        left = {row: shown for row, shown in left.items() if row not in ticked}
        unticked = frozenset(row for row, shown in left.items() if shown == "ticked")
        told = frozenset(row for row, shown in left.items() if shown == "told")
        return cls(ticked.union(left) - unticked - told, accepted, cells, unticked, told)


def correctable_rows(view: RunView, given: Corrections | None = None) -> list[CorrectableRow]:
    """The rows that a person can correct and run again, as in the form `given`, if any."""
    info = view.started.list
    columns = list(_columns(info))
    shown = corrected(view, given).cells if given else view.cells
    return [
        _open_row(result, listed_name(info.columns, own), cells, columns, given)
        for result, own, cells in zip(view.results, view.cells, shown, strict=True)
        if _is_open(result)
    ]


def _open_row(
    result: RowResult,
    listed: str,
    cells: Sequence[str],
    columns: Sequence[tuple[int, str]],
    given: Corrections | None,
) -> CorrectableRow:
    runs = result.retry if given is None else result.row in given.run
    is_told = given is not None and result.row in given.unticked | given.told
    return CorrectableRow(
        result.row,
        listed or result.user_name or NOT_IDENTIFIED,
        result.user_name if listed and listed != result.user_name else "",
        result.error or result.error_code,
        result.next_action,
        tuple(
            CellShown(_field(result.row, column), label, cells[column])
            for column, label in columns
            if column < len(cells)
        ),
        runs,
        "told" if is_told else "ticked" if runs else "unticked",
        may_accept_name(result) or NAME_DIFFERS in result.error,
        may_accept_name(result),
        given is not None and result.row in given.accepted,
    )


def may_accept_name(result: RowResult) -> bool:
    """Whether accepting the name releases the row: nothing else differs."""
    return result.error_code == "identity_mismatch" and advises_acceptance(result.next_action)


def wrong_correction(view: RunView, given: Corrections) -> Wrong | None:
    """What is wrong with a corrected cell of a row to run; None if nothing is."""
    if given.unticked:
        return _left_out(sorted(given.unticked))
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


def _left_out(rows: Sequence[int]) -> Wrong:
    """That corrected rows are not run, as their ticks were taken away."""
    named, it, they = rows_named(rows), "it", "is"
    if len(rows) > 1:
        it, they = "them", "are"
    text = (
        f"You corrected {named} but did not tick “Run this row”, so {named} {they} not run. Tick "
        f"{it}, or make the plan without {it}."
    )
    return Wrong(text, f"run-{rows[0]}")


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


def kept_fields(form: Mapping[str, str]) -> dict[str, str]:
    """The fields of a form about rows, without the token of the form."""
    return {name: text for name, text in form.items() if name.startswith(_KEPT)}


def _changed_cells(
    row: int, own: Sequence[str], columns: Iterable[int], fields: Mapping[str, str]
) -> Mapping[int, str]:
    """The cells of a row that the form has with another text than it was shown with."""
    given = {column: fields[name] for column in columns if (name := _field(row, column)) in fields}
    return {
        column: text
        for column, text in given.items()
        if column < len(own) and text not in (own[column], _in_field(own[column]))
    }


def _in_field(text: str) -> str:
    """A text as a browser sends it back from a field of one line."""
    kept = text.replace("\r", "").replace("\n", "").replace("\0", "\ufffd")
    return kept.encode("utf-8", "backslashreplace").decode()


def _is_open(result: RowResult) -> bool:
    return result.retry or is_unfinished(result, dry_run=False)


def _columns(info: ListInfo) -> Iterator[tuple[int, str]]:
    """The columns that identify people, name them or say when they leave."""
    for column, field in sorted(recorded_uses(info).items()):
        if field != UNUSED and field in USES:
            header = info.header[column].strip() or f"column {letter(column)}"
            yield column, f"{header} ({USES[field]})"


def _field(row: int, column: int) -> str:
    return f"cell-{row}-{letter(column)}"
