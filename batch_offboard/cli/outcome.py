"""Carrying out a request at a terminal, and its ending: summary, error, exit code."""

import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from batch_offboard.cli.json_object import print_json
from batch_offboard.cli.options import RunOptions
from batch_offboard.cli.question import Question
from batch_offboard.cli.wording import Invocation, sentences, warned, worded
from batch_offboard.cli.wrapping import echo
from batch_offboard.errors import ExitCode

if TYPE_CHECKING:
    from batch_offboard.commands.order import Outcome
    from batch_offboard.commands.perform import Request


def carried_out(request: "Request", question: Question) -> "Outcome":
    """The outcome of a request carried out at this terminal, to its end or until Ctrl-C."""
    from batch_offboard.cli.interrupts import run_to_end
    from batch_offboard.commands.perform import perform

    return run_to_end(lambda stop: perform(request, stop, question, question.terminal))


def finish(request: "Request", question: Question, given: RunOptions) -> None:
    """Carry out a request, print how it ended, and exit with its code."""
    outcome = carried_out(request, question)
    show(outcome, given.invocation, as_json=given.as_json)
    sys.exit(outcome.exit_code)


def show(outcome: "Outcome", invocation: Invocation, *, as_json: bool) -> None:
    """Print the summary, as text or as JSON; what ended the run early comes first."""
    from batch_offboard.results.next_action import with_open_rows
    from batch_offboard.results.summary import results_name, summary_lines, summary_object

    reason = sentences(outcome.error, invocation) if outcome.error else ""
    if reason:
        echo(reason, sys.stderr)
    folder = outcome.folder.path
    warnings = tuple(warned(each, invocation) for each in outcome.view.warnings)
    view = replace(outcome.view, warnings=warnings)
    if as_json:
        summary = summary_object(view, ExitCode(outcome.exit_code), folder, outcome.missing)
        print_json({**summary, "reason": reason} if reason else summary)
    else:
        results = folder / results_name(view) if outcome.results_name else folder
        action = with_open_rows(view, results)
        lines = (
            *summary_lines(view, folder, outcome.missing),
            *worded((action,) if action else (), invocation),
        )
        echo("\n".join(lines), sys.stdout)
