"""What the further steps took from a person: the facts of before that are there no more."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import Protocol, TypeVar

from batch_offboard.offboarding.models import Named, Proficiency, Snapshot, User
from batch_offboard.offboarding.steps import Fact, Step, further, left_by


class _Identified(Protocol):
    @property
    def id(self) -> str: ...


T = TypeVar("T", bound=_Identified)


def taken(before: User, now: User | None, facts: Collection[Fact]) -> User:
    """The person of before with those of these facts only that `now` lacks.

    `now` is None where it is not known: then everything may have been taken. Facts of the user
    are the fields of the same names.
    """

    def of(fact: Fact, held: Iterable[T] | None, current: Iterable[T] | None) -> tuple[T, ...]:
        kept = {_key(each) for each in current or ()}
        return tuple(each for each in held or () if fact in facts and _key(each) not in kept)

    return replace(
        before,
        groups=of(Fact.GROUPS, before.groups, now.groups if now else ()),
        skills=of(Fact.SKILLS, before.skills, now.skills if now else ()),
        languages=of(Fact.LANGUAGES, before.languages, now.languages if now else ()),
        team=_lost(before.team, now.team if now else None) if Fact.TEAM in facts else None,
        station=_lost(before.station, now.station if now else None)
        if Fact.STATION in facts
        else None,
    )


def still_missing(steps: Iterable[Step], row: int, wanted: User, now: User) -> tuple[str, ...]:
    """What of the wanted person is not there again, in the words of the steps that took it."""
    missing = Snapshot(row, taken(wanted, now, frozenset(Fact)))
    return tuple(left.what for _, left in left_by(further(steps), missing))


def is_nothing(user: User) -> bool:
    """Whether none of the facts that further steps take is there."""
    return not (user.groups or user.skills or user.languages or user.team or user.station)


def _lost(held: Named | None, current: Named | None) -> Named | None:
    return None if held is None or (current and current.id == held.id) else held


def _key(thing: _Identified) -> tuple[str, float]:
    return thing.id, thing.proficiency if isinstance(thing, Proficiency) else 0
