"""Carrying out a request at a terminal, and its ending: summary, error, exit code."""

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from batch_offboard.cli.json_object import print_json
from batch_offboard.cli.options import RunOptions
from batch_offboard.cli.question import Question
from batch_offboard.cli.wording import (
    Invocation,
    from_here,
    sentences,
    warned,
    with_options_named,
    worded,
)
from batch_offboard.cli.wrapping import columns_of, echo
from batch_offboard.errors import Action, ExitCode, OffboardError, StoppedError

if TYPE_CHECKING:
    from batch_offboard.commands.order import Outcome
    from batch_offboard.commands.perform import Request


def carried_out(request: "Request", question: Question) -> "Outcome":
    """The outcome of a request carried out at this terminal, to its end or until Ctrl-C."""
    from batch_offboard.cli.interrupts import run_to_end
    from batch_offboard.commands.perform import perform

    return run_to_end(
        lambda stop, clock: perform(request, stop, question, question.terminal, clock),
        question.invocation,
        lambda: _ended_at_once(question),
    )


def _ended_at_once(question: Question) -> str:
    """The last words after a second Ctrl-C, which ends the program at once."""
    from batch_offboard.cli.interrupts import UNCHANGED

    folder, invocation = question.terminal.folder, question.invocation
    if folder is None or question.dry_run:
        return UNCHANGED
    command = invocation.context.info_name
    said = (
        "Stopped immediately. Requests under way may have taken effect. The next run checks this."
    )
    if command == "demo":
        return said
    if command == "undo":
        return f"{said}\nTo continue: {invocation.again(run_dir=None)}"
    return "\n".join((said, *worded((Action("rerun_here", folder),), invocation)))


def finish(request: "Request", question: Question, given: RunOptions) -> None:
    """Carry out a request, print how it ended, and exit with its code."""
    outcome = carried_out(request, question)
    show(outcome, given.invocation, as_json=given.as_json)
    sys.exit(outcome.exit_code)


def show(
    outcome: "Outcome", invocation: Invocation, *, as_json: bool, suggest: bool = True
) -> None:
    """Print how the run ended: the reason, if it ended early, then the summary as text or JSON.

    A run that ended early without changing anything has no text summary. The text ends with the
    command for the open rows if `suggest` is true.
    """
    from batch_offboard.results.run_verdict import ended_before_writing
    from batch_offboard.results.summary import early_lines, summary_object

    view, folder, error = outcome.view, outcome.folder.path, outcome.error
    early = error is not None and ended_before_writing(view)
    reason = sentences(_unchanged(error) if early else error, invocation) if error else ""
    if early and not as_json:
        lines = early_lines(view, _shown(folder, sys.stderr), outcome.missing)
        echo("\n".join((*lines, reason)), sys.stderr)
        return
    if reason:
        echo(reason, sys.stderr)
    warnings = tuple(warned(each, invocation, " " if as_json else "\n") for each in view.warnings)
    view = replace(view, warnings=warnings)
    if as_json:
        summary = summary_object(
            view, ExitCode(outcome.exit_code), folder.absolute(), outcome.missing
        )
        print_json({**summary, "reason": reason} if reason else summary)
    else:
        _show_summary(replace(outcome, view=view), invocation, suggest=suggest)


def _show_summary(outcome: "Outcome", invocation: Invocation, *, suggest: bool) -> None:
    """Print the summary as text, and what to do next as a command."""
    from batch_offboard.results.next_action import with_open_rows
    from batch_offboard.results.summary import summary_lines

    view, folder = outcome.view, outcome.folder.path
    action = with_open_rows(view, folder / outcome.results_name) if suggest else None
    actions = worded((action,) if action else (), invocation)
    summary = summary_lines(view, _shown(folder, sys.stdout), outcome.missing)
    echo("\n".join((*map(with_options_named, summary), *actions)), sys.stdout)


def _shown(folder: Path, stream: TextIO) -> Path:
    """The folder as a person at a terminal reads it: from here. Scripts get the whole path."""
    return from_here(folder) if columns_of(stream) else folder


def _unchanged(error: OffboardError) -> OffboardError:
    """The error, saying that nothing was changed if it is a stop, which does not say so itself."""
    if not isinstance(error, StoppedError):
        return error
    return StoppedError(f"{error} Nothing was changed.", *error.actions)
