"""The lines of a journal, read: its events, its hash chain, its first and last events.

A line counts only once its newline is on disk: a torn last line is ignored.
"""

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import Field, TypeAdapter, ValidationError

from batch_offboard.errors import UsageError
from batch_offboard.record.events import Event, RunStarted
from batch_offboard.record.older import of_this_version


@dataclass(frozen=True, slots=True)
class _Line:
    previous: str
    event: Annotated[Event, Field(discriminator="kind")]


class JournalError(UsageError):
    """The journal is missing, altered or damaged."""


@cache
def _line_codec() -> TypeAdapter[_Line]:
    return TypeAdapter(_Line)


def read_journal(path: Path) -> Iterator[Event]:
    """The events of a journal, its hash chain checked on the way.

    An event is yielded only once the next line has confirmed its hash, so that an altered line is
    never used; nothing confirms the last line.

    Raises JournalError if the journal is missing or unreadable, and with its number for the first
    line that is not as the run wrote it.
    """
    previous = ""
    vouched: Event | None = None
    for number, raw in whole_lines(path):
        try:
            line = _read_line(raw)
        except ValueError as error:
            raise JournalError(
                f"{path}, line {number}: this is not a journal line. From this line on, the "
                f"journal proves nothing. {_ANOTHER_COPY}"
            ) from error
        if line.previous != previous:
            if _is_converted(path):
                raise JournalError(
                    f"{path}: its line ends were converted to those of Windows, perhaps by Git or "
                    "a file transfer. Nothing else was altered. Use the original file, or copy it "
                    "again without converting it."
                )
            raise JournalError(_broken(path, number))
        previous = hash_of(raw)
        if vouched is not None:
            yield vouched
        vouched = line.event
    if vouched is not None:
        yield vouched


_ANOTHER_COPY = "Look for another copy. Do not start a run from this one."


def _broken(path: Path, number: int) -> str:
    """The message that line `number` does not follow the line before it."""
    if number == 1:
        return (
            f"{path}, line 1: this is not how the journal began. Lines were altered or removed. "
            f"The journal proves nothing about what was done. {_ANOTHER_COPY}"
        )
    return (
        f"{path}: line {number - 1} was altered after the run, or a line was removed or added "
        f"between it and line {number}. This journal can no longer serve as evidence. "
        f"{_ANOTHER_COPY}"
    )


def _is_converted(path: Path) -> bool:
    """Whether the chain would hold if line ends were converted back from CRLF to LF."""
    previous = ""
    for _, raw in whole_lines(path):
        line = raw.removesuffix(b"\r\n") + b"\n"
        try:
            if line == raw + b"\n" or _read_line(line).previous != previous:
                return False
        except ValueError:
            return False
        previous = hash_of(line)
    return True


def _read_line(raw: bytes) -> _Line:
    """The journal line in these bytes, of any version. Raises ValueError for other bytes."""
    try:
        return _line_codec().validate_json(of_this_version(raw))
    except (ValidationError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError("not a journal line") from error


def read_start(path: Path) -> RunStarted | None:
    """The run's RunStarted, from its journal; None if the journal cannot be read that far."""
    try:
        first = next(read_journal(path), None)
    except JournalError:
        return None
    return first if isinstance(first, RunStarted) else None


def read_end(path: Path) -> tuple[Event, ...]:
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


def last_hash(path: Path) -> str:
    """The SHA-256 (hex) of the last whole line, which covers all before it; empty if none.

    Raises JournalError if there is no journal or it cannot be read; so do the functions below.
    """
    last = b""
    for _, line in whole_lines(path):
        last = line
    return hash_of(last) if last else ""


def line_hashes(path: Path) -> Iterator[str]:
    """The SHA-256 of every whole line of the journal, in order."""
    return (hash_of(line) for _, line in whole_lines(path))


def is_torn(path: Path) -> bool:
    """Whether the journal ends within a line: the program was cut off while writing it."""
    return sum(len(line) for _, line in whole_lines(path)) < path.stat().st_size


def whole_lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """The whole lines of the journal with their numbers from 1, newline included."""
    try:
        with path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                if line.endswith(b"\n"):
                    yield number, line
    except FileNotFoundError as error:
        raise JournalError(f"{path.parent} is not a run folder: it has no journal.") from error
    except OSError as error:
        raise JournalError(f"{path} cannot be read: {error.strerror}.") from error


def hash_of(line: bytes) -> str:
    """The SHA-256 (hex) of a line, newline included: what the next line has as `previous`."""
    return hashlib.sha256(line).hexdigest()
