"""The question before anything is changed: a plan is shown, and a person types its number."""

import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from batch_offboard.cli.options import RunOptions
from batch_offboard.cli.terminal import Terminal
from batch_offboard.errors import InterruptedRunError, RefusedError
from batch_offboard.wording import counted

if TYPE_CHECKING:
    from batch_offboard.offboarding.agreement import Agreement, Proposal


@dataclass(frozen=True, slots=True)
class Question:
    """How a plan is put to the person; with `yes`, or in a dry run, no question is asked."""

    terminal: Terminal
    yes: bool
    dry_run: bool

    async def __call__(self, proposal: "Proposal") -> "Agreement | None":
        """Show the plan and ask for agreement if it has changes; None if the person declines."""
        from batch_offboard.offboarding.agreement import Agreement

        if not (self.terminal.quiet and self.yes):
            for line in proposal.lines:
                self.terminal.say(line)
        people = proposal.plan.people
        if self.yes or self.dry_run or not people:
            return Agreement("without_question")
        return Agreement("number_typed", people) if answered_yes(people, _typed) else None


def question_for(given: RunOptions, terminal: Terminal) -> Question:
    """The question of a command. Raises RefusedError if nobody is there to answer it."""
    if not given.yes and not given.dry_run and not sys.stdin.isatty():
        again = given.invocation.again
        raise RefusedError(
            "Nobody can be asked here: this is not a terminal. Nothing was changed.\n"
            f"To see the plan only: {again(dry_run=True)}\n"
            f"To go ahead without being asked: {again(yes=True)}"
        )
    return Question(terminal, given.yes, given.dry_run)


def _typed(text: str) -> str:
    """The answer that the person types. Ctrl-C ends the question at once: no call is in flight."""
    previous = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        return str(click.prompt(text, default="", show_default=False, err=True))
    except click.Abort as error:
        click.echo(err=True)  # the terminal has shown ^C behind the question
        raise InterruptedRunError("Cancelled. Nothing was changed.") from error
    finally:
        signal.signal(signal.SIGINT, previous)


def answered_yes(people: int, prompt: Callable[[str], str]) -> bool:
    """Whether the person types the number of people that the run changes."""
    question = f"To change {counted(people, 'person')}, type {people}. Press Enter to cancel"
    return prompt(question).strip() == str(people)
