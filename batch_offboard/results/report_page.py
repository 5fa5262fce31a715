"""The content of the report, section by section; the template only lays it out.

Pure: no clock, so that the report of a journal is the same whenever it is rebuilt.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from statistics import median

from batch_offboard.record.events import CellCorrected, ResultsWritten, Warned
from batch_offboard.results.delays import Delay
from batch_offboard.results.models import QueueChange, RowOutcome, RunView
from batch_offboard.results.moments import Clockface, Stamp, day_in_words, duration_in_words, of_run
from batch_offboard.results.report_cards import AttentionSection, attention_section
from batch_offboard.results.report_facts import (
    AgreedPlan,
    Fact,
    Notice,
    agreed_plan_of,
    facts_of,
    folder_shown,
    kind_line,
    notices_of,
    setting_lines,
)
from batch_offboard.results.report_rows import ROWS_A_BLOCK, Entries, Entry
from batch_offboard.results.report_terms import Term, code_terms, other_terms
from batch_offboard.results.report_traffic import TrafficPicture, traffic_picture
from batch_offboard.results.run_verdict import counts, label, status_words, verdict
from batch_offboard.wording import counted

MOST_DELAYS = 20
MOST_PAUSES = 25
_MOST_PER_MINUTE = 100_000
"""The most that the pace of a run can be set to, in requests a minute."""


@dataclass(frozen=True, slots=True)
class Share:
    """A part of the bar: the rows of one outcome."""

    status: RowOutcome
    label: str
    words: str
    number: int


@dataclass(frozen=True, slots=True)
class Late:
    """A person who was inactive more than a day after the due day began, or was not."""

    entry: Entry
    took: str
    due: str
    inactive: Stamp | None


@dataclass(frozen=True, slots=True)
class DelaySection:
    """How soon after their day people were inactive, in a sentence, and who was late."""

    sentence: str
    late: tuple[Late, ...]
    more: int


@dataclass(frozen=True, slots=True)
class ReportPause:
    """A wait of some requests, in words."""

    scope: str
    reason: str
    begins: Stamp
    ends: Stamp


@dataclass(frozen=True, slots=True)
class TrafficSection:
    """The chart of the requests, the times at its ends, the first pauses, how many more."""

    picture: TrafficPicture
    axis: tuple[str, str]
    pauses: tuple[ReportPause, ...]
    more_pauses: int


@dataclass(frozen=True, slots=True)
class ReportPage:
    """The whole report."""

    title: str
    kind: str
    verdict: str
    notices: tuple[Notice, ...]
    facts: tuple[Fact, ...]
    shares: tuple[Share, ...]
    agreed: AgreedPlan | None
    attention: AttentionSection
    warnings: tuple[Warned, ...]
    queues: tuple[QueueChange, ...]
    emptied: int
    delays: DelaySection | None
    traffic: TrafficSection | None
    settings: tuple[tuple[str, str], ...]
    journal_hash: str
    verify_command: str
    results: ResultsWritten | None
    run_id: str
    rows: int
    lazy: bool
    taken_title: str
    statuses: tuple[Term, ...]
    terms: tuple[Term, ...]
    corrected: tuple[CellCorrected, ...]
    codes: tuple[Term, ...]
    undo: bool
    shared: bool


def report_page_of(
    view: RunView, journal_hash: str, folder: Path, *, shared: bool = False
) -> ReportPage:
    """The report of a run whose journal, in `folder`, ends with the line of that hash.

    With `shared`, nobody is named; then `view` is one that is safe to share.
    """
    entries, clock = Entries(view, shared=shared), Clockface(view.started)
    kind, statuses = kind_line(view), status_words(view)
    return ReportPage(
        title=_title(view, kind, clock, shared=shared),
        kind=kind,
        verdict=verdict(view),
        notices=notices_of(view, folder, shared=shared),
        facts=facts_of(view),
        shares=_shares(view, statuses),
        agreed=agreed_plan_of(view),
        attention=attention_section(view, entries),
        warnings=view.warnings,
        queues=tuple(sorted(view.queues, key=_emptiest_first)),
        emptied=sum(each.left_members == 0 for each in view.queues),
        delays=_delay_section(entries, clock, view.started.list.timezone),
        traffic=_traffic_section(view, clock),
        settings=tuple(setting_lines(view.started.settings)),
        journal_hash=journal_hash,
        verify_command=_verify_command(view, folder, journal_hash),
        results=view.written[-1] if view.written else None,
        run_id=view.started.run_id,
        rows=len(view.results),
        lazy=len(view.results) > ROWS_A_BLOCK,
        taken_title=_taken_title(view),
        statuses=_status_terms(view, statuses),
        terms=other_terms(view, shared=shared),
        corrected=view.corrected,
        codes=code_terms(view),
        undo=view.started.command == "undo",
        shared=shared,
    )


def _title(view: RunView, kind: str, clock: Clockface, *, shared: bool) -> str:
    """The page's title; browsers without page numbers of our own print it on every page."""
    about = "for sharing" if shared else view.started.list.termination_list.name
    return f"{kind}: {about}, {clock.day(view.started.at)} · run {view.started.run_id}"


