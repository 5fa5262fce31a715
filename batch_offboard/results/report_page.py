"""What the report shows, section by section, as values in words; the template only lays them out.

Pure: no clock, so that the report of a journal is the same whenever it is rebuilt.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from statistics import median

from batch_offboard.results.delays import Delay, delays
from batch_offboard.results.models import QueueChange, RowResult, RunView
from batch_offboard.results.traffic_picture import TrafficPicture, moment, traffic_picture
from batch_offboard.results.verdict import (
    attention,
    counts,
    label,
    rows,
    status_words,
    verdict,
)
from batch_offboard.run.events import Paused, RowStatus, Warned

MOST_CARDS = 200
MOST_DELAYS = 100
MOST_PAUSES = 25
ROWS_A_BLOCK = 250
_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]


@dataclass(frozen=True, slots=True)
class Notice:
    """A sentence above everything else; an alarming one stands out."""

    text: str
    alarming: bool


@dataclass(frozen=True, slots=True)
class Fact:
    """One line about the run: what it is, the value, and what is smaller beside it."""

    label: str
    value: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Share:
    """A part of the bar: the rows of one status; `x` and `width` in per cent."""

    status: RowStatus
    label: str
    words: str
    number: int
    x: float
    width: float


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
    causes: tuple[tuple[str, int], ...]
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


def page_of(view: RunView, journal_hash: str, folder: Path) -> Page:
    """The report of a run whose journal, in `folder`, ends with the line of that hash."""
    entries = _Entries(view)
    open_rows = attention(view)
    kind, list_name = _kind(view), view.started.list.name
    return Page(
        title=f"{kind}: {list_name}, {_day(view.started.at)}",
        kind=kind,
        verdict=verdict(view),
        notices=_notices(view, folder),
        facts=_facts(view),
        shares=_shares(view),
        causes=_causes(open_rows),
        attention=tuple(entries.of(row) for row in open_rows[:MOST_CARDS]),
        more_attention=max(0, len(open_rows) - MOST_CARDS),
        warnings=view.warnings,
        queues=tuple(sorted(view.queues, key=_emptiest_first)),
        emptied=sum(each.left_members == 0 for each in view.queues),
        delays=_delay_section(entries, view.started.list.timezone),
        traffic=traffic_picture(view.traffic, view.pauses, _allowance(view)),
        pauses=view.pauses[:MOST_PAUSES],
        more_pauses=max(0, len(view.pauses) - MOST_PAUSES),
        settings=tuple(_flat(view.started.settings)),
        journal_hash=journal_hash,
        verify_command=f'batch-offboard report "{folder}" --verify',
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
        self._view = view
        self._cells = {
            result.row: cells
            for result, cells in zip(view.results, view.cells, strict=True)
            if not result.user_name
        }

    def of(self, result: RowResult) -> Entry:
        """The entry of one row."""
        earlier = result.run_id if result.run_id != self._view.started.run_id else ""
        name = result.user_name or self._listed(result, "name") or "person not identified"
        listed = self._listed(result, "email", "employee_id", "user_id")
        return Entry(result, name, listed, self.delays.get(result.row), earlier)

    def _listed(self, result: RowResult, *meanings: str) -> str:
        """What the list says under columns of these meanings, where Genesys names nobody."""
        columns, cells = self._view.started.list.columns, self._cells.get(result.row, ())
        found = [
            cells[at] for at in map(columns.get, meanings) if at is not None and at < len(cells)
        ]
        return " · ".join(cell.strip() for cell in found if cell.strip())


def _kind(view: RunView) -> str:
    kinds = {
        "run": "Offboarding report",
        "rerun": "Offboarding report, rerun",
        "undo": "Undo report",
    }
    return kinds[view.started.command] + (", dry run" if view.started.dry_run else "")


def _notices(view: RunView, folder: Path) -> tuple[Notice, ...]:
    """What a reader must know before anything else."""
    again = "undo" if view.started.command == "undo" else "rerun"
    notices = []
    if view.started.dry_run:
        text = "This was a dry run: everything was read and planned, nothing was changed."
        notices.append(Notice(text, alarming=False))
    if view.finished is None:
        text = (
            "The journal has no end: the run is still going on, or was cut off (power, a closed "
            f'laptop). What it recorded is here; `batch-offboard {again} "{folder}"` does the rest.'
        )
        notices.append(Notice(text, alarming=True))
    elif view.finished.exit_code not in {0, 3} and view.finished.reason:
        notices.append(Notice(f"Why the run ended: {view.finished.reason}", alarming=True))
    return tuple(notices)


def _facts(view: RunView) -> tuple[Fact, ...]:
    started, listed = view.started, view.started.list
    ended = view.finished.at if view.finished else ""
    facts = [
        Fact(
            "Organisation",
            started.organisation.name,
            f"{started.region} · {started.organisation.id}",
        ),
        Fact("List", listed.name, f"{rows(len(view.results))} · SHA-256 {listed.sha256}"),
        Fact("Run by", started.os_user, f"with the OAuth client {started.client_name}"),
        Fact("Started", _minute(started.at), f"run {started.run_id}"),
        Fact("Ended", _minute(ended) if ended else "not recorded", _duration(started.at, ended)),
        Fact("Program", f"batch-offboard {started.program_version}"),
    ]
    if started.previous is not None:
        verb = "Takes back" if started.command == "undo" else "Carries on"
        facts.append(Fact(verb, started.previous.run_id, started.previous.folder))
    if view.accepted_names:
        numbers = ", ".join(map(str, view.accepted_names))
        facts.append(Fact("Names accepted", f"rows {numbers}", "a person has looked at them"))
    return tuple(facts)


def _shares(view: RunView) -> tuple[Share, ...]:
    words, total = status_words(view), max(1, len(view.results))
    shares, x = [], 0.0
    for status, number in counts(view).items():
        if number:
            width = 100 * number / total
            shares.append(
                Share(status, label(status), words[status], number, round(x, 3), round(width, 3))
            )
            x += width
    return tuple(shares)


def _causes(open_rows: Sequence[RowResult]) -> tuple[tuple[str, int], ...]:
    """How often each cause stands behind an open row, the most frequent first."""
    causes = Counter(row.error_code or label(row.status) for row in open_rows)
    return tuple(causes.most_common())


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
    sentence = f"{_people(len(found))} {has} a date in the list that has come."
    if done:
        soon = sum(not each.beyond_a_day for each in found if each.inactive_at is not None)
        sentence += (
            f" {len(done):,} became inactive, {soon:,} of them within 24 hours from the beginning "
            f"of that day ({timezone}); half of them within {median(done):,.1f} hours."
        )
    if waiting := len(found) - len(done):
        sentence += f" {waiting:,} {'was' if waiting == 1 else 'were'} not set to inactive."
    return sentence


def _people(number: int) -> str:
    return "1 person" if number == 1 else f"{number:,} people"


def _allowance(view: RunView) -> int:
    """Calls a minute that this run gave itself: its pace for each token, times the tokens."""
    rate = view.started.settings.get("rate")
    if not isinstance(rate, Mapping):
        return 0
    return int(rate.get("per_minute", 0)) * int(rate.get("tokens", 1))


def _flat(settings: Mapping[str, object], before: str = "") -> Iterator[tuple[str, str]]:
    """The settings as dotted keys with values as config.yaml writes them."""
    for key, value in settings.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{before}{key}.")
        else:
            yield f"{before}{key}", _as_written(value)


def _as_written(value: object) -> str:
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(str, value)) + "]"
    words = {None: "null", True: "true", False: "false"}
    if value is None or isinstance(value, bool):
        return words[value]
    return f"{value:g}" if isinstance(value, float) else str(value)


def utc(text: str) -> str:
    """`23 November 2026, 19:38:00 UTC`."""
    return f"{_day(text)}, {moment(text):%H:%M:%S} UTC"


def _minute(text: str) -> str:
    return f"{_day(text)}, {moment(text):%H:%M} UTC"


def _day(text: str) -> str:
    at = moment(text)
    return f"{at.day} {_MONTHS[at.month - 1]} {at.year}"


def _duration(begins: str, ends: str) -> str:
    if not ends:
        return ""
    seconds = int((moment(ends) - moment(begins)).total_seconds())
    hours, minutes = divmod(seconds // 60, 60)
    told = [(hours, "h"), (minutes, "min"), (seconds % 60, "s")]
    return "after " + (" ".join(f"{n} {unit}" for n, unit in told if n) or "less than a second")
