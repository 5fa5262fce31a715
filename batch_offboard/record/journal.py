"""The journal: the only state of a run, as append-only JSON Lines that reveal changes.

Each line is `{"previous": HASH, "event": {…}}` where HASH is the SHA-256 of the line before (empty
on the first). A line counts once its newline is on disk; a torn last line is ignored. Any prefix of
a journal is a valid run.
"""

import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import Field, TypeAdapter, ValidationError

from batch_offboard.errors import Action, RefusedError, StoppedError, UsageError
from batch_offboard.record.events import (
    CallAnswered,
    CallStarted,
    Event,
    PlanAgreed,
    ResultsWritten,
    RowsUndone,
    RunFinished,
    RunStarted,
)
from batch_offboard.record.file_system import LOCAL, FileSystem, is_unsupported
from batch_offboard.record.older import of_this_version
from batch_offboard.record.synced_file import SyncedFile

JOURNAL_NAME = "journal.jsonl"

_AT_ONCE = frozenset({PlanAgreed, ResultsWritten, RowsUndone, RunFinished})
"""Events that must be on disk before anything else happens."""
_OF_CALLS = frozenset({CallStarted, CallAnswered})
"""Events that must survive the end of the process at once; who sends waits for the disk."""


@dataclass(frozen=True, slots=True)
class _Line:
    previous: str
    event: Annotated[Event, Field(discriminator="kind")]


class JournalError(UsageError):
    """The journal cannot be read as what a run wrote: missing, changed or damaged."""


@cache
def _line_codec() -> TypeAdapter[_Line]:
    return TypeAdapter(_Line)


@cache
def _writer(event_type: type) -> Callable[[object], bytes]:
    return TypeAdapter(event_type).serializer.to_json


class Journal:
    """An open journal to which events are appended; at most one process has it open.

    `can_be_rerun` is set by its owner once the whole list is on disk and a rerun can continue from
    it. It decides which action is suggested when the disk is full.
    """

    def __init__(self, path: Path, files: FileSystem = LOCAL, *, new: bool = False) -> None:
        """Open `path` for appending; a torn last line of a killed run is cut off first.

        Raises UsageError if it cannot be written, such as an archived one, or if its file system
        cannot force it onto the disk; RefusedError if a `new` one is there already.
        """
        self._path = path
        self.can_be_rerun = False
        try:
            self.last_hash = "" if new else _cut_torn_line(path)
            descriptor = os.open(path, _APPENDING | (os.O_EXCL if new else 0), 0o600)
            self._file = os.fdopen(descriptor, "ab")
        except FileExistsError as error:
            raise already_used(path.parent) from error
        except OSError as error:
            raise UsageError(
                f"{path} cannot be written ({error.strerror}).",
                Action("make_writable", path=path),
                Action("repeat"),
            ) from error
        self._disk = SyncedFile(self._file, files)
        try:
            sync_new(self._file.fileno(), path.parent, files)
        except BaseException:
            self._file.close()
            if new:
                path.unlink()
            raise

    def append(self, event: Event) -> None:
        """Add one event; those in `_AT_ONCE`, such as the agreement, are on disk on return.

        Raises StoppedError if writing fails: what cannot be recorded must not be done. After that
        every append fails, as a line may be missing in between.
        """
        event_type: type = type(event)
        body = _writer(event_type)(event)
        line = b'{"previous":"%s","event":%s}\n' % (self.last_hash.encode(), body)
        with self._stopping():
            self._disk.write(line, kept=event_type in _OF_CALLS)
        self.last_hash = _hash(line)
        if event_type in _AT_ONCE:
            self.sync()

    def sync(self) -> None:
        """Force everything appended so far onto the disk; may be called from any thread.

        Raises StoppedError if that fails, or has failed before in another thread.
        """
        with self._stopping():
            self._disk.sync()

    def close(self) -> None:
        """Flush what is not on disk yet, unless that has failed before, and close the file."""
        try:
            if self.failure is None and self.on_disk < self.appended:
                self.sync()
        finally:
            with suppress(OSError):  # a failure to write was reported before
                self._file.close()

    @property
    def appended(self) -> int:
        """How many events were appended."""
        return self._disk.written

    @property
    def on_disk(self) -> int:
        """How many of the events appended are surely on the disk."""
        return self._disk.on_disk

    @property
    def failure(self) -> OSError | None:
        """Why nothing more can be written."""
        return self._disk.failure

    @contextmanager
    def _stopping(self) -> Iterator[None]:
        """A context in which a failure to write is the end of the run."""
        try:
            yield
        except OSError as error:
            folder = self._path.parent
            raise StoppedError(
                f"The journal {self._path} cannot be written ({error.strerror}), so nothing more "
                "was sent.",
                Action("make_room", path=folder),
                Action("rerun_here" if self.can_be_rerun else "repeat", path=folder),
            ) from error


def read_journal(path: Path) -> Iterator[Event]:
    """The events of a journal, its hash chain checked on the way.

    An event is yielded only once the next line confirms its hash, so that an altered line is never
    used; the last line has no such confirmation.

    Raises JournalError with the line number of the first line that is not what the run wrote.
    """
    previous = ""
    vouched: Event | None = None
    for number, raw in _whole_lines(path):
        try:
            line = _read_line(raw)
        except ValueError as error:
            raise JournalError(f"{path}, line {number}: this is not a journal line.") from error
        if line.previous != previous:
            if _is_converted(path):
                raise JournalError(
                    f"{path}: its line ends were converted to those of Windows, perhaps by Git or "
                    "a file transfer. Nothing else was altered. Use the original file, or copy it "
                    "again without converting it."
                )
            raise JournalError(
                f"{path}, line {number}: the line before it was altered or removed after the run. "
                "This journal can no longer serve as evidence."
            )
        previous = _hash(raw)
        if vouched is not None:
            yield vouched
        vouched = line.event
    if vouched is not None:
        yield vouched


