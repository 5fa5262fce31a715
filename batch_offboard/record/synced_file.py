"""A file that is written in one thread and forced onto the disk in any."""

import threading
from typing import BinaryIO

from batch_offboard.record.file_system import FileSystem


class SyncedFile:
    """An open file that one thread writes and any thread forces onto the disk.

    After a failure, every method raises the same OSError: the system may have dropped what it could
    not write, and a second fsync would report success.
    """

    def __init__(self, file: BinaryIO, files: FileSystem) -> None:
        self.failure: OSError | None = None
        """The first failure, after which nothing more is written; None if there was none."""
        self.written = 0
        """How many lines were written."""
        self.on_disk = 0
        """How many of these lines are known to be on the disk."""
        self._file, self._files = file, files
        self._syncing = threading.Lock()

    def write(self, line: bytes, *, kept: bool) -> None:
        """Write `line`; if `kept`, hand it to the system, so that it survives this process."""
        if self.failure is not None:
            raise self.failure
        try:
            self._file.write(line)
            self.written += 1
            if kept:
                self._file.flush()
        except OSError as error:
            self.failure = error
            raise

    def sync(self) -> None:
        """Force everything written so far onto the disk; waits for another thread's fsync first."""
        with self._syncing:
            if self.failure is not None:
                raise self.failure
            covered = self.written
            try:
                self._file.flush()
                self._files.sync(self._file.fileno())
            except OSError as error:
                self.failure = error
                raise
            self.on_disk = covered
