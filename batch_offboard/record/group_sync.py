"""Forcing a file onto the disk for many who wait: one fsync at a time, shared by all of them."""

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import BinaryIO

from batch_offboard.record.file_system import FileSystem


class GroupSync:
    """An open file that is written in the loop's thread and forced onto the disk in another one.

    Nothing is tried again after a failure: the system may have dropped what it could not write, and
    would report success the next time. Every later request raises the same OSError.
    """

    def __init__(self, file: BinaryIO, files: FileSystem) -> None:
        self.failure: OSError | None = None
        """Why nothing more can be written."""
        self._file, self._files = file, files
        self._written = self._forced = 0
        self._forcing = threading.Lock()
        self._line = asyncio.Lock()
        """Held by the one task that waits for an fsync."""
        self._thread = ThreadPoolExecutor(1, "journal")

    def write(self, line: bytes, *, kept: bool) -> None:
        """Write `line`; if `kept`, it survives the end of the process, but not of the machine."""
        with self._unless_failed():
            self._file.write(line)
            self._written += 1
            if kept:
                self._file.flush()

    def now(self) -> None:
        """Force everything written so far onto the disk, after an fsync that is under way."""
        with self._forcing, self._unless_failed():
            covered = self._written
            self._file.flush()
            self._files.sync(self._file.fileno())
            self._forced = covered

    async def shared(self) -> None:
        """Wait until everything written so far is on the disk.

        The fsync takes place in a thread. All who ask while one is under way share the next one.
        """
        wanted = self._written
        async with self._line:
            if self._forced < wanted:
                await asyncio.get_running_loop().run_in_executor(self._thread, self.now)

    def end(self) -> None:
        """Wait for an fsync that is under way; none begins in a thread after that."""
        self._thread.shutdown()

    @contextmanager
    def _unless_failed(self) -> Iterator[None]:
        if self.failure is not None:
            raise self.failure
        try:
            yield
        except OSError as error:
            self.failure = error
            raise
