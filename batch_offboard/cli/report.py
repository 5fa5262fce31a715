"""`batch-offboard report RUN_DIR`."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from batch_offboard.cli.help import Command
from batch_offboard.cli.paths import run_folder
from batch_offboard.cli.verified import SHOWN_IN_FILES, verified_code, verified_lines
from batch_offboard.cli.wording import Invocation
from batch_offboard.cli.wrapping import echo

if TYPE_CHECKING:
    from batch_offboard.commands.report import Rebuilt

_HASH = re.compile("[0-9a-f]{64}")


def _read_hash(_: click.Context, __: click.Parameter, text: str) -> str:
    """A hash as it may be copied from paper: in capitals, or with blanks in between."""
    found = "".join(text.split()).lower()
    if text and not _HASH.fullmatch(found):
        raise click.BadParameter("a hash has 64 characters, each 0-9 or a-f.")
    return found


@click.command(
    cls=Command,
    short_help="Rebuild a run's results and report, or verify them.",
    examples=(
        ("report runs/20261001T073000Z-leavers", "Rebuild results and report:"),
        ("report runs/20261001T073000Z-leavers --verify", "Check that nothing was altered:"),
    ),
)
@click.argument("run_path", metavar="RUN_DIR", type=click.Path(path_type=Path))
@click.option(
    "--verify",
    is_flag=True,
    help="Check that the journal is intact and that results and report match it.",
)
@click.option(
    "--hash",
    "filed",
    metavar="HASH",
    default="",
    callback=_read_hash,
    help="With --verify, find the last hash of a filed report in the journal.",
)
@click.option(
    "--share",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write a report without names, addresses and numbers to this new file.",
)
@click.pass_context
def command(
    context: click.Context, run_path: Path, *, verify: bool, filed: str, share: Path | None
) -> None:
    """Rebuild a run's results and report from its journal, offline.

    The journal is only read. With --verify, nothing is written, and the exit code is:

    \b
      0  if everything matches
      2  if the journal was altered, or that of a rerun or undo contradicts it
      3  if a file does not match the journal or misleads its reader,
         or if the journal does not have the given hash

    With --share, only that file is written. It has no names, addresses, numbers, notes or messages.
    Queues, roles and groups are numbered, as they may be named after people. Row numbers and codes
    stay.
    """
    from batch_offboard.commands import report
    from batch_offboard.commands import verify as verifying

    if filed and not verify:
        raise click.UsageError("Give --hash together with --verify.")
    if verify and share:
        raise click.UsageError("Give either --verify or --share, not both.")
    folder = run_folder(run_path, Invocation(context))
    if share:
        report.share(folder, share)
        echo(f"Report to share: {share}", sys.stdout)
        return
    if verify:
        verified = verifying.verify_run_folder(folder, filed)
        echo("\n".join(verified_lines(verified)), sys.stdout)
        sys.exit(verified_code(verified))
    echo("\n".join(rebuilt_lines(folder, report.rebuild(folder))), sys.stdout)


def rebuilt_lines(folder: Path, rebuilt: "Rebuilt") -> Iterator[str]:
    """The files that were written, those that were kept, and who was put back since a rerun."""
    from batch_offboard.record.folder import RunFolder

    yield f"Results: {folder / rebuilt.results}"
    if rebuilt.workbook:
        yield f"Excel:   {folder / rebuilt.workbook}"
    yield f"Report:  {RunFolder(folder).report}"
    if rebuilt.kept:
        yield f"The old report did not match the journal. It is kept as {rebuilt.kept}."
    for name in rebuilt.edited:
        yield f"{name} was edited, or is not from this program. It stays as it is."
    for name in rebuilt.outdated:
        yield f"{name} is out of date. The results are in {rebuilt.newest(name)}."
    yield from rebuilt.put_back
    if rebuilt.put_back and not rebuilt.outdated:
        yield SHOWN_IN_FILES
