"""The one JSON object that `--json` puts on stdout."""

import json
from collections.abc import Mapping

import click


def print_json(content: Mapping[str, object]) -> None:
    """Print the object in ASCII: redirected stdout on Windows may not be UTF-8."""
    click.echo(json.dumps(content, indent=2))
