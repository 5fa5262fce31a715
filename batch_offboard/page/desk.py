"""What one server works on: the folder, the lists handed in, and the one job."""

import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from batch_offboard.commands.order import Options
from batch_offboard.commands.practice import practice_organisation, sample
from batch_offboard.config import Config, load_config, read_credentials
from batch_offboard.errors import OffboardError, UsageError
from batch_offboard.genesys import Clock, Credentials
from batch_offboard.offboarding.agreement import Agreement, Proposal
from batch_offboard.page.jobs import CarryOut, Job, carried_out
from batch_offboard.page.lists import Draft, Drafts
from batch_offboard.page.plans import (
    Compared,
    PlanSource,
    Used,
    list_bytes,
    new_people,
    read_changes,
    read_plan_source,
    request_of,
    save_changes,
    save_source,
    use,
)
from batch_offboard.page.screens.correct import Corrections, corrected
from batch_offboard.record.folder import run_folder_name
from batch_offboard.record.journal import JOURNAL_NAME
from batch_offboard.results.models import RunView
from batch_offboard.results.results_csv import results_bytes
from batch_offboard.run.agree import Ask
from batch_offboard.termination_list.workbook import is_workbook

_PRACTICE_LIST = "terminations.csv"
_UNREADABLE = "This plan cannot be read any more. Make it again."


@dataclass
class Work:
    """The job of one run folder.

    `plan` is the plan that a start belongs to. `replaced_by` is the new plan where a start found
    something that was not in its plan.
    """

    run: str
    kind: Literal["plan", "start"]
    job: Job
    plan: str = ""
    replaced_by: str = ""
    is_over: bool = False
    """Set once the job and what follows from it have ended."""


@dataclass(frozen=True)
class Practice:
    """A practice organisation that is being served, and what ends it."""

    served: ExitStack
    outside: tuple[Path, Config, Credentials | None]
    """Folder, settings and credentials outside the practice."""


