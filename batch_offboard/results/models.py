"""One row of the results file as a value, and a whole run as its results show it."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from operator import attrgetter
from typing import Any, Literal, get_args, get_type_hints

from batch_offboard.offboarding.models import Queue
from batch_offboard.record.events import (
    CellCorrected,
    Event,
    Paused,
    PlanAgreed,
    PlanShown,
    ResultsWritten,
    RowStatus,
    RunFinished,
    RunStarted,
    Traffic,
    Warned,
)
from batch_offboard.results.losses import Loss

PREFIX = "offboard_"
FINISHED: tuple[RowStatus, ...] = ("done", "already_done")
"""The statuses of rows for which nothing is left to do."""
UNDONE = "undone"
"""The code of a row whose person an undo has put back since."""
RowOutcome = RowStatus | Literal["put_back"]
"""What people are told of a row: its status, or that its person was put back."""
STILL_ON_QUEUE = "still_on_queue"
"""The code of a row whose person is offboarded but shown as on queue."""


@dataclass(frozen=True, slots=True)
class RowResult:
    """The outcome of one row: the `offboard_` columns of results.csv, in their order.

    Times are UTC, ISO 8601; an empty string or None is an empty cell.
    """

    status: RowStatus
    retry: bool
    next_action: str
    row: int
    user_id: str = ""
    user_name: str = ""
    user_email: str = ""
    state_before: str = ""
    state_after: str = ""
    queues_before: int | None = None
    queues_removed: int | None = None
    queues_left: int | None = None
    left_because: str = ""
    left_behind: str = ""
    http_status: int | None = None
    error_code: str = ""
    error: str = ""
    correlation_id: str = ""
    attempts: int = 0
    started_at: str = ""
    finished_at: str = ""
    verified: bool = False
    run_id: str = ""

    def texts(self) -> tuple[str, ...]:
        """The cells of the row as text, in the order of `COLUMNS`; `parse_result` reads them."""
        return tuple([value if isinstance(value, str) else _text(value) for value in _values(self)])

    def values(self) -> tuple[str | int | None, ...]:
        """The cells of the row, numbers as numbers, in the order of `COLUMNS`."""
        return tuple(
            [_text(value) if isinstance(value, bool) else value for value in _values(self)]
        )

    @property
    def outcome(self) -> RowOutcome:
        """The status of the row, unless its person was put back since."""
        return "put_back" if self.error_code == UNDONE else self.status

    @property
    def changed(self) -> bool:
        """Whether the chain of runs that led to this result changed something for the person."""
        if self.status == "planned" and self.attempts:
            # After a dry run, the status is its own but the evidence is from the runs before.
            was_set = self.state_before == "active" and self.state_after != "active"
            return was_set or bool(self.queues_removed)
        if self.status not in ("done", "partial"):
            return False
        return self.state_before == "active" or bool(self.queues_removed)

    @property
    def may_be_logged_in(self) -> bool:
        """Whether the person may have logins from before they were set to inactive."""
        return self.changed or self.error_code == STILL_ON_QUEUE

    @property
    def is_untouched(self) -> bool:
        """Whether certainly nothing was changed: no request was sent, or Genesys refused it."""
        refused = 400 <= (self.http_status or 0) < 500 and self.http_status != 408
        return self.status == "not_run" or (self.status == "failed" and refused)

    @property
    def is_in_doubt(self) -> bool:
        """Whether the outcome of a call for the person is unknown.

        True for no answer, a server error or an unusable answer: everything but a clear refusal.
        Where an answer was unusable and no queues are known, it was the reading that failed, and
        nothing is sent for a person who could not be read.
        """
        if self.error_code == "unusable_answer" and self.status == "failed":
            return self.queues_before is not None
        if self.error_code in ("interrupted", "not_confirmed", "unusable_answer"):
            return True
        status = self.http_status
        return self.status == "partial" and (status is None or status == 408 or status >= 500)


_NAMES = tuple(column.name for column in fields(RowResult))
_values = attrgetter(*_NAMES)
COLUMNS = tuple(PREFIX + name for name in _NAMES)
"""The columns that results.csv adds to the list's own, in order."""


def _text(value: bool | int | None) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def parse_result(row: int, columns: Mapping[str, str]) -> RowResult:
    """The result of a row from its `offboard_` columns by name.

    Missing or unreadable values count as empty. Without columns the status is `not_run`.
    """
    if not columns:
        return RowResult("not_run", False, "", row)
    texts = [columns.get(column, "").strip() for column in COLUMNS]
    values = {name: parse(text) for (name, parse), text in zip(_PARSERS, texts, strict=True)}
    values["row"] = row
    values["user_id"] = values["user_id"].lower()
    for name in ("started_at", "finished_at"):
        values[name] = _moment(values[name])
    if values["status"] in FINISHED:
        values["retry"] = False  # a done row stays done, whatever a person typed in offboard_retry
    return RowResult(**values)


