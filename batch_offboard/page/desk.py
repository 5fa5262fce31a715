"""The state that all tabs share: the folder the page works in, and the one job at a time."""

import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from batch_offboard.commands.practice import practice_organisation, sample
from batch_offboard.config import Config, load_config, read_credentials
from batch_offboard.errors import Action, OffboardError, UsageError
from batch_offboard.genesys import Clock, Credentials
from batch_offboard.genesys.regions import api_host, region_name
from batch_offboard.page.jobs import CarryOut, carried_out
from batch_offboard.page.lists import Draft, Drafts
from batch_offboard.page.screens.runs import run_names
from batch_offboard.page.workspace import RunJob, Workspace
from batch_offboard.record.events import Command
from batch_offboard.record.folder import run_folder_name
from batch_offboard.record.journal import JOURNAL_NAME
from batch_offboard.record.journal_lines import read_start
from batch_offboard.results.moments import as_moment

_PRACTICE_LIST = "terminations.csv"
_MOST_SAME_NAMES = 1000


@dataclass(frozen=True)
class Practice:
    """A practice organisation that is being served, and the place that is connected to it."""

    served: ExitStack
    place: Workspace


@dataclass(frozen=True)
class DeskSettings:
    """The settings in force; `unconnected` and `organisation` as in Place."""

    config: Config
    credentials: Credentials | None
    unconnected: str = ""
    organisation: str = ""


@dataclass
class Desk:
    """The state of the page, to be changed only while holding `lock`.

    `settings` reads the settings of the real folder; without it they stay as they are.
    """

    real: Workspace
    clock: Clock = field(default_factory=Clock)
    monotonic: Callable[[], float] = time.monotonic
    carry_out: CarryOut = carried_out
    settings: Callable[[], DeskSettings] | None = None
    practice: Practice | None = None
    lock: threading.RLock = field(default_factory=threading.RLock)
    _closing: bool = False

    @property
    def place(self) -> Workspace:
        """Where the page works now."""
        return self.practice.place if self.practice else self.real

    @property
    def connected_to(self) -> str:
        """The organisation with its region, `Acme GmbH (mypurecloud.de)`; else only the region."""
        name, region = self.place.connected_organisation, "" if self.practice else self.place.region
        if name and region:
            return f"{name} ({region})"
        return name or (f"Connected to {region}" if region else "")

    def read_settings(self) -> None:
        """Use the settings and credentials as they are now: an admin may have changed them.

        Raises UsageError for settings that cannot be used.
        """
        if self.settings is None:
            return
        found = self.settings()
        with self.lock:
            self.real.config, self.real.credentials = found.config, found.credentials
            self.real.unconnected = found.unconnected
            self.real.organisation = found.organisation

    @property
    def running(self) -> RunJob | None:
        """The work that is going on in the present place, if any."""
        return next((each for each in self.place.run_jobs.values() if each.job.is_running), None)

    def take_list(self, name: str, data: bytes) -> Draft:
        """Keep a list that was handed in, to be read with the settings in force."""
        with self.lock:
            return self.place.drafts.add(name, data, self.place.config)

    # -- the one job

    @contextmanager
    def new_folder(self, list_name: str, command: Command, *, dry_run: bool) -> Iterator[str]:
        """Yield the name of a new run folder, removed on leaving if no work has begun in it.

        The folder is removed at the end unless `begin` was called for it. Raises UsageError while
        other work is going on, while the page is being closed, and where no folder can be made.
        """
        with self.lock:
            self._check_free()
            base = run_folder_name(list_name, self.clock.now(), command, dry_run=dry_run)
            name = _new_folder(self.place.runs, base)
            try:
                yield name
            finally:
                if name not in self.place.run_jobs:
                    shutil.rmtree(self.place.runs / name, ignore_errors=True)

    def begin(self, run_job: RunJob) -> None:
        """Begin the work of a folder from `new_folder`, within its context."""
        place = self.place
        place.run_jobs[run_job.run] = run_job
        run_job.job.begin(lambda: _ended(place, run_job))

    def _check_free(self) -> None:
        """Raise UsageError while another job runs, or the page is closing."""
        if self._closing:
            raise UsageError("batch-offboard is closing.")
        if self.running is not None:
            raise UsageError("Another run is going on. Wait for it or stop it.")

    def close(self) -> None:
        """Accept no more work, stop the job in order, wait for it, and end a practice."""
        with self.lock:
            self._closing = True
        for run_job in tuple(self.place.run_jobs.values()):
            if run_job.job.is_running:
                run_job.job.press_stop()
            run_job.job.join()
        self._leave_practice()

    # -- practice

    def begin_practice(self) -> Draft:
        """Serve a practice organisation and work on it; returns its sample list.

        Raises UsageError while a run is going on.
        """
        with self.lock:
            self._check_free()
            if self.practice is None:
                self.practice = self._practice()
            return self.take_list(_PRACTICE_LIST, sample(_PRACTICE_LIST).read_bytes())

    def _practice(self) -> Practice:
        from batch_offboard.simulator import Simulator

        folder = self.real.folder / "practice"
        folder.mkdir(mode=0o700, exist_ok=True)
        config = load_config(sample("config.yaml"), folder)
        served = ExitStack()
        sim = served.enter_context(Simulator(practice_organisation(None)))
        credentials = Credentials(sim.url, sim.client_id, sim.client_secret)
        return Practice(served, Workspace(folder, config, credentials, Drafts(self.monotonic)))

    def end_practice(self) -> None:
        """Go back to the real folder. Raises UsageError while a practice run is going on."""
        with self.lock:
            if self.practice is not None:
                self._check_free()
                self._leave_practice()

    def _leave_practice(self) -> None:
        if self.practice is not None:
            self.practice.served.close()
            self.practice = None


