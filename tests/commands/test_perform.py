"""A shell that is no terminal: a request in a thread, its stop pressed from another one."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from batch_offboard.commands.order import Options, Outcome
from batch_offboard.commands.perform import perform
from batch_offboard.commands.run_list import RunRequest
from batch_offboard.commands.settings import list_settings
from batch_offboard.errors import ExitCode, InterruptedRunError
from batch_offboard.genesys import Stop
from batch_offboard.offboarding.agreement import Agreement, Proposal
from batch_offboard.record.events import CallStarted, Event, PlanAgreed, PlanShown, RunFinished
from batch_offboard.record.journal_lines import read_journal
from batch_offboard.simulator import Fault, Org, Simulator
from batch_offboard.termination_list import read_termination_list
from tests.rerun.chain import rerun_of
from tests.support import (
    Listening,
    config,
    credentials_of,
    fast_clock,
    org_of,
    people_named,
    run_fast,
    simulator,
    write_list,
)

PEOPLE = people_named("P", 12)


def org() -> Org:
    """Everybody is in one queue."""
    return org_of(PEOPLE, {"Billing": PEOPLE})


def request_of(sim: Simulator, folder: Path, **options: object) -> RunRequest:
    """A run of all the people."""
    path, settings = write_list(folder / "leavers.csv", *PEOPLE), config(rate={"workers": 1})
    listed = read_termination_list(path, list_settings(settings))
    chosen = Options(working_folder=folder, **options)  # type: ignore[arg-type]
    return RunRequest(listed, settings, credentials_of(sim), chosen)


@dataclass
class Shell(Listening):
    """Starts a request in a thread of its own and keeps what it is shown."""

    stop: Stop = field(default_factory=Stop)
    shown: threading.Event = field(default_factory=threading.Event)
    answered: threading.Event = field(default_factory=threading.Event)
    proposals: list[Proposal] = field(default_factory=list)
    folders: list[Path] = field(default_factory=list)
    on_event: Callable[[Event], None] = lambda _: None

    def begun(self, folder: Path) -> None:
        """Keep the folder, and whether its journal was there already."""
        self.folders.append(folder)
        assert (folder / "journal.jsonl").exists()

    def event(self, event: Event) -> None:
        """Remember it, and do what the test wants at it."""
        super().event(event)
        self.on_event(event)

    async def ask(self, proposal: Proposal) -> Agreement | None:
        """Show the plan, and wait for an answer that may never come."""
        self.proposals.append(proposal)
        self.shown.set()
        await asyncio.to_thread(self.answered.wait, 30)
        return Agreement("number_typed", proposal.plan.people)

    def press(self) -> None:
        """Press the stop."""
        self.stop.request(InterruptedRunError("Stopped on the page."))

    def start(self, request: RunRequest) -> Callable[[], Outcome]:
        """Carry the request out in a thread; what is returned answers and waits for its end."""
        pool = ThreadPoolExecutor(1)
        work = perform(request, self.stop, self.ask, self, fast_clock())
        future = pool.submit(run_fast, work)
        pool.shutdown(wait=False)

        def outcome() -> Outcome:
            self.answered.set()
            return future.result(30)

        return outcome


def test_a_run_goes_through_without_a_terminal(tmp_path: Path) -> None:
    """The folder is announced when it exists; the plan comes before anything is changed."""
    shell = Shell()
    with simulator(org()) as sim:
        outcome = shell.start(request_of(sim, tmp_path))
        assert shell.shown.wait(30)
        assert not sim.writes
        ended = outcome()
    assert (ended.exit_code, shell.folders) == (ExitCode.OK, [ended.folder.path])
    (proposal,) = shell.proposals
    assert proposal.plan.people == len(PEOPLE)
    assert {each.operation for each in proposal.changes} == {"set_state", "remove_members"}


def test_a_stop_at_the_question_ends_it_and_nothing_is_changed(tmp_path: Path) -> None:
    """Pressed from another thread while nobody answers: the results say not_run."""
    shell = Shell()
    with simulator(org()) as sim:
        outcome = shell.start(request_of(sim, tmp_path))
        assert shell.shown.wait(30)
        shell.press()
        ended = outcome()
        written = list(sim.writes)
    assert (ended.exit_code, written) == (ExitCode.INTERRUPTED, [])
    assert {each.status for each in ended.view.results} == {"not_run"}
    assert (ended.folder.path / ended.results_name).exists()
    assert not any(isinstance(each, PlanAgreed) for each in shell.events)


def test_a_stop_in_the_middle_lets_no_new_call_leave(tmp_path: Path) -> None:
    """The call under way is recorded with its answer, and a rerun does the rest."""
    shell, sent = Shell(), []

    def stop_at_the_third(event: Event) -> None:
        if isinstance(event, CallStarted):
            sent.append(event)
            if len(sent) == 3:
                thread = threading.Thread(target=shell.press)
                thread.start()
                thread.join()

    shell.on_event = stop_at_the_third
    with simulator(org()) as sim:
        ended = shell.start(request_of(sim, tmp_path))()
        writes = len(sim.writes)
        rest = rerun_of(sim, ended.folder.path)
    events = list(read_journal(ended.folder.journal))
    assert (ended.exit_code, writes, len(sent)) == (ExitCode.INTERRUPTED, 3, 3)
    assert [each.kind for each in events].count("call_answered") == 3
    assert any(isinstance(each, RunFinished) for each in events)
    assert (rest.exit_code, set(rest.statuses)) == (ExitCode.OK, {"done"})


def test_a_stop_before_it_begins_leaves_no_folder(tmp_path: Path) -> None:
    """It is raised, as nothing is on record that could tell of it."""
    shell = Shell()
    shell.press()
    with simulator(org()) as sim, pytest.raises(InterruptedRunError):
        shell.start(request_of(sim, tmp_path))()
    assert [each.name for each in tmp_path.iterdir()] == ["leavers.csv"]


def test_what_was_agreed_is_on_record_before_the_first_call(tmp_path: Path) -> None:
    """The plan with its digest, who agreed, when, and the number that was typed."""
    shell = Shell()
    with simulator(org()) as sim:
        shell.start(request_of(sim, tmp_path))()
    kinds = [each.kind for each in shell.events]
    assert kinds.index("plan_shown") < kinds.index("plan_agreed") < kinds.index("call_started")
    (shown,) = [each for each in shell.events if isinstance(each, PlanShown)]
    (agreed,) = [each for each in shell.events if isinstance(each, PlanAgreed)]
    assert (shown.people, shown.digest) == (len(PEOPLE), agreed.digest)
    assert (agreed.how, agreed.number, bool(agreed.who)) == ("number_typed", len(PEOPLE), True)
    assert shown.lines == shell.proposals[0].lines


def test_the_digest_is_that_of_the_effects(tmp_path: Path) -> None:
    """A dry run and the run after it have the same; somebody more in a queue is another plan."""
    digests, organisation = [], org()
    with simulator(organisation) as sim:
        for joined in (None, None, PEOPLE[0]):
            if joined is not None:
                extra = org_of(PEOPLE, {"Chat": [joined]}).queues
                organisation.queues.update(extra)
            shell = Shell()
            shell.start(request_of(sim, tmp_path, dry_run=True))()
            digests.append(shell.proposals[0].digest)
            assert not any(isinstance(each, PlanAgreed) for each in shell.events)
    assert digests[0] == digests[1] != digests[2]


def test_calls_under_way_are_waited_for(tmp_path: Path) -> None:
    """What hangs when the stop comes is cut off after a grace: unknown, never not sent."""
    shell = Shell()
    shell.on_event = lambda event: shell.press() if isinstance(event, CallStarted) else None
    hanging = Fault(action="hang", method="PATCH", applied=True)
    with simulator(org(), faults=[hanging]) as sim:
        ended = shell.start(request_of(sim, tmp_path))()
    (answered,) = [each for each in shell.events if each.kind == "call_answered"]
    assert (ended.exit_code, answered.outcome) == (ExitCode.INTERRUPTED, "unknown")
    (row,) = [each for each in ended.view.results if each.status != "not_run"]
    assert (row.status, row.error_code, row.retry) == ("partial", "interrupted", True)
