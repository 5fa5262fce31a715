"""The one JSON object that `--json` puts on stdout."""

import json
from collections.abc import Mapping

import click


def print_json(told: Mapping[str, object]) -> None:
    """Print `told` in ASCII: Windows gives a redirected stdout an encoding that readers of JSON
    do not expect."""
    click.echo(json.dumps(told, indent=2))
