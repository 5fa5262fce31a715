"""The run folder: a run's journal, results and report, readable by their owner only."""

import re
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import count
from pathlib import Path, PurePath, PureWindowsPath
from tempfile import NamedTemporaryFile

from batch_offboard.errors import Action, RefusedError, UsageError
from batch_offboard.record.events import Command, Warned
from batch_offboard.record.file_system import LOCAL, FileSystem
from batch_offboard.record.journal import JOURNAL_NAME, already_used, sync_new

RESULTS_NAME = "results.csv"
WORKBOOK_NAME = "results.xlsx"
REPORT_NAME = "report.html"
LOCK_NAME = ".lock"
HOLDER_NAME = ".lock-holder"
"""Names the process and the host that use the folder, where the file system has no locks."""
_TEMPORARY = re.compile(r"\.(results|report|trial)-\w{8}\.tmp")
"""The names of files that are not yet in their place; they end with TEMPORARY_SUFFIX."""
TEMPORARY_SUFFIX = ".tmp"
_UNFINISHED = re.compile(r"\.(results|report)-\w{8}\.tmp")
"""Those that only a process that holds the folder's lock writes."""
_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f]')
"""What Windows does not allow in a file name."""


@dataclass(frozen=True, slots=True)
class RunFolder:
    """The folder of one run.

    `made` are the folders that were made for it, innermost first; `warnings` are about the folder.
    """

    path: Path
    made: tuple[Path, ...] = ()
    warnings: tuple[Warned, ...] = ()

    @property
    def journal(self) -> Path:
        """The journal, the only state of the run."""
        return self.path / JOURNAL_NAME

    @property
    def results(self) -> Path:
        """The results file, derived from the journal."""
        return self.path / RESULTS_NAME

    @property
    def workbook(self) -> Path:
        """The results as an Excel workbook, derived from the journal."""
        return self.path / WORKBOOK_NAME

    @property
    def report(self) -> Path:
        """The report, derived from the journal."""
        return self.path / REPORT_NAME

    @property
    def lasting(self) -> Path:
        """The folder itself, or the nearest one that stays where it is discarded as unused."""
        return next(each for each in (self.path, *self.path.parents) if each not in self.made)


def run_folder_name(list_name: str, at: datetime, command: Command, *, dry_run: bool) -> str:
    """The default name: start time, list name, and what kind of run it is unless a plain one.

    Without characters that Windows forbids.
    """
    stem = _FORBIDDEN.sub("_", Path(list_name).stem).strip(" .")[:60].rstrip(" .") or "list"
    kind = ("" if command == "run" else f"-{command}") + ("-dry-run" if dry_run else "")
    return f"{at:%Y%m%dT%H%M%SZ}-{stem}{kind}"


def folder_name(folder: PurePath | str) -> str:
    """A run folder as reports name it, `runs/…`, without paths of the computer it ran on."""
    whole = PureWindowsPath(folder)  # understands the path separators of all systems
    return f"runs/{whole.name}" if whole.parent.name == "runs" else whole.name


def create_run_folder(
    explicit: Path | None, base: Path, name: str, files: FileSystem = LOCAL
) -> RunFolder:
    """A new run folder: `explicit`, else `base/name` with -2, -3 … when that is taken.

    On POSIX only its owner can access it, unless it already held other files. Where the file system
    cannot do that, the folder has a warning.

    Raises RefusedError when `explicit` already holds a journal or run folders, and UsageError when
    the folder cannot be written, or is on a file system where no record can be kept.
    """
    made = _missing(explicit or base)
    try:
        path = _first_free(base, name) if explicit is None else _explicit(explicit)
        folder = RunFolder(path, made if explicit else (path, *made))
        refused = _refused_privacy(folder, files) if explicit else None
        return replace(folder, warnings=_try_writing(folder, refused, files))
    except OSError as error:
        where = explicit or base
        raise UsageError(
            f"No run folder can be created at {where} ({error.strerror}).",
            Action("choose_run_folder"),
        ) from error


def discard_if_unused(folder: RunFolder) -> None:
    """Remove the folders made for a run that never began, as after a failed login."""
    with suppress(OSError):  # one that is not empty is used
        if not folder.journal.exists():
            (folder.path / LOCK_NAME).unlink(missing_ok=True)
        for path in folder.made:
            path.rmdir()


def remove_temporary(folder: RunFolder) -> None:
    """Remove what a program that ends at once would leave in a folder that it holds locked."""
    for path in folder.path.iterdir():
        if _TEMPORARY.fullmatch(path.name) or path.name == HOLDER_NAME:
            path.unlink()


def remove_unfinished(folder: RunFolder, files: FileSystem = LOCAL) -> None:
    """Remove results and reports that a killed program left half-written in the folder.

    The caller must hold the folder's lock: then no other process is writing there. A file that
    cannot be removed stays, as it does no harm.
    """
    for path in folder.path.iterdir():
        if _UNFINISHED.fullmatch(path.name):
            with suppress(OSError):
                files.remove(path)


def _missing(path: Path) -> tuple[Path, ...]:
    """The folders that have to be made for `path`, innermost first."""
    return tuple(each for each in (path, *path.parents) if not each.exists())


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


def _explicit(folder: Path) -> Path:
    if (folder / JOURNAL_NAME).exists():
        raise already_used(folder)
    if any(folder.glob(f"*/{JOURNAL_NAME}")):
        raise RefusedError(f"{folder} holds the folders of runs.", Action("choose_run_folder"))
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _refused_privacy(folder: RunFolder, files: FileSystem) -> OSError | None:
    """Why access cannot be restricted to the owner, if it cannot."""
    # A folder with other files is not ours alone; our files are private in any case.
    if any(folder.path.iterdir()):
        return None
    try:
        files.make_private(folder.path)
    except OSError as error:
        return error
    return None


def _try_writing(
    folder: RunFolder, refused: OSError | None, files: FileSystem
) -> tuple[Warned, ...]:
    """Write a file into the folder as a trial; a warning if others may be able to read it.

    Raises OSError or UsageError where no file can be made, or forced onto the disk.
    """
    try:
        # mkdir ignores an existing folder: only creating a file shows whether it is writable.
        with NamedTemporaryFile(prefix=".trial-", suffix=TEMPORARY_SUFFIX, dir=folder.path) as file:
            file.write(b"\n")
            file.flush()
            sync_new(file.fileno(), folder.path, files, folder.lasting)
            private = files.is_private(file.fileno())
    except BaseException:
        discard_if_unused(folder)
        raise
    if refused is None and private:
        return ()
    reason = f" ({refused.strerror})" if refused else ""
    message = (
        f"Others may be able to read {folder.path}, which has personal data. Access could not be "
        f"restricted to you{reason}."
    )
    return (Warned("folder_not_private", message),)


def folder_of(path: Path) -> Path:
    """The folder meant by `path`: itself, or the one that contains the file `path`."""
    return path.parent if path.is_file() else path
