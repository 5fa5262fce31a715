"""What a command is asked to do (an order) and how it ended (an outcome), as values."""

from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from batch_offboard.commands.operator import Operator, operator_here
from batch_offboard.config import Config
from batch_offboard.errors import Action, ExitCode, OffboardError, UsageError
from batch_offboard.genesys import Credentials
from batch_offboard.record.events import Carried, Command, Event, ListInfo, Predecessor
from batch_offboard.record.file_system import LOCAL, FileSystem
from batch_offboard.record.folder import RunFolder
from batch_offboard.results.models import PREFIX, RunView
from batch_offboard.run.session import Run
from batch_offboard.termination_list.candidates import UnknownAdvice
from batch_offboard.termination_list.models import Termination, UnusedColumn
from batch_offboard.wording import rows_named

Work = Callable[[Run], Awaitable[None]]
"""The phases of a command, from its first reading to its last."""


@dataclass(frozen=True, slots=True)
class Options:
    """The options of a run; empty `rows` means all rows.

    `note` is kept in the journal, such as a ticket number or a reason; so is who is at the
    computer. `files` is the file system that the run's files are on.
    """

    dry_run: bool = False
    run_dir: Path | None = None
    max_rows: int | None = None
    accepted_names: frozenset[int] = frozenset()
    rows: frozenset[int] = frozenset()
    note: str = ""
    working_folder: Path = field(default_factory=Path.cwd)
    files: FileSystem = LOCAL
    operator: Operator = field(default_factory=operator_here)


def check_rows(options: Options, known: Collection[int]) -> None:
    """Raise UsageError if a row that was named, or whose name was accepted, does not exist."""
    _check_rows(options.rows, known, Action("correct_rows"))
    _check_rows(options.accepted_names, known, Action("correct_accepted_names"))


def _check_rows(named: frozenset[int], known: Collection[int], correct: Action) -> None:
    """Raise UsageError, with what to correct, for rows that the list does not have."""
    unknown = sorted(named.difference(known))
    if unknown:
        raise UsageError(
            f"The list has no {rows_named(unknown)}. Use the row numbers that a spreadsheet shows "
            f"for the list. The results have them in the column {PREFIX}row.",
            correct,
        )


@dataclass(frozen=True, slots=True)
class Order:
    """One run to be carried out: a list, an organisation, and the work to do.

    `carried` has, by row number, what earlier runs did. `organisation_id` is the organisation that
    the run must meet, if an earlier run recorded one.
    """

    command: Command
    list: ListInfo
    rows: tuple[Termination, ...]
    work: Work
    config: Config
    credentials: Credentials
    options: Options
    notes: tuple[str, ...] = ()
    """The first lines of the plan."""
    unused_columns: tuple[UnusedColumn, ...] = ()
    if_unknown: Mapping[str, UnknownAdvice] = field(default_factory=dict)
    """By identifying field: what to say if Genesys knows none of the values of its column."""
    carried: Mapping[int, Carried] = field(default_factory=dict)
    previous: Predecessor | None = None
    runs_before: tuple[Predecessor, ...] = ()
    organisation_id: str | None = None
    opening: tuple[Event, ...] = ()
    """Events that are recorded before the first call, in addition to the list."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run ended: its results, their folder, and the error that ended it early, if any.

    `results_name` is empty if the results file could not be written; `missing` has the names of
    all files that could not.

    The repr leaves out the rows: on Ctrl-C, `asyncio.run` of Python 3.11 formats the result twice,
    which takes 200 MB and several seconds for 100,000 rows.
    """

    view: RunView = field(repr=False)
    folder: RunFolder
    results_name: str
    exit_code: ExitCode
    error: OffboardError | None = None
    missing: tuple[str, ...] = ()
