"""The result of a row whose person an undo has put back since."""

from dataclasses import replace

from batch_offboard.results.models import RowResult
from batch_offboard.results.next_action import next_action

UNDONE = "undone"


def undone(result: RowResult, by_run: str) -> RowResult:
    """The row as the undo run `by_run` leaves it: nothing is to be done, and nothing is proved.

    The evidence stays that of the run that was undone.
    """
    message = f"Put back by the undo run {by_run}."
    return replace(
        result,
        status="skipped",
        retry=False,
        next_action=next_action(
            "skipped",
            UNDONE,
            http_status=None,
            message=message,
            user_name=result.user_name,
            about={"row": result.row},
        ),
        http_status=None,
        error_code=UNDONE,
        error=message,
        correlation_id="",
        verified=False,
    )
