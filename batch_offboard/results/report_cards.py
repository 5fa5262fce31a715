"""Who needs attention, in the report: one card for each cause, with everyone it concerns.

Pure: no clock, so that the report of a journal is the same whenever it is rebuilt.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from batch_offboard.offboarding.codes import CODES
from batch_offboard.record.events import RowStatus
from batch_offboard.results.causes import action_for_several
from batch_offboard.results.models import RowOutcome, RowResult, RunView
from batch_offboard.results.report_rows import Entries, Entry
from batch_offboard.results.run_verdict import attention, label
from batch_offboard.wording import counted, spans

MOST_SHOWN = 200
"""The most rows shown on all cards together; the full table has every one."""


@dataclass(frozen=True, slots=True)
class StoppedRows:
    """One card for all rows that a stop left in the same state, with one next action."""

    status: RowOutcome
    code: str
    heading: str
    sentence: str
    next_action: str

    @property
    def status_label(self) -> str:
        """The outcome in words, as within a sentence."""
        return label(self.status)


@dataclass(frozen=True, slots=True)
class Advice:
    """One next action, and the rows shown that it applies to."""

    next_action: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """The rows of one cause: one outcome and one error code.

    `words` say what the code, or else the outcome, means. `number` counts all rows, shown or not.
    `error` is the error message if all have the same, else empty.
    """

    status: RowOutcome
    code: str
    words: str
    number: int
    error: str
    advice: tuple[Advice, ...]

    @property
    def status_label(self) -> str:
        """The outcome in words, as within a sentence."""
        return label(self.status)

    @property
    def heading(self) -> str:
        """The cause as a heading."""
        return self.words[:1].upper() + self.words[1:]

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Everyone shown on the card."""
        return tuple(entry for advice in self.advice for entry in advice.entries)

    @property
    def size(self) -> str:
        """`15 people`; `2 rows` where rows are about the same person."""
        people = {entry.result.user_id or str(entry.result.row) for entry in self.entries}
        return counted(self.number, "person" if len(people) == len(self.entries) else "row")


@dataclass(frozen=True, slots=True)
class AttentionSection:
    """Who needs attention: what a stop left unfinished, and a card for each other cause.

    `number` counts all these rows, `more` those that no card shows.
    """

    stopped: tuple[StoppedRows, ...]
    cards: tuple[Card, ...]
    number: int
    more: int


def attention_section(view: RunView, entries: Entries) -> AttentionSection:
    """The section for the rows of `view` that need attention; empty if there is none."""
    open_rows = attention(view)
    stopped = _left_alike(open_rows)
    together = {row.row for rows in stopped for row in rows}
    others = [row for row in open_rows if row.row not in together]
    return AttentionSection(
        stopped=tuple(map(_stopped, stopped)),
        cards=tuple(_cards(_by_cause(others), entries)),
        number=len(open_rows),
        more=max(0, len(others) - MOST_SHOWN),
    )


def _by_cause(rows: Iterable[RowResult]) -> list[list[RowResult]]:
    """Rows of one status and code together: the most urgent first, then the most frequent."""
    found: defaultdict[tuple[RowStatus, str], list[RowResult]] = defaultdict(list)
    for row in rows:
        found[row.status, row.error_code].append(row)
    urgency = {status: place for place, (status, _) in enumerate(found)}
    return sorted(found.values(), key=lambda same: (urgency[same[0].status], -len(same)))


def _cards(causes: Iterable[Sequence[RowResult]], entries: Entries) -> Iterator[Card]:
    room = MOST_SHOWN
    for rows in causes:
        shown = rows[:room]
        room -= len(shown)
        if shown:
            yield _card(rows, shown, entries)


def _card(rows: Sequence[RowResult], shown: Sequence[RowResult], entries: Entries) -> Card:
    first = rows[0]
    errors = {row.error for row in rows}
    known = CODES.get(first.error_code)
    return Card(
        status=first.outcome,
        code=first.error_code,
        words=known.words if known else first.error_code or label(first.outcome),
        number=len(rows),
        error=first.error if len(errors) == 1 else "",
        advice=tuple(_advice(shown, entries)),
    )


def _advice(rows: Sequence[RowResult], entries: Entries) -> Iterator[Advice]:
    """The rows by next action; actions that differ only in row or person count as one."""
    alike: defaultdict[str, list[RowResult]] = defaultdict(list)
    for row in rows:
        alike[action_for_several(row)].append(row)
    for sentence, same in alike.items():
        action = same[0].next_action if len(same) == 1 else sentence
        yield Advice(action, tuple(map(entries.of, same)))


def _left_alike(open_rows: Iterable[RowResult]) -> list[list[RowResult]]:
    """The rows that a stop left unfinished, grouped by status and next action.

    A single row that was cut short is left out: it gets a card.
    """
    alike: defaultdict[tuple[bool, str, str], list[RowResult]] = defaultdict(list)
    for row in open_rows:
        reached = row.status != "not_run"
        if not reached or row.error_code == "interrupted":
            alike[reached, row.status, row.next_action].append(row)
    ordered = (alike[key] for key in sorted(alike))
    return [rows for rows in ordered if len(rows) > 1 or rows[0].status == "not_run"]


def _stopped(rows: Sequence[RowResult]) -> StoppedRows:
    """What the card of rows that a stop left unfinished says."""
    first, numbers = rows[0], spans([row.row for row in rows])
    where = f"row {numbers}" if len(rows) == 1 else f"rows {numbers}"
    if first.status == "not_run":
        became, sentence = "not reached", f"The run ended before {where}."
    else:
        became = "cut short"
        sentence = (
            f"The run ended in the middle of {where}. The table of every row shows what was done."
        )
    heading = f"{counted(len(rows), 'row')} {became}"
    return StoppedRows(first.outcome, first.error_code, heading, sentence, first.next_action)
