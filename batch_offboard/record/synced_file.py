"""A file of which everything can be forced onto the disk, also from another thread."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from batch_offboard.record.file_system import FileSystem


class SyncedFile:
    """An open file that one thread writes and any thread forces onto the disk, one at a time.

    Nothing is tried again after a failure: the system may have dropped what it could not write, and
    would report success the next time. Every later request raises the same OSError.
    """

    def __init__(self, file: BinaryIO, files: FileSystem) -> None:
        self.failure: OSError | None = None
        """Why nothing more can be written."""
        self.written = 0
        """How many lines were written."""
        self.on_disk = 0
        """How many of them are surely on the disk."""
        self._file, self._files = file, files
        self._syncing = threading.Lock()

    def write(self, line: bytes, *, kept: bool) -> None:
        """Write `line`; if `kept`, it survives the end of the process, but not of the machine."""
        with self._unless_failed():
            self._file.write(line)
            self.written += 1
            if kept:
                self._file.flush()

    def sync(self) -> None:
        """Force everything written so far onto the disk, after an fsync that is under way."""
        with self._syncing, self._unless_failed():
            covered = self.written
            self._file.flush()
            self._files.sync(self._file.fileno())
            self.on_disk = covered

    @contextmanager
    def _unless_failed(self) -> Iterator[None]:
        if self.failure is not None:
            raise self.failure
        try:
            yield
        except OSError as error:
            self.failure = error
            raise
