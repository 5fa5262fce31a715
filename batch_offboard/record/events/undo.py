"""The undo of a run: what it has to put back, and which rows of the undone run it takes back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from batch_offboard.offboarding.models import Holding, Membership, RoleGrant


@dataclass(frozen=True, slots=True)
class RestoreWanted:
    """What an undo has to put back for a row: the person as they were before the undone run.

    `memberships` are those that the run removed; `grants` those that setting inactive took;
    `holdings` what optional steps took of other belongings. `notes` say why roles cannot be put
    back. `ended` are memberships that had ended before the run could remove them.
    """

    row: int
    state: str
    memberships: tuple[Membership, ...]
    grants: tuple[RoleGrant, ...]
    notes: tuple[str, ...] = ()
    holdings: Mapping[str, tuple[Holding, ...]] = field(default_factory=dict)
    ended: tuple[Membership, ...] = ()
    kind: Literal["restore_wanted"] = "restore_wanted"


@dataclass(frozen=True, slots=True)
class RowsUndone:
    """Rows of this run that a later undo puts back; written into the undone run's journal.

    Written before the undo's first call; an event with an empty `by_run` withdraws the last one for
    rows that were not put back after all.
    """

    rows: tuple[int, ...]
    by_run: str
    at: str
    kind: Literal["rows_undone"] = "rows_undone"


UndoEvent = RestoreWanted | RowsUndone
