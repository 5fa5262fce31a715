"""The command line: the only package that prints or knows about a terminal.

Commands are imported when they are called, so that `--help` answers at once.
"""

import atexit
import gc
import importlib
import sys
import traceback
from collections.abc import Sequence
from contextlib import nullcontext
from typing import TYPE_CHECKING, Never, TextIO

import click

from batch_offboard import __version__
from batch_offboard.cli.help import Examples, write_help_text
from batch_offboard.cli.json_object import early_object, print_json
from batch_offboard.cli.nearest import with_proposal
from batch_offboard.cli.signals import handled, interrupt
from batch_offboard.cli.streams import reserved_stdout, steady_streams
from batch_offboard.cli.surroundings import Surroundings
from batch_offboard.cli.usage import NothingGivenError, reason_of, show_usage_error
from batch_offboard.cli.wording import Invocation, sentences
from batch_offboard.cli.wrapping import echo
from batch_offboard.errors import ExitCode, OffboardError, UsageError

if TYPE_CHECKING:
    from batch_offboard.genesys import Clock

_COMMANDS = {
    "run": "batch_offboard.cli.run",
    "rerun": "batch_offboard.cli.rerun",
    "undo": "batch_offboard.cli.undo",
    "report": "batch_offboard.cli.report",
    "runs": "batch_offboard.cli.runs",
    "setup": "batch_offboard.cli.setup",
    "check": "batch_offboard.cli.check",
    "template": "batch_offboard.cli.template",
    "open": "batch_offboard.cli.open",
    "shortcut": "batch_offboard.cli.shortcut",
    "simulate": "batch_offboard.cli.simulate",
    "demo": "batch_offboard.cli.demo",
    "help": "batch_offboard.cli.help",
}
"""Each command's module, which holds it as `command`."""

_UNEXPECTED = (
    "The program failed unexpectedly. Everything recorded so far is in the run folder. "
    "Send this text to whoever looks after batch-offboard."
)
"""What is said after a defect of the program."""
_INTERRUPTED = "Stopped by Ctrl-C."
_WITH_SUMMARY = ("run", "rerun", "undo", "check")
"""The commands that print an object with `--json`, however they end."""


_EXAMPLES: Examples = (
    ("demo", "Try it with made-up people."),
    ("setup", "Connect to Genesys, once."),
    ("template leavers.xlsx", "Write an empty list."),
    ("check leavers.xlsx", "Look up each person."),
    ("run leavers.xlsx --dry-run", "See the plan. Change nothing."),
    ("run leavers.xlsx", "See the plan, confirm, run."),
)
"""The examples in the help of the program."""


class _Commands(click.Group):
    """The commands in the order in which a newcomer meets them, each imported when needed."""

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        write_help_text(self.help or "", _EXAMPLES, formatter)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args:
            raise NothingGivenError(_short_help(ctx), ctx)
        return super().parse_args(ctx, args)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        self.format_commands(ctx, formatter)
        click.Command.format_options(self, ctx, formatter)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        command: click.Command = importlib.import_module(_COMMANDS[cmd_name]).command
        return command


def _short_help(context: click.Context) -> str:
    """How to begin, without options and exit codes."""
    formatter = context.make_formatter()
    write_help_text(group.help or "", _EXAMPLES, formatter)
    formatter.write_paragraph()
    formatter.write_text(f"Commands: {', '.join(_COMMANDS)}")
    formatter.write_text("What each does: batch-offboard help")
    return formatter.getvalue().strip("\n")


_EXIT_CODES = """\
\b
Exit codes:
  0    every row is done or needs nothing
  1    the program failed unexpectedly
  2    usage, settings, permission, list or login error; nothing was changed
  3    finished; some rows need attention
  4    refused: a safety limit or a declined question; nothing was changed
  5    stopped early; rerun the run folder
  130  stopped by Ctrl-C or a signal; rerun the run folder
"""
"""The end of the help of the program."""


@click.group(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=_EXIT_CODES,
)
@click.version_option(__version__, prog_name="batch-offboard")
def group() -> None:
    """Set the Genesys Cloud users on a list to inactive and remove them from their queues."""


def main(
    arguments: Sequence[str] | None = None,
    command: click.Command = group,
    clock: "Clock | None" = None,
) -> None:
    """Run the command line (`arguments`, else this process's) and exit with its exit code.

    Requests to Genesys and the waits between them go by `clock`, by default the real one.
    """
    steady_streams()
    collect_rarely()
    given = sys.argv[1:] if arguments is None else arguments
    stdout = reserved_stdout() if "--json" in given else sys.stdout
    try:
        _check_names(given)
        with handled(interrupt) if given and given[0] in _WITH_SUMMARY else nullcontext():
            code = command.main(given, standalone_mode=False, obj=Surroundings(stdout, clock))
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 (the last place to report a defect)
        _end_early(error, given, stdout)
    sys.exit(code if isinstance(code, int) else ExitCode.OK)


def collect_rarely() -> None:
    """Let Python look for unused cycles of values rarely, and not at all when the process ends.

    A long list keeps millions of values alive and makes hardly a cycle. To look through them every
    few hundred new values takes a fifth of the processor time; of a short list, twice while modules
    are imported and once at the end, a tenth.
    """
    gc.set_threshold(1_000_000, 50, 100)
    atexit.register(gc.freeze)


def _check_names(arguments: Sequence[str]) -> None:
    """Raise UsageError for a file name that is not valid text: the journal could not store it."""
    for each in arguments:
        if any("\ud800" <= character <= "\udfff" for character in each):
            shown = each.encode("utf-8", "backslashreplace").decode()
            raise UsageError(
                f"The name {shown} contains bytes that are not text in this system's encoding "
                f"({sys.getfilesystemencoding()}). Rename the file or folder."
            )


def _end_early(error: BaseException, arguments: Sequence[str], stdout: TextIO) -> Never:
    """Say why the command could not do its work, and exit; with `--json` on stdout too."""
    code, reason = _reported(error, arguments)
    if "--json" in arguments:
        name = arguments[0] if arguments[0] in _COMMANDS else ""
        print_json(early_object(name, code, reason), stdout)
    sys.exit(code)


def _reported(error: BaseException, arguments: Sequence[str]) -> tuple[ExitCode, str]:
    """Exit code and sentences of the error that ended a command, after printing them to stderr."""
    if isinstance(error, click.Abort) and isinstance(error.__cause__, EOFError):
        error = error.__cause__  # click takes a file that ends too soon for a person who left
    match error:
        case click.exceptions.Abort() | KeyboardInterrupt():
            reason = str(error) or str(error.__cause__ or "") or _INTERRUPTED
            echo(reason, sys.stderr)
            return ExitCode.INTERRUPTED, reason
        case click.ClickException():
            if isinstance(error, click.UsageError):
                error = with_proposal(error, arguments)
            show_usage_error(error)
            return ExitCode.USAGE, reason_of(error)
        case OffboardError():
            reason = sentences(error, _invocation(arguments)) if error.actions else str(error)
            echo(reason, sys.stderr)
            return error.exit_code, reason
    click.echo("".join(traceback.format_exception(error)), err=True)
    echo(_UNEXPECTED, sys.stderr)
    return ExitCode.DEFECT, _UNEXPECTED


def _invocation(arguments: Sequence[str]) -> Invocation:
    """The command that failed, rebuilt from its arguments."""
    name, *rest = arguments
    parent = click.Context(group, info_name="batch-offboard", **group.context_settings)
    command = importlib.import_module(_COMMANDS[name]).command
    context: click.Context = command.make_context(name, rest, parent, resilient_parsing=True)
    return Invocation(context)
