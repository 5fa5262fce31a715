"""Take all routing languages from the person."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, cast

from batch_offboard.offboarding.batching import chunks
from batch_offboard.offboarding.limits import LANGUAGES_PER_CALL
from batch_offboard.offboarding.models import Call, Json, Proficiency, Snapshot
from batch_offboard.offboarding.steps.base import (
    Effect,
    Fact,
    Left,
    Permission,
    can_be_put_back,
)


def _removed(arguments: Mapping[str, Json], person: Snapshot) -> Snapshot:
    held = person.user.languages or ()
    kept = tuple(each for each in held if each.id != arguments["language_id"])
    return replace(person, user=replace(person.user, languages=kept))


def _added(arguments: Mapping[str, Json], person: Snapshot) -> Snapshot:
    given = cast(list[dict[str, Any]], arguments["languages"])
    ids = {each["id"] for each in given}
    kept = (each for each in person.user.languages or () if each.id not in ids)
    added = (Proficiency(each["id"], "", each["proficiency"]) for each in given)
    return replace(person, user=replace(person.user, languages=(*kept, *added)))


class ClearLanguages:
    """DELETE one language of one user a call: there is no bulk form that removes."""

    name = "clear_languages"
    title = "Clearing languages"
    undo_title = "Giving languages back"
    unit = "language"
    permissions: tuple[Permission, ...] = (
        Permission(("routing:skill:assign", "routing:language:assign")),
    )
    reads: frozenset[Fact] = frozenset({Fact.LANGUAGES})
    effects: Mapping[str, Effect] = MappingProxyType(
        {"remove_language": _removed, "add_languages": _added}
    )
    not_undone = ""

    def calls(self, people: Iterable[Snapshot]) -> Iterator[Call]:
        """One call for each language of each person."""
        for person in people:
            for language in person.user.languages or ():
                arguments = {"user_id": person.user.id, "language_id": language.id}
                yield Call("remove_language", arguments, (person.row,))

    def left(self, person: Snapshot) -> Iterator[Left]:
        """Every language that the person still has."""
        if person.user.languages is None:
            yield Left("languages", why="Genesys did not show them")
        for language in person.user.languages or ():
            yield Left(f"language {language.name or language.id}")

    def undo(self, pairs: Iterable[tuple[Snapshot, Snapshot]]) -> Iterator[Call]:
        """The languages that the person misses, or has with another proficiency, as before."""
        for before, now in pairs:
            held = {(each.id, each.proficiency) for each in now.user.languages or ()}
            missing: list[Json] = [
                {"id": each.id, "proficiency": each.proficiency}
                for each in before.user.languages or ()
                if (each.id, each.proficiency) not in held and can_be_put_back(before, now)
            ]
            for chunk in chunks(missing, LANGUAGES_PER_CALL):
                arguments = {"user_id": now.user.id, "languages": list(chunk)}
                yield Call("add_languages", arguments, (now.row,))
