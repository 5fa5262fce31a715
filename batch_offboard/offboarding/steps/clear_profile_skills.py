"""Remove the skills named in the person's profile: plain texts that routing does not use."""

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import cast

from batch_offboard.offboarding.belongings import (
    PROFILE_SKILLS,
    holdings_of,
    to_restore,
    with_holdings,
)
from batch_offboard.offboarding.models import Call, Holding, Json, Snapshot
from batch_offboard.offboarding.steps.base import Effect, Permission, Step


def _set(arguments: Mapping[str, Json], person: Snapshot) -> Snapshot:
    skills = cast(list[str], arguments["skills"])
    return with_holdings(person, PROFILE_SKILLS, map(Holding, skills))


class ClearProfileSkills(Step):
    """PUT an empty list: it replaces them all (`UsersApi.put_user_profileskills`)."""

    name = "clear_profile_skills"
    title = "Clearing profile skills"
    undo_title = "Putting profile skills back"
    unit = "person"
    does = "clears the skills named in their profile"
    permissions = (Permission(("directory:userProfile:edit",), "person"),)
    reads = frozenset({PROFILE_SKILLS})
    effects: Mapping[str, Effect] = MappingProxyType({"set_profile_skills": _set})

    def calls(self, people: Iterable[Snapshot]) -> Iterator[Call]:
        """One call for each person whose profile names skills."""
        for person in people:
            if holdings_of(person.user, PROFILE_SKILLS):
                yield _set_skills(person, ())

    def undo(self, pairs: Iterable[tuple[Snapshot, Snapshot]]) -> Iterator[Call]:
        """The skills as before, and those that were added since."""
        for before, now in pairs:
            if missing := to_restore(before, now, PROFILE_SKILLS):
                yield _set_skills(now, (*holdings_of(now.user, PROFILE_SKILLS), *missing))


def _set_skills(person: Snapshot, skills: Iterable[Holding]) -> Call:
    names: list[Json] = [skill.id for skill in skills]
    arguments = {"user_id": person.user.id, "skills": names}
    return Call("set_profile_skills", arguments, (person.row,))
