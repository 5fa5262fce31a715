"""Waiting for the journal's disk: one fsync at a time, shared by all who wait."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from batch_offboard.record.journal import Journal


class GroupCommit:
    """Forces a journal onto its disk in a thread, while the event loop goes on."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._thread = ThreadPoolExecutor(1, "journal")
        self._line = asyncio.Lock()
        """Held by the one task that waits for an fsync."""

    async def wait(self) -> None:
        """Wait until everything appended so far is on the disk.

        All who ask while an fsync is under way share the next one. Raises StoppedError to all of
        them if it fails.
        """
        wanted = self._journal.appended
        async with self._line:
            if self._journal.on_disk < wanted:
                loop = asyncio.get_running_loop()
                await loop.run_in_executor(self._thread, self._journal.sync)

    def end(self) -> None:
        """Wait for an fsync that is under way; none begins after that."""
        self._thread.shutdown()