@dataclass
class Desk:
    """The state of the page; whatever changes it holds its lock.

    `credentials` are None where nobody has connected the folder to Genesys yet.
    """

    folder: Path
    config: Config
    credentials: Credentials | None
    clock: Clock = field(default_factory=Clock)
    monotonic: Callable[[], float] = time.monotonic
    carry_out: CarryOut = carried_out
    practice: Practice | None = None
    work: dict[str, Work] = field(default_factory=dict)
    drafts: Drafts = field(init=False)
    _lock: threading.RLock = field(default_factory=threading.RLock)

    def __post_init__(self) -> None:
        self.drafts = Drafts(self.monotonic)

    @property
    def runs(self) -> Path:
        """The folder of all runs."""
        return self.folder / "runs"

    @property
    def place(self) -> str:
        """The region that the page is connected to, as in the credentials; empty in practice."""
        return self.credentials.domain if self.credentials and not self.practice else ""

    @property
    def running(self) -> Work | None:
        """The work that is going on, if any."""
        return next((each for each in self.work.values() if each.job.is_running), None)

    def take_list(self, name: str, data: bytes) -> Draft:
        """Take a list in."""
        with self._lock:
            return self.drafts.add(name, data, self.config)

    # -- plans

    def plan(self, source: PlanSource, data: bytes = b"") -> str:
        """Begin the dry run that makes a plan; returns the name of its run folder.

        `data` are the bytes of a run's list. Raises OffboardError while other work is going on,
        without credentials, and for a list that cannot be used.
        """
        with self._folder(source, "-dry-run") as name:
            source = save_source(self.runs / name, source, data)

            async def ask(proposal: Proposal) -> Agreement | None:
                save_changes(self.runs / name, proposal.changes)
                return Agreement("without_question")

            self._begin(Work(name, "plan", self._job(source, name, name, ask, dry_run=True)))
        return name

    def plan_again(self, plan: str, accepted: frozenset[int], *, grown: bool = False) -> str:
        """Make a plan again; names of more rows may be accepted."""
        source = self._source(plan)
        again = replace(
            source,
            accepted_names=source.accepted_names | accepted,
            made_from=plan,
            grown_from=plan if grown else "",
        )
        return self.plan(again, list_bytes(self.runs / plan, source))

    def plan_rest(self, run: str) -> str:
        """Make the plan for what a run that was cut short has left."""
        return self.plan(PlanSource("rerun", run, path=str(self.runs / run)))

    def plan_corrected(self, run: str, view: RunView, given: Corrections) -> str:
        """Make the plan of a rerun whose rows a person has corrected."""
        data = results_bytes(corrected(view, given))
        path = self._kept(f"corrected-{run}", data)
        name = Path(view.started.list.name).stem
        source = PlanSource(
            "rerun", name, path=str(path), accepted_names=given.accepted, rows=given.run
        )
        return self.plan(source)

    def plan_results(self, draft: Draft) -> str:
        """Make the plan for the open rows of a results file that was handed in."""
        ending = ".xlsx" if is_workbook(draft.data) else ".csv"
        path = self._kept(f"handed-in-{draft.id}", draft.data, ending)
        return self.plan(PlanSource("rerun", Path(draft.name).stem, path=str(path)))

    def _kept(self, name: str, data: bytes, ending: str = ".csv") -> Path:
        """A results file beside the runs, kept for as long as its plan may be started."""
        self.runs.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self.runs / f".{name}-{self.clock.now():%H%M%S%f}{ending}"
        path.write_bytes(data)
        path.chmod(0o600)
        return path

    def plan_undo(self, run: str, rows: frozenset[int]) -> str:
        """Make the plan that puts these rows' people back."""
        return self.plan(PlanSource("undo", run, path=str(self.runs / run), rows=rows))

    def new_people(self, plan: str) -> frozenset[str]:
        """The user ids for which a plan has more than the one before it; none for a first plan."""
        source = read_plan_source(self.runs / plan)
        if source is None or not source.made_from:
            return frozenset()
        try:
            return new_people(self.runs / source.made_from, self.runs / plan)
        except UsageError:
            return frozenset()

    def start(self, plan: str, number: int, digest: str, note: str) -> Used | str:
        """Start the run of a plan; returns its name, or the earlier start of the same plan."""
        source = replace(self._source(plan), note=note)
        suffix = "" if source.kind == "run" else f"-{source.kind}"
        with self._folder(source, suffix) as name:
            agreement = Agreement("earlier_plan", number, plan, digest)
            ask = Compared(read_changes(self.runs / plan), agreement)
            job = self._job(source, plan, name, ask, dry_run=False)
            earlier = use(self.runs / plan, Used(name, datetime.now(UTC).isoformat()))
            if earlier is None:
                self._begin(Work(name, "start", job, plan))
        return name if earlier is None else earlier

    # -- practice

    def begin_practice(self) -> Draft:
        """Serve a practice organisation and work on it; returns its sample list.

        Raises UsageError while a run is going on.
        """
        with self._lock:
            self._check_free()
            if self.practice is None:
                self._enter_practice()
            return self.drafts.add(_PRACTICE_LIST, sample(_PRACTICE_LIST).read_bytes(), self.config)

    def _enter_practice(self) -> None:
        from batch_offboard.simulator import Simulator

        served = ExitStack()
        sim = served.enter_context(Simulator(practice_organisation(None)))
        self.practice = Practice(served, (self.folder, self.config, self.credentials))
        self.folder = self.folder / "practice"
        self.folder.mkdir(mode=0o700, exist_ok=True)
        self.config = load_config(sample("config.yaml"), self.folder)
        self.credentials = Credentials(sim.url, sim.client_id, sim.client_secret)

    def end_practice(self) -> None:
        """Go back to the real folder. Raises UsageError while a practice run is going on."""
        with self._lock:
            if self.practice is None:
                return
            self._check_free()
            self.practice.served.close()
            self.folder, self.config, self.credentials = self.practice.outside
            self.practice = None

    def close(self) -> None:
        """End what was begun: the job is stopped in order and awaited, a practice ends."""
        if (work := self.running) is not None:
            work.job.press_stop()
            work.job.join()
        self.end_practice()

    # -- the one job

    def _source(self, plan: str) -> PlanSource:
        source = read_plan_source(self.runs / plan)
        if source is None:
            raise UsageError(_UNREADABLE)
        return source

    def _job(self, source: PlanSource, plan: str, name: str, ask: Ask, *, dry_run: bool) -> Job:
        options = Options(dry_run=dry_run, run_dir=self.runs / name, working_folder=self.folder)
        if self.credentials is None:
            raise UsageError("batch-offboard is not connected to Genesys yet.")
        request = request_of(source, self.runs / plan, self.config, self.credentials, options)
        return Job(request, ask, self.carry_out)

    def _begin(self, work: Work) -> None:
        self.work[work.run] = work
        work.job.begin(lambda: self._ended(work))

    def _ended(self, work: Work) -> None:
        """Drop the folder of what never began; plan anew where a start found more than agreed."""
        folder = self.runs / work.run
        if not (folder / JOURNAL_NAME).exists():
            shutil.rmtree(folder, ignore_errors=True)
        try:
            if isinstance(work.job.ask, Compared) and work.job.ask.grown:
                work.replaced_by = self.plan_again(work.plan, frozenset(), grown=True)
        finally:
            work.is_over = True

    @contextmanager
    def _folder(self, source: PlanSource, suffix: str) -> Iterator[str]:
        """The name of a new run folder; removed again where no work begins in it."""
        with self._lock:
            self._check_free()
            name = self._new_folder(run_folder_name(source.name, self.clock.now()) + suffix)
            try:
                yield name
            finally:
                if name not in self.work:
                    shutil.rmtree(self.runs / name, ignore_errors=True)

    def _new_folder(self, base: str) -> str:
        self.runs.mkdir(mode=0o700, parents=True, exist_ok=True)
        for number in range(1, 1000):
            name = base if number == 1 else f"{base}-{number}"
            try:
                (self.runs / name).mkdir(mode=0o700)
            except FileExistsError:
                continue
            return name
        raise UsageError(f"No run folder can be made in {self.runs}.")

    def _check_free(self) -> None:
        if self.running is not None:
            raise UsageError("Another run is going on. Wait for it or stop it.")


def desk_of(folder: Path, config_path: Path | None) -> Desk:
    """The desk for a folder: its settings, and its credentials where there are any.

    Raises UsageError for settings that cannot be used.
    """
    config = load_config(config_path, folder)
    try:
        loaded = read_credentials(os.environ, folder, None)
    except OffboardError:
        return Desk(folder, config, None)
    credentials = Credentials(loaded.domain, loaded.client_id, loaded.client_secret)
    return Desk(folder, config, credentials)
