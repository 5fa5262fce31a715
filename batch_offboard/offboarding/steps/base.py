"""What a step is: one thing that offboarding does, as three questions about a snapshot."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from batch_offboard.offboarding.models import Call, Json, Snapshot

Effect = Callable[[Mapping[str, Json], Snapshot], Snapshot]
"""What a person is once a call with these arguments was carried out for them."""


class Fact(Enum):
    """What a step must know of a person beyond state and version; some are `expand` names."""

    MEMBERSHIPS = "memberships"
    GROUPS = "groups"
    TEAM = "team"
    SKILLS = "skills"
    LANGUAGES = "languages"
    STATION = "station"


@dataclass(frozen=True, slots=True)
class Permission:
    """One permission that a step needs: any of the alternatives, in Genesys' own spelling."""

    any_of: tuple[str, ...]

    def __str__(self) -> str:
        return " or ".join(self.any_of)


@dataclass(frozen=True, slots=True)
class Left:
    """Something of a person's that a step has not ended, and whether the step itself ever can.

    `by_group` is true for what only an admin's change of a group can end. `why` is what the step
    knows of the reason; where it knows none, the answers of the calls tell.
    """

    what: str
    by_group: bool = False
    why: str = ""


class Step(Protocol):
    """One step of offboarding; pure, so that reading again and planning again is all recovery.

    `calls` yields only what is still needed for these people, so a step whose work is done yields
    nothing. `undo` compares the person before the run with the person now and yields the calls
    that can be made now to put the difference back; it is asked again until it yields nothing.
    `effects` tells of each operation of the step, and of its undo, what it makes of a person;
    `not_undone` says in a sentence what an undo cannot put back, if there is anything.
    """

    name: str
    title: str
    undo_title: str
    unit: str
    permissions: tuple[Permission, ...]
    reads: frozenset[Fact]
    effects: Mapping[str, Effect]
    not_undone: str

    def calls(self, people: Iterable[Snapshot]) -> Iterator[Call]:
        """The calls that are still needed for these people."""
        ...

    def left(self, person: Snapshot) -> Iterator[Left]:
        """What this step should have ended and has not."""
        ...

    def undo(self, pairs: Iterable[tuple[Snapshot, Snapshot]]) -> Iterator[Call]:
        """The calls that can be made now towards each person (before, now) as they were before."""
        ...


def can_be_put_back(before: Snapshot, now: Snapshot) -> bool:
    """Whether it is time to put things back: not while the person is still inactive by the run."""
    return now.user.state == "active" or before.user.state != "active"
