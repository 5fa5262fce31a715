"""Rows that are not attempted because something of them could not be read."""

from dataclasses import replace

from batch_offboard.offboarding.models import ApiError, Snapshot
from batch_offboard.record.events import RowHeld
from batch_offboard.run.session import Run

MEMBERSHIPS = "The queue memberships"


def unreadable(row: int, error: ApiError, at: str) -> RowHeld:
    """A row whose person could not be read: it is failed, and not written to."""
    return RowHeld(
        row,
        "failed",
        error.code,
        error.message,
        retry=True,
        at=at,
        http_status=error.status,
        correlation_id=error.correlation_id,
        unread=True,
    )


def hold_unread(run: Run, person: Snapshot, what: str, error: ApiError) -> None:
    """Hold the row of a person of whom something could not be read, such as `The role grants`."""
    held = unreadable(person.row, error, run.now())
    message = f"{what} could not be read: {error.message}"
    run.hold(replace(held, message=message, user=person.user))
