"""The fold of the rows: the events about rows and writing calls, gathered into one record a row."""

from collections.abc import Callable, Collection, Mapping
from typing import Any

from batch_offboard.offboarding.models import ApiError, Call, RoleGrant
from batch_offboard.record import events
from batch_offboard.record.events import Event
from batch_offboard.results.row_record import RowRecord, Undoing


class RowFold:
    """Gathers what a run's journal says of each row of its list."""

    def __init__(self) -> None:
        self.records: dict[int, RowRecord] = {}
        """The row records by row number, in the order of the list."""
        self.undos: list[events.RowsUndone] = []
        """The undos of this run that the journal has on record, in order."""
        self._grants: dict[tuple[RoleGrant, ...], tuple[RoleGrant, ...]] = {}
        """Each collection of role grants once: many people hold the same."""
        self._open: dict[int, Call] = {}
        """The writing calls that have no answer yet, by call id."""
        self._doubtful: dict[int, Call] = {}
        """The writing calls with any answer but `done`, by call id."""
        self._unknown: set[tuple[int, object]] = set()
        """Row, and queue id where there is one, of the calls with an unknown outcome."""

    def apply(self, event: Event) -> Collection[int]:
        """Take one more event into account. Returns the rows whose result it may change."""
        gather = _GATHERERS.get(type(event))
        return () if gather is None else gather(self, event)

    def _row_listed(self, event: events.RowListed) -> Collection[int]:
        self.records[event.row] = RowRecord(event.row, event.cells, event.due, event.carried)
        return (event.row,)

    def _row_held(self, event: events.RowHeld) -> Collection[int]:
        record = self.records[event.row]
        record.note(held=event)
        record.started_at = record.started_at or event.at
        record.finished_at = event.at
        return (event.row,)

    def _user_read(self, event: events.UserRead) -> Collection[int]:
        record = self.records[event.row]
        record.user = event.user
        record.started_at = record.started_at or event.at
        record.finished_at = event.at
        return (event.row,)

    def _memberships_read(self, event: events.MembershipsRead) -> Collection[int]:
        record = self.records[event.row]
        record.memberships, record.surveyed = event.memberships, True
        return (event.row,)

    def _grants_read(self, event: events.GrantsRead) -> Collection[int]:
        self.records[event.row].grants = self._grants.setdefault(event.grants, event.grants)
        return ()

    def _leftovers_read(self, event: events.LeftoversRead) -> Collection[int]:
        self.records[event.row].note(leftovers=event.leftovers)
        return (event.row,)

    def _call_started(self, event: events.CallStarted) -> Collection[int]:
        self._open[event.call_id] = event.call
        for row in event.call.rows:
            record = self.records[row]
            record.sent(event.step, event.call)
            record.finished_at = event.at
        return event.call.rows

    def _call_answered(self, event: events.CallAnswered) -> Collection[int]:
        call = self._open.pop(event.call_id)
        if event.outcome != "done":
            self._doubtful[event.call_id] = call
        refused = _refusal(event)
        for row in call.rows:
            record = self.records[row]
            record.finished_at = event.at
            record.status, record.correlation_id = event.status, event.correlation_id
            if refused or record.rare.refused:
                record.note(refused=refused)
            self._take_outcome(record, call, event)
        return call.rows

    def _take_outcome(self, record: RowRecord, call: Call, event: events.CallAnswered) -> None:
        target = (record.row, call.arguments.get("queue_id"))
        if event.outcome == "unknown":
            self._unknown.add(target)
        else:
            record.in_doubt -= 1
        if event.outcome == "done":
            record.done(call, event.at)
        elif target not in self._unknown:
            record.not_done(call)

    def _effect_read(self, event: events.EffectRead) -> Collection[int]:
        call = self._doubtful[event.call_id]
        for row in call.rows:
            self.records[row].in_doubt -= event.ours
        for row in event.rows:
            # A refusal after an unknown outcome means that the first call made the change.
            if event.ours or (row, call.arguments.get("queue_id")) in self._unknown:
                self.records[row].done(call, event.at)
            elif "queue_id" in call.arguments:
                self.records[row].gone(str(call.arguments["queue_id"]))
        return {*call.rows, *event.rows}

    def _row_given_up(self, event: events.RowGivenUp) -> Collection[int]:
        record = self.records[event.row]
        record.note(
            given_up=event.error,
            given_up_step=event.step,
            refused_at={**record.rare.refused_at, event.target_id: event.error},
        )
        record.finished_at = event.at
        return (event.row,)

    def _user_read_back(self, event: events.UserReadBack) -> Collection[int]:
        record = self.records[event.row]
        record.user_back = event.user
        record.finished_at = event.at
        if record.state_changed and not record.inactive_at:
            record.inactive_at = event.at
        return (event.row,)

    def _memberships_read_back(self, event: events.MembershipsReadBack) -> Collection[int]:
        record = self.records[event.row]
        record.left = event.left
        record.note(
            because=event.because, groups=event.groups, ended_elsewhere=event.ended_elsewhere
        )
        record.finished_at = event.at
        return (event.row,)

    def _steps_read_back(self, event: events.StepsReadBack) -> Collection[int]:
        self.records[event.row].note(steps_left=event)
        return (event.row,)

    def _grants_read_back(self, event: events.GrantsReadBack) -> Collection[int]:
        self.records[event.row].note(grants_back=event.grants)
        return (event.row,)

    def _read_back_failed(self, event: events.ReadBackFailed) -> Collection[int]:
        record = self.records[event.row]
        record.note(read_back_error=event.error)
        record.finished_at = event.at
        return (event.row,)

    def _restore_wanted(self, event: events.RestoreWanted) -> Collection[int]:
        self.records[event.row].note(wanted=event)
        return (event.row,)

    def _rows_undone(self, event: events.RowsUndone) -> Collection[int]:
        self.undos.append(event)
        for row in event.rows:
            record = self.records[row]
            known, undoing = record.rare.undoings, Undoing(event.by_run, len(self.undos))
            record.note(undoings=(*known, undoing) if event.by_run else known[:-1])
        return event.rows


def _refusal(answered: events.CallAnswered) -> ApiError | None:
    """What Genesys answered, if it refused the call; None without an HTTP answer."""
    refused = answered.outcome in ("refused", "conflict") and answered.status is not None
    return answered.error if refused else None


_GATHERERS: Mapping[type, Callable[[RowFold, Any], Collection[int]]] = {
    events.RowListed: RowFold._row_listed,
    events.RowHeld: RowFold._row_held,
    events.UserRead: RowFold._user_read,
    events.MembershipsRead: RowFold._memberships_read,
    events.GrantsRead: RowFold._grants_read,
    events.LeftoversRead: RowFold._leftovers_read,
    events.CallStarted: RowFold._call_started,
    events.CallAnswered: RowFold._call_answered,
    events.EffectRead: RowFold._effect_read,
    events.RowGivenUp: RowFold._row_given_up,
    events.UserReadBack: RowFold._user_read_back,
    events.MembershipsReadBack: RowFold._memberships_read_back,
    events.StepsReadBack: RowFold._steps_read_back,
    events.GrantsReadBack: RowFold._grants_read_back,
    events.ReadBackFailed: RowFold._read_back_failed,
    events.RestoreWanted: RowFold._restore_wanted,
    events.RowsUndone: RowFold._rows_undone,
}
"""What each kind of event adds to the records; the kinds that concern no row are not here."""