def _ended(place: Workspace, run_job: RunJob) -> None:
    """Remove the folder of a run that never began, and call `run_job.then`, if any."""
    folder = place.runs / run_job.run
    if not (folder / JOURNAL_NAME).exists():
        shutil.rmtree(folder, ignore_errors=True)
    try:
        if run_job.then is not None:
            run_job.then(run_job)
    except OffboardError as error:
        run_job.problem = error
    finally:
        run_job.is_over = True


def _new_folder(runs: Path, base: str) -> str:
    """A new run folder. Raises UsageError if none can be created."""
    try:
        runs.mkdir(mode=0o700, parents=True, exist_ok=True)
        for number in range(1, _MOST_SAME_NAMES):
            name = base if number == 1 else f"{base}-{number}"
            if not (runs / name).exists():
                (runs / name).mkdir(mode=0o700)
                return name
    except OSError as error:
        raise UsageError(
            f"No run folder can be created in {runs} ({error.strerror}).",
            Action("choose_run_folder"),
        ) from error
    raise UsageError(f"No run folder can be created in {runs}.")


def desk_of(folder: Path, config_path: Path | None) -> Desk:
    """The desk for a folder: its settings, and its credentials where there are any.

    Raises UsageError for settings that cannot be used.
    """
    place = Workspace(folder, load_config(config_path, folder), None, Drafts(time.monotonic))
    desk = Desk(place, settings=lambda: desk_settings(folder, config_path))
    desk.read_settings()
    return desk


def desk_settings(folder: Path, config_path: Path | None) -> DeskSettings:
    """The settings of a folder as they are now. Raises UsageError if they cannot be used."""
    config = load_config(config_path, folder)
    try:
        loaded = read_credentials(os.environ, folder, None)
        region = region_name(api_host(loaded.domain))
    except OffboardError as error:
        # Without any file there is no more to say than that nobody has connected the page yet.
        is_begun = any(folder.glob(".env*"))
        return DeskSettings(config, None, str(error).partition("\n")[0] if is_begun else "")
    credentials = Credentials(loaded.domain, loaded.client_id, loaded.client_secret)
    is_from_file = loaded.source == str(folder / ".env")
    earlier = _organisation_before(folder, region) if is_from_file else ""
    return DeskSettings(config, credentials, organisation=earlier)


def _organisation_before(folder: Path, region: str) -> str:
    """The organisation of the newest run in a folder, unless its `.env` was changed since."""
    runs = folder / "runs"
    started = next((read_start(runs / name / JOURNAL_NAME) for name in run_names(runs)), None)
    if started is None or started.region != region:
        return ""
    changed = datetime.fromtimestamp((folder / ".env").stat().st_mtime, UTC)
    begun = as_moment(started.at)
    return started.organisation.name if begun and begun > changed else ""
