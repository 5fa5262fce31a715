"""`batch-offboard undo RUN_DIR`, or a results file in it."""

from pathlib import Path

import click

from batch_offboard.cli.help import Command
from batch_offboard.cli.inputs import find_credentials, read_settings
from batch_offboard.cli.options import RunOptions, rows_option, run_options
from batch_offboard.cli.outcome import finish
from batch_offboard.cli.paths import run_folder
from batch_offboard.cli.question import question_for


@click.command(
    cls=Command,
    short_help="Put back what a run changed.",
    examples=(
        ("undo runs/20261001T073000Z-leavers --dry-run", "See what would be put back:"),
        ("undo runs/20261001T073000Z-leavers --rows 12", "Put back the person in row 12:"),
    ),
)
@click.argument("run_dir_undone", metavar="RUN_DIR", type=click.Path(path_type=Path))
@run_options
@rows_option("Put back only these rows (3,7-9, as in offboard_row).")
def command(run_dir_undone: Path, *, given: RunOptions, rows: frozenset[int]) -> None:
    """Put back what a run changed: state, role grants and queue memberships.

    RUN_DIR is the folder of the run, or a results file in it. Only what the run changed is put
    back. Whatever cannot be put back is named.
    """
    from batch_offboard.cli.terminal import Terminal
    from batch_offboard.commands.undo import UndoRequest
    from batch_offboard.record.folder import folder_of

    terminal = Terminal(quiet=given.quiet, verbose=given.verbose)
    question = question_for(given, terminal)
    config = read_settings(given.config_path, terminal)
    credentials = find_credentials(folder_of(run_dir_undone), terminal)
    folder = run_folder(run_dir_undone, given.invocation)
    options = given.order_options(rows=rows)
    finish(UndoRequest(folder, config, credentials, options), question, given)
