"""The journal: the only state of a run, as append-only JSON Lines in a hash chain.

Each line is `{"previous": HASH, "event": {…}}` where HASH is the SHA-256 of the line before (empty
on the first). Any prefix of a journal is a valid run. `journal_lines` reads it.
"""

import os
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from functools import cache
from pathlib import Path

from pydantic import TypeAdapter

from batch_offboard.errors import Action, RefusedError, StoppedError, UsageError
from batch_offboard.record.events import (
    CallAnswered,
    CallStarted,
    Event,
    PlanAgreed,
    ResultsWritten,
    RowsUndone,
    RunFinished,
)
from batch_offboard.record.file_system import LOCAL, FileSystem, is_unsupported
from batch_offboard.record.journal_lines import hash_of, whole_lines
from batch_offboard.record.synced_file import SyncedFile

JOURNAL_NAME = "journal.jsonl"

_AT_ONCE = frozenset({PlanAgreed, ResultsWritten, RowsUndone, RunFinished})
"""Events that must be on disk before anything else happens."""
_OF_CALLS = frozenset({CallStarted, CallAnswered})
"""Events that survive this process once appended; the sender itself waits for the disk."""


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

        Raises UsageError if it cannot be written, as in an archive, or if its file system cannot
        force it onto the disk; RefusedError if it is to be `new` and exists.
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
        try:
            self._disk.write(line, kept=event_type in _OF_CALLS)
        except OSError as error:
            raise self._stopped(error) from error
        self.last_hash = hash_of(line)
        if event_type in _AT_ONCE:
            self.sync()

    def sync(self) -> None:
        """Force everything appended so far onto the disk; may be called from any thread.

        Raises StoppedError if that fails, or has failed before in another thread.
        """
        try:
            self._disk.sync()
        except OSError as error:
            raise self._stopped(error) from error

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
        """How many of the events appended are known to be on the disk."""
        return self._disk.on_disk

    @property
    def failure(self) -> OSError | None:
        """The error after which nothing more can be written; None if there was none."""
        return self._disk.failure

    def _stopped(self, error: OSError) -> StoppedError:
        """The error that ends the run because the journal cannot be written."""
        folder = self._path.parent
        return StoppedError(
            f"The journal {self._path} cannot be written ({error.strerror}), so nothing more was "
            "sent.",
            Action("make_room", path=folder),
            Action("rerun_here" if self.can_be_rerun else "repeat", path=folder),
        )


def stamp(moment: datetime) -> str:
    """A moment, given in UTC, in the form used in the journal: ISO 8601, to the second."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _cut_torn_line(path: Path) -> str:
    if not path.exists():
        return ""
    whole, last = 0, b""
    for _, last in whole_lines(path):
        whole += len(last)
    if whole < path.stat().st_size:
        os.truncate(path, whole)
    return hash_of(last) if last else ""


def already_used(folder: Path) -> RefusedError:
    """The error for a new run in a folder that already has a journal."""
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
            f"Nothing can be recorded in {named}: its file system cannot flush a file to the "
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
