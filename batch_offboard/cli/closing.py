"""How a request is carried out at a terminal, and how that ends: summary, error, exit code."""

import sys
from typing import TYPE_CHECKING

import click

from batch_offboard.cli.json_object import print_json
from batch_offboard.cli.question import Question
from batch_offboard.cli.terminal import Terminal
from batch_offboard.errors import ExitCode

if TYPE_CHECKING:
    from batch_offboard.commands.order import Outcome
    from batch_offboard.commands.perform import Request


def carried_out(request: "Request", question: Question, terminal: Terminal) -> "Outcome":
    """Carry out a request at this terminal, to its end or until Ctrl-C."""
    from batch_offboard.cli.interrupts import run_to_end
    from batch_offboard.commands.perform import perform

    return run_to_end(lambda stop: perform(request, stop, question, terminal))


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
