"""The question before anything is changed: a plan is shown, and a person types its number."""

import signal
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from batch_offboard.cli.plan import plan_lines, undo_plan_lines
from batch_offboard.cli.terminal import Terminal
from batch_offboard.errors import InterruptedRunError, RefusedError
from batch_offboard.wording import counted

if TYPE_CHECKING:
    from batch_offboard.offboarding.planning import Plan
    from batch_offboard.offboarding.undo import UndoPlan


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


def answered_yes(people: int, prompt: Callable[[str], str]) -> bool:
    """Whether the person types the number of people that the run changes."""
    question = f"Type {people} to change {counted(people, 'person')}, anything else to stop"
    return prompt(question).strip() == str(people)
