"""The rows of the list: what each says, what somebody decided about it, why it is held."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from batch_offboard.offboarding.models import Json, User

RowStatus = Literal["done", "already_done", "partial", "failed", "skipped", "not_run", "planned"]


@dataclass(frozen=True, slots=True)
class Carried:
    """What earlier runs of the chain found and did for a row.

    `columns` are the `offboard_` columns of the previous results, by name, as text. `attempt` is
    false for a row that this run leaves as it is. `logged_out` is true where one of them has ended
    all logins of the person.
    """

    columns: Mapping[str, str]
    attempt: bool
    logged_out: bool = False


@dataclass(frozen=True, slots=True)
class RowListed:
    """One row of the list with every cell, on disk before the first call beyond login."""

    row: int
    cells: tuple[str, ...]
    user_id: str | None = None
    email: str | None = None
    employee_id: str | None = None
    name: str | None = None
    due: str | None = None
    carried: Carried | None = None
    kind: Literal["row_listed"] = "row_listed"


@dataclass(frozen=True, slots=True)
class NamesAccepted:
    """Rows whose differing name a person has checked and accepted."""

    rows: tuple[int, ...]
    kind: Literal["names_accepted"] = "names_accepted"


@dataclass(frozen=True, slots=True)
class CellCorrected:
    """A cell of the list that differs from what an earlier run read, by row, letter and header."""

    row: int
    letter: str
    header: str
    was: str
    now: str


@dataclass(frozen=True, slots=True)
class CellsCorrected:
    """What a person has corrected in the rows that a rerun attempts."""

    cells: tuple[CellCorrected, ...]
    kind: Literal["cells_corrected"] = "cells_corrected"


@dataclass(frozen=True, slots=True)
class RowHeld:
    """A row that this run does not attempt, decided before anything was changed for it.

    `user` is the person where one was found. `http_status` and `correlation_id` are those of the
    deciding call where there was one. `unread` is true if something could not be read, so the
    current state of the person is unknown.
    """

    row: int
    status: RowStatus
    code: str
    message: str
    retry: bool
    at: str
    user: User | None = None
    http_status: int | None = None
    correlation_id: str | None = None
    about: Mapping[str, Json] = field(default_factory=dict)
    unread: bool = False
    kind: Literal["row_held"] = "row_held"


RowEvent = RowListed | NamesAccepted | CellsCorrected | RowHeld
