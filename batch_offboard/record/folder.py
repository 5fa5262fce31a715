"""The run folder: a run's journal, results and report, readable by their owner only."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from pathlib import Path
from tempfile import TemporaryFile

from batch_offboard.errors import Action, RefusedError, UsageError
from batch_offboard.record.journal import JOURNAL_NAME

RESULTS_NAME = "results.csv"
REPORT_NAME = "report.html"
_LOCK_NAME = ".lock"
_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f]')
"""What Windows does not allow in a file name."""


@dataclass(frozen=True, slots=True)
class RunFolder:
    """The folder of one run; `made` are the folders that were made for it, innermost first."""

    path: Path
    made: tuple[Path, ...] = ()

    @property
    def journal(self) -> Path:
        """The journal, the only state of the run."""
        return self.path / JOURNAL_NAME

    @property
    def results(self) -> Path:
        """The results file, derived from the journal."""
        return self.path / RESULTS_NAME

    @property
    def report(self) -> Path:
        """The report, derived from the journal."""
        return self.path / REPORT_NAME


def run_folder_name(list_name: str, at: datetime) -> str:
    """The default name: start time and list name, without characters that Windows forbids."""
    stem = _FORBIDDEN.sub("_", Path(list_name).stem).strip(" .")[:60] or "list"
    return f"{at:%Y%m%dT%H%M%SZ}-{stem}"


def create_run_folder(explicit: Path | None, base: Path, name: str) -> RunFolder:
    """A new run folder: `explicit`, else `base/name` with -2, -3 … when that is taken.

    On POSIX only its owner can access it, unless it already held other files.

    Raises RefusedError when `explicit` already holds a journal and UsageError when the folder
    cannot be written.
    """
    try:
        if explicit is None:
            bases = () if base.exists() else (base,)
            path = _first_free(base, name)
            return RunFolder(path, (path, *bases))
        if (explicit / JOURNAL_NAME).exists():
            raise RefusedError(
                f"{explicit} already holds the journal of a run.", Action("choose_run_folder")
            )
        made = () if explicit.exists() else (explicit,)
        explicit.mkdir(mode=0o700, parents=True, exist_ok=True)
        _check_writable(explicit)
        if os.name == "posix" and not any(explicit.iterdir()):
            # A folder with other files is not ours alone; our files are private in any case.
            explicit.chmod(0o700)
        return RunFolder(explicit, made)
    except OSError as error:
        where = explicit or base
        raise UsageError(
            f"No run folder can be written at {where} ({error.strerror}).",
            Action("choose_run_folder"),
        ) from error


def discard_if_unused(folder: RunFolder) -> None:
    """Remove the folders made for a run that never began, as after a failed login."""
    for path in folder.made:
        if any(path.iterdir()):
            return
        path.rmdir()


def _first_free(base: Path, name: str) -> Path:
    base.mkdir(mode=0o700, parents=True, exist_ok=True)
    for number in count(1):
        folder = base / (name if number == 1 else f"{name}-{number}")
        try:
            folder.mkdir(mode=0o700)
        except FileExistsError:
            continue
        return folder
    raise AssertionError("count() does not end")


def _check_writable(folder: Path) -> None:
    # mkdir ignores an existing folder: only creating a file shows whether it is writable.
    with TemporaryFile(dir=folder):
        pass


@contextmanager
def locked(folder: RunFolder) -> Iterator[None]:
    """Lock the run folder for this process; the operating system releases the lock after a crash.

    Raises RefusedError when another process holds it.
    """
    from filelock import FileLock, Timeout

    lock = FileLock(folder.path / _LOCK_NAME, mode=0o600)
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise RefusedError(
            f"Another run is using {folder.path} at this moment.", Action("wait")
        ) from error
    except OSError as error:
        raise UsageError(
            f"{folder.path} cannot be written ({error.strerror}).",
            Action("make_writable", path=folder.path),
            Action("repeat"),
        ) from error
    try:
        yield
    finally:
        lock.release()


def in_use(folder: RunFolder) -> bool:
    """Whether another process is using the folder; false where that cannot be found out."""
    if not (folder.path / _LOCK_NAME).exists():
        return False
    try:
        with locked(folder):
            return False
    except RefusedError:
        return True
    except UsageError:
        return False


def folder_of(path: Path) -> Path:
    """The folder meant by `path`: itself, or the one that contains the file `path`."""
    return path.parent if path.is_file() else path
