"""What the results files have in common: their names and siblings, and their atomic writing."""

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from batch_offboard.errors import Action, StoppedError
from batch_offboard.record.folder import RESULTS_NAME, WORKBOOK_NAME, RunFolder
from batch_offboard.results.models import COLUMNS, RunView
from batch_offboard.results.run_folder import is_as_written, written_aside

MOST_SIBLINGS = 99


@dataclass(frozen=True, slots=True)
class Written:
    """A results file that was written: its name in the run folder, and the SHA-256 of its bytes."""

    name: str
    sha256: str


Announce = Callable[[Written], None]
"""Called with the name and digest of a file just before it appears under that name, so that the
journal knows every digest of ours even if the program dies in between."""
Replace = Callable[[Path, Path], None]


def unannounced(_: Written) -> None:
    """For files that no journal records: those that `report` writes."""


def exact_rows(view: RunView) -> Iterator[list[str]]:
    """The cells of the results as text: the header, and each row of the list followed by ours."""
    yield [*map(writable, view.started.list.header), *COLUMNS]
    for cells, result in zip(view.cells, view.results, strict=True):
        yield [*map(writable, cells), *map(writable, result.texts())]


def writable(text: str) -> str:
    """The text with `\\ud800` for a lone surrogate, which JSON can contain and a file cannot."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def place_results(
    folder: Path,
    name: str,
    pieces: Iterable[bytes],
    may_replace: Callable[[Path], bool],
    *,
    announce: Announce = unannounced,
    replace: Replace = os.replace,
) -> Written:
    """Write `pieces` into `folder` as `name`, atomically, and return the name and digest.

    A file that may not be replaced, or that is locked, as by Excel on Windows, is left alone:
    `results-2.csv` beside it, or the next free number, is written instead.

    Raises StoppedError when the file cannot be written, as when the disk is full.
    """
    digest = hashlib.sha256()
    try:
        with written_aside(folder, ".results-", _digested(pieces, digest)) as temporary:
            for each in siblings(name):
                written = Written(each, digest.hexdigest())
                path = folder / each
                if path.exists() and not may_replace(path):
                    continue
                if _moved(temporary, folder, written, announce, replace):
                    return written
            raise PermissionError(f"{name} and all its siblings are in use")
    except OSError as error:
        raise StoppedError(
            f"The results could not be written to {folder}: {error.strerror or error}. "
            "The journal has everything that was recorded so far.",
            Action("make_room", path=folder),
            Action("make_writable", path=folder),
            Action("write_report", path=folder),
        ) from error


def results_files(folder: RunFolder) -> tuple[Path, ...]:
    """The results files in a run folder: results.csv, results.xlsx and their numbered siblings."""
    names = chain(siblings(RESULTS_NAME), siblings(WORKBOOK_NAME))
    paths = (folder.path / name for name in names)
    return tuple(path for path in paths if path.exists())


def written_by(view: RunView) -> Callable[[Path], bool]:
    """Whether a results file holds what the run of `view` wrote under this name."""

    def is_ours(path: Path) -> bool:
        try:
            with path.open("rb") as file:
                found = hashlib.file_digest(file, "sha256").hexdigest()
        except (PermissionError, IsADirectoryError):
            return False
        return is_as_written(found, view, path.name)

    return is_ours


def _digested(pieces: Iterable[bytes], digest: "hashlib._Hash") -> Iterator[bytes]:
    for piece in pieces:
        digest.update(piece)
        yield piece


def _moved(
    temporary: Path, folder: Path, written: Written, announce: Announce, replace: Replace
) -> bool:
    """Give the file its name, unless a program such as Excel holds what is there locked."""
    announce(written)
    try:
        replace(temporary, folder / written.name)
    except PermissionError:
        return False
    return True


def siblings(name: str) -> Iterator[str]:
    """The name of a results file, and those that it gets where that one is taken."""
    yield name
    stem, suffix = name.split(".")
    yield from (f"{stem}-{number}.{suffix}" for number in range(2, MOST_SIBLINGS + 1))
