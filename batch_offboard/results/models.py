"""One row of the results file as a value, and a whole run as its results show it."""

from dataclasses import dataclass, field, fields
from operator import attrgetter

from batch_offboard.offboarding.models import Queue
from batch_offboard.record.events import (
    Paused,
    ResultsWritten,
    RowStatus,
    RunFinished,
    RunStarted,
    Traffic,
    Warned,
)

PREFIX = "offboard_"
FINISHED: tuple[RowStatus, ...] = ("done", "already_done")
"""The statuses of rows for which nothing is left to do."""


@dataclass(frozen=True, slots=True)
class RowResult:
    """What became of one row: the `offboard_` columns of results.csv, in their order.

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
        """The cells of the row as text, in the order of `COLUMNS`."""
        return tuple([_text(value) for value in _values(self)])


_NAMES = tuple(column.name for column in fields(RowResult))
_values = attrgetter(*_NAMES)
COLUMNS = tuple(PREFIX + name for name in _NAMES)
"""The columns that results.csv adds to the list's own, in order."""


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


@dataclass(frozen=True, slots=True)
class QueueChange:
    """What the run did to one queue: how many people left it, and what remains."""

    queue: Queue
    removed: int
    left_members: int
    """Members that remain by the count before the run minus those removed."""


@dataclass(frozen=True, slots=True)
class RunView:
    """A whole run as its journal tells it: what report, summary and results.csv are made from.

    `cells` and `results` have one entry per row of the list, in its order.
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
    written: tuple[ResultsWritten, ...] = ()
    finished: RunFinished | None = None
