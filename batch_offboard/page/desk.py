"""The state that all tabs share: the folder the page works in, and the one job at a time."""

import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from batch_offboard.commands.practice import practice_organisation, sample
from batch_offboard.config import load_config, read_credentials
from batch_offboard.errors import Action, OffboardError, UsageError
from batch_offboard.genesys import Clock, Credentials
from batch_offboard.page.jobs import CarryOut, carried_out
from batch_offboard.page.lists import Draft, Drafts
from batch_offboard.page.place import Place, Work
from batch_offboard.record.events import Command
from batch_offboard.record.folder import run_folder_name
from batch_offboard.record.journal import JOURNAL_NAME

_PRACTICE_LIST = "terminations.csv"
_MOST_SAME_NAMES = 1000


@dataclass(frozen=True)
class Practice:
    """A practice organisation that is being served, and the place that is connected to it."""

    served: ExitStack
    place: Place


@dataclass
class Desk:
    """The state of the page, to be changed only while holding `lock`."""

    real: Place
    clock: Clock = field(default_factory=Clock)
    monotonic: Callable[[], float] = time.monotonic
    carry_out: CarryOut = carried_out
    practice: Practice | None = None
    lock: threading.RLock = field(default_factory=threading.RLock)
    _closing: bool = False

    @property
    def place(self) -> Place:
        """Where the page works now."""
        return self.practice.place if self.practice else self.real

    @property
    def region(self) -> str:
        """The region that the page is connected to, as in the credentials; empty in practice."""
        connected = self.real.credentials
        return connected.domain if connected and not self.practice else ""

    @property
    def running(self) -> Work | None:
        """The work that is going on in the present place, if any."""
        return next((each for each in self.place.work.values() if each.job.is_running), None)

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
                if name not in self.place.work:
                    shutil.rmtree(self.place.runs / name, ignore_errors=True)

    def begin(self, work: Work) -> None:
        """Begin the work of a folder from `new_folder`, within its context."""
        place = self.place
        place.work[work.run] = work
        work.job.begin(lambda: _ended(place, work))

    def _check_free(self) -> None:
        if self._closing:
            raise UsageError("batch-offboard is being closed.")
        if self.running is not None:
            raise UsageError("Another run is going on. Wait for it or stop it.")

    def close(self) -> None:
        """Accept no more work, stop the job in order, wait for it, and end a practice."""
        with self.lock:
            self._closing = True
        for work in tuple(self.place.work.values()):
            if work.job.is_running:
                work.job.press_stop()
            work.job.join()
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
        return Practice(served, Place(folder, config, credentials, Drafts(self.monotonic)))

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


def _ended(place: Place, work: Work) -> None:
    """Remove the folder of a run that never began, and call `work.then`, if any."""
    folder = place.runs / work.run
    if not (folder / JOURNAL_NAME).exists():
        shutil.rmtree(folder, ignore_errors=True)
    try:
        if work.then is not None:
            work.then(work)
    except OffboardError as error:
        work.problem = error
    finally:
        work.is_over = True


def _new_folder(runs: Path, base: str) -> str:
    try:
        runs.mkdir(mode=0o700, parents=True, exist_ok=True)
        for number in range(1, _MOST_SAME_NAMES):
            name = base if number == 1 else f"{base}-{number}"
            if not (runs / name).exists():
                (runs / name).mkdir(mode=0o700)
                return name
    except OSError as error:
        raise UsageError(
            f"No run folder can be written at {runs} ({error.strerror}).",
            Action("choose_run_folder"),
        ) from error
    raise UsageError(f"No run folder can be made in {runs}.")


def desk_of(folder: Path, config_path: Path | None) -> Desk:
    """The desk for a folder: its settings, and its credentials where there are any.

    Raises UsageError for settings that cannot be used.
    """
    config, drafts = load_config(config_path, folder), Drafts(time.monotonic)
    try:
        loaded = read_credentials(os.environ, folder, None)
    except OffboardError:
        return Desk(Place(folder, config, None, drafts))
    credentials = Credentials(loaded.domain, loaded.client_id, loaded.client_secret)
    return Desk(Place(folder, config, credentials, drafts))
