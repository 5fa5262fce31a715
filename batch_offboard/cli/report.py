"""`batch-offboard report RUN_DIR`."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from batch_offboard.errors import ExitCode

if TYPE_CHECKING:
    from batch_offboard.commands.verify import Standing, Verified


@click.command(short_help="Rebuild results and report of a run, or verify them.")
@click.argument("folder", metavar="RUN_DIR", type=click.Path(path_type=Path))
@click.option(
    "--verify",
    is_flag=True,
    help="Check instead that the journal is whole and the folder holds what it says.",
)
def command(folder: Path, *, verify: bool) -> None:
    """Rebuild results.csv and report.html of a run folder from its journal, offline.

    With --verify the exit code is 0 when all is as the run wrote it, 2 when the journal was
    changed, 3 when results or report are not what it says.
    """
    from batch_offboard.commands import report
    from batch_offboard.commands import verify as verifying
    from batch_offboard.record.folder import RunFolder

    if verify:
        _tell(verifying.verify(folder))
        return
    name = report.rebuild(folder)
    click.echo(f"Results: {folder / name}")
    click.echo(f"Report:  {RunFolder(folder).report}")


def _tell(verified: "Verified") -> None:
    click.echo("The journal is whole: each of its lines carries the hash of the line before it.")
    click.echo(f"Last hash: {verified.last_hash}")
    if verified.torn:
        click.echo("Its last line is cut off: it was not written to its end, and does not count.")
    elif not verified.ended:
        click.echo("It has no end: the run is still going on, or was cut off.")
    for name, standing in verified.results.items():
        click.echo(f"{name} {_RESULTS_WORDS[standing]}")
    click.echo(f"report.html {_REPORT_WORDS[verified.report]}")
    if not verified.holds:
        sys.exit(ExitCode.ATTENTION)


_RESULTS_WORDS: Mapping["Standing", str] = {
    "as_recorded": "is what the journal says.",
    "other_version": "is as the run wrote it, with another version of the program, which words it "
    "otherwise than this one.",
    "earlier": "is as the run wrote it, but not all that the journal says: more was recorded "
    "since.",
    "changed": "is NOT what the journal says: it was edited or replaced, or the journal's end is "
    "missing.",
    "missing": "is not there; without --verify this command writes it.",
}
_REPORT_WORDS: Mapping["Standing", str] = {
    "as_recorded": "shows the same last hash.",
    "changed": "does NOT show this last hash: one of the two was changed, or more was recorded "
    "since.",
    "missing": "is not there; without --verify this command writes it.",
}
