"""The lists that were handed in: the last `MOST_LISTS`, kept in memory for `KEPT_SECONDS`."""

import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from batch_offboard.commands.settings import list_settings, with_date_format
from batch_offboard.config import Config
from batch_offboard.errors import AmbiguousDayError, ListError
from batch_offboard.termination_list import ColumnChoice, ListSettings
from batch_offboard.termination_list.foreign_files import refuse_by_name
from batch_offboard.termination_list.known import RESULTS
from batch_offboard.termination_list.models import TerminationList
from batch_offboard.termination_list.preview import ListPreview, preview_of
from batch_offboard.termination_list.reading import read_list
from batch_offboard.termination_list.source import named_in_errors

MOST_LISTS = 5
KEPT_SECONDS = 8 * 3600.0
MOST_BYTES = 20_000_000
MOST_ROWS = 20_000


_DAY = re.compile(r"\d{1,2}([-/.])\d{1,2}([-/.])(\d{4}|\d{2})")


def day_formats(text: str) -> Mapping[str, str]:
    """For a day of three numbers, the strptime patterns with the day and the month first."""
    found = _DAY.fullmatch(text)
    if found is None:
        return {}
    year = "%Y" if len(found[3]) == 4 else "%y"
    return {
        "day": f"%d{found[1]}%m{found[2]}{year}",
        "month": f"%m{found[1]}%d{found[2]}{year}",
    }


@dataclass(frozen=True)
class Draft:
    """A list as it was handed in, and how a person wants it read."""

    id: str
    name: str
    data: bytes = field(repr=False)
    config: Config
    sheet: str | None = None
    choices: tuple[ColumnChoice, ...] = ()
    header_row: int | None = None
    date_format: str | None = None
    """Which of day and month comes first in dates such as 03/04/2026, as a strptime pattern."""

    @property
    def settings(self) -> ListSettings:
        """How the list is read."""
        settings = list_settings(with_date_format(self.config, self.date_format), self.choices)
        return replace(settings, header_row=self.header_row)

    @cached_property
    def read(self) -> TerminationList | ListError:
        """The list, or why it cannot be used as it is."""
        try:
            with named_in_errors(self.name):
                refuse_by_name(self.name, len(self.data))
            listed = read_list(self.name, self.data, self.settings, self.sheet)
        except ListError as error:
            return error
        if len(listed.rows) > MOST_ROWS:
            return ListError(
                f"{self.name} has {len(listed.rows):,} rows, but the page takes at most "
                f"{MOST_ROWS:,}. Use the command line for longer lists."
            )
        return listed

    @property
    def ambiguous_day(self) -> str:
        """A day of the list for which it has to be said whether day or month comes first."""
        error = self.read if isinstance(self.read, ListError) else None
        while error is not None and not isinstance(error, AmbiguousDayError):
            error = error.__cause__ if isinstance(error.__cause__, ListError) else None
        return error.text if error is not None else ""

    @cached_property
    def preview(self) -> ListPreview | None:
        """A preview of the columns; None if the file is no table."""
        try:
            refuse_by_name(self.name, len(self.data))
            return preview_of(self.data, self.settings, self.sheet)
        except ListError:
            return None

    @property
    def is_results_file(self) -> bool:
        """Whether it has the columns of a results file."""
        return self.preview is not None and RESULTS in self.preview.fields.values()


@dataclass
class Drafts:
    """The lists that are kept, by id, each with the moment until which it is kept."""

    monotonic: Callable[[], float]
    _kept: dict[str, tuple[float, Draft]] = field(default_factory=dict)

    def add(self, name: str, data: bytes, config: Config) -> Draft:
        """Take in a list; the oldest goes when there are too many."""
        draft = Draft(secrets.token_urlsafe(9), name, data, config)
        self.keep(draft)
        while len(self._kept) > MOST_LISTS:
            del self._kept[next(iter(self._kept))]
        return draft

    def find(self, id: str) -> Draft | None:
        """The list of this id, if it is still kept."""
        until, draft = self._kept.get(id, (0.0, None))
        return draft if self.monotonic() < until else None

    def keep(self, draft: Draft) -> None:
        """Keep a list for another `KEPT_SECONDS`, in place of the one with the same id."""
        self._kept.pop(draft.id, None)
        self._kept[draft.id] = (self.monotonic() + KEPT_SECONDS, draft)
