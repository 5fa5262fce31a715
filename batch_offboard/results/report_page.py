"""The content of the report, section by section; the template only lays it out.

Pure: no clock, so that the report of a journal is the same whenever it is rebuilt.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from batch_offboard.record.events import Paused, Warned
from batch_offboard.results.delays import Delay
from batch_offboard.results.models import Outcome, QueueChange, RunView
from batch_offboard.results.report_facts import (
    AgreedPlan,
    Fact,
    Notice,
    agreed_plan_of,
    day,
    facts_of,
    folder_name,
    kind_of,
    notices_of,
    settings_of,
)
from batch_offboard.results.report_rows import (
    AttentionSection,
    Entries,
    Entry,
    attention_section,
)
from batch_offboard.results.report_traffic import TrafficPicture, traffic_picture
from batch_offboard.results.run_verdict import counts, label, status_words, verdict
from batch_offboard.wording import counted

MOST_DELAYS = 100
MOST_PAUSES = 25


@dataclass(frozen=True, slots=True)
class Share:
    """A part of the bar: the rows of one outcome."""

    status: Outcome
    label: str
    words: str
    number: int


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
    agreed: AgreedPlan | None
    attention: AttentionSection
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
    entries = Entries(view)
    kind, list_name, name = kind_of(view), view.started.list.name, folder_name(folder)
    return Page(
        title=f"{kind}: {list_name}, {day(view.started.at)}",
        kind=kind,
        verdict=verdict(view),
        notices=notices_of(view, folder),
        facts=facts_of(view),
        shares=_shares(view),
        agreed=agreed_plan_of(view),
        attention=attention_section(view, entries),
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


def _shares(view: RunView) -> tuple[Share, ...]:
    words = status_words(view)
    return tuple(
        Share(status, label(status), words[status], number)
        for status, number in counts(view).items()
        if number
    )


def _emptiest_first(change: QueueChange) -> tuple[int, int, str]:
    return (change.left_members, -change.removed, change.queue.name.casefold())


def _delay_section(entries: Entries, timezone: str) -> DelaySection | None:
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
    were = "was" if len(found) == 1 else "were"
    sentence = f"{counted(len(found), 'person')} {were} due."
    if done:
        soon = sum(not each.beyond_a_day for each in found if each.inactive_at is not None)
        sentence += (
            f" {len(done):,} became inactive, {soon:,} of them within 24 hours of the start of "
            f"the day they were due ({timezone}). The median delay was {median(done):,.1f} hours."
        )
    if waiting := len(found) - len(done):
        sentence += f" {waiting:,} {'was' if waiting == 1 else 'were'} not set to inactive."
    return sentence


def _allowance(view: RunView) -> int:
    """The calls per minute allowed in this run: its pace for each token, times the tokens."""
    rate = view.started.settings.get("rate")
    if not isinstance(rate, Mapping):
        return 0
    return int(rate.get("per_minute", 0)) * int(rate.get("tokens", 1))
