"""The verdict on a row of an undo: what was put back, and what is still missing."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Literal

from batch_offboard.offboarding.belongings import ROLES
from batch_offboard.offboarding.models import ApiError, Holding, Membership, Queue, RoleGrant
from batch_offboard.offboarding.steps.deactivate import missing_grants
from batch_offboard.offboarding.steps.remove_from_queues import matching_membership
from batch_offboard.offboarding.undo import missing_memberships, still_ended
from batch_offboard.record.events import RestoreWanted, RowStatus
from batch_offboard.results.row_evidence import QueueEvidence, Queues
from batch_offboard.results.row_record import RowRecord
from batch_offboard.results.row_verdict import RowVerdict, RunFacts
from batch_offboard.wording import counted, enumerated

UndoCode = Literal[
    "not_confirmed",
    "membership_left",
    "roles_left",
    "still_missing",
    "membership_ended",
    "roles_unread",
    "interrupted",
    "queue_gone",
    "queue_refused",
]
"""The codes that an undo has of its own; all others are those of what was answered or held."""

_ABOUT = {"command": "undo"}
_NOT_FOUND = 404


def undo_verdict_on(record: RowRecord, facts: RunFacts) -> RowVerdict:
    """The verdict of an undo on a row.

    A rerun never attempts a row of an undo: it would offboard people that the undo could not
    restore in full.
    """
    wanted = record.rare.wanted
    if (held := record.rare.held) is not None:
        error = ApiError(held.http_status, held.code, held.message, held.correlation_id)
        return replace(_of(held.status, error), about={**held.about, **_ABOUT})
    if record.user is None or wanted is None:
        return _without_error("not_run", record)
    if facts.dry_run:
        return _without_error("planned", record)
    return _performed(record, wanted)


def restored_queues(record: RowRecord, queues: Queues) -> QueueEvidence:
    """Before: the memberships that were missing; left: those that still are."""
    before = _count_missing(record, record.memberships)
    left = before if record.left is None else _count_missing(record, record.left)
    put_back = max(0, before - left)  # memberships may have gone while the undo was under way
    return QueueEvidence(before, put_back, left, enumerated(_not_back(record, queues)))


def _performed(record: RowRecord, wanted: RestoreWanted) -> RowVerdict:
    """The verdict on a row for which the undo has begun."""
    if (error := record.rare.refused_at.get("")) is not None:
        return _of("partial" if _has_changed(record) else "failed", error)
    if (error := record.rare.read_back_error) is not None:
        return _partial("not_confirmed", "The end state could not be read back.", error.status)
    if record.user_back is None or record.left is None:
        return _cut_short(record)
    return _by_reading(record, wanted)


def _by_reading(record: RowRecord, wanted: RestoreWanted) -> RowVerdict:
    """The verdict on a row that was read back after its undo."""
    status = record.status
    if wanted.state and record.state_now != wanted.state:
        return _partial(
            "not_confirmed",
            "Genesys accepted the change back to active, but still shows the person as inactive.",
            status,
        )
    missing = _missing(record, record.left or ())
    if _lost_holdings(record):
        # What comes with a group cannot be there before the person is in it.
        missing = tuple(each for each in missing if each.by != "group")
    if missing:
        return _not_in_queues(record, missing)
    if lost := _lost_grants(record):
        message = f"Still missing: {counted(len(lost), ROLES.noun)}."
        return _partial("roles_left", message, status)
    if _lost_holdings(record):
        message = "Not everything was put back; offboard_left_because names the rest."
        missing_error = ApiError(status, "still_missing", message)
        return _of("partial", _refused_elsewhere(record, wanted) or missing_error)
    return _by_what_is_not_put_back(record, wanted)


def _by_what_is_not_put_back(record: RowRecord, wanted: RestoreWanted) -> RowVerdict:
    """The verdict once everything that an undo can put back has been put back."""
    if ended := still_ended(wanted.ended, record.left or ()):
        count = counted(len(ended), "queue membership")
        message = f"{count} had ended before the run could remove anything."
        return _partial("membership_ended", message, None)
    if wanted.notes:
        return _partial("roles_unread", "; ".join(wanted.notes), None)
    return _without_error("done" if _has_changed(record) else "already_done", record)


def _refused_elsewhere(record: RowRecord, wanted: RestoreWanted) -> ApiError | None:
    """What was answered about a group or team that does not take the person back."""
    queue_ids = {each.queue_id for each in wanted.memberships}
    return next((each for id, each in record.rare.refused_at.items() if id not in queue_ids), None)


def _not_in_queues(record: RowRecord, missing: Sequence[Membership]) -> RowVerdict:
    """Queues that the person is not in as before: the code says what can be done about them."""
    message = f"Not as before the run: {counted(len(missing), 'queue membership')}."
    errors = [record.rare.refused_at.get(each.queue_id) for each in missing]
    refused = [each for each in errors if each is not None]
    if len(refused) < len(missing):
        return _partial("membership_left", message, record.status)
    denied = next((each for each in refused if each.status != _NOT_FOUND), None)
    decisive = denied or refused[0]
    code: UndoCode = "queue_gone" if denied is None else "queue_refused"
    error = replace(decisive, code=code, message=f"{message} {decisive.message}")
    return _of("partial", error)


def _cut_short(record: RowRecord) -> RowVerdict:
    """The verdict on a row that a stop of the undo cut short."""
    if _has_changed(record):
        return _partial(
            "interrupted",
            "The undo stopped before everything was put back for this person.",
            record.status,
        )
    return _without_error("not_run", record)


def _has_changed(record: RowRecord) -> bool:
    """Whether the undo may have changed anything; a call with an unknown outcome counts."""
    return record.state_done or record.rare.other_done or record.in_doubt > 0


def _of(status: RowStatus, error: ApiError) -> RowVerdict:
    return replace(RowVerdict.of(status, error), retry=False, about=_ABOUT)


def _partial(code: UndoCode, message: str, http_status: int | None) -> RowVerdict:
    return _of("partial", ApiError(http_status, code, message))


def _without_error(status: RowStatus, record: RowRecord) -> RowVerdict:
    http_status = 200 if record.user is not None and status != "not_run" else None
    return RowVerdict(status, "", "", http_status, record.correlation_id, False, _ABOUT)


def _missing(record: RowRecord, now: Iterable[Membership]) -> tuple[Membership, ...]:
    return missing_memberships(record.rare.wanted.memberships if record.rare.wanted else (), now)


def _count_missing(record: RowRecord, now: Iterable[Membership]) -> int:
    """The number of missing memberships, including those that the undo does not put back."""
    current, ended = tuple(now), record.rare.wanted.ended if record.rare.wanted else ()
    return len(_missing(record, current)) + len(still_ended(ended, current))


def _lost_grants(record: RowRecord) -> tuple[RoleGrant, ...]:
    """The role grants that are still missing, once they were read."""
    if record.rare.wanted is None or record.rare.grants_back is None:
        return ()
    return missing_grants(record.rare.wanted.grants, record.rare.grants_back)


def _lost_holdings(record: RowRecord) -> tuple[str, ...]:
    """What the optional steps took and the undo has not put back."""
    return record.rare.steps_left.left if record.rare.steps_left else ()


def _not_back(record: RowRecord, queues: Queues) -> Iterator[str]:
    """Everything that has not been put back, by name."""
    yield from record.rare.wanted.notes if record.rare.wanted else ()
    yield from _lost_holdings(record)
    for grant in _lost_grants(record):
        yield f"{ROLES.named(Holding(grant.role_id, grant.role_name))}: not put back"
    if record.left is not None:
        # The journal has them in the order in which they were read, which differs from run to run.
        yield from sorted(_queues_not_back(record, record.left, queues))


def _queues_not_back(
    record: RowRecord, left: Sequence[Membership], queues: Queues
) -> Iterator[str]:
    """Each queue that the person is not in as before, and why."""
    for each in _missing(record, left):
        queue = queues.get(each.queue_id)
        why = _why_missing(record, each, queue)
        yield f"{queue.name if queue else each.queue_id}: {why}"
    for each in still_ended(record.rare.wanted.ended if record.rare.wanted else (), left):
        queue = queues.get(each.queue_id)
        name = queue.name if queue else each.queue_id
        yield f"{name}: not put back, as the membership had ended before the run removed it"


def _why_missing(record: RowRecord, wanted: Membership, queue: Queue | None) -> str:
    """What differs from the membership before the run, or why it is missing."""
    now = matching_membership(wanted, record.left or ())
    if now is not None and now.joined != wanted.joined:
        return "joined, was not joined" if now.joined else "not joined, was joined"
    if now is not None:
        return f"ring number {now.ring_number}, was {wanted.ring_number}"
    error = record.rare.refused_at.get(wanted.queue_id)
    if error is None:
        return "still not a member"
    if error.status == _NOT_FOUND:
        return "still not a member, as the queue no longer exists in Genesys"
    division = f" (division {queue.division.name})" if queue and queue.division.name else ""
    return f"still not a member{division}: {error.message}"
