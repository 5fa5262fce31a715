"""What a command needs before it can begin: settings, credentials, a person to ask."""

import os
import sys
from dataclasses import dataclass
from pathlib import Path

import click

from batch_offboard.cli.question import answered_yes, plan_lines
from batch_offboard.cli.terminal import Terminal
from batch_offboard.config import Config, load_config, read_credentials
from batch_offboard.errors import RefusedError
from batch_offboard.genesys import Credentials
from batch_offboard.offboarding.planning import Plan


def read_settings(config_path: Path | None, terminal: Terminal) -> Config:
    """config.yaml, its notices said."""
    config = load_config(config_path, Path.cwd())
    for notice in config.notices:
        terminal.say(f"Note: {notice}")
    return config


def find_credentials(beside: Path | None, terminal: Terminal) -> Credentials:
    """The credentials from the environment or the `.env` that counts; the source is named."""
    loaded = read_credentials(os.environ, Path.cwd(), beside)
    if not terminal.quiet:
        terminal.say(f"Credentials from {loaded.source}.")
    return Credentials(loaded.domain, loaded.client_id, loaded.client_secret)


@dataclass(frozen=True, slots=True)
class Question:
    """Shows the plan and asks the person; `yes` and a dry run go on without asking."""

    terminal: Terminal
    yes: bool
    dry_run: bool

    def check_terminal(self) -> None:
        """Raise RefusedError when there is nobody to ask and no `--yes`."""
        if not self.yes and not self.dry_run and not sys.stdin.isatty():
            raise RefusedError(
                "There is no terminal to ask at, so nothing was changed. "
                "Run again with --yes to go on without being asked, or with --dry-run."
            )

    def __call__(self, plan: Plan) -> bool:
        """Show the plan; whether to go on."""
        if not (self.terminal.quiet and self.yes):
            for line in plan_lines(plan):
                self.terminal.say(line)
        if self.yes or self.dry_run or not plan.people:
            return True
        return answered_yes(plan, lambda text: click.prompt(text, default="", err=True))
