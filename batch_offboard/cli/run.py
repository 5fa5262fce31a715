"""`batch-offboard run LIST`."""

from pathlib import Path

import click

from batch_offboard.cli.closing import carried_out, finish
from batch_offboard.cli.options import accept_names_option, column_option, run_options, sheet_option
from batch_offboard.cli.question import Question
from batch_offboard.cli.setup import find_credentials, read_settings
from batch_offboard.cli.terminal import Terminal


@click.command(short_help="Set everyone on a list to inactive and out of their queues.")
@click.argument("list_path", metavar="LIST", type=click.Path(path_type=Path))
@run_options
@sheet_option
@column_option
@accept_names_option
def command(
    list_path: Path,
    *,
    dry_run: bool,
    yes: bool,
    config_path: Path | None,
    run_dir: Path | None,
    max_rows: int | None,
    as_json: bool,
    quiet: bool,
    verbose: bool,
    sheet: str | None,
    columns: tuple[str, ...],
    accept_names: frozenset[int],
) -> None:
    """Set everyone on LIST to inactive and take them out of their queues.

    LIST is a CSV or Excel file with one person a row, known by Genesys user id, e-mail address or
    employee number. You see the plan and are asked before anything is changed.
    """
    from batch_offboard.cli.doctor import tell_about
    from batch_offboard.commands.order import Options
    from batch_offboard.commands.run_list import RunRequest
    from batch_offboard.commands.settings import list_settings
    from batch_offboard.termination_list import read_termination_list

    terminal = Terminal(quiet=quiet, verbose=verbose)
    question = Question(terminal, yes, dry_run)
    question.check_terminal()
    config = read_settings(config_path, terminal)
    listed = read_termination_list(list_path, list_settings(config, columns), sheet)
    tell_about(listed, terminal)
    credentials = find_credentials(list_path, terminal)
    options = Options(dry_run, run_dir, max_rows, accept_names)
    request = RunRequest(listed, config, credentials, options)
    finish(carried_out(request, question, terminal), as_json=as_json)
