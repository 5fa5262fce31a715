"""What is printed for a command line that cannot be understood, or that is empty."""

import sys

import click

from batch_offboard.cli.help import Command
from batch_offboard.cli.wrapping import echo

_ARGUMENTS = {
    "LIST": "It is the file with the people to offboard.",
    "PREVIOUS": "It is a results file, or the folder of a run.",
    "RUN_DIR": "It is the folder of a run.",
    "FILE": "It is the name of the list to write.",
}
"""What each required argument is."""


class NothingGivenError(click.UsageError):
    """A command line without anything; the message is a short help."""


def show_usage_error(error: click.ClickException) -> None:
    """Print the error to stderr: how the command is used first, the reason last."""
    echo(_text(error), sys.stderr)


def reason_of(error: click.ClickException) -> str:
    """What is wrong, without how the command is used."""
    if isinstance(error, click.MissingParameter):
        return "\n".join(_about_missing(error))
    return error.format_message()


def _text(error: click.ClickException) -> str:
    """The whole text of a usage error."""
    if isinstance(error, NothingGivenError):
        return error.format_message()
    context = error.ctx if isinstance(error, click.UsageError) else None
    if context is None:
        return f"Error: {reason_of(error)}"
    return (
        f"{context.get_usage()}\n"
        f"For help: {context.command_path} --help\n\n"
        f"Error: {reason_of(error)}"
    )


def _about_missing(error: click.MissingParameter) -> list[str]:
    """Which argument is missing, what it is, and an example."""
    parameter, context = error.param, error.ctx
    named = parameter.make_metavar(context) if parameter and context else ""
    said = [" ".join(filter(None, (error.format_message(), _ARGUMENTS.get(named))))]
    if named in ("PREVIOUS", "RUN_DIR"):
        said.append("To list the runs here: batch-offboard runs")
    if context and isinstance(context.command, Command) and context.command.examples:
        said.append(f"For example: batch-offboard {context.command.examples[0][0]}")
    return said
