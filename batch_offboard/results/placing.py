"""Writing a results file into the run folder, atomically; never over one edited or locked."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from batch_offboard.errors import Action, StoppedError
from batch_offboard.record.events import ResultsWritten
from batch_offboard.record.file_system import (
    LOCAL,
    MOMENT_SECONDS,
    FileSystem,
    is_in_use,
    patiently,
)
from batch_offboard.results.run_folder import written_aside

MOST_SIBLINGS = 99


@dataclass(frozen=True, slots=True)
class Written:
    """A results file that was written: its name in the run folder, and the SHA-256 of its bytes.

    `outdated` has the names of older ones of the run that could not be removed, as another program
    has them open; `kept` those of files that somebody has edited or replaced, which stay.
    """

    name: str
    sha256: str
    outdated: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()


Announce = Callable[[Written], None]
"""Called just before a file appears under its name."""


@dataclass(frozen=True, slots=True)
class Placing:
    """How a file is written.

    If another program has the old file open, replacing it is tried again after each of `waits` (in
    seconds). Then a numbered sibling is written if `siblings` is true, else an error is raised.
    """

    files: FileSystem = LOCAL
    waits: Sequence[float] = MOMENT_SECONDS
    siblings: bool = True


PATIENT = Placing()


def place_file(
    path: Path,
    pieces: Iterable[bytes],
    known: Sequence[ResultsWritten],
    announce: Announce | None,
    how: Placing,
) -> Written:
    """Write `pieces` as the file `path` of a run, or as its numbered sibling.

    A file that a person has edited since (its digest is not among those `known`) is left alone, and
    so is one that is locked, as by Excel on Windows: results-2.csv, or the next free number, is
    written instead. Older files of the run are then removed, as they would pass for the last.
    `announce` is called before, so that the journal knows the digest even if the program dies then.

    Raises StoppedError when the file cannot be written, as when the disk is full.
    """
    digest = hashlib.sha256()
    prefix = f".{path.stem}-"
    try:
        with written_aside(path.parent, prefix, _digested(pieces, digest), how.files) as temporary:
            written = _placed(temporary, path, digest.hexdigest(), known, announce, how)
        return replace(written, outdated=remove_outdated(path, written.name, known, how.files))
    except OSError as error:
        folder = path.parent
        raise StoppedError(
            f"The results could not be written to {folder}: {error.strerror or error}. Everything "
            "recorded so far is in the journal.",
            Action("make_room", path=folder),
            Action("make_writable", path=folder),
            Action("write_report", path=folder),
        ) from error


def _digested(pieces: Iterable[bytes], digest: "hashlib._Hash") -> Iterator[bytes]:
    for piece in pieces:
        digest.update(piece)
        yield piece


def _placed(
    temporary: Path,
    path: Path,
    sha256: str,
    known: Sequence[ResultsWritten],
    announce: Announce | None,
    how: Placing,
) -> Written:
    """Give the file the first name that is neither edited nor locked."""
    kept: list[str] = []
    for target in targets(path):
        written = Written(target.name, sha256)
        announced = partial(announce, written) if announce else None
        move = partial(_move_if_free, temporary, target, known, announced, how.files)
        try:
            if patiently(move, how.files, how.waits if target == path else ()):
                return replace(written, kept=tuple(kept))
            kept.append(target.name)
        except OSError as error:
            if not how.siblings or not is_in_use(error):
                raise
    raise OSError(f"{path.name} and its numbered copies are all in use")


def _move_if_free(
    temporary: Path,
    target: Path,
    known: Sequence[ResultsWritten],
    announce: Callable[[], None] | None,
    files: FileSystem,
) -> bool:
    """Give the file its name, unless a person has edited what has that name."""
    if not _is_free(target, known):
        return False
    if announce is not None:
        announce()
    files.replace(temporary, target)
    return True


def targets(path: Path) -> Iterator[Path]:
    """The file `path` and its numbered siblings, in the order in which they are tried."""
    return (path.with_name(name) for name in target_names(path.name))


def target_names(name: str) -> Iterator[str]:
    """A file's name and those of its numbered siblings, in the order in which they are tried."""
    yield name
    stem, dot, suffix = name.rpartition(".")
    for number in range(2, MOST_SIBLINGS + 1):
        yield f"{stem}-{number}{dot}{suffix}"


def _is_free(path: Path, known: Sequence[ResultsWritten]) -> bool:
    """Whether `path` may be replaced: nothing is there, or exactly what this run wrote there.

    Raises OSError while another program does not let it be read.
    """
    ours = {written.sha256 for written in known if written.name == path.name}
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() in ours
    except FileNotFoundError:
        return True
    except IsADirectoryError:
        return False


def remove_outdated(
    path: Path, newest: str, known: Sequence[ResultsWritten], files: FileSystem
) -> tuple[str, ...]:
    """Remove the run's unedited files of this kind but for the newest; returns those that stay."""
    staying: list[str] = []
    names = {each.name for each in known if Path(each.name).suffix == path.suffix}
    for name in sorted(names - {newest}):
        older = path.with_name(name)
        try:
            if older.exists() and _is_free(older, known):
                files.remove(older)
        except OSError:
            staying.append(name)
    return tuple(staying)
