"""Running the sample list on a calendar of its own, so that its results are always the same."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from batch_offboard.commands.order import Options, Outcome
from batch_offboard.commands.practice import practice_organisation, read_demo
from batch_offboard.commands.run_list import RunRequest
from batch_offboard.genesys import Clock
from batch_offboard.record.journal import last_hash
from batch_offboard.results.report import write_report
from batch_offboard.simulator import Simulator
from tests.support import Listening, credentials_of, performed

BEGINNING = datetime(2026, 10, 1, 7, 30, tzinfo=UTC)
RUN_ID = "20261001T073000Z-terminations"
WHO = "hr.operations"


def give(folder: Path, clock: Clock) -> Outcome:
    """Run the sample list in `folder` as the demo does, but on the morning of 1 October 2026."""
    demo = read_demo()
    options = Options(run_dir=folder / "runs" / RUN_ID)
    with Simulator(practice_organisation(None), clock=clock.monotonic) as sim:
        request = RunRequest(demo.listed, demo.config, credentials_of(sim), options)
        outcome = performed(request, Listening(), clock=_that_morning(clock))
    started = replace(outcome.view.started, os_user=WHO, region="127.0.0.1")
    agreed = outcome.view.agreed and replace(outcome.view.agreed, who=WHO)
    view = replace(outcome.view, started=started, agreed=agreed)
    write_report(outcome.folder.path, view, journal_hash=last_hash(outcome.folder.journal))
    return outcome


def _that_morning(clock: Clock) -> Clock:
    start = clock.monotonic()

    def now() -> datetime:
        return BEGINNING + timedelta(seconds=clock.monotonic() - start)

    return replace(clock, now=now)
