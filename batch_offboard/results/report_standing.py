"""How report.html compares with the journal of its run."""

import hashlib
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from html.parser import HTMLParser
from itertools import chain, count
from pathlib import Path
from typing import Literal

from batch_offboard import __version__
from batch_offboard.errors import Action, StoppedError
from batch_offboard.record.events import ResultsWritten
from batch_offboard.record.file_system import FileSystem, patiently
from batch_offboard.record.folder import REPORT_NAME, RunFolder
from batch_offboard.record.journal_lines import line_hashes, read_journal
from batch_offboard.results.fold import RunFold
from batch_offboard.results.models import RowResult, RunView
from batch_offboard.results.report import BLANK_HASH, report_sha256
from batch_offboard.results.run_folder import readable
from batch_offboard.results.run_verdict import label

ReportStanding = Literal[
    "as_recorded", "other_version", "unproved", "rewritten", "changed", "missing", "folder"
]
"""How a report compares with the journal.

`as_recorded`: as this version renders it. `other_version`: as another version wrote it, according
to the digest in the journal's last line, with the rows of the journal. `unproved`: it has the
journal's last hash and rows, but its version recorded no digest. `rewritten`: it has that hash, but
other content. `changed`: it lacks that hash. `missing`: it does not exist; `folder`: a folder has
its name."""

_WITHOUT_DIGEST = frozenset({"0.1.0"})
"""The versions that recorded no digest of their reports."""
_SHOWN_HASH = re.compile(rb">([0-9a-f]{64})<")
"""A hash as reports of all versions show it."""


def report_standing(folder: RunFolder, view: RunView, journal_hash: str) -> ReportStanding:
    """How report.html compares with the journal, whose last line has the hash `journal_hash`."""
    if folder.report.is_dir():
        return "folder"
    if not folder.report.exists():
        return "missing"
    with readable(folder.report):
        page = folder.report.read_bytes()
    own_hash = journal_hash.encode()
    if not own_hash or own_hash not in page:
        return "changed"
    # Git and file transfers turn the ends of lines into those of Windows, which nobody sees.
    found = {hashlib.sha256(each).hexdigest() for each in (page, page.replace(b"\r\n", b"\n"))}
    if any(report_sha256(view, each, journal_hash) in found for each in _places(folder, view)):
        return "as_recorded"
    if not _is_of_its_version(page, own_hash, view) or not shows_the_rows(page, view):
        return "rewritten"
    return "unproved" if recorded_report(view) is None else "other_version"


def _is_of_its_version(page: bytes, own_hash: bytes, view: RunView) -> bool:
    """Whether the page may be what another version of the program wrote.

    That version must be one that recorded the run or wrote the results before the report: the last
    line, which no other line confirms, may have been changed to name any version.
    """
    recorded = recorded_report(view)
    if recorded is None:
        return view.started.program_version in _WITHOUT_DIGEST
    if recorded.program_version == __version__:
        return False
    known = not view.writers or recorded.program_version in view.writers
    blanked = hashlib.sha256(page.replace(own_hash, BLANK_HASH.encode())).hexdigest()
    return known and recorded.sha256 == blanked


def keep_edited(folder: RunFolder, files: FileSystem, views: Iterable[RunView] = ()) -> str:
    """Move aside a report that the program did not write from this journal; returns its new name.

    It may be evidence. The name is empty if nothing was moved. A report that shows the run as it
    was earlier, or as one of `views`, is the program's own. Views are made only if needed. Raises
    StoppedError if it cannot be moved.
    """
    if not folder.report.is_file():
        return ""
    with readable(folder.report):
        page = folder.report.read_bytes()
    if _is_own(folder, page, views):
        return ""
    numbered = (folder.report.with_stem(f"report-kept-{number}") for number in count(1))
    target = next(each for each in numbered if not each.exists())
    try:
        patiently(lambda: files.replace(folder.report, target), files)
    except OSError as error:
        raise StoppedError(
            f"{folder.report} was edited or replaced. It may be evidence, but could not be kept "
            f"under another name: {error.strerror or error}. Nothing was written over it.",
            Action("write_report", path=folder.path),
        ) from error
    return target.name


