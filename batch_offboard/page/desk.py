"""What one server works on: the folder, the lists handed in, and the one job."""

import os
import shutil
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from batch_offboard.commands.order import Options
from batch_offboard.config import Config, load_config, read_credentials
from batch_offboard.errors import OffboardError, UsageError
from batch_offboard.genesys import Clock, Credentials
from batch_offboard.offboarding.agreement import Agreement, Change, Proposal
from batch_offboard.page.jobs import Job
from batch_offboard.page.lists import Drafts
from batch_offboard.page.plans import (
    Compared,
    PlanSource,
    Used,
    read_changes,
    read_plan_source,
    request_of,
    save_changes,
    save_source,
    use,
)
from batch_offboard.record.folder import run_folder_name
from batch_offboard.record.journal import JOURNAL_NAME


@dataclass
class Work:
    """The job of one run folder. `grown` is what a start found that was not in its plan."""

    run: str
    kind: Literal["plan", "start"]
    job: Job
    plan: str = ""
    grown: tuple[Change, ...] = ()


@dataclass
class Desk:
    """The state of the page; every change of it happens under its lock.

    `credentials` are None where nobody has connected the folder to Genesys yet.
    """

    folder: Path
    config: Config
    credentials: Credentials | None
    clock: Clock = field(default_factory=Clock)
    monotonic: Callable[[], float] = time.monotonic
    practice: bool = False
    drafts: Drafts = field(init=False)
    work: dict[str, Work] = field(default_factory=dict)
    _lock: threading.RLock = field(default_factory=threading.RLock)

    def __post_init__(self) -> None:
        self.drafts = Drafts(self.monotonic)

    @property
    def runs(self) -> Path:
        """The folder of all runs."""
        return self.folder / "runs"

    @property
    def running(self) -> Work | None:
        """The work that is going on, if any."""
        return next((each for each in self.work.values() if each.job.is_running), None)

    def plan(self, source: PlanSource, data: bytes = b"") -> str:
        """Begin the dry run that makes a plan; returns the name of its run folder.

        Raises UsageError while other work is going on or without credentials.
        """
        with self._lock:
            name = self._new_folder(source, "-dry-run")
            source = save_source(self.runs / name, source, data)

            async def ask(proposal: Proposal) -> Agreement | None:
                save_changes(self.runs / name, proposal.changes)
                return Agreement("without_question")

            self._begin(Work(name, "plan", self._job(source, name, name, ask, dry_run=True)))
        return name

    def start(self, plan: str, number: int, digest: str, note: str) -> Used | str:
        """Start the run of a plan; returns its name, or the earlier start of the same plan."""
        with self._lock:
            source = read_plan_source(self.runs / plan)
            if source is None:
                raise UsageError("This plan cannot be read any more. Make it again.")
            if note:
                source = replace(source, note=note)
            name = self._new_folder(source, "" if source.kind == "run" else f"-{source.kind}")
            earlier = use(self.runs / plan, Used(name, datetime.now(UTC).isoformat()))
            if earlier is not None:
                (self.runs / name).rmdir()
                return earlier
            agreement = Agreement("earlier_plan", number, plan, digest)
            ask = Compared(read_changes(self.runs / plan), agreement)
            job = self._job(source, plan, name, ask, dry_run=False)
            self._begin(Work(name, "start", job, plan))
        return name

    def _job(self, source: PlanSource, plan: str, name: str, ask: object, *, dry_run: bool) -> Job:
        options = Options(dry_run=dry_run, run_dir=self.runs / name, working_folder=self.folder)
        credentials = self._connected()
        request = request_of(source, self.runs / plan, self.config, credentials, options)
        return Job(request, ask)  # type: ignore[arg-type]

    def _begin(self, work: Work) -> None:
        self.work[work.run] = work
        work.job.begin(lambda: self._ended(work))

    def _ended(self, work: Work) -> None:
        """Keep what a start found beyond its plan; drop the folder of what never began."""
        if isinstance(work.job.ask, Compared):
            work.grown = work.job.ask.grown
        folder = self.runs / work.run
        if not (folder / JOURNAL_NAME).exists():
            shutil.rmtree(folder, ignore_errors=True)

    def _new_folder(self, source: PlanSource, suffix: str) -> str:
        self._check_free()
        self.runs.mkdir(mode=0o700, parents=True, exist_ok=True)
        base = run_folder_name(source.name, self.clock.now()) + suffix
        for number in range(1, 1000):
            name = base if number == 1 else f"{base}-{number}"
            try:
                (self.runs / name).mkdir(mode=0o700)
            except FileExistsError:
                continue
            return name
        raise UsageError("No run folder could be made.")

    def _check_free(self) -> None:
        self._connected()
        if self.running is not None:
            raise UsageError("Another run is going on. Wait for it or stop it.")

    def _connected(self) -> Credentials:
        if self.credentials is None:
            raise UsageError("batch-offboard is not connected to Genesys yet.")
        return self.credentials


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
