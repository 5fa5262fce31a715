"""The headers known in one run: built-in, configured, and chosen by a person."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple

from batch_offboard.errors import ListError
from batch_offboard.termination_list.choices import ColumnChoice
from batch_offboard.termination_list.cleaning import cleaned
from batch_offboard.termination_list.headers import (
    NAME_IN_WORDS,
    built_in_field_of,
    field_of,
    plain,
)
from batch_offboard.termination_list.identifiers import guid_in, is_like_guid
from batch_offboard.termination_list.models import CHOICES, IDENTIFYING
from batch_offboard.termination_list.row_names import complete
from batch_offboard.termination_list.settings import ListSettings

RESULTS = "results"
"""Stands for the column by which the results file of an earlier run is recognised."""

MEANINGS: Mapping[str, str] = {
    "user_id": "user id",
    "email": "e-mail address",
    "employee_id": "employee number",
    "name": "name",
    "given_name": "given name",
    "middle_name": "middle name",
    "family_name": "family name",
    "effective_date": "effective date",
    "last_day": "last day",
    RESULTS: "status from an earlier run",
}
"""What the fields are called in messages."""

_BARE_ID = "id"
_UNDASHED = re.compile("[0-9a-fA-F]{32}")
"""32 hexadecimal digits: ids of other systems look like that too."""
_OWN_SPELLING = "user_id"
_OWN = "genesysuserid"
"""The header that people write only if they mean a Genesys user id."""


class Origin(IntEnum):
    """Where the meaning of a header comes from; the higher one wins."""

    BUILT_IN = 0
    CONFIGURED = 1
    CHOSEN = 2


class Meaning(NamedTuple):
    """What a header means, and where that comes from."""

    field: str
    origin: Origin


@dataclass(frozen=True, slots=True)
class KnownHeaders:
    """What headers mean, by header as `plain` spells it, and the columns chosen for this run.

    `row` is the row of the headers where a person has said so.
    """

    configured: Mapping[str, str]
    choices: tuple[ColumnChoice, ...] = ()
    row: int | None = None

    def meaning(self, header: str) -> Meaning | None:
        """What a header means, regardless of the cells below it."""
        for origin, known in (
            (Origin.CHOSEN, self._chosen()),
            (Origin.CONFIGURED, self.configured),
        ):
            if field := field_of(header, known):
                return Meaning(field, origin)
        if field := built_in_field_of(header):
            return Meaning(field, Origin.BUILT_IN)
        return Meaning(RESULTS, Origin.BUILT_IN) if is_status_column(header) else None

    def _chosen(self) -> Mapping[str, str]:
        """The choices by header; of a header that is several columns, the one that identifies."""
        ranked = sorted(self.choices, key=lambda each: CHOICES.index(each.field), reverse=True)
        return {plain(each.header): each.field for each in ranked}

    def meaning_above(self, header: str, cells: Iterable[str]) -> Meaning | None:
        """What a header means above these cells, which may belie user ids and names."""
        found = self.meaning(header)
        if found and found.field == NAME_IN_WORDS:
            return Meaning("name", found.origin) if _are_names(cells) else None
        if found and found.field == "user_id" and not _may_be_user_ids(header, found.origin, cells):
            return None
        return found


def _are_names(cells: Iterable[str]) -> bool:
    """Whether most of the filled cells are names of two words or more."""
    names = [name for cell in cells if (name := complete(cell))]
    return 2 * sum(map(_is_name, names)) > len(names)


def _is_name(text: str) -> bool:
    return " " in text and not any(map(str.isdigit, text)) and "@" not in text


def is_status_column(header: str) -> bool:
    """Whether a header is that of the status which a run adds."""
    return plain(header) == "offboardstatus"


def is_bare_id(header: str) -> bool:
    """Whether a header is just "id", which is too ambiguous to count by itself."""
    return plain(header) == _BARE_ID


def _may_be_user_ids(header: str, origin: Origin, cells: Iterable[str]) -> bool:
    if origin is Origin.CHOSEN:
        return True
    if is_bare_id(header):
        return any(guid_in(cell) and not _UNDASHED.search(cell) for cell in cells)
    spelled = re.sub(r"[^\w-]", "", cleaned(header)).casefold()
    if origin is Origin.CONFIGURED or spelled == _OWN_SPELLING or plain(header) == _OWN:
        return True
    return any(map(is_like_guid, cells))


def known_headers(settings: ListSettings) -> KnownHeaders:
    """What headers mean under these settings.

    Raises ListError if the configuration gives one header two meanings.
    """
    configured: dict[str, str] = {}
    for field in CHOICES:
        for header in settings.columns.get(field, ()):
            if configured.setdefault(plain(header), field) != field:
                raise ListError(
                    f'In the settings, list.columns gives the header "{header}" two meanings: '
                    f"{configured[plain(header)]} and {field}. Leave it in one of them."
                )
    return KnownHeaders(configured, settings.choices, settings.header_row)


def decides_alone(field: str) -> bool:
    """Whether only one column can be this field; names and days may have several."""
    return field in IDENTIFYING
