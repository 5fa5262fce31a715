"""What a command gets from the process it runs in, handed in so that tests can bring their own."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, TextIO

import click

if TYPE_CHECKING:
    from batch_offboard.genesys import Clock


@dataclass(frozen=True, slots=True)
class Surroundings:
    """A command's stdout, reserved for the one object of `--json`, and its clock.

    A `clock` of None means the real clock, so that `--help` need not import it.
    """

    stdout: TextIO
    clock: "Clock | None" = None


def surroundings(context: click.Context) -> Surroundings:
    """The surroundings with which the command line was started."""
    found: Surroundings = context.obj
    return found
