"""Carrying out a request at a terminal, and its ending: summary, error, exit code."""

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from batch_offboard.cli.json_object import print_json
from batch_offboard.cli.options import RunOptions
from batch_offboard.cli.question import Question
from batch_offboard.cli.wording import Invocation, sentences, warned, worded
from batch_offboard.cli.wrapping import echo
from batch_offboard.errors import ExitCode, OffboardError, StoppedError

if TYPE_CHECKING:
    from batch_offboard.commands.order import Outcome
    from batch_offboard.commands.perform import Request
    from batch_offboard.results.models import RunView


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
    """Print how the run ended: the summary, as text or as JSON, after what ended it early.

    A run that changed nothing ends with its reason, without a summary.
    """
    from batch_offboard.results.run_verdict import ended_before_writing
    from batch_offboard.results.summary import early_lines, summary_object

    view, folder, error = outcome.view, outcome.folder.path, outcome.error
    early = error is not None and ended_before_writing(view)
    reason = sentences(_unchanged(error) if early else error, invocation) if error else ""
    if early and not as_json:
        echo("\n".join((*early_lines(view, folder), reason)), sys.stderr)
        return
    if reason:
        echo(reason, sys.stderr)
    warnings = tuple(warned(each, invocation) for each in view.warnings)
    view = replace(view, warnings=warnings)
    if as_json:
        summary = summary_object(view, ExitCode(outcome.exit_code), folder)
        print_json({**summary, "reason": reason} if reason else summary)
    else:
        _show_summary(view, folder, invocation)


def _show_summary(view: "RunView", folder: Path, invocation: Invocation) -> None:
    """Print the summary as text, and what to do next as a command."""
    from batch_offboard.results.next_action import with_open_rows
    from batch_offboard.results.summary import results_name, summary_lines

    action = with_open_rows(view, folder / results_name(view))
    lines = (*summary_lines(view, folder), *worded((action,) if action else (), invocation))
    echo("\n".join(lines), sys.stdout)


def _unchanged(error: OffboardError) -> OffboardError:
    """The error, saying that nothing was changed; a refusal says so by itself."""
    if not isinstance(error, StoppedError):
        return error
    return StoppedError(f"{error} Nothing was changed.", *error.actions)