def _is_own(folder: RunFolder, page: bytes, views: Iterable[RunView]) -> bool:
    """Whether a program wrote the page for this journal, now or when it was shorter."""
    page = page.replace(b"\r\n", b"\n")
    shown = _shown(folder, {each.decode() for each in _SHOWN_HASH.findall(page)})
    if shown is None:
        return False
    own_hash, then = shown
    blanked = hashlib.sha256(page.replace(own_hash.encode(), BLANK_HASH.encode())).hexdigest()
    if any(blanked == each.sha256 for each in then.reports):
        return True
    if then.started.program_version in _WITHOUT_DIGEST and shows_the_rows(page, then):
        return True
    found = hashlib.sha256(page).hexdigest()
    return any(
        report_sha256(view, place, own_hash) == found
        for view in chain((then,), views)
        for place in _places(folder, view)
    )


def _shown(folder: RunFolder, hashes: Collection[str]) -> tuple[str, RunView] | None:
    """The first hash of a line that is among `hashes`, and the run as it was at that line."""
    lines = zip(line_hashes(folder.journal), read_journal(folder.journal), strict=False)
    run = RunFold()
    for each, event in lines:
        run.apply(event)
        if each in hashes:
            return each, run.view()
    return None


def shows_the_rows(page: bytes, view: RunView) -> bool:
    """Whether a report of any version has each row with its status and person, and no other."""
    table = _Rows()
    table.feed(page.decode("utf-8", "replace"))
    table.close()
    if len(table.rows) != len(view.results):
        return False
    return all(map(_is_row, table.rows, view.results))


@dataclass(slots=True)
class _Row:
    """A row of a table: the text of its first cell, and its status as a class and as text."""

    first: str = ""
    status: str = ""
    label: str = ""
    name: str = ""


def _is_row(found: _Row, result: RowResult) -> bool:
    labels = {result.status.replace("_", " "), label(result.status), label(result.outcome)}
    return (
        found.first == str(result.row)
        and found.status in (result.status, result.outcome)
        and found.label in labels
        and (not result.user_name or found.name == result.user_name.strip())
    )


class _Rows(HTMLParser):
    """Gathers the rows of tables that have a status, as reports of all versions mark them up."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[_Row] = []
        self._row, self._cells, self._into = _Row(), 0, ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take note of what the next text is."""
        classes = (dict(attrs).get("class") or "").split()
        if tag == "tr":
            self._row, self._cells, self._into = _Row(), 0, ""
        elif tag in ("td", "th"):
            self._cells += 1
            self._into = "first" if self._cells == 1 else ""
        elif tag == "span" and "status" in classes:
            self._row.status = next((each[2:] for each in classes if each[:2] == "s-"), "")
            self._into = "label"
        elif tag == "bdi" and not self._row.name:
            self._into = "name"

    def handle_endtag(self, tag: str) -> None:
        """Keep a row that has a status."""
        self._into = ""
        if tag == "tr" and self._row.status:
            self.rows.append(self._row)

    def handle_data(self, data: str) -> None:
        """Add a text to what it belongs to."""
        if self._into:
            setattr(self._row, self._into, (getattr(self._row, self._into) + data).strip())


def recorded_report(view: RunView) -> ResultsWritten | None:
    """The journal's last event, if it records a report."""
    last = view.last
    return last if isinstance(last, ResultsWritten) and last.name == REPORT_NAME else None


def lacks_end(view: RunView) -> bool:
    """Whether the journal lacks the line about the report with which it should end.

    The program was cut off just before, or somebody has removed the line. A run, or an undo of it,
    that was itself cut off need not have one.
    """
    if view.finished is None or recorded_report(view) is not None:
        return False
    last, started = view.last, view.started
    if isinstance(last, ResultsWritten) and last.program_version:
        return True
    return not view.reports and started.program_version not in _WITHOUT_DIGEST


def _places(folder: RunFolder, view: RunView) -> Iterable[Path]:
    """Where the run folder may have been when the report was written, if the page names it.

    A journal that records its folder has that one on the page, wherever it is now.
    """
    if view.started.folder:
        return (folder.path,)
    now, then = folder.path.resolve(), view.started.run_id
    return dict.fromkeys((now, now.with_name(then), Path(then).resolve(), Path("runs", then)))
