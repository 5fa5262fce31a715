"""Which rows of an earlier run's results a rerun attempts, and which it carries through.

Rows are recognised by their own content, never by position: a spreadsheet may have sorted the
results, or only some of their columns.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import Enum

from batch_offboard.offboarding.models import User
from batch_offboard.termination_list.identifiers import compared, guid_in
from batch_offboard.termination_list.models import Termination

_FINISHED = frozenset({"done", "already_done"})
_FEWEST_CHANGED = 2
_MOST_CHANGED_PERCENT = 20


@dataclass(frozen=True, slots=True)
class Earlier:
    """What of a row's earlier result bears on a rerun."""

    status: str
    retry: bool
    code: str
    user_id: str
    email: str
    changed: bool
    confirmed: bool
    """Whether a run of the chain has found this user id by the very row beside which it stands."""

    @property
    def settled(self) -> bool:
        """Whether the earlier result is about a person who must not be mixed up any more."""
        return self.status in _FINISHED or self.changed

    @property
    def stands_for_its_person(self) -> bool:
        """Whether another row for the same person is a duplicate of this one, though carried.

        Also where the person was put back since, or the row was failed and is not to be retried.
        """
        return self.settled or self.code == "undone" or self.status == "failed"


class Sameness(Enum):
    """Whether a row still means the person that its earlier result is about."""

    SAME = "same"
    CHANGED = "changed"
    UNKNOWN = "unknown"
    """It takes a look-up to tell."""


def is_attempted(row: int, earlier: Earlier | None, named: Collection[int]) -> bool:
    """Whether a rerun attempts this row.

    With rows `named`, only those; else the new ones, those to be retried, and those held only
    because of another row, which are judged anew.
    """
    if named:
        return row in named
    if earlier is None:
        return True
    if earlier.status in _FINISHED:
        return False
    return earlier.retry or earlier.code == "duplicate"


def sameness(row: Termination, earlier: Earlier) -> Sameness:
    """Compare, without asking Genesys, a row's own identifier with its earlier result's person.

    The address in the result is no evidence: the user ids may have been sorted without it.
    """
    unidentified = row.problem is not None and row.problem.code != "invalid_date"
    if guid_in(earlier.user_id) != earlier.user_id or unidentified:
        return Sameness.CHANGED
    if row.user_id:
        return Sameness.SAME if row.user_id == earlier.user_id else Sameness.CHANGED
    return Sameness.SAME if earlier.confirmed else Sameness.UNKNOWN


def is_known_by_row(row: Termination, user: User) -> bool:
    """Whether a row without a user id has the identifier that Genesys holds for this person."""
    wanted, held = (row.email, user.email) if row.email else (row.employee_id, user.employee_id)
    return bool(wanted and held and compared(wanted) == compared(held))


def sorted_apart(changed: int, settled: int) -> bool:
    """Whether so many of the settled rows mean someone else that columns were sorted apart."""
    return changed >= _FEWEST_CHANGED and 100 * changed > _MOST_CHANGED_PERCENT * settled


def changed_rows(
    rows: Collection[Termination], earlier: Mapping[int, Earlier]
) -> tuple[tuple[Termination, ...], tuple[Termination, ...]]:
    """The settled rows that certainly mean someone else now, and those that need a look-up."""
    settled = [row for row in rows if row.row in earlier and earlier[row.row].settled]
    verdicts = [(row, sameness(row, earlier[row.row])) for row in settled]
    return (
        tuple(row for row, verdict in verdicts if verdict is Sameness.CHANGED),
        tuple(row for row, verdict in verdicts if verdict is Sameness.UNKNOWN),
    )


def means_another(row: Termination, earlier: Earlier, user_id: str) -> bool:
    """Whether a row that nobody has corrected now finds another person than it found earlier.

    An address or a number may have been given to somebody new since. A person who writes another
    user id or address into a row that was never begun has corrected it.
    """
    if not earlier.user_id or earlier.user_id == user_id:
        return False
    corrected = bool(row.user_id) or bool(
        row.email and compared(row.email) != compared(earlier.email)
    )
    return earlier.changed or not corrected
