"""The lock of a run folder: at most one process uses it at a time."""

import errno
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from batch_offboard.errors import Action, RefusedError, UsageError
from batch_offboard.record.events import Warned
from batch_offboard.record.file_system import LOCAL, FileSystem, is_unsupported
from batch_offboard.record.folder import HOLDER_NAME, LOCK_NAME, RunFolder


@contextmanager
def locked(folder: RunFolder, files: FileSystem = LOCAL) -> Iterator[tuple[Warned, ...]]:
    """A context in which this process alone may use the run folder; yields warnings, mostly none.

    Where the file system has no locks, a file marks the folder instead, and there is a warning.

    Raises RefusedError when another process holds it, and UsageError when it cannot be locked.
    """
    with ExitStack() as held:
        try:
            warnings = _lock(folder, files, held)
        except OSError as error:
            raise UsageError(
                f"A run folder in {folder.lasting} cannot be locked ({error.strerror or error})."
                if folder.made
                else f"{folder.path} cannot be locked ({error.strerror or error}).",
                Action("make_writable", path=folder.lasting),
                Action("repeat"),
            ) from error
        yield warnings


def in_use(folder: RunFolder) -> bool:
    """Whether another process is using the folder; false where that cannot be determined."""
    if not (folder.path / LOCK_NAME).exists():
        return False
    try:
        with locked(folder):
            return False
    except RefusedError:
        return True
    except UsageError:
        return False


def _lock(folder: RunFolder, files: FileSystem, held: ExitStack) -> tuple[Warned, ...]:
    """Lock the folder while `held` is open. Raises RefusedError if another run has it."""
    descriptor = os.open(folder.path / LOCK_NAME, os.O_RDWR | os.O_CREAT, 0o600)
    held.callback(os.close, descriptor)
    try:
        files.lock(descriptor)
    except BlockingIOError as error:
        raise RefusedError(f"Another run is using {folder.path}.", Action("wait")) from error
    except OSError as error:
        if not is_unsupported(error) and error.errno != errno.ENOLCK:
            raise
        _mark(folder, held)
        message = (
            f"The file system of {folder.path} cannot lock files ({error.strerror}). During this "
            f"run, the file {HOLDER_NAME} marks the folder as in use."
        )
        return (Warned("locked_by_file", message),)
    return ()


def _mark(folder: RunFolder, held: ExitStack) -> None:
    """Mark the folder with a file while `held` is open. Raises RefusedError if it is marked.

    The mark of a process on this host that has ended is replaced (`SoftFileLock`).
    """
    from filelock import SoftFileLock, Timeout

    path = folder.path / HOLDER_NAME
    lock = SoftFileLock(path, mode=0o600)
    try:
        held.enter_context(lock.acquire(timeout=0))
    except Timeout as error:
        raise RefusedError(
            f"Another run is using {folder.path}{_holder(path)}. If that run has ended, delete "
            f"the file {path}.",
            Action("wait"),
        ) from error


def _holder(path: Path) -> str:
    """Who marked the folder: ` (process 4711 on host-a)`; empty if the file does not say it."""
    try:
        process, host, *_ = path.read_text(encoding="utf-8").split()
    except (OSError, ValueError):
        return ""
    return f" (process {process} on {host})"
