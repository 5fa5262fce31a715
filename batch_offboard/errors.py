"""Everything that can end a command early, and the exit code that each one means.

A row's outcome is never an exception: it is a value in the results. What is raised here concerns
the whole run, and its text is what the person at the keyboard reads.
"""

from enum import IntEnum


class ExitCode(IntEnum):
    """The exit codes of the interface."""

    OK = 0
    DEFECT = 1
    USAGE = 2
    ATTENTION = 3
    REFUSED = 4
    STOPPED = 5
    INTERRUPTED = 130


class OffboardError(Exception):
    """The base of all errors that a person is told in a sentence, without a traceback."""

    exit_code: ExitCode = ExitCode.DEFECT


class UsageError(OffboardError):
    """The command line, the configuration or the credentials are not usable; nothing was sent."""

    exit_code = ExitCode.USAGE


class ListError(UsageError):
    """The termination list or results file as a whole cannot be used."""


class MissingPermissionError(UsageError):
    """The OAuth client lacks a permission that a configured step needs."""


class LoginError(UsageError):
    """Genesys did not accept the credentials, or could not be reached to log in."""


class RefusedError(OffboardError):
    """A safety limit, a declined question or a busy run folder; nothing was changed."""

    exit_code = ExitCode.REFUSED


class StoppedError(OffboardError):
    """The run had to stop part-way; the untouched rows are `not_run`."""

    exit_code = ExitCode.STOPPED


class InterruptedRunError(StoppedError):
    """A person pressed Ctrl-C."""

    exit_code = ExitCode.INTERRUPTED
