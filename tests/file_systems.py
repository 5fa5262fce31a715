"""File systems that lack something or fail at it, as shares, virus scanners and full disks do."""

import errno
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from batch_offboard.record.file_system import FileSystem


def failure(number: int) -> OSError:
    """The error of the system with this number."""
    return OSError(number, os.strerror(number))


@dataclass
class Timeless(FileSystem):
    """A file system on which waiting takes no time; `waited` are the waits in seconds."""

    waited: list[float] = field(default_factory=list)

    def wait(self, seconds: float) -> None:
        """Remember it."""
        self.waited.append(seconds)


@dataclass
class Failing(Timeless):
    """A file system on which some requests, named as its methods, fail with an error number."""

    requests: Mapping[str, int] = field(default_factory=dict)

    def sync(self, descriptor: int) -> None:
        """Fail if so told."""
        self._check("sync")
        super().sync(descriptor)

    def sync_folder(self, folder: Path) -> None:
        """Fail if so told."""
        self._check("sync_folder")
        super().sync_folder(folder)

    def make_private(self, folder: Path) -> None:
        """Fail if so told."""
        self._check("make_private")
        super().make_private(folder)

    def lock(self, descriptor: int) -> None:
        """Fail if so told."""
        self._check("lock")
        super().lock(descriptor)

    def replace(self, source: Path, target: Path) -> None:
        """Fail if so told."""
        self._check("replace")
        super().replace(source, target)

    def _check(self, request: str) -> None:
        if request in self.requests:
            raise failure(self.requests[request])


def failing(**requests: int) -> Failing:
    """A file system on which these requests fail with these errors."""
    return Failing(requests=requests)


@dataclass
class Lossy(Timeless):
    """A file system that knows what a power cut leaves of a file: what an fsync was asked for."""

    _kept: dict[int, int] = field(default_factory=dict)

    def sync(self, descriptor: int) -> None:
        """What was written before it began is on the disk once it has ended."""
        found = os.fstat(descriptor)
        super().sync(descriptor)
        self._kept[found.st_ino] = max(found.st_size, self._kept.get(found.st_ino, 0))

    def kept(self, path: Path) -> bytes:
        """What a power cut leaves at least of a file that is only appended to."""
        return path.read_bytes()[: self._kept.get(path.stat().st_ino, 0)]


@dataclass
class Shared(Timeless):
    """A file system that knows no rights and does not say so, as FAT and some shares."""

    def is_private(self, descriptor: int) -> bool:
        """No file is."""
        return False


@dataclass
class Opened(Timeless):
    """Another program opens some files and lets nobody replace or remove them, `tries` times.

    It does so once they have been written `after` times.
    """

    names: frozenset[str] = frozenset()
    tries: int = 10**9
    after: int = 0
    removable: bool = False
    number: int = errno.EACCES

    def replace(self, source: Path, target: Path) -> None:
        """Fail as long as the file is open."""
        self._check(target)
        super().replace(source, target)
        self.after -= target.name in self.names

    def remove(self, path: Path) -> None:
        """Fail as long as the file is open."""
        if not self.removable:
            self._check(path)
        super().remove(path)

    def _check(self, path: Path) -> None:
        if path.name in self.names and self.after <= 0 < self.tries:
            self.tries -= 1
            raise failure(self.number)


def open_in_excel(*names: str, after: int = 0) -> Opened:
    """Files that stay open in a spreadsheet until the person closes it."""
    return Opened(names=frozenset(names), after=after)
