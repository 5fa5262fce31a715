"""What a command needs before it can begin: settings and credentials."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from batch_offboard.cli.terminal import Terminal

if TYPE_CHECKING:
    from batch_offboard.config import Config
    from batch_offboard.genesys import Credentials


def read_settings(config_path: Path | None, terminal: Terminal) -> "Config":
    """config.yaml, its notices said."""
    from batch_offboard.config import load_config

    config = load_config(config_path, Path.cwd())
    for notice in config.notices:
        terminal.say(f"Note: {notice}")
    return config


def find_credentials(beside: Path | None, terminal: Terminal) -> "Credentials":
    """The credentials from the environment or the `.env` that counts; the source is named."""
    from batch_offboard.config import read_credentials
    from batch_offboard.genesys import Credentials

    loaded = read_credentials(os.environ, Path.cwd(), beside)
    if not terminal.quiet:
        terminal.say(f"Credentials from {loaded.source}.")
    return Credentials(loaded.domain, loaded.client_id, loaded.client_secret)
