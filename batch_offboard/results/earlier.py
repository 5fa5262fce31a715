"""What earlier runs of a chain say about a row: their `offboard_` columns as a `RowResult`."""

from collections.abc import Mapping
from typing import cast, get_args

from batch_offboard.record.events import RowStatus
from batch_offboard.results.models import FINISHED, PREFIX, RowResult

_NOTHING: Mapping[str, str] = {}


def earlier_result(row: int, columns: Mapping[str, str] = _NOTHING) -> RowResult:
    """The result that these columns hold; what a person may have spoilt reads as empty."""
    if not columns:
        return RowResult("not_run", False, "", row)

    def text(name: str) -> str:
        return columns.get(PREFIX + name, "").strip()

    status = text("status").lower()
    return RowResult(
        status=cast(RowStatus, status) if status in get_args(RowStatus) else "not_run",
        # Done stays done, whatever somebody has typed beside it.
        retry=text("retry").lower() == "yes" and status not in FINISHED,
        next_action=text("next_action"),
        row=row,
        user_id=text("user_id").lower(),
        user_name=text("user_name"),
        user_email=text("user_email"),
        state_before=text("state_before"),
        state_after=text("state_after"),
        queues_before=_number(text("queues_before")),
        queues_removed=_number(text("queues_removed")),
        queues_left=_number(text("queues_left")),
        left_because=text("left_because"),
        http_status=_number(text("http_status")),
        error_code=text("error_code"),
        error=text("error"),
        correlation_id=text("correlation_id"),
        attempts=_number(text("attempts")) or 0,
        started_at=text("started_at"),
        finished_at=text("finished_at"),
        verified=text("verified").lower() == "yes",
        run_id=text("run_id"),
    )


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() else None


def changed_earlier(earlier: RowResult) -> bool:
    """Whether an earlier run of the chain changed something for the person."""
    if earlier.status == "planned" and earlier.attempts:
        # A dry run in between: the status is its own, the evidence that of the runs before it.
        was_set = earlier.state_before == "active" and earlier.state_after != "active"
        return was_set or bool(earlier.queues_removed)
    if earlier.status not in ("done", "partial"):
        return False
    return earlier.state_before == "active" or bool(earlier.queues_removed)


def in_doubt_earlier(earlier: RowResult) -> bool:
    """Whether an earlier run may have sent something for the person whose outcome it did not learn.

    No answer, a server's trouble or an answer that cannot be used: all but a clear refusal.
    """
    if earlier.error_code in ("interrupted", "not_confirmed", "unusable_answer"):
        return True
    status = earlier.http_status
    return earlier.status == "partial" and (status is None or status == 408 or status >= 500)
