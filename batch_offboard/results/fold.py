"""The fold: the events of a run, in order, gathered into what its results show.

What they say of each row is gathered in `row_fold`. Pure. Any prefix of a journal folds, so a
killed run has results too.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from batch_offboard.offboarding.models import Named, Queue
from batch_offboard.offboarding.steps import STEPS, optional_steps, steps_named
from batch_offboard.record import events
from batch_offboard.record.events import Event
from batch_offboard.record.folder import REPORT_NAME, WORKBOOK_NAME
from batch_offboard.results.losses import Loss, LossFacts, restored_by_undo, taken_by_run
from batch_offboard.results.models import QueueChange, RowResult, RunView, parse_result
from batch_offboard.results.row_fold import RowFold
from batch_offboard.results.row_record import RowRecord
from batch_offboard.results.row_result import row_result, undo_result
from batch_offboard.results.row_verdict import RunFacts
from batch_offboard.results.run_verdict import stopped_or_refused

_WORKBOOK = Path(WORKBOOK_NAME).suffix


_STATE_AS_READ = frozenset({"0.1.0"})
"""The versions whose results give a row that was held the state in which its person was read."""


class RunFold:
    """Gathers the events of one run; `view` may be called at any time."""

    def __init__(self) -> None:
        self._run_started: events.RunStarted | None = None
        self._rows = RowFold()
        self._results: dict[int, RowResult] = {}
        self._queues: dict[str, Queue] = {}
        self._divisions: dict[str, Named] = {}
        self._warnings: list[events.Warned] = []
        self._pauses: list[events.Paused] = []
        self._traffic: dict[str, events.Traffic] = {}
        self._written: list[events.ResultsWritten] = []
        self._workbooks: list[events.ResultsWritten] = []
        self._reports: list[events.ResultsWritten] = []
        self._writers: frozenset[str] = frozenset()
        self._last: Event | None = None
        self._accepted: list[int] = []
        self._corrected: tuple[events.CellCorrected, ...] = ()
        self._plan: events.PlanShown | None = None
        self._agreed: events.PlanAgreed | None = None
        self._finished: events.RunFinished | None = None
        self._view: RunView | None = None
        """The view of all events so far, once it was asked for."""

    def apply(self, event: Event) -> None:
        """Take one more event into account."""
        self._last, self._view = event, None
        for row in self._rows.apply(event):
            self._results.pop(row, None)
        gather = _GATHERERS.get(type(event))
        if gather is not None:
            gather(self, event)

    @property
    def started(self) -> events.RunStarted:
        """The run's first event; LookupError when the journal has not even that."""
        if self._run_started is None:
            raise LookupError("the journal does not begin with run_started")
        return self._run_started

    @property
    def records(self) -> Mapping[int, RowRecord]:
        """The row records by row number."""
        return self._rows.records

    @property
    def warnings(self) -> tuple[events.Warned, ...]:
        """The warnings about the whole run so far."""
        return tuple(self._warnings)

    @property
    def queues(self) -> Mapping[str, Queue]:
        """The queues as the run saw them before it changed anything, by id."""
        return self._queues

    @property
    def divisions(self) -> tuple[Named, ...]:
        """The divisions as the run saw them."""
        return tuple(self._divisions.values())

    @property
    def undoings(self) -> int:
        """How many undos of this run the journal has on record."""
        return len(self.undos)

    @property
    def undos(self) -> Sequence[events.RowsUndone]:
        """The undos of this run that the journal has on record, in order."""
        return self._rows.undos

    def view(self) -> RunView:
        """The run as its results show it so far: the same value until the next event."""
        if self._view is None:
            self._view = self._seen()
        return self._view

    def forget_view(self) -> None:
        """Forget the last view and its results, which take much memory for a long list."""
        self._view = None
        self._results.clear()

    def _seen(self) -> RunView:
        records = tuple(self.records.values())
        return RunView(
            started=self.started,
            cells=tuple(record.cells for record in records),
            due=tuple(record.due for record in records),
            results=self._row_results(),
            warnings=tuple(self._warnings),
            queues=self._queue_changes(),
            pauses=tuple(self._pauses),
            traffic=tuple(self._traffic.values()),
            inactive_at={
                each.row: at for each in records if (at := each.inactive_at or _carried_at(each))
            },
            accepted_names=tuple(self._accepted),
            corrected=self._corrected,
            taken=self._taken(),
            plan=self._plan,
            agreed=self._agreed,
            wrote=self._wrote(),
            written=tuple(self._written),
            workbooks=tuple(self._workbooks),
            reports=tuple(self._reports),
            writers=self._writers,
            last=self._last,
            finished=self._finished,
        )

    def _row_results(self) -> tuple[RowResult, ...]:
        """The result of every row, computed anew only for rows with new events."""
        facts = self._facts()
        result_of = undo_result if self.started.command == "undo" else row_result
        for row, record in self.records.items():
            if row not in self._results:
                self._results[row] = result_of(record, facts)
        results = (self._results[row] for row in self.records)
        if self.started.program_version in _STATE_AS_READ:
            return tuple(results)
        changed = {
            each.user.id for each in self.records.values() if each.user and each.state_changed
        }
        return tuple(self._as_now(each, changed) for each in results)

    def _as_now(self, result: RowResult, changed: Collection[str]) -> RowResult:
        """Without the state of a held row whose person another row has set to inactive since."""
        if self.records[result.row].rare.held is None or result.user_id not in changed:
            return result
        return replace(result, state_after="")

    def _taken(self) -> Callable[[int], tuple[Loss, ...]]:
        """By row, what the run took from the person, or an undo put back."""
        steps, dry_run = _texts(self.started.settings.get("steps")), self.started.dry_run
        known = LossFacts(self._queues, self._divisions, steps, dry_run=dry_run)
        of = restored_by_undo if self.started.command == "undo" else taken_by_run
        return lambda row: of(self.records[row], known)

    def _facts(self) -> RunFacts:
        unseen = [
            name
            for each in self._warnings
            for name in each.names
            if each.code == "divisions_unseen"
        ]
        steps = _texts(self.started.settings.get("steps"))
        dry_run, ended_early = self.started.dry_run, self._ended_before_writing()
        return RunFacts(
            run_id=self.started.run_id,
            dry_run=dry_run,
            verify=bool(self.started.settings.get("verify", True)),
            leaves_queues="remove_from_queues" in steps,
            optional=optional_steps(steps_named(name for name in steps if name in STEPS)),
            divisions_unseen=tuple(unseen),
            divisions_unknown=any(each.code == "divisions_unknown" for each in self._warnings),
            queues=self._queues,
            not_begun=self.started.command if dry_run or ended_early else "",
            ended_early=ended_early,
        )

    def _ended_before_writing(self) -> bool:
        return stopped_or_refused(self._finished) and not self._wrote()

    def _wrote(self) -> bool:
        return any(record.steps_sent for record in self.records.values())

    def _queue_changes(self) -> tuple[QueueChange, ...]:
        removed = Counter(
            queue_id for record in self.records.values() for queue_id in record.queues_removed
        )
        return tuple(
            QueueChange(queue, removed[queue.id], max(0, queue.member_count - removed[queue.id]))
            for queue in self._queues.values()
            if removed[queue.id]
        )

    def _run_begins(self, event: events.RunStarted) -> None:
        self._run_started = event
        self._writers = frozenset({event.program_version})

    def _queues_read(self, event: events.QueuesRead) -> None:
        self._queues.update({queue.id: queue for queue in event.queues})
        self._results.clear()

    def _divisions_read(self, event: events.DivisionsRead) -> None:
        self._divisions.update({each.id: each for each in event.divisions})

    def _warned(self, event: events.Warned) -> None:
        self._warnings.append(event)
        self._results.clear()

    def _rows_undone(self, event: events.RowsUndone) -> None:
        self._writers = frozenset()  # an undo may be of a later version

    def _cells_corrected(self, event: events.CellsCorrected) -> None:
        self._corrected = event.cells

    def _plan_shown(self, event: events.PlanShown) -> None:
        self._plan = event

    def _plan_agreed(self, event: events.PlanAgreed) -> None:
        self._agreed = event

    def _traffic_counted(self, event: events.Traffic) -> None:
        self._traffic[event.minute] = event

    def _results_written(self, event: events.ResultsWritten) -> None:
        if event.name != REPORT_NAME and event.program_version:
            self._writers |= {event.program_version}
        files = {REPORT_NAME: self._reports}.get(event.name, self._written)
        (self._workbooks if event.name.endswith(_WORKBOOK) else files).append(event)

    def _run_finished(self, event: events.RunFinished) -> None:
        self._finished = event
        if self._ended_before_writing():
            self._results.clear()


