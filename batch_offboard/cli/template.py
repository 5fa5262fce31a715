"""`batch-offboard template FILE`."""

import sys
from pathlib import Path

import click

from batch_offboard.cli.help import Command
from batch_offboard.cli.wording import Invocation
from batch_offboard.cli.wrapping import echo


@click.command(
    cls=Command,
    short_help="Write an empty list to fill in.",
    examples=(
        ("template leavers.xlsx", "Write one for Excel."),
        ("template leavers.csv", "Write one as plain text."),
    ),
)
@click.argument("path", metavar="FILE", type=click.Path(path_type=Path))
@click.pass_context
def command(context: click.Context, path: Path) -> None:
    """Write an empty list with headers and three made-up people.

    Replace the made-up people with your own. FILE must end in .xlsx or .csv. An existing file is
    not overwritten.
    """
    from batch_offboard.commands.template import write_template
    from batch_offboard.termination_list.template import COLUMNS

    write_template(path)
    lines = [
        f"The list was written: {path}. Replace the three made-up people with your own, one person "
        "a row.",
        "",
    ]
    width = max(len(column.header) for column in COLUMNS)
    lines += [f"  {column.header:{width}}  {column.note}" for column in COLUMNS]
    check = Invocation(context).other("check", path)
    lines += ["", f"Then look up everyone on the list: {check}"]
    echo("\n".join(lines), sys.stdout)
