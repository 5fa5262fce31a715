"""The verdict on one row of an undo: what was put back, and what is still missing."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Literal

from batch_offboard.offboarding.models import ApiError, Membership, RoleGrant
from batch_offboard.offboarding.steps.deactivate import missing_grants
from batch_offboard.offboarding.undo import missing_memberships
from batch_offboard.record.events import RestoreWanted, RowStatus
from batch_offboard.results.models import FINISHED, RowResult
from batch_offboard.results.next_action import next_action
from batch_offboard.results.row_record import RowRecord
from batch_offboard.results.row_result import ATTEMPTED, RunFacts
from batch_offboard.wording import counted

_NOT_AS_BEFORE = "a member again, but joined flag or ring number is not as before"

UndoCode = Literal[
    "not_confirmed",
    "membership_left",
    "roles_left",
    "still_missing",
    "roles_unread",
    "interrupted",
]
"""The codes that an undo has of its own; all others are those of what was answered or held."""


def undo_result(record: RowRecord, facts: RunFacts) -> RowResult:
    """What became of a row that was to be put back."""
    status, error = _verdict(record, facts)
    user = record.person_now
    result = RowResult(
        status=status,
        # A rerun offboards: it must never take up what an undo has left open.
        retry=False,
        next_action=_next_action(record, status, error, user.name if user else ""),
        row=record.row,
        user_id=user.id if user else "",
        user_name=user.name if user else "",
        user_email=user.email if user else "",
        state_before=record.user.state if record.user else "",
        state_after=record.state_now if record.user else "",
        http_status=_status(record, status, error),
        error_code=error.code if error else "",
        error=error.message if error else "",
        correlation_id=(error.correlation_id if error else record.correlation_id) or "",
        attempts=int(status in ATTEMPTED),
        started_at=record.started_at,
        finished_at=record.finished_at,
        verified=status in FINISHED and not facts.dry_run,
        run_id=facts.run_id,
    )
    return _with_queues(result, record, facts)


def _with_queues(result: RowResult, record: RowRecord, facts: RunFacts) -> RowResult:
    """Before: the memberships to be put back that were missing; left: those that still are."""
    missing_before = _missing(record, record.memberships)
    missing_now = missing_before if record.left is None else _missing(record, record.left)
    return replace(
        result,
        queues_before=len(missing_before),
        queues_removed=len(missing_before) - len(missing_now),
        queues_left=len(missing_now),
        left_because="; ".join(_because(record, facts)),
    )


def _next_action(
    record: RowRecord, status: RowStatus, error: ApiError | None, user_name: str
) -> str:
    return next_action(
        status,
        error.code if error else "",
        http_status=error.status if error else 200,
        message=error.message if error else "",
        user_name=user_name,
        about={"command": "undo", "row": record.row},
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
    status = record.status
    if wanted.state and record.state_now != wanted.state:
        return "partial", _ours(status, "not_confirmed", "The person is not active again.")
    if missing := _missing(record, record.left or ()):
        message = f"Not as before: {counted(len(missing), 'queue membership')}."
        return "partial", _ours(status, "membership_left", message)
    if lost := _lost_grants(record):
        message = f"Still missing: {counted(len(lost), 'role')}."
        return "partial", _ours(status, "roles_left", message)
    if _not_back(record):
        message = "Not everything is back; offboard_left_because names the rest."
        return "partial", _ours(status, "still_missing", message)
    if wanted.notes:
        return "partial", _ours(None, "roles_unread", "; ".join(wanted.notes))
    return ("done" if _changed(record) else "already_done"), None


def _not_back(record: RowRecord) -> tuple[str, ...]:
    """What the further steps took and have not put back."""
    return record.steps_left.left if record.steps_left else ()


def _cut_short(record: RowRecord) -> tuple[RowStatus, ApiError | None]:
    if _changed(record):
        return "partial", _ours(record.status, "interrupted", "The undo was cut short.")
    return "not_run", None


def _ours(status: int | None, code: UndoCode, message: str) -> ApiError:
    return ApiError(status, code, message)


def _changed(record: RowRecord) -> bool:
    """Whether the undo may have changed anything: a call whose outcome nobody knows counts too."""
    return record.state_done or record.other_done or record.in_doubt > 0


def _missing(record: RowRecord, now: Iterable[Membership]) -> tuple[Membership, ...]:
    return missing_memberships(record.wanted.memberships if record.wanted else (), now)


def _lost_grants(record: RowRecord) -> tuple[RoleGrant, ...]:
    """The role grants that are not there again, once they were read."""
    if record.wanted is None or record.grants_back is None:
        return ()
    return missing_grants(record.wanted.grants, record.grants_back)


def _because(record: RowRecord, facts: RunFacts) -> Iterator[str]:
    """What is not back, each named."""
    yield from record.wanted.notes if record.wanted else ()
    yield from _not_back(record)
    for grant in _lost_grants(record):
        yield f"role {grant.role_name or grant.role_id}: not given back"
    if record.left is not None:
        back = {each.queue_id for each in record.left if each.by != "group"}
        for each in _missing(record, record.left):
            queue = facts.queues.get(each.queue_id)
            why = _NOT_AS_BEFORE if each.queue_id in back else "not a member again"
            yield f"{queue.name if queue else each.queue_id}: {why}"


def _status(record: RowRecord, status: RowStatus, error: ApiError | None) -> int | None:
    if error is not None:
        return error.status
    return 200 if record.user is not None and status != "not_run" else None