def _verify_command(view: RunView, folder: Path, journal_hash: str) -> str:
    """The command that checks the report, as printed in it."""
    return f'batch-offboard report "{folder_shown(view, folder)}" --verify --hash {journal_hash}'


def _taken_title(view: RunView) -> str:
    """The title of what the run removed from a person, or an undo put back."""
    verb = "Put back" if view.started.command == "undo" else "Removed"
    return f"Would be {verb.lower()}" if view.started.dry_run else verb


def _status_terms(view: RunView, words: Mapping[RowOutcome, str]) -> tuple[Term, ...]:
    """The statuses that occur, explained."""
    found = {each.outcome for each in view.results}
    return tuple(Term(label(each), said) for each, said in words.items() if each in found)


def _shares(view: RunView, words: Mapping[RowOutcome, str]) -> tuple[Share, ...]:
    return tuple(
        Share(status, label(status), words[status], number)
        for status, number in counts(view).items()
        if number
    )


def _emptiest_first(change: QueueChange) -> tuple[int, int, str]:
    return (change.left_members, -change.removed, change.queue.name.casefold())


def _delay_section(entries: Entries, clock: Clockface, timezone: str) -> DelaySection | None:
    found = tuple(entries.delays.values())
    if not found:
        return None
    late = sorted((each for each in found if each.beyond_a_day), key=lambda each: -each.hours)
    return DelaySection(
        sentence=_delay_sentence(found, timezone),
        late=tuple(_late(each, entries, clock) for each in late[:MOST_DELAYS]),
        more=max(0, len(late) - MOST_DELAYS),
    )


def _late(delay: Delay, entries: Entries, clock: Clockface) -> Late:
    inactive = clock.minute(delay.inactive_at.isoformat()) if delay.inactive_at else None
    took = counted(delay.days, "day")
    return Late(entries.of(delay.result), took, day_in_words(delay.due), inactive)


def _delay_sentence(found: Sequence[Delay], timezone: str) -> str:
    """How soon after their due day people were set to inactive."""
    done = [delay.waited for delay in found if delay.inactive_at is not None]
    were = "was" if len(found) == 1 else "were"
    sentence = f"{counted(len(found), 'person')} {were} due."
    if done:
        soon = sum(not each.beyond_a_day for each in found if each.inactive_at is not None)
        sentence += (
            f" {len(done):,} became inactive, {soon:,} of them within 24 hours of the start of "
            f"their due day ({of_run(timezone)}). {_median(done)}"
        )
    if waiting := len(found) - len(done):
        sentence += f" {waiting:,} {'was' if waiting == 1 else 'were'} not set to inactive."
    return sentence


def _median(waited: Sequence[timedelta]) -> str:
    """The median delay of those who were set to inactive."""
    middle = timedelta(seconds=median(each.total_seconds() for each in waited))
    if middle < timedelta(0):
        return f"The median was {duration_in_words(middle)} before their due day began."
    return f"The median delay was {duration_in_words(middle)}."


def _traffic_section(view: RunView, clock: Clockface) -> TrafficSection | None:
    """The requests of the run; None if none was counted."""
    picture = traffic_picture(view.traffic, view.pauses, _allowance(view))
    if picture is None:
        return None
    return TrafficSection(
        picture=picture,
        axis=(clock.hour(picture.begins), clock.hour(picture.ends)),
        pauses=tuple(
            ReportPause(each.scope, each.reason, clock.second(each.at), clock.second(each.until))
            for each in view.pauses[:MOST_PAUSES]
        ),
        more_pauses=max(0, len(view.pauses) - MOST_PAUSES),
    )


def _allowance(view: RunView) -> int:
    """The calls per minute allowed in this run: its pace for each token, times the tokens."""
    rate = view.started.settings.get("rate")
    if not isinstance(rate, Mapping):
        return 0
    return _whole(rate.get("per_minute")) * _whole(rate.get("tokens", 1))


def _whole(setting: object) -> int:
    """A setting as a whole number; 0 for one that no run records, as in a forged journal."""
    if isinstance(setting, int | float) and 0 <= setting <= _MOST_PER_MINUTE:
        return int(setting)
    return 0
