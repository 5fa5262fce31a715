"""Rows that are not attempted because of what a call answered, as events."""

from batch_offboard.offboarding.models import ApiError, User
from batch_offboard.run.events import RowHeld


def unreadable(
    row: int, error: ApiError, at: str, *, user: User | None = None, what: str = ""
) -> RowHeld:
    """A row of which something could not be read: it is failed, and not written to."""
    message = f"{what} could not be read: {error.message}" if what else error.message
    return RowHeld(
        row,
        "failed",
        error.code,
        message,
        retry=True,
        at=at,
        user=user,
        http_status=error.status,
        correlation_id=error.correlation_id,
    )
