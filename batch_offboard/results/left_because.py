"""What is left of a row, and why, in the words of its `offboard_left_because`."""

from collections.abc import Iterable, Mapping

from batch_offboard.offboarding.models import Membership, Queue
from batch_offboard.offboarding.reasons import in_words, leading_groups, reason
from batch_offboard.results.row_record import RowRecord

Queues = Mapping[str, Queue]


def because(record: RowRecord, queues: Queues) -> tuple[str, ...]:
    """Why anything is left: queues first, then what the further steps were to end."""
    further = record.steps_left.left if record.steps_left else ()
    return (*_queues_because(record, queues), *further)


def _queues_because(record: RowRecord, queues: Queues) -> tuple[str, ...]:
    """Why queues are left; before anything is read back, for what no removal can end."""
    if record.left is not None:
        return tuple(record.because.values())
    user = record.user
    through = [each for each in record.memberships_now if each.by == "group"]
    return tuple(reason(user, each, queues, "") for each in through) if user else ()


def leading_to(record: RowRecord, queues: Queues) -> tuple[str, ...]:
    """The groups that lead to the queues that are left, each with its kind and name."""
    if record.left is not None or record.user is None:
        return record.groups
    user, left = record.user, record.memberships_now
    return tuple(
        sorted({in_words(group) for each in left for group in leading_groups(user, each, queues)})
    )


def rerun_helps(record: RowRecord) -> bool:
    """Whether the further steps have left anything that their calls can end."""
    left = record.steps_left
    return left is not None and len(left.left) > len(left.groups)


def queue_count(memberships: Iterable[Membership]) -> int:
    """How many queues: one can be left by user and be kept through a group."""
    return len({each.queue_id for each in memberships})
