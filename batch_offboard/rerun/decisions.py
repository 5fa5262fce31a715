"""What a rerun does with each row: attempt it, carry its earlier result over, or hold it. Pure.

Rows are recognised by their own content, never by position: a spreadsheet may have sorted the
results, or only some of their columns.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from batch_offboard.errors import ListError
from batch_offboard.offboarding.models import User
from batch_offboard.offboarding.people import EarlierMatch
from batch_offboard.results.models import FINISHED, UNDONE, RowResult
from batch_offboard.termination_list.identifiers import compared, guid_in
from batch_offboard.termination_list.models import Termination

_FEWEST_CHANGED = 2
_MOST_CHANGED_PERCENT = 20


class Decision(Enum):
    """What a rerun does with one row."""

    ATTEMPT = "attempt"
    CARRY_OVER = "carry over"
    RECHECK = "recheck"
    """Carry over if Genesys still holds the row's identifier for the person, else hold."""
    HOLD = "hold"
    """The row no longer means the person it was done for."""


class Sameness(Enum):
    """Whether a row still means the person that its earlier result is about."""

    SAME = "same"
    CHANGED = "changed"
    UNKNOWN = "unknown"
    """Only Genesys can say."""


@dataclass(frozen=True, slots=True)
class Decisions:
    """The rows of a rerun by decision, in the list's order.

    `standing` are the rows carried over, also after a recheck, of which any other row for the same
    person is a duplicate. A row in none of the four is carried over without such an effect.
    `results` has the earlier result by row number. `named` are the numbers of rows that somebody
    has checked and asked for.
    """

    attempt: tuple[Termination, ...]
    hold: tuple[Termination, ...]
    recheck: tuple[Termination, ...]
    standing: tuple[Termination, ...]
    results: Mapping[int, RowResult]
    named: Collection[int] = ()

    @property
    def own_rows(self) -> tuple[Termination, ...]:
        """The attempted rows except duplicates: another row, perhaps done, has their person."""
        return tuple(row for row in self.attempt if not self._is_duplicate(row.row))

    def _is_duplicate(self, row: int) -> bool:
        return row in self.results and self.results[row].error_code == "duplicate"

    @property
    def logged_in(self) -> frozenset[int]:
        """The attempted rows whose person may have logins from before they were inactive."""
        rows = (row.row for row in self.attempt if row.row in self.results)
        return frozenset(row for row in rows if self.results[row].may_be_logged_in)

    @property
    def earlier_matches(self) -> dict[int, EarlierMatch]:
        """By row number, the person an earlier run found, for attempted rows not in `named`."""
        rows = (row.row for row in self.attempt if row.row not in self.named)
        results = (self.results[row] for row in rows if row in self.results)
        return {
            each.row: EarlierMatch(each.user_id, each.user_email, each.changed) for each in results
        }

    def standing_for(self, doubtful: Iterable[Termination]) -> dict[str, Termination]:
        """The standing rows by their person's user id, without the rows in `doubtful`."""
        out = {row.row for row in doubtful}
        ids = ((self.results[row.row].user_id, row) for row in self.standing if row.row not in out)
        return {user_id: row for user_id, row in ids if user_id}


def rerun_decisions(
    rows: Sequence[Termination],
    results: Mapping[int, RowResult],
    confirmed: Collection[int],
    named: Collection[int],
    accepted: Collection[int] = (),
) -> Decisions:
    """The decisions about all rows of a rerun.

    `results` are the earlier results by row number. `confirmed` are the rows whose user id some run
    of the chain has read for the same cells. If `named` is not empty, only those are attempted;
    otherwise also rows held for a name that the person has now `accepted`.

    Raises ListError if columns seem to have been sorted separately.
    """
    decided = {
        row.row: Decision.ATTEMPT
        if not named and row.row in accepted and is_held_for_name(results.get(row.row))
        else decision(row, results.get(row.row), row.row in confirmed, named)
        for row in rows
    }

    def those(wanted: Decision) -> tuple[Termination, ...]:
        return tuple(row for row in rows if decided[row.row] is wanted)

    hold = those(Decision.HOLD)
    refuse_sorted_apart(hold, results)
    kept = [row for row in rows if decided[row.row] in (Decision.CARRY_OVER, Decision.RECHECK)]
    return Decisions(
        attempt=those(Decision.ATTEMPT),
        hold=hold,
        recheck=those(Decision.RECHECK),
        standing=tuple(row for row in kept if row.row in results and is_standing(results[row.row])),
        results=results,
        named=named,
    )


