"""Take all routing skills from the person; skill groups, and queues through them, end with them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, cast

from batch_offboard.offboarding.models import Call, Json, Proficiency, Snapshot
from batch_offboard.offboarding.steps.base import (
    Effect,
    Fact,
    Left,
    Permission,
    can_be_put_back,
)


def _set(arguments: Mapping[str, Json], person: Snapshot) -> Snapshot:
    held = cast(list[dict[str, Any]], arguments["skills"])
    skills = tuple(Proficiency(each["id"], "", each["proficiency"]) for each in held)
    return replace(person, user=replace(person.user, skills=skills))


class ClearSkills:
    """PUT an empty list: it replaces all skills (`UsersApi.put_user_routingskills_bulk`)."""

    name = "clear_skills"
    title = "Clearing skills"
    undo_title = "Giving skills back"
    unit = "person"
    permissions: tuple[Permission, ...] = (Permission(("routing:skill:assign",)),)
    reads: frozenset[Fact] = frozenset({Fact.SKILLS})
    effects: Mapping[str, Effect] = MappingProxyType({"set_skills": _set})
    not_undone = ""

    def calls(self, people: Iterable[Snapshot]) -> Iterator[Call]:
        """One call for each person who has skills."""
        for person in people:
            if person.user.skills:
                yield _set_skills(person, ())

    def left(self, person: Snapshot) -> Iterator[Left]:
        """Every skill that the person still has."""
        if person.user.skills is None:
            yield Left("skills", why="Genesys did not show them")
        for skill in person.user.skills or ():
            yield Left(f"skill {skill.name or skill.id}")

    def undo(self, pairs: Iterable[tuple[Snapshot, Snapshot]]) -> Iterator[Call]:
        """The skills as before, with those that were given since."""
        for before, now in pairs:
            held = now.user.skills or ()
            wanted = before.user.skills or ()
            if can_be_put_back(before, now) and _levels(wanted) - _levels(held):
                ids = {skill.id for skill in wanted}
                since = tuple(skill for skill in held if skill.id not in ids)
                yield _set_skills(now, (*wanted, *since))


def _levels(skills: Iterable[Proficiency]) -> set[tuple[str, float]]:
    return {(skill.id, skill.proficiency) for skill in skills}


def _set_skills(person: Snapshot, skills: Iterable[Proficiency]) -> Call:
    levels = [{"id": skill.id, "proficiency": skill.proficiency} for skill in skills]
    return Call("set_skills", {"user_id": person.user.id, "skills": levels}, (person.row,))
