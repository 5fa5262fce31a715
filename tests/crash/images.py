"""Images of a run at the moments in which it could have died: its journal, and the organisation.

An image is what a crash would leave: the first so many lines of the journal, whole or torn, and
the organisation as it was then. A rerun from every one of them must come to the same end.
"""

from __future__ import annotations

import copy
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from batch_offboard.record.events import CallAnswered, CallStarted, Event, RowListed, RunStarted
from batch_offboard.record.journal import JOURNAL_NAME
from batch_offboard.simulator import Org, OrgFile, Simulator
from tests.file_systems import Lossy
from tests.support import Listening


@dataclass(frozen=True)
class Image:
    """What a crash right after (or right before) an event leaves."""

    journal: bytes
    org: OrgFile
    at: str

    def on_disk(self, folder: Path) -> Path:
        """A run folder as the crash leaves it, without results.csv."""
        folder = Path(tempfile.mkdtemp(dir=folder))
        (folder / JOURNAL_NAME).write_bytes(self.journal)
        return folder

    def organisation(self) -> Org:
        """A copy of the organisation as it was then."""
        return Org(copy.deepcopy(self.org))


@dataclass
class Photographer(Listening):
    """A listener that keeps an image at every event once the list is on disk."""

    sim: Simulator | None = None
    under: Path = Path()
    images: list[Image] = field(default_factory=list)
    _lines: int = 0

    def event(self, event: Event) -> None:
        """Keep what a crash just before and just after this event would leave."""
        super().event(event)
        assert self.sim is not None
        if isinstance(event, RunStarted | RowListed):
            return
        lines = self._journal()
        with self.sim.lock:
            org = copy.deepcopy(self.sim.org.file())
        at = f"{len(lines)} {event.kind}"
        if isinstance(event, CallAnswered):
            # Applied, and the program died before it could record the answer: a torn line.
            torn = lines[-1][: len(lines[-1]) // 2]
            self.images.append(Image(b"".join([*lines[:-1], torn]), org, f"{at} torn"))
        self.images.append(Image(b"".join(lines), org, at))

    def _journal(self) -> list[bytes]:
        return journal_under(self.under).read_bytes().splitlines(keepends=True)


@dataclass
class PowerCuts(Photographer):
    """A listener that keeps what a power cut would leave: less of the journal than was written."""

    disk: Lossy = field(default_factory=Lossy)

    def event(self, event: Event) -> None:
        """Keep what is surely on the disk, and that with a part of what is perhaps."""
        self.events.append(event)
        if not isinstance(event, CallStarted | CallAnswered):
            return
        assert self.sim is not None
        with self.sim.lock:
            org = copy.deepcopy(self.sim.org.file())
        journal = journal_under(self.under)
        kept, written = self.disk.kept(journal), journal.read_bytes()
        at = f"{len(self.events)} {event.kind}"
        self.images.append(Image(kept, org, at))
        if len(written) > len(kept):
            middle = (len(kept) + len(written)) // 2
            self.images.append(Image(written[:middle], org, f"{at} in part"))


def distinct(images: Iterable[Image]) -> list[Image]:
    """The images without those in which nothing is otherwise than in an earlier one."""
    by_content = {(each.journal, each.org.model_dump_json()): each for each in reversed([*images])}
    return [*reversed(by_content.values())]


def journal_under(folder: Path) -> Path:
    """The only journal somewhere in a folder."""
    (path,) = folder.glob(f"**/{JOURNAL_NAME}")
    return path