def decision(
    row: Termination, result: RowResult | None, confirmed: bool, named: Collection[int]
) -> Decision:
    """What a rerun does with a row; if rows are `named`, it attempts no other."""
    others = Decision.CARRY_OVER if named else Decision.ATTEMPT
    if row.row in named:
        return Decision.ATTEMPT
    if result is None:
        return others
    same = sameness(row, result, confirmed) if is_done_or_begun(result) else Sameness.SAME
    if same is Sameness.CHANGED:
        return Decision.HOLD
    if is_open(result):
        return others
    return Decision.RECHECK if same is Sameness.UNKNOWN else Decision.CARRY_OVER


def is_open(result: RowResult) -> bool:
    """Whether a rerun attempts the row without being asked to.

    True for rows to be retried, and for rows held only because of another row.
    """
    return result.status not in FINISHED and (result.retry or result.error_code == "duplicate")


def is_held_for_name(result: RowResult | None) -> bool:
    """Whether the row was held because its name or identifiers differ from the person's."""
    return result is not None and result.error_code == "identity_mismatch"


def is_done_or_begun(result: RowResult) -> bool:
    """Whether the row is finished, or somebody was changed for it: it must still mean them."""
    return result.status in FINISHED or result.changed


def is_standing(result: RowResult) -> bool:
    """Whether a row with this result is among `Decisions.standing` if it is not attempted.

    True even if the person was put back since, or the row failed and is not to be retried.
    """
    is_decided = is_done_or_begun(result) or result.error_code == UNDONE
    return not is_open(result) and (is_decided or result.status == "failed")


def sameness(row: Termination, result: RowResult, confirmed: bool) -> Sameness:
    """Whether the row's own identifier still means its result's person, without asking Genesys.

    `confirmed` says whether some run of the chain has read this user id for the same cells. The
    address in the result is no evidence: the user ids may have been sorted without it.
    """
    unidentified = row.problem is not None and row.problem.code != "invalid_date"
    if guid_in(result.user_id) != result.user_id or unidentified:
        return Sameness.CHANGED
    if row.user_id:
        return Sameness.SAME if row.user_id == result.user_id else Sameness.CHANGED
    return Sameness.SAME if confirmed else Sameness.UNKNOWN


def is_known_by_row(row: Termination, user: User) -> bool:
    """Whether the address, else the number, in a row without a user id is this user's."""
    wanted, held = (row.email, user.email) if row.email else (row.employee_id, user.employee_id)
    return bool(wanted and held and compared(wanted) == compared(held))


def refuse_sorted_apart(changed: Sequence[Termination], results: Mapping[int, RowResult]) -> None:
    """Raise ListError if too many rows have changed for this to be intended."""
    finished = sum(map(is_done_or_begun, results.values()))
    if sorted_apart(len(changed), finished):
        shown = ", ".join(str(row.row) for row in changed[:10])
        raise ListError(
            f"{len(changed)} of {finished} finished rows now mean another person (rows {shown}…). "
            "Some columns seem to have been sorted without the others. Nothing was changed. Use an "
            "unchanged copy of the results, or the run folder."
        )


def sorted_apart(changed: int, finished: int) -> bool:
    """Whether so many rows mean another person that columns were probably sorted separately."""
    return changed >= _FEWEST_CHANGED and 100 * changed > _MOST_CHANGED_PERCENT * finished
