"""Everything that can end a command early, the exit code of each, and what can be done about it.

A row's outcome is never an exception: it is a value in the results. The errors here concern the
whole run. Their text says what happened and why; their actions say what to do, which each shell
words as a command, a button or a sentence.
"""

from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import Literal


class ExitCode(IntEnum):
    """The exit codes of the interface."""

    OK = 0
    DEFECT = 1
    USAGE = 2
    ATTENTION = 3
    REFUSED = 4
    STOPPED = 5
    INTERRUPTED = 130


CANCELLED = "Cancelled."
"""How the reason begins of a run whose question a person declined, or ended with Ctrl-C."""

ActionName = Literal[
    "raise_max_rows",  # number: the people of this plan
    "raise_max_percent_of_org",  # number: a percentage that lets this plan through
    "choose_run_folder",
    "use_local_disk",  # path: a folder that is on none
    "make_room",  # path: a folder on the full disk
    "make_writable",  # path
    "close_file",  # path
    "repeat",  # path: a run folder that cannot be used again, if there is one
    "wait",
    "start_over",
    "run_for_real",  # after a dry run
    "rerun_here",  # path: run folder or results file; rows: none means all open ones
    "rerun_corrected",  # path: as of rerun_here, whose rows have to be corrected first
    "rerun_later",  # path: as of rerun_here; day: from which day on, if known
    "rerun_edited",  # path: the edited results file
    "write_report",  # path: the run folder
    "undo_run",  # path: the run folder; rows: none means all
    "undo_rest",  # path: the folder of a run of which an undo left rows; rows: those
    "repeat_undo",  # the same, where an undo may have been cut short
    "correct_rows",
    "correct_accepted_names",
    "assign_column",  # column, field
]
"""What a person can do, each with what it needs of an `Action`."""


@dataclass(frozen=True, slots=True)
class Action:
    """Something that a person can do next; each shell words it in its own terms."""

    name: ActionName
    path: Path | None = None
    rows: tuple[int, ...] = ()
    number: int | None = None
    column: str = ""
    """The letter of a column of the list, or its header where another column has that one."""
    field: str = ""
    """What that column is to be used as, as below `list.columns`."""
    day: str = ""
    """A day, ISO 8601."""


class OffboardError(Exception):
    """The base of all errors that are shown as a sentence, without a traceback.

    The sentence says what happened and why. `actions` say what can be done, in order.
    """

    exit_code: ExitCode = ExitCode.DEFECT

    def __init__(self, message: str, *actions: Action) -> None:
        super().__init__(message)
        self.actions = actions


class UsageError(OffboardError):
    """The command line, the configuration or the credentials are not usable; nothing was sent."""

    exit_code = ExitCode.USAGE


class ListError(UsageError):
    """The termination list or results file as a whole cannot be used."""


class AmbiguousDayError(ListError):
    """Days of a list can be read with the day or the month first; `text` is one of them."""

    def __init__(self, text: str, message: str) -> None:
        super().__init__(message)
        self.text = text


class MissingPermissionError(UsageError):
    """The OAuth client lacks a permission that a configured step needs."""


class LoginError(UsageError):
    """Genesys did not accept the credentials, or could not be reached to log in."""


class CredentialsRefusedError(LoginError):
    """Genesys answered that the client id or secret is wrong, or not of this region."""


class RefusedError(OffboardError):
    """A safety limit, a declined question or a busy run folder; nothing was changed."""

    exit_code = ExitCode.REFUSED


class StoppedError(OffboardError):
    """The run had to stop part-way; the untouched rows are `not_run`."""

    exit_code = ExitCode.STOPPED


class InterruptedRunError(StoppedError):
    """A person pressed Ctrl-C."""

    exit_code = ExitCode.INTERRUPTED