def fold(stream: Iterable[Event]) -> RunFold:
    """The fold of all events of a journal."""
    gathered = RunFold()
    for event in stream:
        gathered.apply(event)
    return gathered


def _carried_at(record: RowRecord) -> str:
    """When an earlier run read at the latest that the person had become inactive; or empty."""
    if record.carried is None or not record.carried.attempt:
        return ""
    earlier = parse_result(record.row, record.carried.columns)
    same = record.person is None or record.person.id == earlier.user_id
    was_set = (earlier.state_before, earlier.state_after) == ("active", "inactive")
    still = record.user is not None and record.user.state == "inactive"
    return earlier.finished_at if same and was_set and still else ""


def _texts(value: object) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, list | tuple) else ()


_GATHERERS: dict[type, Callable[[RunFold, Any], None]] = {
    events.CellsCorrected: RunFold._cells_corrected,
    events.RunStarted: RunFold._run_begins,
    events.QueuesRead: RunFold._queues_read,
    events.DivisionsRead: RunFold._divisions_read,
    events.Warned: RunFold._warned,
    events.Paused: lambda self, event: self._pauses.append(event),
    events.Traffic: RunFold._traffic_counted,
    events.ResultsWritten: RunFold._results_written,
    events.RowsUndone: RunFold._rows_undone,
    events.PlanShown: RunFold._plan_shown,
    events.PlanAgreed: RunFold._plan_agreed,
    events.NamesAccepted: lambda self, event: self._accepted.extend(event.rows),
    events.RunFinished: RunFold._run_finished,
}
"""What each kind of event adds to what is known of the run as a whole."""
