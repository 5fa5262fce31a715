"""`batch-offboard shortcut`."""

import sys
from pathlib import Path

import click

from batch_offboard.cli.help import Command
from batch_offboard.cli.wrapping import echo


@click.command(
    cls=Command,
    short_help="Put an icon for the page on the desktop.",
    examples=(("shortcut", "Put an icon for this folder there."),),
)
@click.argument("folder", required=False, type=click.Path(path_type=Path))
def command(folder: Path | None) -> None:
    """Put an icon on the desktop that opens the page for FOLDER (default: this one)."""
    from batch_offboard.page.desktop import put_icon

    echo(f"The icon was created: {put_icon((folder or Path.cwd()).resolve())}.", sys.stdout)
