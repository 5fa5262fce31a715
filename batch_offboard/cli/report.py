"""`batch-offboard report RUN_DIR`."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from batch_offboard.errors import ExitCode

if TYPE_CHECKING:
    from batch_offboard.commands.report import Verified


@click.command(short_help="Rebuild results and report of a run, or verify them.")
@click.argument("run_dir", metavar="RUN_DIR", type=click.Path(path_type=Path))
@click.option(
    "--verify",
    is_flag=True,
    help="Check instead that the journal is whole and results.csv is what it says.",
)
def command(run_dir: Path, *, verify: bool) -> None:
    """Rebuild results.csv and report.html of a run folder from its journal, offline."""
    from batch_offboard.commands import report
    from batch_offboard.run.folder import REPORT_NAME

    if verify:
        _tell(report.verify(run_dir))
        return
    name = report.rebuild(run_dir)
    click.echo(f"Results: {run_dir / name}")
    click.echo(f"Report:  {run_dir / REPORT_NAME}")


def _tell(verified: "Verified") -> None:
    click.echo("The journal is whole: every line is as the run wrote it.")
    click.echo(f"Last hash: {verified.last_hash}")
    if verified.results:
        click.echo("results.csv is what the journal says.")
        return
    click.echo(
        "There is no results.csv."
        if verified.results is None
        else "results.csv is NOT what the journal says: it was edited or replaced."
    )
    sys.exit(ExitCode.ATTENTION)
