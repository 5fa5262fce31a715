"""The question before anything is changed: a plan is shown, and a person types its number."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from batch_offboard.cli.options import RunOptions
from batch_offboard.cli.signals import handled, interrupt
from batch_offboard.cli.streams import forget_typed
from batch_offboard.cli.wording import Invocation
from batch_offboard.cli.wrapping import columns_of, wrapped
from batch_offboard.errors import CANCELLED, InterruptedRunError, RefusedError

if TYPE_CHECKING:
    from batch_offboard.cli.terminal import Terminal
    from batch_offboard.offboarding.agreement import Agreement, Proposal


_TOGETHER = "\xa0"
"""A blank at which no line is wrapped."""
_ROOM_TO_TYPE = 12
"""Columns kept free behind the question."""


@dataclass(frozen=True, slots=True)
class Question:
    """The `ask` at a terminal: shows a plan and asks for agreement, not with `yes` or a dry run."""

    terminal: "Terminal"
    yes: bool
    dry_run: bool
    invocation: Invocation

    async def __call__(self, proposal: "Proposal") -> "Agreement | None":
        """Show the plan and ask for agreement if it has changes; None if the person declines."""
        from batch_offboard.offboarding.agreement import Agreement

        if not (self.terminal.quiet and self.yes):
            for line in proposal.lines:
                self.terminal.say(line)
        people = proposal.plan.people
        if self.yes or self.dry_run or not people:
            return Agreement("without_question")
        self._say_how_to_see_all(proposal)
        return Agreement("number_typed", people) if answered_yes(proposal, _typed) else None

    def _say_how_to_see_all(self, proposal: "Proposal") -> None:
        """Print the command that lists every row, if the plan is longer than is shown."""
        from batch_offboard.offboarding.plan_lines import are_all_shown

        if not are_all_shown(proposal.plan):
            self.terminal.say(f"To see every row first: {self.invocation.again(dry_run=True)}")


def question_for(given: RunOptions, terminal: "Terminal") -> Question:
    """The question of a command. Raises RefusedError if nobody is there to answer it."""
    if not given.yes and not given.dry_run and not sys.stdin.isatty():
        again = given.invocation.again
        raise RefusedError(
            "This is not a terminal, so nobody can confirm the plan. Nothing was changed.\n"
            f"To see only the plan: {again(dry_run=True)}\n"
            f"To run it without asking: {again(yes=True)}"
        )
    return Question(terminal, given.yes, given.dry_run, given.invocation)


def in_lines(question: str, columns: int) -> str:
    """The question, wrapped if need be before what is to be typed, which stays together."""
    purpose, comma, answer = question.rpartition(", type ")
    together = f"type {answer}".replace(" ", _TOGETHER)
    whole = f"{purpose}, {together}" if comma else question
    return wrapped(whole, columns).replace(_TOGETHER, " ")


def _typed(text: str) -> str:
    """The answer that the person types. Ctrl-C ends the question at once: no call is in flight."""
    line = in_lines(text, max(0, columns_of(sys.stderr) - _ROOM_TO_TYPE))
    forget_typed()
    with handled(interrupt):
        try:
            answer = click.prompt(line, default="", prompt_suffix=" ", show_default=False, err=True)
        except click.Abort as error:
            click.echo(err=True)
            raise InterruptedRunError(CANCELLED) from error
    return str(answer)


def answered_yes(proposal: "Proposal", prompt: Callable[[str], str]) -> bool:
    """Whether the person types the number of people that the run changes."""
    from batch_offboard.present.question import purpose_of

    number = str(proposal.plan.people)
    question = f"To {purpose_of(proposal)}, type {number}. Press Enter to cancel:"
    return prompt(question).strip() == number
