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
        ("template leavers.xlsx", "For Excel."),
        ("template leavers.csv", "As plain text."),
    ),
)
@click.argument("path", metavar="FILE", type=click.Path(path_type=Path))
@click.pass_context
def command(context: click.Context, path: Path) -> None:
    """Write an empty termination list with headers and three made-up people.

    Type your own people over them. FILE ends in .xlsx or .csv; an existing file is left as it is.
    """
    from batch_offboard.commands.template import write_template
    from batch_offboard.termination_list.template import COLUMNS

    write_template(path)
    lines = [
        f"Written: {path}. Replace the three made-up people with your own, one person a row.",
        "",
    ]
    width = max(len(column.header) for column in COLUMNS)
    lines += [f"  {column.header:{width}}  {column.note}" for column in COLUMNS]
    check = Invocation(context).other("check", path)
    lines += ["", f"Then see what Genesys says about each row: {check}"]
    echo("\n".join(lines), sys.stdout)
