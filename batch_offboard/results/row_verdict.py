"""The verdict on a row: status, code and message, decided from its record."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from batch_offboard.offboarding.models import ApiError, Queue, Snapshot, User
from batch_offboard.offboarding.steps import STEPS, Step
from batch_offboard.offboarding.steps.remove_from_queues import STEP_OFF
from batch_offboard.record.events import RowHeld, RowStatus
from batch_offboard.results.models import FINISHED, STILL_ON_QUEUE, RowResult
from batch_offboard.results.row_evidence import (
    groups_left,
    queue_count,
    removed_and_before,
    rerun_helps,
)
from batch_offboard.results.row_record import RowRecord
from batch_offboard.wording import counted

ATTEMPTED = (*FINISHED, "partial", "failed")
"""The statuses of rows that a run has attempted."""


@dataclass(frozen=True, slots=True)
class RunFacts:
    """Facts about the run that bear on the verdict on every row."""

    run_id: str
    dry_run: bool
    verify: bool
    leaves_queues: bool = True
    optional: tuple[Step, ...] = ()
    divisions_unseen: tuple[str, ...] = ()
    divisions_unknown: bool = False
    queues: Mapping[str, Queue] = field(default_factory=dict)
    not_begun: str = ""
    """The command of a run that has changed nothing and will not: dry, refused, or stopped early.

    Empty for others.
    """
    ended_early: bool = False


@dataclass(frozen=True, slots=True)
class RowVerdict:
    """The verdict on a row; `about` has the facts that its next action can name.

    `retry` is None if the status alone decides whether a rerun attempts the row.
    """

    status: RowStatus
    code: str = ""
    message: str = ""
    http_status: int | None = None
    correlation_id: str | None = None
    retry: bool | None = None
    about: Mapping[str, object] = field(default_factory=dict)

    @classmethod
    def of(cls, status: RowStatus, error: ApiError) -> "RowVerdict":
        """The verdict that follows from an error."""
        code, message = error.code, error.message
        return cls(status, code, message, error.status, error.correlation_id)


def verdict_on(record: RowRecord, earlier: RowResult, facts: RunFacts) -> RowVerdict:
    """The verdict of a run on a row, given what earlier runs of its chain did."""
    if record.rare.held is not None:
        return _held(record.rare.held, earlier)
    if record.user is None:
        return RowVerdict("not_run")
    if facts.dry_run:
        return _planned(record, record.user, earlier, facts)
    on_queue = record.is_on_queue and not _is_logged_out(record, earlier)
    if not _complete(record, facts):
        verdict = _unfinished(record, earlier, facts)
        # A rerun helps: it may find them off queue, whatever else it cannot end.
        return replace(verdict, retry=True) if on_queue else verdict
    return _still_on_queue(record) if on_queue else _finished(record, earlier, facts)


def _planned(record: RowRecord, user: User, earlier: RowResult, facts: RunFacts) -> RowVerdict:
    """The verdict of a dry run: `planned`, unless a real run would find nothing left to do."""
    if facts.leaves_queues and not record.surveyed:
        return RowVerdict("not_run")
    needed = _is_needed(record, user, earlier, facts)
    return RowVerdict("planned", http_status=200) if needed else _finished(record, earlier, facts)


def _is_needed(record: RowRecord, user: User, earlier: RowResult, facts: RunFacts) -> bool:
    """Whether a real run would make any call for the person, or has something left to report."""
    if record.found_open or facts.divisions_unseen or record.rare.read_back_error:
        return True
    if record.is_on_queue and not _is_logged_out(record, earlier):
        return True
    if earlier.error_code == STILL_ON_QUEUE:
        return True  # only a closing read shows whether that has ended
    person = Snapshot(
        record.row,
        user,
        may_be_logged_in=earlier.may_be_logged_in,
        leftovers=record.rare.leftovers,
    )
    return any(True for step in facts.optional for _ in step.calls((person,)))


def _held(held: RowHeld, earlier: RowResult) -> RowVerdict:
    """The verdict on a row on hold."""
    if held.unread and earlier.is_in_doubt:
        # The doubt must be kept although the reason has changed: a later run resolves it.
        message = f"What an earlier run sent is not confirmed. {held.code}: {held.message}"
        return RowVerdict(
            "partial", "not_confirmed", message, held.http_status, held.correlation_id
        )
    status = held.status
    if status == "already_done" and earlier.changed:
        status = "done"
    if earlier.changed and (
        (status == "failed" and held.code != "row_changed")
        or (status == "skipped" and held.code != "duplicate")
    ):
        status = "partial"
    return RowVerdict(
        status,
        held.code,
        held.message if held.code else "",
        held.http_status,
        held.correlation_id,
        held.retry,
        held.about,
    )


def _complete(record: RowRecord, facts: RunFacts) -> bool:
    """Whether the person is inactive, in no queue and without anything else a step ends.

    As read back or, with `verify: false`, according to the answers.
    """
    if not _is_at_end(record, facts) or (record.rare.steps_left and record.rare.steps_left.left):
        return False
    in_doubt = not facts.verify and record.in_doubt > 0
    return (
        record.state_now in ("inactive", "deleted")
        and not record.memberships_now
        and record.rare.read_back_error is None
        and not in_doubt
        and not (record.rare.given_up and not facts.verify)
    )


def _is_at_end(record: RowRecord, facts: RunFacts) -> bool:
    """Whether the run got through everything for the row, including any read-back."""
    if facts.optional and record.rare.steps_left is None:
        return False
    if facts.leaves_queues and not record.surveyed:
        return False
    return not facts.verify or is_read_back(record, facts)


def is_read_back(record: RowRecord, facts: RunFacts) -> bool:
    """Whether state and memberships were read back."""
    unread = record.surveyed or facts.leaves_queues  # older versions read no queues without it
    left_read = record.left is not None or not unread
    return record.user_back is not None and left_read


def _finished(record: RowRecord, earlier: RowResult, facts: RunFacts) -> RowVerdict:
    """The verdict when nothing is left to do for a person."""
    if facts.divisions_unseen:
        names = ", ".join(facts.divisions_unseen)
        message = f"The OAuth client does not see the queues of these divisions: {names}."
        about = {"divisions": facts.divisions_unseen}
        return RowVerdict("partial", "divisions_unseen", message, 200, about=about)
    changed = record.changed or earlier.changed or removed_and_before(record, earlier)[0] > 0
    status: RowStatus = "done" if changed else "already_done"
    return RowVerdict(status, http_status=200, correlation_id=record.correlation_id)


def _is_logged_out(record: RowRecord, earlier: RowResult) -> bool:
    """Whether a run of the chain has ended all logins since the person was set to inactive.

    What an earlier run ended counts only if the person was not active again when this run read
    them: single sign-on admits nobody who is inactive.
    """
    user, carried = record.user, record.carried
    if record.rare.logged_out or user is None or carried is None:
        return record.rare.logged_out
    return carried.logged_out and earlier.user_id == user.id and user.state != "active"


def _still_on_queue(record: RowRecord) -> RowVerdict:
    """The verdict on a person who is inactive, but still shown as on queue."""
    status = record.user_back.routing_status if record.user_back else ""
    message = f"Inactive and in no queue, but Genesys still shows the routing status {status}."
    return RowVerdict("partial", STILL_ON_QUEUE, message, 200)


def _unfinished(record: RowRecord, earlier: RowResult, facts: RunFacts) -> RowVerdict:
    """The verdict on a person who was changed, but not read back as inactive."""
    changed = record.changed or earlier.changed
    if record.rare.given_up is not None:
        never_changed = not changed and record.state_now == "active"
        verdict = RowVerdict.of("failed" if never_changed else "partial", record.rare.given_up)
        return replace(verdict, about={"permission": _needed(record.rare.given_up_step)})
    if record.rare.read_back_error is not None:
        error = record.rare.read_back_error
        message = f"The end state could not be read back: {error.code}: {error.message}"
        return RowVerdict.of("partial", replace(error, code="not_confirmed", message=message))
    never_reached = not facts.verify and record.state_now == "active"
    if not _is_at_end(record, facts) or never_reached:
        return _cut_short(record, changed=changed)
    if record.state_now == "active":
        message = "Genesys accepted the change to inactive, but still shows the person as active."
        return RowVerdict("partial", "not_confirmed", message, record.status, record.correlation_id)
    return _left(record, facts)


def _needed(step: str) -> str:
    """The permissions that a step needs, where Genesys refused without naming one."""
    permissions = STEPS[step].permissions if step in STEPS else ()
    return " and ".join(map(str, permissions))


def _cut_short(record: RowRecord, *, changed: bool) -> RowVerdict:
    """The verdict on a row that a stop of the run cut short."""
    if changed:
        message = "The run stopped before everything was done and confirmed for this person."
        return RowVerdict("partial", "interrupted", message, record.status, record.correlation_id)
    if record.rare.refused is not None:
        return RowVerdict.of(
            "failed" if record.state_now == "active" else "partial", record.rare.refused
        )
    return RowVerdict("not_run")


def _left(record: RowRecord, facts: RunFacts) -> RowVerdict:
    """The verdict on a person who is still in queues, or has what a step should have ended."""
    left, helps = record.memberships_now, rerun_helps(record)
    if not left:
        return _left_by_steps(record)
    through_group = all(each.by == "group" for each in left)
    if through_group and record.left is None and record.rare.other_done:
        message = "Memberships through a group were not read back (verify: false)."
        return RowVerdict("partial", "not_confirmed", message, record.status, record.correlation_id)
    if not through_group and not facts.leaves_queues:
        message = f"Still a member of {counted(queue_count(left), 'queue')}: {STEP_OFF}."
        return RowVerdict("partial", "queues_kept", message, 200)
    if through_group and not record.rare.ended_elsewhere:
        groups = groups_left(record, facts.queues)
        if groups and not helps and _follow_rules(record, groups):
            message = "Still a member of queues through groups that follow a rule."
            return _in_dynamic_groups(record, message)
        message = "Still a member of queues through a group."
        about = {"groups": groups}
        return RowVerdict("partial", "group_membership", message, 200, None, helps, about)
    message = f"Still a member of {counted(queue_count(left), 'queue')} after removal."
    return RowVerdict("partial", "membership_left", message, record.status, record.correlation_id)


def _left_by_steps(record: RowRecord) -> RowVerdict:
    """The verdict on a person who still has something that an optional step should have ended."""
    if record.rare.steps_left is not None and not rerun_helps(record):
        message = (
            "Still in groups whose members follow a rule, so they cannot be taken out by hand."
        )
        return _in_dynamic_groups(record, message)
    message = "Something that should have ended is still there; offboard_left_because names it."
    return RowVerdict("partial", "still_there", message, record.status, record.correlation_id)


def _follow_rules(record: RowRecord, groups: tuple[str, ...]) -> bool:
    """Whether each of these groups was found to be one that nobody can leave."""
    left = record.rare.steps_left
    return left is not None and set(groups) <= set(left.groups)


def _in_dynamic_groups(record: RowRecord, message: str) -> RowVerdict:
    about = {"groups": record.rare.steps_left.groups if record.rare.steps_left else ()}
    return RowVerdict("partial", "dynamic_group", message, 200, retry=False, about=about)
