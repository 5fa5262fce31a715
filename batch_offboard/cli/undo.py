"""`batch-offboard undo RUN_DIR`."""

from pathlib import Path

import click

from batch_offboard.cli.closing import carried_out, finish
from batch_offboard.cli.options import ROWS, run_options
from batch_offboard.cli.question import Question
from batch_offboard.cli.setup import find_credentials, read_settings
from batch_offboard.cli.terminal import Terminal


@click.command(short_help="Put back what a run changed.")
@click.argument("run_dir_undone", metavar="RUN_DIR", type=click.Path(path_type=Path))
@run_options
@click.option(
    "--rows",
    type=ROWS,
    default=frozenset(),
    metavar="ROWS",
    help="Put back these rows only (3,7-9, as in offboard_row).",
)
def command(
    run_dir_undone: Path,
    *,
    dry_run: bool,
    yes: bool,
    config_path: Path | None,
    run_dir: Path | None,
    max_rows: int | None,
    as_json: bool,
    quiet: bool,
    verbose: bool,
    rows: frozenset[int],
) -> None:
    """Put back what the run in RUN_DIR changed: state, role grants, queue memberships.

    Nothing is touched that the run did not change, and what cannot come back is named.
    """
    from batch_offboard.commands.order import Options
    from batch_offboard.commands.undo import UndoRequest

    terminal = Terminal(quiet=quiet, verbose=verbose)
    question = Question(terminal, yes, dry_run)
    question.check_terminal()
    config = read_settings(config_path, terminal)
    credentials = find_credentials(run_dir_undone, terminal)
    options = Options(dry_run, run_dir, max_rows, rows=rows)
    request = UndoRequest(run_dir_undone, config, credentials, options)
    finish(carried_out(request, question, terminal), as_json=as_json)
