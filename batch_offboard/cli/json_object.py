"""The one JSON object that `--json` puts on stdout."""

import json
from collections.abc import Mapping
from typing import TextIO

import click

from batch_offboard.cli.surroundings import surroundings
from batch_offboard.errors import ExitCode


def early_object(command: str, exit_code: ExitCode, reason: str) -> Mapping[str, object]:
    """The object of a command that ended before it had a summary."""
    return {"command": command, "exit_code": int(exit_code), "reason": reason}


def print_json(content: Mapping[str, object], stream: TextIO | None = None) -> None:
    """Print the object in ASCII: redirected stdout on Windows may not be UTF-8.

    `stream` is the reserved stdout; within a command it is that of the command line.
    """
    stream = stream or surroundings(click.get_current_context()).stdout
    click.echo(json.dumps(content, indent=2), file=stream)
