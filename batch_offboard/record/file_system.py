"""What a run asks of the file system that holds its files, in one place that tests can replace.

File systems differ: shares, FUSE, WSL and synchronised folders lack what a local disk can do.
"""

import errno
import os
import stat
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

T = TypeVar("T")

MOMENT_SECONDS = (0.1, 0.2, 0.4, 0.8, 1.5)
"""Seconds between attempts while a virus scanner or OneDrive has a file open, usually briefly."""

_IN_USE = {errno.EACCES, errno.EPERM, errno.EBUSY, errno.ETXTBSY}
_UNSUPPORTED = {errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOTTY}


class FileSystem:
    """The operating system's own file system. Every method raises OSError as the system does."""

    def sync(self, descriptor: int) -> None:
        """Force what was written to an open file onto the disk."""
        if sys.platform == "darwin":
            try:
                # On macOS fsync leaves the data in the drive's cache; only this forces it out.
                fcntl.fcntl(descriptor, fcntl.F_FULLFSYNC)
            except OSError as error:
                if not is_unsupported(error):
                    raise
            else:
                return
        os.fsync(descriptor)

    def sync_folder(self, folder: Path) -> None:
        """Force the names of a folder's files onto the disk; Windows has no such request."""
        if os.name == "posix":
            descriptor = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)

    def make_private(self, folder: Path) -> None:
        """Give access to the folder to its owner only; on Windows the parent folder decides."""
        if os.name == "posix":
            folder.chmod(0o700)

    def is_private(self, descriptor: int) -> bool:
        """Whether only its owner can open the file; on Windows always true, unchecked."""
        return os.name != "posix" or not stat.S_IMODE(os.fstat(descriptor).st_mode) & 0o077

    def lock(self, descriptor: int) -> None:
        """Lock an open file until it is closed; BlockingIOError while another process has it."""
        if sys.platform == "win32":
            try:
                msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
            except PermissionError as error:  # Windows' word for a lock of somebody else
                raise BlockingIOError(*error.args) from error
        else:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def replace(self, source: Path, target: Path) -> None:
        """Rename a file, in place of the target if there is one."""
        source.replace(target)

    def remove(self, path: Path) -> None:
        """Remove a file."""
        path.unlink()

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        time.sleep(seconds)


LOCAL = FileSystem()


def is_unsupported(error: OSError) -> bool:
    """Whether the file system does not support the operation, rather than having failed at it."""
    return error.errno in _UNSUPPORTED


def is_in_use(error: OSError) -> bool:
    """Whether another program has the file open: Windows calls that a lack of permission."""
    return error.errno in _IN_USE


def patiently(
    action: Callable[[], T], files: FileSystem, waits: Sequence[float] = MOMENT_SECONDS
) -> T:
    """The result of `action`, tried again after each wait while another program has the file open.

    Raises its error if that lasts.
    """
    for seconds in waits:
        try:
            return action()
        except OSError as error:
            if not is_in_use(error):
                raise
            files.wait(seconds)
    return action()
