"""`batch-offboard rerun PREVIOUS`."""

from pathlib import Path

import click

from batch_offboard.cli.closing import carried_out, finish
from batch_offboard.cli.options import ROWS, accept_names_option, column_option, run_options
from batch_offboard.cli.question import Question
from batch_offboard.cli.setup import find_credentials, read_settings
from batch_offboard.cli.terminal import Terminal


@click.command(short_help="Do only the rows that an earlier run left open.")
@click.argument("previous_path", metavar="PREVIOUS", type=click.Path(path_type=Path))
@run_options
@click.option(
    "--rows",
    type=ROWS,
    default=frozenset(),
    metavar="ROWS",
    help="Attempt just these rows (3,7-9, as in offboard_row), whatever offboard_retry says.",
)
@column_option
@accept_names_option
def command(
    previous_path: Path,
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
    columns: tuple[str, ...],
    accept_names: frozenset[int],
) -> None:
    """Do only the rows that an earlier run left open.

    PREVIOUS is a results.csv, wherever it lies and however a spreadsheet saved it, or a run
    folder, also of a run that was cut short. Finished rows are carried through; the new run
    folder holds one complete results file.
    """
    from batch_offboard.cli.doctor import tell_about
    from batch_offboard.commands.order import Options
    from batch_offboard.commands.rerun import RerunRequest
    from batch_offboard.commands.settings import list_settings
    from batch_offboard.rerun.source import read_source

    terminal = Terminal(quiet=quiet, verbose=verbose)
    question = Question(terminal, yes, dry_run)
    question.check_terminal()
    config = read_settings(config_path, terminal)
    previous = read_source(previous_path, list_settings(config, columns))
    tell_about(previous.listed, terminal)
    credentials = find_credentials(previous_path, terminal)
    options = Options(dry_run, run_dir, max_rows, accept_names, rows)
    request = RerunRequest(previous, config, credentials, options)
    finish(carried_out(request, question, terminal), as_json=as_json)
