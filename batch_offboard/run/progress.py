"""The state of a run in progress: the one value that its phases change."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

from batch_offboard.offboarding.batching import target_of, without_rows
from batch_offboard.offboarding.lacks import Lack
from batch_offboard.offboarding.leftovers import Unseen
from batch_offboard.offboarding.models import ApiError, Call, Holding, Queue, Snapshot
from batch_offboard.offboarding.people import Hold
from batch_offboard.offboarding.steps.deactivate import Deactivate
from batch_offboard.record.events import RowGivenUp, RowHeld
from batch_offboard.run.session import Run

Refused = tuple[int, str, str]
"""The row, the operation, and the id of the queue, group or team; empty if there is none."""


@dataclass(slots=True)
class Progress:
    """What is known so far about the people of a run, and which rows are held or given up.

    `people` and `held` are by row: a held row is not attempted, so its person is removed from
    `people`. `given_up` has, by step, the rows for which it could not be completed, `refused`
    exactly what was refused. `queues` and `groups` are by id. `protected_unknown` are the entries
    of `guards.protected` that match nobody in the organisation. `lacks` are the permissions for
    want of which rows are held; `unseen` is what else could not be looked at. `doubtful_roles` and
    `ownerless` are as in `Findings`. `listed` has, by queue, the user ids that were listed in
    queues of several pages.
    """

    people: dict[int, Snapshot] = field(default_factory=dict)
    queues: dict[str, Queue] = field(default_factory=dict)
    groups: dict[str, Holding] = field(default_factory=dict)
    held: dict[int, Hold] = field(default_factory=dict)
    given_up: dict[str, dict[int, ApiError]] = field(default_factory=dict)
    refused: dict[Refused, ApiError] = field(default_factory=dict)
    protected_unknown: tuple[str, ...] = ()
    lacks: set[Lack] = field(default_factory=set)
    unseen: list[Unseen] = field(default_factory=list)
    doubtful_roles: tuple[str, ...] = ()
    ownerless: tuple[str, ...] = ()
    listed: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def not_inactive(self) -> Collection[int]:
        """The rows whose person could not be set to inactive: nothing more is done for them."""
        return self.given_up.get(Deactivate.name, {}).keys()

    @property
    def proceeding(self) -> list[int]:
        """The rows whose person is inactive, or is to be."""
        return [row for row in self.people if row not in self.not_inactive]

    def held_codes(self) -> Iterator[str]:
        """For each held row its code, or its status if there is none."""
        return (each.code or each.status for each in self.held.values())

    def hold(self, run: Run, row: int, hold: Hold) -> None:
        """Record that a row is not attempted, and why."""
        self.people.pop(row, None)
        self.held[row] = hold
        run.record(row_held(row, hold, run.now()))

    def give_up(
        self, run: Run, step: str, call: Call, rows: Iterable[int], error: ApiError
    ) -> None:
        """Record that a call of a step could not be made for these rows, and why."""
        target_id = target_of(call)
        for row in rows:
            self.given_up.setdefault(step, {})[row] = error
            self.refused[row, call.operation, target_id] = error
            run.record(RowGivenUp(row, step, error, run.now(), target_id))

    def not_refused(self, calls: Iterable[Call]) -> Iterator[Call]:
        """These calls without the rows for which the same call was refused before."""
        for call in calls:
            target_id = target_of(call)
            refused = {row for row in call.rows if (row, call.operation, target_id) in self.refused}
            if (rest := without_rows(call, refused)) is not None:
                yield rest


def row_held(row: int, hold: Hold, at: str) -> RowHeld:
    """The event that a row is held."""
    return RowHeld(
        row,
        hold.status,
        hold.code,
        hold.message,
        hold.retry,
        at,
        user=hold.user,
        http_status=hold.http_status,
        correlation_id=hold.correlation_id,
        about=hold.about,
        unread=hold.unread,
    )
