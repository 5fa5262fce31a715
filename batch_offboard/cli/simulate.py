"""`batch-offboard simulate`."""

import sys
from pathlib import Path

import click

from batch_offboard.cli.help import Command, Number
from batch_offboard.cli.wrapping import echo


@click.command(
    cls=Command,
    short_help="Serve the practice organisation until you press Ctrl-C.",
    examples=(
        ("simulate", "Serve it and print the lines for .env."),
        ("simulate --port 8484", "Serve it on another port."),
    ),
)
@click.option(
    "--port",
    type=Number(0, 65535),
    default=None,
    help="Use this port (default: 18493, or a free one if that is taken; 0: a free one).",
)
@click.option(
    "--org",
    "org_path",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Serve the organisation in this file (default: the bundled one).",
)
def command(port: int | None, org_path: Path | None) -> None:
    """Serve the practice organisation on 127.0.0.1 until you press Ctrl-C.

    Prints its address and the credentials of its OAuth client, as lines for a .env file. The
    credentials are the same each time. Changes to the organisation are lost when it stops.
    """
    from batch_offboard.commands.practice import serve_practice

    serve_practice(org_path, port, lambda line: echo(line, sys.stdout))