_STATUSES = get_args(RowStatus)
_DATE_AND_TIME = re.compile(r"(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d+)?)")


def _status(text: str) -> str:
    status = text.lower()
    return status if status in _STATUSES else "not_run"


def _flag(text: str) -> bool:
    return text.lower() == "yes"


def _moment(text: str) -> str:
    """A moment in the form used in the journal, where a spreadsheet has made a date of it."""
    found = _DATE_AND_TIME.fullmatch(text)
    return f"{found[1]}T{found[2]}Z" if found else text


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() else None


_BY_TYPE: Mapping[object, Callable[[str], Any]] = {
    str: str,
    bool: _flag,
    int: lambda text: _number(text) or 0,
    int | None: _number,
    RowStatus: _status,
}
_PARSERS: tuple[tuple[str, Callable[[str], Any]], ...] = tuple(
    (name, _BY_TYPE[kind]) for name, kind in get_type_hints(RowResult).items()
)


@dataclass(frozen=True, slots=True)
class QueueChange:
    """What the run did to one queue: how many people left it, and what remains."""

    queue: Queue
    removed: int
    left_members: int
    """Members that remain by the count before the run minus those removed."""


@dataclass(frozen=True, slots=True)
class RunView:
    """A whole run, folded from its journal: the input of report, summary and results.csv.

    `cells` and `results` have one entry per row of the list, in its order. `plan` is the plan that
    was shown, `agreed` who agreed to it; journals of earlier versions have neither. `wrote` is true
    once a writing request has left. `taken` is, by row number, what the run took from the person,
    or an undo put back: worked out when asked for, as only the report shows it. `written` are the
    files results.csv that were written, `workbooks` those of results.xlsx, `reports` those of
    report.html, in order. `writers` are the versions of the program that recorded the run or wrote
    its last results, as far as the journal has them. `last` is the last event of all.
    """

    started: RunStarted
    cells: tuple[tuple[str, ...], ...]
    due: tuple[str | None, ...]
    results: tuple[RowResult, ...]
    warnings: tuple[Warned, ...] = ()
    queues: tuple[QueueChange, ...] = ()
    pauses: tuple[Paused, ...] = ()
    traffic: tuple[Traffic, ...] = ()
    inactive_at: dict[int, str] = field(default_factory=dict)
    """By row number, when this chain of runs set the person to inactive (UTC, ISO 8601)."""
    accepted_names: tuple[int, ...] = ()
    taken: Callable[[int], tuple[Loss, ...]] = field(default=lambda _: (), compare=False)
    plan: PlanShown | None = None
    agreed: PlanAgreed | None = None
    wrote: bool = False
    written: tuple[ResultsWritten, ...] = ()
    workbooks: tuple[ResultsWritten, ...] = ()
    reports: tuple[ResultsWritten, ...] = ()
    writers: frozenset[str] = frozenset()
    last: Event | None = None
    finished: RunFinished | None = None
    corrected: tuple[CellCorrected, ...] = ()
    """Of a rerun, the cells that a person has corrected in the rows that it attempted."""
    put_back_since: Mapping[int, str] = field(default_factory=dict)
    """By row number: the undo run, recorded in an earlier run of the chain, that put it back."""


NOT_IDENTIFIED = "person not identified"
"""The name of a person in a row that identifies nobody."""


def listed_name(columns: Mapping[str, int], cells: Sequence[str]) -> str:
    """The name of a person as the list has it, given and family name joined; may be empty.

    `columns` has the column of each field, as `ListInfo.columns`.
    """
    whole = _joined(columns, cells, " ", "name")
    return whole or _joined(columns, cells, " ", "given_name", "family_name")


def _joined(columns: Mapping[str, int], cells: Sequence[str], between: str, *meanings: str) -> str:
    at = [columns[meaning] for meaning in meanings if meaning in columns]
    found = [cells[number].strip() for number in at if number < len(cells)]
    return between.join(each for each in found if each)


class ListCells:
    """The list's own data, by row, about people without a name from Genesys."""

    def __init__(self, view: RunView) -> None:
        self._columns: Mapping[str, int] = view.started.list.columns
        self._cells = {
            result.row: cells
            for result, cells in zip(view.results, view.cells, strict=True)
            if not result.user_name
        }

    def name(self, result: RowResult) -> str:
        """The person's name from Genesys, else from the list, else a text saying there is none."""
        listed = listed_name(self._columns, self._cells.get(result.row, ()))
        return result.user_name or listed or NOT_IDENTIFIED

    def identifiers(self, result: RowResult) -> str:
        """The list's identifiers of a person without a name from Genesys, else empty."""
        cells = self._cells.get(result.row, ())
        return _joined(self._columns, cells, " · ", "email", "employee_id", "user_id")
