"""report.html: the evidence of a run as one self-contained page, without script, made to print."""

import hashlib
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from batch_offboard.errors import Action, StoppedError
from batch_offboard.record.file_system import LOCAL, FileSystem, patiently
from batch_offboard.record.folder import REPORT_NAME
from batch_offboard.results.models import RunView
from batch_offboard.results.report_facts import utc
from batch_offboard.results.report_page import page_of
from batch_offboard.results.report_rows import blocks_of
from batch_offboard.results.run_folder import written_aside

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

BLANK_HASH = "0" * 64
"""What stands for the journal's last hash in a page whose digest that line records."""
_PIECES_AT_ONCE = 2000
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
"""Characters that change the direction in which everything after them is read."""


def report_html(view: RunView, *, journal_hash: str, folder: Path) -> str:
    """The page for a run in `folder` whose journal's last line has the hash `journal_hash`."""
    return "".join(_pieces(view, journal_hash, folder))


def report_sha256(view: RunView, folder: Path, journal_hash: str = BLANK_HASH) -> str:
    """The SHA-256 of the page for a run in `folder`."""
    digest = hashlib.sha256()
    for piece in _encoded(view, journal_hash, folder):
        digest.update(piece)
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
    target = folder / REPORT_NAME
    page = _encoded(view, journal_hash, folder)
    try:
        with written_aside(folder, ".report-", page, files) as temporary:
            patiently(lambda: files.replace(temporary, target), files)
    except OSError as error:
        raise StoppedError(
            f"The report could not be written to {target}: {error.strerror or error}. "
            "The journal has everything that was recorded so far.",
            Action("write_report", path=folder),
        ) from error
    return target


def _encoded(view: RunView, journal_hash: str, folder: Path) -> Iterator[bytes]:
    for piece in _pieces(view, journal_hash, folder):
        yield piece.encode("utf-8", "backslashreplace")


def _pieces(view: RunView, journal_hash: str, folder: Path) -> Iterator[str]:
    """The page piece by piece: a list of 100,000 rows is never held as one text."""
    template = _environment().get_template("report.html.j2")
    stream = template.stream(
        page=page_of(view, journal_hash, folder.resolve()), blocks=blocks_of(view)
    )
    stream.enable_buffering(_PIECES_AT_ONCE)
    return stream


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("batch_offboard.results", ""),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["utc"] = utc
    environment.filters["with_code"] = _with_code
    environment.filters["to_second"] = _to_second
    return environment


def _to_second(moment: str) -> str:
    """`2026-11-23 19:38:00` of a moment in the results; what a spreadsheet made of one stays."""
    return re.sub(r"(\d)T(\d\d:\d\d:\d\d)(\.\d+)?Z", r"\1 \2", moment)


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
