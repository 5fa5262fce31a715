"""`batch-offboard run LIST`."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from batch_offboard.cli.help import Command
from batch_offboard.cli.inputs import find_credentials, read_settings, tell_about
from batch_offboard.cli.options import (
    RunOptions,
    accept_names_option,
    column_option,
    run_options,
    sheet_option,
)
from batch_offboard.cli.outcome import finish
from batch_offboard.cli.paths import check_there
from batch_offboard.cli.question import question_for

if TYPE_CHECKING:
    from batch_offboard.termination_list import ColumnChoice


@click.command(
    cls=Command,
    short_help="Set everyone on a list to inactive and remove them from queues.",
    examples=(
        ("run leavers.xlsx --dry-run", "See the plan. Change nothing."),
        ("run leavers.xlsx", "See the plan, confirm, run."),
        ("run leavers.xlsx --note HR-12", "Record a ticket."),
    ),
)
@click.argument("list_path", metavar="LIST", type=click.Path(path_type=Path))
@run_options
@sheet_option
@column_option
@accept_names_option
def command(
    list_path: Path,
    *,
    given: RunOptions,
    sheet: str | None,
    columns: tuple["ColumnChoice", ...],
    accept_names: frozenset[int],
) -> None:
    """Set everyone on LIST to inactive and remove them from their queues.

    LIST is a CSV or Excel file with one person a row. People are found by Genesys user id, e-mail
    address or employee number. You see the plan and confirm it before anything is changed.
    """
    from batch_offboard.cli.terminal import Terminal
    from batch_offboard.commands.run_list import RunRequest
    from batch_offboard.commands.settings import list_settings
    from batch_offboard.termination_list import read_termination_list

    terminal = Terminal(quiet=given.quiet, verbose=given.verbose)
    question = question_for(given, terminal)
    config = read_settings(given.config_path, terminal, list_path)
    check_there(list_path, given.invocation)
    listed = read_termination_list(list_path, list_settings(config, columns), sheet)
    tell_about(listed, terminal)
    credentials = find_credentials(list_path, terminal)
    options = given.order_options(accepted_names=accept_names)
    finish(RunRequest(listed, config, credentials, options), question, given)
