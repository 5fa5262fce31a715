"""The interface of a step: one thing that offboarding does, planned from a snapshot."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from batch_offboard.offboarding.belongings import Belonging
from batch_offboard.offboarding.models import Call, Json, Snapshot

Effect = Callable[[Mapping[str, Json], Snapshot], Snapshot]
"""The person after a call with these arguments was carried out for them."""

NO_EFFECTS: Mapping[str, Effect] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Permission:
    """One permission that a step needs: any of the alternatives, in Genesys' own spelling.

    `division_of` says in whose division it is needed; empty where that cannot be told.
    """

    any_of: tuple[str, ...]
    division_of: Literal["person", "queue", ""] = ""

    def __str__(self) -> str:
        return " or ".join(self.any_of)


@dataclass(frozen=True, slots=True)
class Remainder:
    """Something that a step has not ended for a person, and whether the step can end it.

    `by_group` is true if only an admin's change to a group can end it. `why` is the reason, if the
    step knows it; otherwise it follows from the answers to the calls.
    """

    what: str
    by_group: bool = False
    why: str = ""


class Step(ABC):
    """One step of offboarding. Pure, so that recovery is reading and planning again.

    `reads` are the belongings that the step ends and its undo gives back. `effects` maps each
    operation of the step and its undo to its effect on a person. `does` describes the step to a
    person. `undo_permissions` are what its undo needs beside `permissions`, and a run does not.
    `not_undone` is a sentence about what an undo cannot put back, or empty.
    """

    name: str
    title: str
    undo_title: str
    undo_titles: Mapping[str, str] = MappingProxyType({})
    """Titles of their own for some operations of the undo: each is a line of progress."""
    unit: str
    does: str
    permissions: tuple[Permission, ...] = ()
    needs_work: bool = False
    """Whether it goes by the open callbacks of people."""
    precedes_queues: bool = False
    """Whether it has to be taken before people leave their queues."""
    undo_permissions: tuple[Permission, ...] = ()
    reads: frozenset[Belonging] = frozenset()
    effects: Mapping[str, Effect] = NO_EFFECTS
    not_undone: str = ""

    @abstractmethod
    def calls(self, people: Iterable[Snapshot]) -> Iterator[Call]:
        """The calls that are still needed for these people: none once the step is done."""

    @abstractmethod
    def undo(self, pairs: Iterable[tuple[Snapshot, Snapshot]]) -> Iterator[Call]:
        """The calls that can be made now towards each person (before, now) as they were before.

        The caller repeats this until it yields nothing.
        """

    def permissions_for(self, _call: Call) -> tuple[Permission, ...]:
        """The permissions that a call of this step or of its undo needs."""
        return self.permissions

    def left(self, person: Snapshot) -> Iterator[Remainder]:
        """What this step should have ended but has not, or could not read."""
        for each in sorted(self.reads, key=lambda belonging: belonging.name):
            holdings = person.user.holdings.get(each.name)
            if holdings is None:
                yield Remainder(f"{each.noun}s", why="not seen, as Genesys did not show them")
            for holding in holdings or ():
                why = (
                    "its members follow a rule, so nobody can be taken out by hand"
                    if holding.fixed
                    else ""
                )
                yield Remainder(each.named(holding), by_group=holding.fixed, why=why)
