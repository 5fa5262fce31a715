"""`batch-offboard report RUN_DIR`."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from batch_offboard.cli.help import Command
from batch_offboard.errors import ExitCode

if TYPE_CHECKING:
    from batch_offboard.commands.verify import Standing, Verified


@click.command(
    cls=Command,
    short_help="Rebuild results and report of a run, or verify them.",
    examples=(
        ("report runs/20261001T073000Z-leavers", "Write results and report again:"),
        ("report runs/20261001T073000Z-leavers --verify", "Check that nothing was altered:"),
    ),
)
@click.argument("folder", metavar="RUN_DIR", type=click.Path(path_type=Path))
@click.option(
    "--verify",
    is_flag=True,
    help="Check that the journal is intact and that results and report match it.",
)
@click.option(
    "--share",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write the report without names, addresses and numbers to this new file.",
)
def command(folder: Path, *, verify: bool, share: Path | None) -> None:
    """Rebuild results.csv and report.html of a run folder from its journal, offline.

    With --verify nothing is written. The exit code is 0 if everything matches, 2 if the journal
    was changed, and 3 if results or report do not match it.

    With --share only that file is written. Queues, roles and groups are numbered in it, as they may
    be named after people; notes and messages are left out. Row numbers and codes stay.
    """
    from batch_offboard.commands import report
    from batch_offboard.commands import verify as verifying
    from batch_offboard.record.folder import RunFolder

    if verify and share:
        raise click.UsageError("Give either --verify or --share.")
    if share:
        report.share(folder, share)
        click.echo(f"To share: {share}")
        return
    if verify:
        _tell(verifying.verify(folder))
        return
    name = report.rebuild(folder)
    click.echo(f"Results: {folder / name}")
    click.echo(f"Report:  {RunFolder(folder).report}")


def _tell(verified: "Verified") -> None:
    click.echo("The journal is intact: each line carries the hash of the line before it.")
    click.echo(f"Last hash: {verified.last_hash}")
    if verified.torn:
        click.echo("Its last line is ignored: it was cut off while it was being written.")
    elif not verified.ended:
        click.echo("It has no closing line: the run is still going on, or was cut off.")
    for name, standing in verified.results.items():
        click.echo(f"{name} {_RESULTS_WORDS[standing]}")
    click.echo(f"report.html {_REPORT_WORDS[verified.report]}")
    if not verified.holds:
        sys.exit(ExitCode.ATTENTION)


_RESULTS_WORDS: Mapping["Standing", str] = {
    "as_recorded": "matches the journal.",
    "other_version": "is as the run wrote it. This version of the program would word it slightly "
    "differently.",
    "earlier": "is as the run wrote it, but more was recorded since. To update it, give this "
    "command without --verify.",
    "changed": "does not match the journal: it was edited or replaced, or the end of the "
    "journal is missing.",
    "missing": "is missing. To write it, give this command without --verify.",
}
_REPORT_WORDS: Mapping["Standing", str] = {
    "as_recorded": "shows the same last hash.",
    "changed": "does not show this last hash: one of the two was changed, or more was recorded "
    "since.",
    "missing": "is missing. To write it, give this command without --verify.",
}
