"""What the report shows, section by section, as values in words; the template only lays them out.

Pure: no clock, so that the report of a journal is the same whenever it is rebuilt.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import PurePath
from statistics import median

from batch_offboard.offboarding.codes import CODES
from batch_offboard.record.events import Paused, RowStatus, Warned
from batch_offboard.results.delays import Delay, delays
from batch_offboard.results.listed import Listed
from batch_offboard.results.models import QueueChange, RowResult, RunView
from batch_offboard.results.report_facts import (
    Fact,
    Notice,
    day,
    facts_of,
    folder_name,
    kind_of,
    notices_of,
    settings_of,
)
from batch_offboard.results.report_traffic import TrafficPicture, traffic_picture
from batch_offboard.results.run_verdict import (
    attention,
    counts,
    label,
    status_words,
    verdict,
)
from batch_offboard.wording import counted, spans

MOST_CARDS = 200
MOST_DELAYS = 100
MOST_PAUSES = 25
ROWS_A_BLOCK = 250
_HTTP_ERROR = 400


@dataclass(frozen=True, slots=True)
class Share:
    """A part of the bar: the rows of one status."""

    status: RowStatus
    label: str
    words: str
    number: int


@dataclass(frozen=True, slots=True)
class Cause:
    """What stands behind so many open rows, in words; `code` is empty where there is none."""

    words: str
    code: str
    number: int


@dataclass(frozen=True, slots=True)
class Stopped:
    """Rows that a stopped run left alike: what became of them, and one thing to do for all."""

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

    `name` is Genesys', else the list's; `listed` is what else the list says of a person whom
    Genesys does not name. `earlier_run` is set where an earlier run of the chain decided the row.
    """

    result: RowResult
    name: str
    listed: str
    delay: Delay | None
    earlier_run: str

    @property
    def status_label(self) -> str:
        """The status as it is written in a sentence."""
        return label(self.result.status)

    @property
    def call(self) -> str:
        """Genesys' answer to the call that decided the row, where it says more than "fine"."""
        status = self.result.http_status or 0
        return f"HTTP {status}" if status >= _HTTP_ERROR else ""


@dataclass(frozen=True, slots=True)
class DelaySection:
    """How soon after their day people were inactive, in a sentence, and who was late."""

    sentence: str
    late: tuple[Entry, ...]
    more: int


@dataclass(frozen=True, slots=True)
class Page:
    """The whole report."""

    title: str
    kind: str
    verdict: str
    notices: tuple[Notice, ...]
    facts: tuple[Fact, ...]
    shares: tuple[Share, ...]
    causes: tuple[Cause, ...]
    stopped: tuple[Stopped, ...]
    attention: tuple[Entry, ...]
    more_attention: int
    warnings: tuple[Warned, ...]
    queues: tuple[QueueChange, ...]
    emptied: int
    delays: DelaySection | None
    traffic: TrafficPicture | None
    pauses: tuple[Paused, ...]
    more_pauses: int
    settings: tuple[tuple[str, str], ...]
    journal_hash: str
    verify_command: str
    results_sha256: str
    undo: bool


def page_of(view: RunView, journal_hash: str, folder: PurePath) -> Page:
    """The report of a run whose journal, in `folder`, ends with the line of that hash."""
    entries = _Entries(view)
    open_rows = attention(view)
    stopped = _left_alike(open_rows)
    told = {row.row for rows in stopped for row in rows}
    cards = [row for row in open_rows if row.row not in told]
    kind, list_name, name = kind_of(view), view.started.list.name, folder_name(folder)
    return Page(
        title=f"{kind}: {list_name}, {day(view.started.at)}",
        kind=kind,
        verdict=verdict(view),
        notices=notices_of(view, name),
        facts=facts_of(view),
        shares=_shares(view),
        causes=_causes(open_rows),
        stopped=tuple(map(_stopped, stopped)),
        attention=tuple(entries.of(row) for row in cards[:MOST_CARDS]),
        more_attention=max(0, len(cards) - MOST_CARDS),
        warnings=view.warnings,
        queues=tuple(sorted(view.queues, key=_emptiest_first)),
        emptied=sum(each.left_members == 0 for each in view.queues),
        delays=_delay_section(entries, view.started.list.timezone),
        traffic=traffic_picture(view.traffic, view.pauses, _allowance(view)),
        pauses=view.pauses[:MOST_PAUSES],
        more_pauses=max(0, len(view.pauses) - MOST_PAUSES),
        settings=tuple(settings_of(view.started.settings)),
        journal_hash=journal_hash,
        verify_command=f'batch-offboard report "{name}" --verify',
        results_sha256=view.written[-1].sha256 if view.written else "",
        undo=view.started.command == "undo",
    )


