"""Waiting until the journal is on disk, with one fsync for all tasks that wait (group commit)."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from batch_offboard.record.journal import Journal


class GroupCommit:
    """Forces a journal onto the disk in a thread of its own, without blocking the event loop."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._thread = ThreadPoolExecutor(1, "journal")
        self._line = asyncio.Lock()
        """Held by the task whose fsync is under way."""

    async def wait(self) -> None:
        """Wait until everything appended so far is on the disk.

        Tasks that ask while an fsync is under way share the next one. If that fails, each of them
        gets the StoppedError.
        """
        wanted = self._journal.appended
        async with self._line:
            if self._journal.on_disk < wanted:
                loop = asyncio.get_running_loop()
                await loop.run_in_executor(self._thread, self._journal.sync)

    def end(self) -> None:
        """Wait for an fsync that is under way, and end the thread; `wait` must not follow."""
        self._thread.shutdown()
