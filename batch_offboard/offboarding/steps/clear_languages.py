"""Remove all routing languages of the person."""

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, cast

from batch_offboard.offboarding.batching import chunks
from batch_offboard.offboarding.belongings import LANGUAGES, holdings_of, to_restore, with_holdings
from batch_offboard.offboarding.limits import LANGUAGES_PER_CALL
from batch_offboard.offboarding.models import Call, Holding, Json, Snapshot
from batch_offboard.offboarding.steps.base import Effect, Permission, Step


def _removed(arguments: Mapping[str, Json], person: Snapshot) -> Snapshot:
    kept = (
        each for each in holdings_of(person.user, LANGUAGES) if each.id != arguments["language_id"]
    )
    return with_holdings(person, LANGUAGES, kept)


def _added(arguments: Mapping[str, Json], person: Snapshot) -> Snapshot:
    given = cast(list[dict[str, Any]], arguments["languages"])
    ids = {each["id"] for each in given}
    kept = (each for each in holdings_of(person.user, LANGUAGES) if each.id not in ids)
    added = (Holding(each["id"], value=each["proficiency"]) for each in given)
    return with_holdings(person, LANGUAGES, (*kept, *added))


class ClearLanguages(Step):
    """DELETE of one language of one user a call; the API has no bulk removal (`UsersApi`)."""

    name = "clear_languages"
    title = "Clearing languages"
    undo_title = "Putting languages back"
    unit = "language"
    does = "clears their routing languages"
    permissions = (Permission(("routing:skill:assign", "routing:language:assign"), "person"),)
    reads = frozenset({LANGUAGES})
    effects: Mapping[str, Effect] = MappingProxyType(
        {"remove_language": _removed, "add_languages": _added}
    )

    def calls(self, people: Iterable[Snapshot]) -> Iterator[Call]:
        """One call for each language of each person."""
        for person in people:
            for language in holdings_of(person.user, LANGUAGES):
                arguments = {"user_id": person.user.id, "language_id": language.id}
                yield Call("remove_language", arguments, (person.row,))

    def undo(self, pairs: Iterable[tuple[Snapshot, Snapshot]]) -> Iterator[Call]:
        """Bulk calls that add the languages missing now, or held with another proficiency."""
        for before, now in pairs:
            missing: list[Json] = [
                {"id": each.id, "proficiency": each.value}
                for each in to_restore(before, now, LANGUAGES)
            ]
            for chunk in chunks(missing, LANGUAGES_PER_CALL):
                arguments = {"user_id": now.user.id, "languages": list(chunk)}
                yield Call("add_languages", arguments, (now.row,))
