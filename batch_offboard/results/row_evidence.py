"""The evidence of a row over a chain of runs: states, queues before, removed, left, and why."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from batch_offboard.offboarding import leftover_words
from batch_offboard.offboarding.models import Membership, Queue
from batch_offboard.offboarding.reasons import group_label, membership_reason, source_groups
from batch_offboard.results.models import RowResult
from batch_offboard.results.row_record import RowRecord
from batch_offboard.wording import enumerated

Queues = Mapping[str, Queue]


def states(record: RowRecord, earlier: RowResult) -> tuple[str, str]:
    """The state before, counted from the chain's first attempt, and after."""
    state = record.person.state if record.person else ""
    before = (earlier.state_before if earlier.attempts else "") or state
    return before, record.state_now or state or earlier.state_after


class QueueEvidence(NamedTuple):
    """The values of the columns about queues."""

    before: int | None
    removed: int | None
    left: int | None
    left_because: str


def queue_evidence(record: RowRecord, earlier: RowResult, known: Queues) -> QueueEvidence:
    """Queue counts, before and removed counted from the chain's first attempt."""
    if not record.surveyed:
        return QueueEvidence(
            earlier.queues_before,
            earlier.queues_removed,
            earlier.queues_left,
            earlier.left_because,
        )
    removed, before = removed_and_before(record, earlier)
    left = queue_count(record.memberships_now)
    return QueueEvidence(before, removed, left, enumerated(reasons_left(record, known)))


def removed_and_before(record: RowRecord, earlier: RowResult) -> tuple[int, int]:
    """How many queues were removed, and how many there were before, over the chain.

    A membership in doubt that is gone now counts as removed by the run that sent the call; one that
    is still there, or shown again after a lagging read, does not.
    """
    removed_earlier = earlier.queues_removed or 0
    found = queue_count(record.memberships)
    before_earlier = (earlier.queues_before or 0) if earlier.attempts else 0
    if earlier.is_in_doubt:
        removed_earlier = max(0, before_earlier - found)
    before = max(before_earlier, removed_earlier + found)
    return removed_earlier + len(record.queues_removed), before


def reasons_left(record: RowRecord, queues: Queues) -> tuple[str, ...]:
    """A sentence for each thing left, with why: queues, then what optional steps leave."""
    optional = record.rare.steps_left.left if record.rare.steps_left else ()
    return (*_queues_because(record, queues), *optional)


def _queues_because(record: RowRecord, queues: Queues) -> tuple[str, ...]:
    """Why queues are left; before any read-back, only for those that no removal can end."""
    if record.left is not None:
        return tuple(record.rare.because.values())
    user = record.user
    through = [each for each in record.memberships_now if each.by == "group"]
    return tuple(membership_reason(user, each, queues, "") for each in through) if user else ()


def groups_left(record: RowRecord, queues: Queues) -> tuple[str, ...]:
    """The groups from which queue memberships are left, such as `group Night Shift`, sorted."""
    if record.left is not None or record.user is None:
        return record.rare.groups
    user, left = record.user, record.memberships_now
    return tuple(
        sorted({group_label(group) for each in left for group in source_groups(user, each, queues)})
    )


def rerun_helps(record: RowRecord) -> bool:
    """Whether the optional steps have left anything that their calls can end."""
    left = record.rare.steps_left
    return left is not None and len(left.left) > len(left.groups)


def queue_count(memberships: Iterable[Membership]) -> int:
    """The number of different queues: a person can be in one both by user and through a group."""
    return len({each.queue_id for each in memberships})


def row_left_behind(record: RowRecord, earlier: RowResult) -> str:
    """The text of the column `offboard_left_behind`, by the last run that has looked."""
    user, found = record.user_back, record.rare.leftovers
    if user is None:
        lost = leftover_words.last_roles(found) if record.state_changed else ""
        return earlier.left_behind or lost
    looked = record.user is not None and record.user.state == "active"
    return leftover_words.left_behind(user, found, "" if looked else earlier.left_behind)
