"""How long after their day people were set to inactive, where the list has dates. Pure."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from batch_offboard.results.models import UNDONE, RowResult, RunView
from batch_offboard.results.moments import as_moment, parse_day, parse_moment, recorded_zone

_ONE_DAY = timedelta(days=1)
_NOT_WAITING = {"duplicate", "not_a_person", UNDONE}
_UNFINISHED = {"failed", "partial", "not_run", "planned"}


@dataclass(frozen=True, slots=True)
class Delay:
    """The time from the start of the day on which a row was due until its person was inactive.

    `inactive_at` is None for a person who was not known to be inactive when the run ended; `waited`
    counts until then. `overdue` goes by calendar days: due earlier than the day before.
    """

    result: RowResult
    due: date
    inactive_at: datetime | None
    waited: timedelta
    overdue: bool

    @property
    def hours(self) -> float:
        """The time waited in hours; negative for a person set to inactive before the day."""
        return self.waited / timedelta(hours=1)

    @property
    def days(self) -> int:
        """The whole days waited."""
        return self.waited.days

    @property
    def beyond_a_day(self) -> bool:
        """Whether it took more than 24 hours."""
        return self.waited > _ONE_DAY


def delays(view: RunView) -> tuple[Delay, ...]:
    """The delay of every dated row whose person this chain set to inactive, or should have."""
    return _delays(view, _was_to_be_inactive)


def overdue_and_active(view: RunView) -> tuple[int, ...]:
    """The rows that are overdue and whose person is not known to be inactive, whatever holds them.

    So a row is among them that was held for its name; a duplicate is not, as its person has another
    row.
    """
    found = _delays(view, lambda row: _was_to_be_inactive(row) or _is_held_while_active(row))
    return tuple(each.result.row for each in found if each.overdue and each.inactive_at is None)


def _delays(view: RunView, counts: Callable[[RowResult], bool]) -> tuple[Delay, ...]:
    """The delays of the rows whose person was set to inactive, and of those that count without."""
    if view.started.command == "undo":
        return ()
    zone = recorded_zone(view.started.list.timezone)
    end = _end(view)
    found = (
        _delay(result, due, inactive_at, end, zone)
        for result, due in zip(view.results, view.due, strict=True)
        if due and ((inactive_at := _inactive_at(view, result)) or counts(result))
    )
    return tuple(delay for delay in found if delay is not None)


def _delay(
    result: RowResult, due_text: str, inactive_at: datetime | None, end: datetime, zone: tzinfo
) -> Delay | None:
    due = parse_day(due_text)
    begins = datetime.combine(due, time.min, zone)
    if inactive_at is None and begins > end:
        return None
    until = inactive_at or end
    overdue = due < until.astimezone(zone).date() - _ONE_DAY
    return Delay(result, due, inactive_at, until - begins, overdue)


def _inactive_at(view: RunView, result: RowResult) -> datetime | None:
    """When the person became inactive; for a carried row, when that was read back at the latest."""
    known = view.inactive_at.get(result.row)
    if known is None and (result.state_before, result.state_after) == ("active", "inactive"):
        known = result.finished_at
    return as_moment(known or "")


def _was_to_be_inactive(result: RowResult) -> bool:
    """Whether a row that this run meant to do has a person who is not known to be inactive."""
    state = result.state_after or result.state_before
    return result.status in _UNFINISHED and state not in {"inactive", "deleted"}


def _is_held_while_active(result: RowResult) -> bool:
    """Whether a row was left out though its person is active; not by an undo, which was wanted."""
    is_held = result.status == "skipped" and result.error_code not in _NOT_WAITING
    return is_held and (result.state_after or result.state_before) == "active"


def _end(view: RunView) -> datetime:
    """The last moment recorded in the run."""
    moments = [view.started.at, *(result.finished_at for result in view.results)]
    if view.finished is not None:
        moments.append(view.finished.at)
    known = [moment for text in moments if (moment := as_moment(text)) is not None]
    return max(known, default=None) or parse_moment(view.started.at)
