"""`report --verify`: whether the journal is unaltered, and results and report match it."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from batch_offboard import __version__
from batch_offboard.record.folder import RESULTS_NAME, RunFolder
from batch_offboard.record.journal import is_torn, last_hash
from batch_offboard.results.models import RunView
from batch_offboard.results.results_csv import results_bytes
from batch_offboard.results.run_folder import is_as_written, read_run, readable, sha256_of

Standing = Literal["as_recorded", "other_version", "earlier", "changed", "missing"]
"""How a file stands to the journal: what it says now; the newest that the run wrote, by a version
of the program that words it otherwise; what the run wrote before it went on; no file of the run's;
or not there."""

_NEWEST = {"as_recorded", "other_version"}

_SIBLINGS = "results-[0-9]*.csv"


@dataclass(frozen=True, slots=True)
class Verified:
    """The result of checking a run folder whose hash chain is intact.

    `results` has the results file and its numbered siblings by name. `torn` is a last line that was
    not written to its end, `ended` whether the run's own end is recorded.
    """

    last_hash: str
    torn: bool
    ended: bool
    results: dict[str, Standing]
    report: Standing

    @property
    def holds(self) -> bool:
        """Whether the run wrote every file, and the newest results match the journal."""
        standings = set(self.results.values())
        results = bool(_NEWEST & standings) and "changed" not in standings
        return results and self.report == "as_recorded"


def verify(path: Path) -> Verified:
    """Check the journal's hash chain, and results and report against the journal.

    Raises JournalError, naming the line, when the chain is broken, and UsageError for a file that
    cannot be read.
    """
    folder = RunFolder(path)
    view = read_run(folder).view()
    last = last_hash(folder.journal)
    return Verified(
        last_hash=last,
        torn=is_torn(folder.journal),
        ended=view.finished is not None,
        results=dict(_results(folder, view)),
        report=_report(folder, last),
    )


def _results(folder: RunFolder, view: RunView) -> Iterator[tuple[str, Standing]]:
    expected = hashlib.sha256(results_bytes(view)).hexdigest()
    newest = view.written[-1].name if view.written else RESULTS_NAME
    names = {path.name for path in folder.path.glob(_SIBLINGS)} | {newest}
    if folder.results.exists():
        names.add(RESULTS_NAME)
    for name in sorted(names):
        yield name, _standing(folder.path / name, view, expected)


def _standing(path: Path, view: RunView, expected: str) -> Standing:
    if not path.exists():
        return "missing"
    found = sha256_of(path)
    if not is_as_written(found, view):
        return "changed"
    if found == expected:
        return "as_recorded"
    newest = view.finished is not None and found == view.written[-1].sha256
    other = view.started.program_version != __version__
    return "other_version" if newest and other else "earlier"


def _report(folder: RunFolder, last: str) -> Standing:
    """Whether the report contains the journal's last hash, which vouches for all of the journal."""
    if not folder.report.exists():
        return "missing"
    with readable(folder.report):
        report = folder.report.read_bytes()
    return "as_recorded" if last.encode() in report else "changed"
