"""The evidence of a row over a chain of runs: states, and queues before, removed and left."""

from collections.abc import Mapping
from typing import NamedTuple

from batch_offboard.offboarding.models import Queue
from batch_offboard.results.left_because import because, queue_count
from batch_offboard.results.models import RowResult
from batch_offboard.results.row_record import RowRecord


def states(record: RowRecord, earlier: RowResult) -> tuple[str, str]:
    """The state before, counted from the chain's first attempt, and after."""
    state = record.person.state if record.person else ""
    before = (earlier.state_before if earlier.attempts else "") or state
    return before, record.state_now or state or earlier.state_after


class QueueEvidence(NamedTuple):
    """What the columns about queues say of a row."""

    before: int | None
    removed: int | None
    left: int | None
    left_because: str


def queue_evidence(
    record: RowRecord, earlier: RowResult, known: Mapping[str, Queue]
) -> QueueEvidence:
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
    return QueueEvidence(before, removed, left, "; ".join(because(record, known)))


def removed_and_before(record: RowRecord, earlier: RowResult) -> tuple[int, int]:
    """How many queues were removed, and how many there were before, over the chain.

    What was in doubt and is gone now was removed by the run that sent it; what is there still,
    or is shown again by a read that lagged, was not.
    """
    removed_earlier = earlier.queues_removed or 0
    found = queue_count(record.memberships)
    before_earlier = (earlier.queues_before or 0) if earlier.attempts else 0
    if earlier.is_in_doubt:
        removed_earlier = max(0, before_earlier - found)
    before = max(before_earlier, removed_earlier + found)
    return removed_earlier + len(record.queues_removed), before
