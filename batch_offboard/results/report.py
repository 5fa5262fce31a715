"""report.html: the evidence of a run as one self-contained page, without script, made to print."""

import hashlib
import re
import secrets
from collections.abc import Callable, Iterable, Iterator
from functools import cache, lru_cache
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from batch_offboard.errors import Action, StoppedError, UsageError
from batch_offboard.record.file_system import LOCAL, FileSystem, patiently
from batch_offboard.record.folder import REPORT_NAME
from batch_offboard.results.models import RunView
from batch_offboard.results.report_page import report_page_of
from batch_offboard.results.report_rows import blocks_of, in_short
from batch_offboard.results.run_folder import sync_if_supported, written_aside
from batch_offboard.results.sharing import RUN_FOLDER, share_safe
from batch_offboard.wording import counted

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

BLANK_HASH = "0" * 64
"""What stands for the journal's last hash in a page whose digest that line records."""
_PIECES_AT_ONCE = 32  # of which every tenth is a block of rows
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
"""Characters that change the direction in which everything after them is read."""


def report_html(view: RunView, *, journal_hash: str, folder: Path) -> str:
    """The page for a run in `folder` whose journal's last line has the hash `journal_hash`."""
    return "".join(_pieces(view, journal_hash, folder.resolve()))


def shared_report(view: RunView, *, journal_hash: str) -> Iterator[bytes]:
    """The same page for others to see, without names, addresses, numbers and free texts."""
    pieces = _pieces(share_safe(view), journal_hash, Path(RUN_FOLDER), shared=True)
    return map(_encoded, pieces)


def report_sha256(view: RunView, folder: Path, journal_hash: str = BLANK_HASH) -> str:
    """The SHA-256 of the page for a run in `folder`."""
    digest = hashlib.sha256()
    for piece in _pieces(view, journal_hash, folder.resolve()):
        digest.update(_encoded(piece))
    return digest.hexdigest()


def write_report(
    folder: Path,
    view: RunView,
    *,
    journal_hash: str,
    files: FileSystem = LOCAL,
) -> Path:
    """Write report.html into `folder`, atomically and for its owner only; returns its path.

    One that another program has open is tried again for a few seconds.

    Raises StoppedError when it cannot be written.
    """
    page = map(_encoded, _pieces(view, journal_hash, folder.resolve()))
    return _placed(folder, page, files, lambda _temporary: None)


def write_sealed_report(
    folder: Path, view: RunView, seal: Callable[[str], str], *, files: FileSystem = LOCAL
) -> Path:
    """Write the report whose digest is recorded before it appears; else as `write_report`.

    `seal` is given the page's digest, as `report_sha256` makes it, and returns the hash of the
    journal's last line, which the page then shows.
    """
    page = _Unsealed(view, folder.resolve())

    def finish(temporary: Path) -> None:
        page.seal(temporary, seal(page.digest.hexdigest()), files)

    return _placed(folder, page.pieces(), files, finish)


def _placed(
    folder: Path, page: Iterable[bytes], files: FileSystem, finish: Callable[[Path], None]
) -> Path:
    """The report's file, written whole. Raises StoppedError if it cannot be."""
    target = folder / REPORT_NAME
    try:
        with written_aside(folder, ".report-", page, files) as temporary:
            finish(temporary)
            patiently(lambda: files.replace(temporary, target), files)
    except OSError as error:
        raise StoppedError(
            f"The report could not be written to {target}: {error.strerror or error}. Everything "
            "recorded so far is in the journal.",
            Action("write_report", path=folder),
        ) from error
    return target


