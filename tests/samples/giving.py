"""Running the sample list on a calendar of its own, so that its results are always the same."""

import re
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from batch_offboard.commands.order import Options, Outcome
from batch_offboard.commands.perform import perform
from batch_offboard.commands.practice import practice_organisation, read_demo
from batch_offboard.commands.run_list import RunRequest
from batch_offboard.config import Config
from batch_offboard.genesys import Clock, Stop
from batch_offboard.offboarding.agreement import Agreement, Proposal
from batch_offboard.offboarding.models import Json
from batch_offboard.record.events import (
    Event,
    PhaseStarted,
    PlanAgreed,
    PlanShown,
    ResultsWritten,
    RunStarted,
)
from batch_offboard.record.journal import JOURNAL_NAME, Journal
from batch_offboard.record.journal_lines import read_journal
from batch_offboard.results.fold import fold
from batch_offboard.results.report import report_sha256, write_report
from batch_offboard.simulator import Simulator
from tests.support import Listening, credentials_of
from tests.virtual_time import VirtualTime

BEGINNING = datetime(2026, 10, 1, 7, 30, tzinfo=UTC)
RUN_ID = "20261001T073000Z-terminations"
WHO, NAME, WHERE, ZONE = "hr.operations", "Hanna Reiter", "127.0.0.1", "CEST, UTC+02:00"
_PORT = re.compile(r"127\.0\.0\.1:\d+")


@dataclass
class Morning(Listening):
    """The morning of 1 October 2026: it goes on from the moment in which the first phase begins.

    What is asked before that, such as permissions, takes no time on it: one permission more
    moves no later moment. Nor does a busy computer, whose answers are waited for.
    """

    time: VirtualTime = field(default_factory=lambda: VirtualTime(soon_seconds=60))
    _began: float | None = None

    def event(self, event: Event) -> None:
        """Look at the clock when the first phase begins."""
        super().event(event)
        if isinstance(event, PhaseStarted) and self._began is None:
            self._began = self.time.now

    def clock(self) -> Clock:
        """Its clock, whose chance is always the same."""
        return replace(self.time.clock(random=0.5), now=self._now)

    def _now(self) -> datetime:
        passed = 0.0 if self._began is None else self.time.now - self._began
        return BEGINNING + timedelta(seconds=passed)


def give(folder: Path) -> Outcome:
    """Run the sample list in `folder` as the demo does, but on that morning."""
    demo, morning = read_demo(), Morning()
    options = Options(run_dir=folder / "runs" / RUN_ID)
    with Simulator(practice_organisation(None), clock=morning.time.seconds) as sim:
        request = RunRequest(demo.listed, _in_order(demo.config), credentials_of(sim), options)
        outcome = morning.time.run(
            perform(request, Stop(), _agree, morning, morning.clock()),
        )
    *events, report = map(_anywhere, read_journal(outcome.folder.journal))
    assert isinstance(report, ResultsWritten)
    view = fold(events).view()
    report = replace(report, sha256=report_sha256(view, outcome.folder.path))
    write_report(outcome.folder.path, view, journal_hash=_last_hash([*events, report], folder))
    return outcome


def _in_order(config: Config) -> Config:
    """With one request after the other: those of a burst would be answered in any order."""
    return config.model_copy(update={"rate": config.rate.model_copy(update={"workers": 1})})


def _as_usual(settings: Mapping[str, Json]) -> Mapping[str, Json]:
    rate = settings["rate"]
    assert isinstance(rate, dict)
    return {**settings, "rate": {**rate, "workers": Config().rate.workers}}


async def _agree(_proposal: Proposal) -> Agreement:
    return Agreement("without_question")


def _anywhere(event: Event) -> Event:
    """The event as on anybody's computer."""
    match event:
        case RunStarted():
            settings = _as_usual(event.settings)
            said = replace(event, os_user=WHO, os_name=NAME, region=WHERE, timezone=ZONE)
            return replace(said, settings=settings)
        case PlanShown():
            return replace(event, lines=tuple(_PORT.sub(WHERE, line) for line in event.lines))
        case PlanAgreed():
            return replace(event, who=WHO)
    return event


def _last_hash(events: Iterable[Event], folder: Path) -> str:
    """The last hash of the journal of these events."""
    with closing(Journal(folder / JOURNAL_NAME)) as journal:
        for event in events:
            journal.append(event)
        return journal.last_hash
