"""Many who wait for the disk share its fsyncs, and all of them hear of a failure."""

from __future__ import annotations

import asyncio
import errno
import gc
import threading
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from batch_offboard.commands.group_commit import GroupCommit
from batch_offboard.errors import StoppedError
from batch_offboard.record.events import RunFinished, Warned
from batch_offboard.record.journal import Journal
from batch_offboard.record.journal_lines import read_journal
from tests.file_systems import Timeless, failure

LINE = Warned("code", "message")
END = RunFinished(0, "finished", "now")
WAIT_SECONDS = 30


@dataclass
class Slow(Timeless):
    """A disk whose fsyncs, but for the first, last until `done` says so, and may fail then."""

    asked: int = 0
    failing: bool = False
    begun: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    done: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))

    def sync(self, descriptor: int) -> None:
        """Wait, and fail only once, as systems do that have dropped what they could not write."""
        self.asked += 1
        if self.asked > 1:
            self.begun.release()
            assert self.done.acquire(timeout=WAIT_SECONDS)
        if self.failing:
            self.failing = False
            raise failure(errno.EIO)
        super().sync(descriptor)

    async def under_way(self) -> None:
        """Wait until one more fsync has begun."""
        assert await asyncio.to_thread(self.begun.acquire, timeout=WAIT_SECONDS)


@dataclass
class Kept:
    """A journal and who waits for its disk."""

    journal: Journal
    commits: GroupCommit

    def waiting(self, count: int) -> list[asyncio.Task[None]]:
        """Tasks that each write a line and wait for it."""

        async def keep() -> None:
            self.journal.append(LINE)
            await self.commits.wait()

        return [asyncio.ensure_future(keep()) for _ in range(count)]

    def close(self) -> None:
        """As a run does it."""
        self.commits.end()
        self.journal.close()


def run(folder: Path, disk: Slow, work: Callable[[Kept], Coroutine[Any, Any, None]]) -> None:
    """Do `work` with a journal on this disk."""
    journal = Journal(folder / "j", disk)
    asyncio.run(work(Kept(journal, GroupCommit(journal))))


def test_who_writes_during_an_fsync_shares_the_next(tmp_path: Path) -> None:
    """One for the first, then one for all ten others; the loop goes on meanwhile."""
    disk = Slow()

    async def work(kept: Kept) -> None:
        first = kept.waiting(1)
        await disk.under_way()
        others = kept.waiting(10)
        await asyncio.sleep(0)
        assert not any(each.done() for each in (*first, *others))
        disk.done.release()
        await disk.under_way()
        assert ([each.done() for each in first], any(each.done() for each in others)) == (
            [True],
            False,
        )
        disk.done.release(2)
        await asyncio.gather(*first, *others)
        assert disk.asked == 3
        kept.close()

    run(tmp_path, disk, work)
    assert len(list(read_journal(tmp_path / "j"))) == 11


def test_who_is_cancelled_takes_nobody_along(tmp_path: Path) -> None:
    """Others that share the fsync wait until their lines are on the disk."""
    disk = Slow()

    async def work(kept: Kept) -> None:
        first, second = kept.waiting(2)
        await disk.under_way()
        first.cancel()
        disk.done.release(2)
        done = await asyncio.gather(first, second, return_exceptions=True)
        assert [type(each) for each in done] == [asyncio.CancelledError, type(None)]
        assert kept.journal.on_disk == kept.journal.appended
        kept.close()

    run(tmp_path, disk, work)


def test_a_failure_is_everybodys_and_nothing_is_tried_again(tmp_path: Path) -> None:
    """The next fsync would succeed though lines were dropped."""
    disk = Slow()

    async def work(kept: Kept) -> None:
        first = kept.waiting(1)
        await disk.under_way()
        others = kept.waiting(10)
        disk.failing = True
        disk.done.release(9)
        ended = await asyncio.gather(*first, *others, return_exceptions=True)
        assert [type(each) for each in ended] == [StoppedError] * 11
        with pytest.raises(StoppedError, match="Input/output error"):
            kept.journal.append(LINE)
        with pytest.raises(StoppedError, match="Input/output error"):
            await kept.commits.wait()
        kept.close()

    run(tmp_path, disk, work)
    assert disk.asked == 2


def test_a_failure_that_nobody_waits_for_any_more_prints_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The event loop would show a traceback; the journal says it to whoever writes next."""
    disk = Slow()

    async def work(kept: Kept) -> None:
        tasks = kept.waiting(2)
        await disk.under_way()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        disk.failing = True
        disk.done.release(9)
        kept.close()
        with pytest.raises(StoppedError, match="Input/output error"):
            kept.journal.append(LINE)

    run(tmp_path, disk, work)
    gc.collect()
    assert caplog.messages == []


@pytest.mark.parametrize("fails", [False, True])
def test_what_must_be_on_disk_at_once_waits_for_an_fsync_under_way(
    tmp_path: Path, fails: bool
) -> None:
    """It would otherwise not hear of the failure, which is told only once."""
    disk = Slow()

    async def work(kept: Kept) -> None:
        first = kept.waiting(1)
        await disk.under_way()
        disk.failing = fails
        threading.Timer(0, disk.done.release, [9]).start()
        if fails:
            with pytest.raises(StoppedError):
                kept.journal.append(END)
        else:
            kept.journal.append(END)
        await asyncio.gather(*first, return_exceptions=True)
        kept.close()

    run(tmp_path, disk, work)
    assert disk.asked == (2 if fails else 3)


def test_no_thread_writes_once_the_journal_is_closed(tmp_path: Path) -> None:
    """Also if nobody waits any more for the fsync that is under way."""
    disk = Slow()

    async def work(kept: Kept) -> None:
        (task,) = kept.waiting(1)
        await disk.under_way()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        threading.Timer(0, disk.done.release, [9]).start()
        kept.close()
        threads = [each.name for each in threading.enumerate() if "journal" in each.name]
        assert (disk.asked, threads) == (2, [])

    run(tmp_path, disk, work)
    assert list(read_journal(tmp_path / "j")) == [LINE]


def test_what_is_on_disk_is_not_forced_again(tmp_path: Path) -> None:
    """Nothing was written since."""
    disk = Slow()
    disk.done.release(9)

    async def work(kept: Kept) -> None:
        await asyncio.gather(*kept.waiting(1))
        await kept.commits.wait()
        assert disk.asked == 2
        kept.close()

    run(tmp_path, disk, work)
