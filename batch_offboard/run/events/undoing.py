"""What an undo is to put back, and what it has put back of the run that it undoes."""

from dataclasses import dataclass
from typing import Literal

from batch_offboard.offboarding.models import Group, Membership, Named, Proficiency, RoleGrant


@dataclass(frozen=True, slots=True)
class RestoreWanted:
    """What an undo is to put back for a row: the person as they were before the undone run.

    `memberships` are those that the run removed; `grants` those that setting inactive took;
    groups, team, skills, languages and station what further steps took. `notes` name what cannot
    be put back.
    """

    row: int
    state: str
    memberships: tuple[Membership, ...]
    grants: tuple[RoleGrant, ...]
    notes: tuple[str, ...] = ()
    groups: tuple[Group, ...] = ()
    team: Named | None = None
    skills: tuple[Proficiency, ...] = ()
    languages: tuple[Proficiency, ...] = ()
    station: Named | None = None
    kind: Literal["restore_wanted"] = "restore_wanted"


@dataclass(frozen=True, slots=True)
class RowsUndone:
    """Rows of this run that a later undo puts back; written into the undone run's journal.

    It is told before the undo's first call; an empty `by_run` takes the last telling back for rows
    for which nothing was put back after all.
    """

    rows: tuple[int, ...]
    by_run: str
    at: str
    kind: Literal["rows_undone"] = "rows_undone"