def blocks_of(view: RunView) -> Iterator[list[Entry]]:
    """All rows in the list's order, in blocks that a browser lays out one at a time."""
    entries = _Entries(view)
    rows = (entries.of(row) for row in view.results)
    while block := list(islice(rows, ROWS_A_BLOCK)):
        yield block


class _Entries:
    """Makes entries of rows, with what is looked up by row number at hand."""

    def __init__(self, view: RunView) -> None:
        self.delays = {delay.result.row: delay for delay in delays(view)}
        self._listed = Listed(view)
        self._run_id = view.started.run_id

    def of(self, result: RowResult) -> Entry:
        """The entry of one row."""
        return Entry(
            result=result,
            name=self._listed.name(result),
            listed=self._listed.identifiers(result),
            delay=self.delays.get(result.row),
            earlier_run=result.run_id if result.run_id != self._run_id else "",
        )


def _shares(view: RunView) -> tuple[Share, ...]:
    words = status_words(view)
    return tuple(
        Share(status, label(status), words[status], number)
        for status, number in counts(view).items()
        if number
    )


def _causes(open_rows: Sequence[RowResult]) -> tuple[Cause, ...]:
    """How often each cause stands behind an open row, the most frequent first."""
    causes = Counter((row.error_code, row.error_code or label(row.status)) for row in open_rows)
    return tuple(
        Cause(CODES[code].words if code in CODES else otherwise, code, number)
        for (code, otherwise), number in causes.most_common()
    )


def _left_alike(open_rows: Iterable[RowResult]) -> list[list[RowResult]]:
    """The rows that a stop did not let come to their end, those with the same left to do together.

    A person who was cut short alone has a card like everybody else.
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


def _emptiest_first(change: QueueChange) -> tuple[int, int, str]:
    return (change.left_members, -change.removed, change.queue.name.casefold())


def _delay_section(entries: _Entries, timezone: str) -> DelaySection | None:
    found = tuple(entries.delays.values())
    if not found:
        return None
    late = sorted((each for each in found if each.beyond_a_day), key=lambda each: -each.hours)
    return DelaySection(
        sentence=_delay_sentence(found, timezone),
        late=tuple(entries.of(each.result) for each in late[:MOST_DELAYS]),
        more=max(0, len(late) - MOST_DELAYS),
    )


def _delay_sentence(found: Sequence[Delay], timezone: str) -> str:
    done = [delay.hours for delay in found if delay.inactive_at is not None]
    has = "has" if len(found) == 1 else "have"
    sentence = f"{counted(len(found), 'person')} {has} a date in the list that has come."
    if done:
        soon = sum(not each.beyond_a_day for each in found if each.inactive_at is not None)
        sentence += (
            f" {len(done):,} became inactive, {soon:,} of them within 24 hours from the beginning "
            f"of that day ({timezone}); half of them within {median(done):,.1f} hours."
        )
    if waiting := len(found) - len(done):
        sentence += f" {waiting:,} {'was' if waiting == 1 else 'were'} not set to inactive."
    return sentence


def _allowance(view: RunView) -> int:
    """Calls a minute that this run gave itself: its pace for each token, times the tokens."""
    rate = view.started.settings.get("rate")
    if not isinstance(rate, Mapping):
        return 0
    return int(rate.get("per_minute", 0)) * int(rate.get("tokens", 1))
