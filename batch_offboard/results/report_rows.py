"""The rows in the report: those that need attention, by cause and as cards, and the full table.

Pure: no clock, so that the report of a journal is the same whenever it is rebuilt.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from batch_offboard.offboarding.codes import CODES
from batch_offboard.record.events import RowStatus
from batch_offboard.results.delays import Delay, delays
from batch_offboard.results.models import ListCells, RowResult, RunView
from batch_offboard.results.run_verdict import attention, label
from batch_offboard.wording import counted, spans

MOST_CARDS = 200
ROWS_A_BLOCK = 250
_HTTP_ERROR = 400


@dataclass(frozen=True, slots=True)
class Cause:
    """A cause that open rows share, in words; `code` is empty if there is none."""

    words: str
    code: str
    number: int


@dataclass(frozen=True, slots=True)
class Stopped:
    """Rows that a stopped run left in the same state: their status, and one action for all."""

    status: RowStatus
    code: str
    heading: str
    sentence: str
    next_action: str

    @property
    def status_label(self) -> str:
        """The status as it is written in a sentence."""
        return label(self.status)


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the list as the report shows it.

    `name` is Genesys', else the list's; `listed` is what else the list says of a person without a
    name from Genesys. `earlier_run` is set where an earlier run of the chain decided the row.
    """

    result: RowResult
    name: str
    listed: str
    delay: Delay | None
    earlier_run: str

    @property
    def status_label(self) -> str:
        """The status as it is written in a sentence."""
        return label(self.result.outcome)

    @property
    def call(self) -> str:
        """Genesys' answer to the call that decided the row, where it says more than "fine"."""
        status = self.result.http_status or 0
        return f"HTTP {status}" if status >= _HTTP_ERROR else ""


@dataclass(frozen=True, slots=True)
class AttentionSection:
    """Who needs attention: the causes, rows that a stop left alike, and a card for each other."""

    causes: tuple[Cause, ...]
    stopped: tuple[Stopped, ...]
    cards: tuple[Entry, ...]
    more: int


def attention_section(view: RunView, entries: "Entries") -> AttentionSection:
    """The rows that need attention."""
    open_rows = attention(view)
    stopped = _left_alike(open_rows)
    together = {row.row for rows in stopped for row in rows}
    cards = [row for row in open_rows if row.row not in together]
    return AttentionSection(
        causes=_causes(open_rows),
        stopped=tuple(map(_stopped, stopped)),
        cards=tuple(entries.of(row) for row in cards[:MOST_CARDS]),
        more=max(0, len(cards) - MOST_CARDS),
    )


def blocks_of(view: RunView) -> Iterator[list[Entry]]:
    """All rows in the list's order, in blocks that a browser lays out one at a time."""
    entries = Entries(view)
    rows = (entries.of(row) for row in view.results)
    while block := list(islice(rows, ROWS_A_BLOCK)):
        yield block


class Entries:
    """Builds the report's entries of rows, with what is looked up by row number."""

    def __init__(self, view: RunView) -> None:
        self.delays = {delay.result.row: delay for delay in delays(view)}
        self._list_cells = ListCells(view)
        self._run_id = view.started.run_id

    def of(self, result: RowResult) -> Entry:
        """The entry of one row."""
        return Entry(
            result=result,
            name=self._list_cells.name(result),
            listed=self._list_cells.identifiers(result),
            delay=self.delays.get(result.row),
            earlier_run=result.run_id if result.run_id != self._run_id else "",
        )


def _causes(open_rows: Sequence[RowResult]) -> tuple[Cause, ...]:
    """How many open rows have each cause, the most frequent first."""
    causes = Counter((row.error_code, row.error_code or label(row.outcome)) for row in open_rows)
    return tuple(
        Cause(CODES[code].words if code in CODES else otherwise, code, number)
        for (code, otherwise), number in causes.most_common()
    )


def _left_alike(open_rows: Iterable[RowResult]) -> list[list[RowResult]]:
    """The rows left unfinished by a stop, grouped by what is left to do.

    A row without others like it gets a card instead.
    """
    alike: defaultdict[tuple[bool, str, str], list[RowResult]] = defaultdict(list)
    for row in open_rows:
        reached = row.status != "not_run"
        if not reached or row.error_code == "interrupted":
            alike[reached, row.status, row.next_action].append(row)
    ordered = (alike[key] for key in sorted(alike))
    return [rows for rows in ordered if len(rows) > 1 or rows[0].status == "not_run"]


def _stopped(rows: Sequence[RowResult]) -> Stopped:
    first, numbers = rows[0], spans([row.row for row in rows])
    where = f"it: row {numbers}." if len(rows) == 1 else f"them: rows {numbers}."
    if first.status == "not_run":
        became, sentence = "not reached", f"The run ended before {where}"
    else:
        became = "cut short"
        sentence = (
            f"The run ended in the middle of {where} The full table has what was done for each."
        )
    heading = f"{counted(len(rows), 'row')} {became}"
    return Stopped(first.status, first.error_code, heading, sentence, first.next_action)
