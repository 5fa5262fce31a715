"""What a command is asked to do, and what came of it, as values."""

from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from batch_offboard.config import Config
from batch_offboard.errors import Action, ExitCode, OffboardError, UsageError
from batch_offboard.genesys import Credentials
from batch_offboard.record.events import Carried, Command, Event, ListInfo, Predecessor
from batch_offboard.record.folder import RunFolder
from batch_offboard.results.models import PREFIX, RunView
from batch_offboard.run.session import Run
from batch_offboard.termination_list.models import Termination, UnusedColumn

Work = Callable[[Run], Awaitable[None]]
"""The phases of a command, from its first reading to its last."""


@dataclass(frozen=True, slots=True)
class Options:
    """How a person wants a run to be done; `rows` empty means all of them.

    `note` is kept on record with the run, as a ticket or a reason.
    """

    dry_run: bool = False
    run_dir: Path | None = None
    max_rows: int | None = None
    accepted_names: frozenset[int] = frozenset()
    rows: frozenset[int] = frozenset()
    note: str = ""
    working_folder: Path = field(default_factory=Path.cwd)


def check_rows(options: Options, known: Collection[int]) -> None:
    """Raise UsageError when a row is named, or its name accepted, that there is not."""
    _check_rows(options.rows, known, Action("correct_rows"))
    _check_rows(options.accepted_names, known, Action("correct_accepted_names"))


def _check_rows(named: frozenset[int], known: Collection[int], correct: Action) -> None:
    unknown = sorted(named.difference(known))
    if unknown:
        shown = ", ".join(map(str, unknown[:10])) + ("…" if len(unknown) > 10 else "")
        raise UsageError(
            f"There is no row {shown}. Rows have the numbers that a spreadsheet shows for the "
            f"list's rows; in results they are in the column {PREFIX}row.",
            correct,
        )


@dataclass(frozen=True, slots=True)
class Order:
    """One run to be carried out: a list, an organisation, and what is to be done.

    `carried` says by row number what earlier runs did. `organisation_id` is the one that the run
    must meet, where an earlier run tells.
    """

    command: Command
    list: ListInfo
    rows: tuple[Termination, ...]
    work: Work
    config: Config
    credentials: Credentials
    options: Options
    notes: tuple[str, ...] = ()
    """What is said first in the plan."""
    unused_columns: tuple[UnusedColumn, ...] = ()
    carried: Mapping[int, Carried] = field(default_factory=dict)
    previous: Predecessor | None = None
    runs_before: tuple[Predecessor, ...] = ()
    organisation_id: str | None = None
    opening: tuple[Event, ...] = ()
    """Events that belong to the record before the first call, beside the list itself."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run ended: its results, where they lie, and what ended it early if anything did.

    When `asyncio.run` gives Ctrl-C back, Python 3.11 has what it returns told as text, twice: with
    100,000 rows, 200 MB and seconds for nothing. So the rows are no part of that text.
    """

    view: RunView = field(repr=False)
    folder: RunFolder
    results_name: str
    exit_code: ExitCode
    error: OffboardError | None = None