def _is_converted(path: Path) -> bool:
    """Whether the chain holds once the ends of lines are no longer those of Windows."""
    previous = ""
    for _, raw in _whole_lines(path):
        line = raw.removesuffix(b"\r\n") + b"\n"
        try:
            if line == raw + b"\n" or _read_line(line).previous != previous:
                return False
        except ValueError:
            return False
        previous = _hash(line)
    return True


def _read_line(raw: bytes) -> _Line:
    """The journal line in these bytes, of any version. Raises ValueError for other bytes."""
    try:
        return _line_codec().validate_json(of_this_version(raw))
    except (ValidationError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError("not a journal line") from error


def beginning(path: Path) -> RunStarted | None:
    """The run's RunStarted, from its journal; None if the journal cannot be read that far."""
    try:
        first = next(read_journal(path), None)
    except JournalError:
        return None
    return first if isinstance(first, RunStarted) else None


def ending(path: Path) -> tuple[Event, ...]:
    """The run's RunFinished and all events after it; empty if the journal has none.

    Only the end of the journal is read, and no hash is checked. Raises JournalError if it cannot be
    read, or for a line that is not a journal's.
    """
    end = _from_last(_FINISHED, path)
    try:
        return tuple(_read_line(raw).event for raw in end.splitlines(keepends=True))
    except ValueError as error:
        raise JournalError(f"{path}: its last lines are not those of a journal.") from error


_FINISHED = b'"kind":"run_finished"'
"""On the line of RunFinished alone: quotes within texts are escaped in JSON."""
_END_BYTES = 65_536


def _from_last(mark: bytes, path: Path) -> bytes:
    """The journal's last line with `mark` and all whole lines after it; empty if there is none."""
    try:
        with path.open("rb") as file:
            size, read = file.seek(0, os.SEEK_END), _END_BYTES
            while True:
                file.seek(max(0, size - read))
                end = file.read(read)
                begins = end.rfind(b"\n", 0, max(0, end.rfind(mark))) + 1
                if mark in end[begins:] and (begins or read >= size):
                    return end[begins : end.rfind(b"\n") + 1]
                if read >= size:
                    return b""
                read *= 8
    except OSError as error:
        raise JournalError(f"{path} cannot be read: {error.strerror or error}.") from error


def stamp(moment: datetime) -> str:
    """A moment, given in UTC, in the form used in the journal: ISO 8601, to the second."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def last_hash(path: Path) -> str:
    """The SHA-256 of the journal's last whole line, which covers all lines before it."""
    last = b""
    for _, line in _whole_lines(path):
        last = line
    return _hash(last) if last else ""


def line_hashes(path: Path) -> Iterator[str]:
    """The SHA-256 of every whole line of the journal, in order."""
    return (_hash(line) for _, line in _whole_lines(path))


def is_torn(path: Path) -> bool:
    """Whether the journal ends within a line: the program was cut off while writing it."""
    return sum(len(line) for _, line in _whole_lines(path)) < path.stat().st_size


def _whole_lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """The complete lines of a journal, with their numbers."""
    try:
        with path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                if line.endswith(b"\n"):
                    yield number, line
    except FileNotFoundError as error:
        raise JournalError(f"{path.parent} is not a run folder: it has no journal.") from error
    except OSError as error:
        raise JournalError(f"{path} cannot be read: {error.strerror}.") from error


def _cut_torn_line(path: Path) -> str:
    if not path.exists():
        return ""
    whole, last = 0, b""
    for _, last in _whole_lines(path):
        whole += len(last)
    if whole < path.stat().st_size:
        os.truncate(path, whole)
    return _hash(last) if last else ""


def _hash(line: bytes) -> str:
    return hashlib.sha256(line).hexdigest()


def already_used(folder: Path) -> RefusedError:
    """The refusal of a new run in a folder that holds the journal of another one."""
    return RefusedError(f"{folder} already has the journal of a run.", Action("choose_run_folder"))


def sync_new(descriptor: int, folder: Path, files: FileSystem, named: Path | None = None) -> None:
    """Force a new file and its name in `folder` onto the disk.

    Raises UsageError if that cannot be done, as nothing could then be recorded reliably. The error
    names the folder `named`, else `folder`, which may be a temporary one.
    """
    named = named or folder
    try:
        files.sync(descriptor)
        _sync_name(folder, files)
    except OSError as error:
        raise UsageError(
            f"Nothing can be recorded in {named}: its file system cannot force a file onto the "
            f"disk ({error.strerror}).",
            Action("use_local_disk", path=named),
        ) from error


def _sync_name(folder: Path, files: FileSystem) -> None:
    # A new file survives a power cut only once its folder is on disk too. Shares, FUSE and WSL
    # cannot do that, or do not let a folder be opened; they keep the names in their own way.
    try:
        files.sync_folder(folder)
    except PermissionError:
        pass
    except OSError as error:
        if not is_unsupported(error):
            raise


_APPENDING = os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0)
