"""The verdict on one row of an undo: what was put back, and what is still missing."""

from collections.abc import Iterable, Iterator

from batch_offboard.offboarding.models import ApiError, Membership
from batch_offboard.results.models import RowResult
from batch_offboard.results.next_action import next_action
from batch_offboard.results.row_record import RowRecord
from batch_offboard.results.row_result import RunFacts
from batch_offboard.run.events import RestoreWanted, RowStatus


def undo_result(record: RowRecord, facts: RunFacts) -> RowResult:
    """What became of a row that was to be put back.

    `queues_before` counts the memberships to be put back that were missing, `queues_removed`
    those put back, `queues_left` those still missing.
    """
    status, error = _verdict(record, facts)
    missing_before = _missing(record, record.memberships)
    missing_now = _missing(record, record.left) if record.left is not None else missing_before
    user = record.user_back or record.user or (record.held.user if record.held else None)
    about = {"command": "undo", "row": record.row}
    return RowResult(
        status=status,
        # A rerun offboards: it must never take up what an undo has left open.
        retry=False,
        next_action=next_action(
            status,
            error.code if error else "",
            http_status=error.status if error else 200,
            message=error.message if error else "",
            user_name=user.name if user else "",
            about=about,
        ),
        row=record.row,
        user_id=user.id if user else "",
        user_name=user.name if user else "",
        user_email=user.email if user else "",
        state_before=record.user.state if record.user else "",
        state_after=record.state_now if record.user else "",
        queues_before=len(missing_before),
        queues_removed=len(missing_before) - len(missing_now),
        queues_left=len(missing_now),
        left_because="; ".join(_because(record, missing_now, facts)),
        http_status=_status(record, status, error),
        error_code=error.code if error else "",
        error=error.message if error else "",
        correlation_id=(error.correlation_id if error else record.correlation_id) or "",
        attempts=int(status in ("done", "already_done", "partial", "failed")),
        started_at=record.started_at,
        finished_at=record.finished_at,
        verified=status in ("done", "already_done") and not facts.dry_run,
        run_id=facts.run_id,
    )


def _verdict(record: RowRecord, facts: RunFacts) -> tuple[RowStatus, ApiError | None]:
    wanted = record.wanted
    if record.held is not None:
        held = record.held
        error = ApiError(held.http_status, held.code, held.message, held.correlation_id)
        return held.status, error
    if record.user is None or wanted is None:
        return "not_run", None
    if facts.dry_run:
        return "planned", None
    return _performed(record, wanted)


def _performed(record: RowRecord, wanted: RestoreWanted) -> tuple[RowStatus, ApiError | None]:
    if record.given_up is not None:
        return ("partial" if _changed(record) else "failed"), record.given_up
    if record.read_back_error is not None:
        return "partial", _ours(record.read_back_error.status, "not_confirmed", "Not read back.")
    if record.user_back is None or record.left is None:
        return _cut_short(record)
    return _by_reading(record, wanted)


def _by_reading(record: RowRecord, wanted: RestoreWanted) -> tuple[RowStatus, ApiError | None]:
    if wanted.state and record.state_now != wanted.state:
        return "partial", _ours(record.status, "not_confirmed", "The person is not active again.")
    if missing := _missing(record, record.left or ()):
        message = f"{len(missing)} queue memberships are still missing."
        return "partial", _ours(record.status, "membership_left", message)
    held = {(each.role_id, each.division_id) for each in record.grants_back or ()}
    lost = [each for each in wanted.grants if (each.role_id, each.division_id) not in held]
    if lost:
        return "partial", _ours(record.status, "roles_left", f"{len(lost)} roles are missing.")
    if _not_back(record):
        message = "Not everything is back; offboard_left_because names the rest."
        return "partial", _ours(record.status, "still_missing", message)
    if wanted.notes:
        return "partial", _ours(None, "not_restorable", "; ".join(wanted.notes))
    return ("done" if _changed(record) else "already_done"), None


def _not_back(record: RowRecord) -> tuple[str, ...]:
    """What the further steps took and have not put back."""
    return record.steps_left.left if record.steps_left else ()


def _cut_short(record: RowRecord) -> tuple[RowStatus, ApiError | None]:
    if _changed(record) or record.in_doubt:
        return "partial", _ours(record.status, "interrupted", "The undo was cut short.")
    return "not_run", None


def _ours(status: int | None, code: str, message: str) -> ApiError:
    return ApiError(status, code, message)


def _changed(record: RowRecord) -> bool:
    return record.state_done or record.other_done


def _missing(record: RowRecord, current: Iterable[Membership]) -> list[str]:
    """The queues of the memberships to be put back that are not there; one by group is another."""
    wanted = record.wanted.memberships if record.wanted else ()
    held = {each.queue_id for each in current if each.by != "group"}
    return [each.queue_id for each in wanted if each.queue_id not in held]


def _because(record: RowRecord, missing: Iterable[str], facts: RunFacts) -> Iterator[str]:
    """What is not back, each named."""
    yield from record.wanted.notes if record.wanted else ()
    yield from _not_back(record)
    if record.left is not None:
        for queue_id in missing:
            queue = facts.queues.get(queue_id)
            yield f"{queue.name if queue else queue_id}: not a member again"


def _status(record: RowRecord, status: RowStatus, error: ApiError | None) -> int | None:
    if error is not None:
        return error.status
    return 200 if record.user is not None and status != "not_run" else None
