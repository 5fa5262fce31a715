"""`batch-offboard runs`."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from batch_offboard.cli.help import Command
from batch_offboard.cli.wording import Invocation, worded
from batch_offboard.cli.wrapping import echo
from batch_offboard.wording import counted, printable

if TYPE_CHECKING:
    from batch_offboard.commands.runs import PastRun

_INDENT = " " * 4


@click.command(
    cls=Command,
    short_help="List the runs in this folder.",
    examples=(("runs", "See all runs, newest first."),),
)
@click.pass_context
def command(context: click.Context) -> None:
    """List the runs in this folder, newest first.

    Shows when each run began, its list, how it ended, and how many rows are open. Where rows are
    open, it shows the command that reruns them.
    """
    from batch_offboard.commands.runs import past_runs

    base = Path.cwd() / "runs"
    runs = past_runs(base)
    lines = _lines(runs, Invocation(context)) if runs else [f"There are no runs in {base} yet."]
    echo("\n".join(map(printable, lines)), sys.stdout)


def _lines(runs: "tuple[PastRun, ...]", given: Invocation) -> Iterator[str]:
    """Each run, then what the list means."""
    for run in runs:
        yield from _of_run(run, given)
    yield ""
    still_open = sum(run.action is not None for run in runs)
    if still_open:
        verb, command = ("has", "command") if still_open == 1 else ("have", "commands")
        yield f"{counted(still_open, 'run')} {verb} open rows. Use the {command} above."
    yield "Times use this computer's time zone."


def _of_run(run: "PastRun", given: Invocation) -> Iterator[str]:
    from batch_offboard.present.past_runs import begun_at, how_it_ended, kind_of

    started, folder = run.started, os.path.relpath(run.folder)
    if started is None:
        yield f"{folder}: {how_it_ended(run)}"
        return
    what = f"{begun_at(started)}  {kind_of(started):7}  {run.list_name}"
    yield f"{what}: {how_it_ended(run)}"
    yield f"{_INDENT}{_command(run, given) or folder}"


def _command(run: "PastRun", given: Invocation) -> str:
    return " ".join(worded((run.action,) if run.action else (), given))