class _Unsealed:
    """A page that is rendered once, though the hash it shows is known only after its digest."""

    def __init__(self, view: RunView, folder: Path) -> None:
        self.digest = hashlib.sha256()
        self._view, self._folder = view, folder
        self._placeholder = secrets.token_hex(len(BLANK_HASH) // 2)  # which no list can contain
        self._places: list[int] = []

    def pieces(self) -> Iterator[bytes]:
        """The page, with a placeholder for the hash."""
        placeholder, at = self._placeholder.encode(), 0
        for piece in map(_encoded, _pieces(self._view, self._placeholder, self._folder)):
            *before, last = piece.split(placeholder)
            for part in before:
                at += len(part)
                self._places.append(at)
                at += len(placeholder)
            at += len(last)
            self.digest.update(BLANK_HASH.encode().join((*before, last)))
            yield piece

    def seal(self, path: Path, journal_hash: str, files: FileSystem) -> None:
        """Put the hash into the page at `path`."""
        with path.open("r+b") as file:
            for place in self._places:
                file.seek(place)
                file.write(journal_hash.encode())
            file.flush()
            sync_if_supported(file.fileno(), files)


def write_shared_report(target: Path, view: RunView, *, journal_hash: str) -> None:
    """Write the report for others to see to the new file `target`.

    Raises UsageError if there is such a file already, or it cannot be written.
    """
    try:
        file = target.open("xb")
    except FileExistsError as error:
        raise UsageError(
            f"{target} exists already and was not changed. Choose another name, or move that file "
            "away."
        ) from error
    except OSError as error:
        raise _unwritable(target, error) from error
    try:
        with file:
            file.writelines(shared_report(view, journal_hash=journal_hash))
    except OSError as error:
        target.unlink(missing_ok=True)
        raise _unwritable(target, error) from error


def _unwritable(target: Path, error: OSError) -> UsageError:
    """The refusal of a place to which no report for sharing can be written."""
    return UsageError(
        f"{target} cannot be written ({error.strerror or error}). Choose another place for it."
    )


def _encoded(piece: str) -> bytes:
    return piece.encode("utf-8", "backslashreplace")


def _pieces(
    view: RunView, journal_hash: str, folder: Path, *, shared: bool = False
) -> Iterator[str]:
    """The page piece by piece: a list of 100,000 rows is never held as one text."""
    template = _environment().get_template("report.html.j2")
    pieces = template.generate(
        page=report_page_of(view, journal_hash, folder, shared=shared),
        blocks=blocks_of(view, shared=shared),
        once=lru_cache(maxsize=1_000)(_once),
    )
    for piece in pieces:
        yield "".join((piece, *islice(pieces, _PIECES_AT_ONCE - 1)))


def _once(macro: Callable[[object], str], about: object) -> str:
    """What a macro renders for a value; cached for a page, as many people lost the same."""
    return macro(about)


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("batch_offboard.results", ""),
        autoescape=True,
        auto_reload=False,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["with_code"] = _with_code
    environment.filters["css_text"] = _css_text
    environment.filters["counted"] = counted
    environment.filters["items"] = _items
    environment.filters["in_short"] = in_short
    return environment


def _items(things: Iterable[tuple[str, str]]) -> "Markup":
    """The items of a list of things, each with what belongs to it."""
    from markupsafe import Markup

    return Markup("\n".join([_item(name, how) for name, how in things]))  # escaped, each of them


@lru_cache(maxsize=10_000)
def _item(name: str, how: str) -> "Markup":
    """One item; cached, as many people have the same."""
    from markupsafe import Markup

    detail = Markup(" <span>{}</span>").format(how) if how else ""
    return Markup("<li><bdi>{}</bdi>{}</li>").format(name, detail)


def _css_text(text: str) -> "Markup":
    """The text as a string of a style sheet, whatever characters it has."""
    from markupsafe import Markup

    return Markup('"%s"') % Markup("").join(
        each if each.isascii() and each.isalnum() else Markup(f"\\{ord(each):x} ") for each in text
    )


def _with_code(text: str) -> "Markup":
    """The text, escaped, with what stands between backticks set as code.

    Direction-changing characters are removed, so that a name cannot reverse the text after it.
    """
    from markupsafe import Markup, escape

    text = _TURNING.sub("", text)
    parts = text.split("`")
    if len(parts) % 2 == 0:
        return escape(text)
    marked = (
        Markup("<code>{}</code>").format(part) if number % 2 else escape(part)
        for number, part in enumerate(parts)
    )
    return Markup("").join(marked)
