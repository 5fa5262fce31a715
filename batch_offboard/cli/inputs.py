"""What commands read before they begin: settings, the list, credentials; and say about it."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from batch_offboard.errors import UsageError

if TYPE_CHECKING:
    from batch_offboard.cli.terminal import Terminal
    from batch_offboard.config import Config
    from batch_offboard.genesys import Credentials
    from batch_offboard.termination_list.models import TerminationList


def read_settings(
    config_path: Path | None, terminal: "Terminal", list_path: Path | None = None
) -> "Config":
    """The configuration from config.yaml, after printing its notices and one that is not used."""
    from batch_offboard.cli.wording import quoted
    from batch_offboard.config import load_config, settings_beside

    config = load_config(config_path, Path.cwd())
    beside = list_path and settings_beside(config_path, Path.cwd(), list_path)
    option = f"--config {quoted(str(beside))}"
    unused = [f"{beside} is not used. To use it: {option}"] if beside else []
    for notice in (*unused, *config.notices):
        terminal.say(f"Note: {notice}")
    return config


def tell_about(listed: "TerminationList", terminal: "Terminal") -> None:
    """Print what kind of list was read, and the findings about it."""
    from batch_offboard.present.findings import finding_lines
    from batch_offboard.termination_list import described

    if not terminal.quiet:
        for line in described(listed):
            terminal.say(line)
    for line in finding_lines(listed):
        terminal.say(line)


def find_credentials(beside: Path | None, terminal: "Terminal") -> "Credentials":
    """The credentials from the environment or a `.env`, after printing where they were found."""
    from batch_offboard.config import read_credentials
    from batch_offboard.genesys import Credentials

    try:
        loaded = read_credentials(os.environ, Path.cwd(), beside)
    except UsageError as error:
        raise UsageError(
            "batch-offboard is not connected to Genesys yet. To connect it: batch-offboard setup\n"
            f"{error}"
        ) from error
    if not terminal.quiet:
        terminal.say(f"Credentials from {loaded.source}.")
    return Credentials(loaded.domain, loaded.client_id, loaded.client_secret)
