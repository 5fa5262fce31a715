"""What a run is: who does what, with which list; on disk before the first call beyond login."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from batch_offboard.offboarding.models import Json, Named

Command = Literal["run", "rerun", "undo"]


@dataclass(frozen=True, slots=True)
class ListInfo:
    """The list as a file: its name, the SHA-256 of its bytes, how to write it again, its header."""

    name: str
    sha256: str
    kind: str
    encoding: str
    delimiter: str
    header: tuple[str, ...]
    columns: Mapping[str, int]
    timezone: str = "UTC"
    today: str = ""


@dataclass(frozen=True, slots=True)
class Predecessor:
    """The run whose results a rerun carries on, or which an undo takes back; or one before it.

    `undoings` is how often that run's own journal had been told of an undo when this run began:
    what it is told later came after this run, whatever the clocks say.
    """

    run_id: str
    folder: str
    undoings: int = 0


@dataclass(frozen=True, slots=True)
class RunStarted:
    """The first line: who does what, with which list, to which organisation.

    `rows` is how many rows the list has: with fewer of them after it, the run died before it began.
    `runs_before` are all earlier runs of a rerun's chain, `previous` among them, nearest first.
    """

    run_id: str
    command: Command
    dry_run: bool
    at: str
    program_version: str
    os_user: str
    organisation: Named
    region: str
    client_name: str
    list: ListInfo
    settings: Mapping[str, Json]
    previous: Predecessor | None = None
    rows: int = 0
    runs_before: tuple[Predecessor, ...] = ()
    kind: Literal["run_started"] = "run_started"


@dataclass(frozen=True, slots=True)
class Carried:
    """What earlier runs of the chain found out and did about a row.

    `columns` are the `offboard_` columns of the previous results, by name, as text.
    `attempt` is false for a row that this run leaves as it is.
    """

    columns: Mapping[str, str]
    attempt: bool


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
    """Rows whose differing name a person has looked at and accepted (`--accept-names`)."""

    rows: tuple[int, ...]
    kind: Literal["names_accepted"] = "names_accepted"
