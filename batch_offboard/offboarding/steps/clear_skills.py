"""Remove all routing skills of the person; skill groups, and queues through them, end with them."""

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, cast

from batch_offboard.offboarding.belongings import SKILLS, holdings_of, to_restore, with_holdings
from batch_offboard.offboarding.models import Call, Holding, Json, Snapshot
from batch_offboard.offboarding.steps.base import Effect, Permission, Step


def _set(arguments: Mapping[str, Json], person: Snapshot) -> Snapshot:
    skills = cast(list[dict[str, Any]], arguments["skills"])
    return with_holdings(
        person, SKILLS, (Holding(each["id"], value=each["proficiency"]) for each in skills)
    )


class ClearSkills(Step):
    """PUT an empty list: it replaces all skills (`UsersApi.put_user_routingskills_bulk`)."""

    name = "clear_skills"
    title = "Clearing skills"
    undo_title = "Putting skills back"
    unit = "person"
    does = "clears their routing skills"
    permissions = (Permission(("routing:skill:assign",), "person"),)
    reads = frozenset({SKILLS})
    effects: Mapping[str, Effect] = MappingProxyType({"set_skills": _set})

    def calls(self, people: Iterable[Snapshot]) -> Iterator[Call]:
        """One call for each person who has skills."""
        for person in people:
            if holdings_of(person.user, SKILLS):
                yield _set_skills(person, ())

    def undo(self, pairs: Iterable[tuple[Snapshot, Snapshot]]) -> Iterator[Call]:
        """The skills as before, with those that were given since."""
        for before, now in pairs:
            if to_restore(before, now, SKILLS):
                wanted = holdings_of(before.user, SKILLS)
                ids = {skill.id for skill in wanted}
                since = (skill for skill in holdings_of(now.user, SKILLS) if skill.id not in ids)
                yield _set_skills(now, (*wanted, *since))


def _set_skills(person: Snapshot, skills: Iterable[Holding]) -> Call:
    levels = [{"id": skill.id, "proficiency": skill.value} for skill in skills]
    return Call("set_skills", {"user_id": person.user.id, "skills": levels}, (person.row,))
