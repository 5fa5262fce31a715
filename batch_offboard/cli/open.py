"""The command `open`: the page in a browser, until it is closed."""

import sys
from pathlib import Path

import click

from batch_offboard.cli.help import Command, Number
from batch_offboard.cli.options import config_option
from batch_offboard.cli.wrapping import echo


@click.command(
    cls=Command,
    short_help="Open the page, for work without a terminal.",
    examples=(
        ("open", "Open it in the browser."),
        ("open --no-browser", "Print its address instead."),
    ),
)
@click.argument("folder", required=False, type=click.Path(path_type=Path))
@click.option(
    "--port", type=Number(0, 65535), default=0, help="Use this port (default: a free one)."
)
@click.option("--no-browser", is_flag=True, help="Print the address instead of opening it.")
@config_option
def command(folder: Path | None, *, port: int, no_browser: bool, config_path: Path | None) -> None:
    """Open the page in this computer's browser, for work without a terminal.

    FOLDER is where the settings, `.env` and the runs are (default: this folder). Only this computer
    can open the page. It closes after 30 minutes without use.
    """
    from batch_offboard.page.serving import open_page

    place = (folder or Path.cwd()).resolve()
    open_page(
        place, config_path, port, browser=not no_browser, say=lambda line: echo(line, sys.stdout)
    )
