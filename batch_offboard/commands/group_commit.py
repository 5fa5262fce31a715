"""Waiting until the journal is on disk, with one fsync for all tasks that wait (group commit)."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from batch_offboard.errors import StoppedError
from batch_offboard.record.journal import Journal


class GroupCommit:
    """Forces a journal onto the disk in a thread of its own, without blocking the event loop."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._thread = ThreadPoolExecutor(1, "journal")
        self._fsync: asyncio.Future[StoppedError | None] | None = None
        """The fsync that was begun last, which all tasks that wait share."""

    async def wait(self) -> None:
        """Wait until everything appended so far is on the disk.

        Tasks that ask while an fsync is under way share the next one. If that fails, each of them
        gets the StoppedError.
        """
        wanted = self._journal.appended
        while self._journal.on_disk < wanted:
            if self._fsync is None or self._fsync.done():
                loop = asyncio.get_running_loop()
                self._fsync = loop.run_in_executor(self._thread, self._failure)
            if failure := await asyncio.shield(self._fsync):
                raise failure

    def _failure(self) -> StoppedError | None:
        """What an fsync ends with: a value, as nobody may be left to whom it could be raised."""
        try:
            self._journal.sync()
        except StoppedError as error:
            return error
        return None

    def end(self) -> None:
        """Wait for an fsync that is under way, and end the thread; `wait` must not follow."""
        self._thread.shutdown()
