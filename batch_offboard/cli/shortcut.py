"""`batch-offboard shortcut`."""

from pathlib import Path

import click


@click.command(short_help="Put an icon for the page on the desktop.")
@click.argument("folder", required=False, type=click.Path(path_type=Path))
def command(folder: Path | None) -> None:
    """Put an icon on the desktop that opens the page for FOLDER (default: this one)."""
    from batch_offboard.page.desktop import put_icon

    click.echo(f"The icon is {put_icon((folder or Path.cwd()).resolve())}.")
