"""What a command needs before it can begin: settings, credentials, a person to ask."""

import os
import signal
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from batch_offboard.cli.question import answered_yes, plan_lines, undo_plan_lines
from batch_offboard.cli.terminal import Terminal
from batch_offboard.errors import InterruptedRunError, RefusedError

if TYPE_CHECKING:
    from batch_offboard.config import Config
    from batch_offboard.genesys import Credentials
    from batch_offboard.offboarding.planning import Plan
    from batch_offboard.offboarding.undo import UndoPlan
    from batch_offboard.termination_list.models import TerminationList


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


@dataclass(frozen=True, slots=True)
class Asking:
    """How a plan is put to the person: `yes` and a dry run go on without asking."""

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

    def agreed(self, lines: Iterable[str], people: int) -> bool:
        """Show the plan's lines; whether to go on with changing so many people."""
        if not (self.terminal.quiet and self.yes):
            for line in lines:
                self.terminal.say(line)
        if self.yes or self.dry_run or not people:
            return True
        return answered_yes(people, _typed)


def _typed(text: str) -> str:
    """What the person types at a question. Ctrl-C ends it at once: no call is in flight."""
    previous = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        return str(click.prompt(text, default="", show_default=False, err=True))
    except click.Abort as error:
        raise InterruptedRunError("Stopped at the question; nothing was changed.") from error
    finally:
        signal.signal(signal.SIGINT, previous)


@dataclass(frozen=True, slots=True)
class Question(Asking):
    """Shows the plan of a run with what `notes` add, and asks."""

    notes: tuple[str, ...] = ()

    def __call__(self, plan: "Plan") -> bool:
        """Whether to go on."""
        return self.agreed(plan_lines(plan, self.notes), plan.people)


class UndoQuestion(Asking):
    """Shows the plan of an undo, and asks."""

    def __call__(self, plan: "UndoPlan") -> bool:
        """Whether to go on."""
        return self.agreed(undo_plan_lines(plan), plan.people)


def date_notes(listed: "TerminationList", config: "Config") -> tuple[str, ...]:
    """In a dated list, the time zone and the day by which rows are due."""
    from batch_offboard.termination_list import timezone_name, today_in

    if not any(row.due for row in listed.rows):
        return ()
    now = datetime.now(UTC)
    zone = timezone_name(config.list.timezone, now)
    return (f"Days are those of {zone}; today is {today_in(config.list.timezone, now)}.",)
