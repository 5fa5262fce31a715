"""`batch-offboard rerun PREVIOUS`."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from batch_offboard.cli.help import Command
from batch_offboard.cli.inputs import find_credentials, read_settings, tell_about
from batch_offboard.cli.options import (
    RunOptions,
    accept_names_option,
    column_option,
    rows_option,
    run_options,
)
from batch_offboard.cli.outcome import finish
from batch_offboard.cli.paths import check_there, run_folder
from batch_offboard.cli.question import question_for

if TYPE_CHECKING:
    from batch_offboard.termination_list import ColumnChoice


@click.command(
    cls=Command,
    short_help="Run only the rows that an earlier run left open.",
    examples=(
        ("rerun runs/20261001T073000Z-leavers", "Run the rows that a run left open:"),
        ('rerun results.csv --rows "3,7-9"', "Run only these rows, whatever their status:"),
    ),
)
@click.argument("previous_path", metavar="PREVIOUS", type=click.Path(path_type=Path))
@run_options
@rows_option("Run only these rows (3,7-9, as in offboard_row), whatever offboard_retry says.")
@column_option
@accept_names_option
def command(
    previous_path: Path,
    *,
    given: RunOptions,
    rows: frozenset[int],
    columns: tuple["ColumnChoice", ...],
    accept_names: frozenset[int],
) -> None:
    """Run only the rows that an earlier run left open.

    PREVIOUS is a results.csv or results.xlsx, even one that was moved, sorted or saved again. It
    can also be a run folder, even of a run that was cut short. Finished rows are carried over, so
    the new run folder has one complete results file.
    """
    from batch_offboard.cli.terminal import Terminal
    from batch_offboard.commands.rerun import RerunRequest
    from batch_offboard.commands.settings import list_settings
    from batch_offboard.rerun.source import read_source

    terminal = Terminal(quiet=given.quiet, verbose=given.verbose)
    question = question_for(given, terminal)
    config = read_settings(given.config_path, terminal)
    check_there(previous_path, given.invocation)
    if previous_path.is_dir():
        run_folder(previous_path, given.invocation)
    previous = read_source(previous_path, list_settings(config, columns))
    tell_about(previous.listed, terminal)
    credentials = find_credentials(previous_path, terminal)
    options = given.order_options(accepted_names=accept_names, rows=rows)
    finish(RerunRequest(previous, config, credentials, options), question, given)
