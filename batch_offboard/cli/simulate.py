"""`batch-offboard simulate`."""

import sys
from pathlib import Path

import click

from batch_offboard.cli.help import Command, Number
from batch_offboard.cli.wrapping import echo


@click.command(
    cls=Command,
    short_help="Serve the practice organisation until Ctrl-C.",
    examples=(
        ("simulate", "Serve it; prints the lines for .env."),
        ("simulate --port 8484", "Serve it at another address."),
    ),
)
@click.option(
    "--port",
    type=Number(0, 65535),
    default=None,
    help="Where to serve it (default: 18493, or a free one if that is taken; 0: a free one).",
)
@click.option(
    "--org",
    "org_path",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The organisation to serve (default: the bundled practice organisation).",
)
def command(port: int | None, org_path: Path | None) -> None:
    """Serve the practice organisation on 127.0.0.1 until Ctrl-C.

    Prints the address and the credentials of its OAuth client, ready for a .env file. They stay
    the same each time; whatever was changed is as before again.
    """
    from batch_offboard.commands.practice import serve_practice

    serve_practice(org_path, port, lambda line: echo(line, sys.stdout))
