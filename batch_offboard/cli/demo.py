"""`batch-offboard demo`."""

import sys
from typing import TYPE_CHECKING

import click

from batch_offboard.cli.help import Command
from batch_offboard.cli.inputs import tell_about
from batch_offboard.cli.outcome import carried_out, show
from batch_offboard.cli.question import Question
from batch_offboard.cli.wording import Invocation
from batch_offboard.cli.wrapping import echo
from batch_offboard.errors import ExitCode
from batch_offboard.wording import counted

if TYPE_CHECKING:
    from batch_offboard.commands.order import Outcome
    from batch_offboard.commands.practice import Demo

_SHOWN_DIFFERENCES = 20


@click.command(
    cls=Command,
    short_help="Try a complete run on a practice organisation.",
    examples=(("demo", "Run it without any setup."),),
)
@click.pass_context
def command(context: click.Context) -> None:
    """Try a complete run on a practice organisation, without an account.

    A small made-up organisation is started on this computer. The bundled list is run against it,
    exactly as `run` does it. Then the results are compared with the expected ones. This takes less
    than half a minute.
    """
    from batch_offboard.cli.terminal import Terminal
    from batch_offboard.commands.order import Options
    from batch_offboard.commands.practice import demo_request, read_demo, sample

    terminal = Terminal()
    _say(
        "This is a practice run with a made-up Genesys Cloud organisation.\n"
        "Nobody on the list is real, and nothing leaves this computer.\n"
        f"List: {sample('terminations.csv')}\n"
    )
    demo = read_demo()
    tell_about(demo.listed, terminal)
    question = Question(terminal, yes=True, dry_run=False, invocation=Invocation(context))
    with demo_request(demo, Options()) as request:
        outcome = carried_out(request, question)
    _say("")
    invocation = Invocation(context)
    show(outcome, invocation, as_json=False, suggest=False)
    _judge(outcome, demo)
    _say(f"\n{_closing(invocation)}")


def _say(text: str) -> None:
    echo(text, sys.stdout)


def _judge(outcome: "Outcome", demo: "Demo") -> None:
    """Print whether the demo gave the expected results, and exit with the matching code."""
    from batch_offboard.commands.practice import differences

    if outcome.error is not None or not outcome.results_name:
        sys.exit(outcome.exit_code)
    results = outcome.folder.path / outcome.results_name
    differing = differences(results, demo)
    if differing:
        rows = len({each.row for each in differing})
        _say(f"\nThe demo failed: {counted(rows, 'row')} differ from the expected results.")
        for each in differing[:_SHOWN_DIFFERENCES]:
            _say(f"  Row {each.row}, {each.column}: expected {each.expected!r}, got {each.found!r}")
        sys.exit(ExitCode.ATTENTION)


def _closing(invocation: Invocation) -> str:
    """What to do next, with commands that work as printed."""
    from batch_offboard.commands.practice import sample

    return f"""\
The demo worked: every row has the expected result. Some rows are meant to fail.

What next?
  1. Open results.xlsx. It shows what happened to each row, and what to do next.
     report.html beside it shows the same, for reading and printing.
  2. Practise on an organisation that keeps running. In a second window:
       {invocation.other("simulate", None)}
     Save the lines that it prints in a file named .env in this folder.
     Then, in this window:
       {invocation.other("run", sample("terminations.csv"))}
     At the end it prints the command for a rerun. To put everybody back:
       batch-offboard undo RUN_DIR
  3. Do your first real run, with your own list for LIST (see the README):
       {invocation.other("setup", None)}
       batch-offboard check LIST
       batch-offboard run LIST --dry-run
       batch-offboard run LIST"""
