"""Printing the one JSON object of `--json`, the only thing then on stdout."""

import json
from collections.abc import Mapping
from typing import TextIO

import click

from batch_offboard.cli.surroundings import surroundings
from batch_offboard.errors import ExitCode


def early_object(command: str, exit_code: ExitCode, reason: str) -> Mapping[str, object]:
    """The object for a command that ended before it had a summary: only why it ended."""
    return {"command": command, "exit_code": int(exit_code), "reason": reason}


def print_json(content: Mapping[str, object], stream: TextIO | None = None) -> None:
    """Print the object as ASCII, because redirected stdout on Windows may not be UTF-8.

    It goes to `stream`, by default the stdout in the surroundings of the current command.
    """
    stream = stream or surroundings(click.get_current_context()).stdout
    click.echo(json.dumps(content, indent=2), file=stream)
