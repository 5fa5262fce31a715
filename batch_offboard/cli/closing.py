"""How a command that ran ends: the summary, the error if any, the exit code."""

import sys
from typing import TYPE_CHECKING

import click

from batch_offboard.cli.json_object import print_json
from batch_offboard.errors import ExitCode

if TYPE_CHECKING:
    from batch_offboard.commands.order import Outcome


def finish(outcome: "Outcome", *, as_json: bool) -> None:
    """Print how a run ended, and exit with its code."""
    show(outcome, as_json=as_json)
    sys.exit(outcome.exit_code)


def show(outcome: "Outcome", *, as_json: bool) -> None:
    """Print the summary, as text or as JSON; what ended the run early comes first."""
    from batch_offboard.results.summary import summary_lines, summary_object

    if outcome.error is not None:
        click.echo(str(outcome.error), err=True)
    folder = outcome.folder.path
    if as_json:
        print_json(summary_object(outcome.view, ExitCode(outcome.exit_code), folder))
    else:
        click.echo("\n".join(summary_lines(outcome.view, folder)))
