"""`report --verify`: whether the journal is unaltered, and the other files match it."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from batch_offboard.record.events import ResultsWritten, RowsUndone
from batch_offboard.record.folder import REPORT_NAME, RESULTS_NAME, WORKBOOK_NAME, RunFolder
from batch_offboard.record.journal_lines import is_torn, last_hash, line_hashes, read_journal
from batch_offboard.results.changes import Changes
from batch_offboard.results.fold import RunFold
from batch_offboard.results.looks import Look
from batch_offboard.results.models import RunView
from batch_offboard.results.put_back import shown_views
from batch_offboard.results.report_facts import put_back_sentences
from batch_offboard.results.report_standing import ReportStanding, lacks_end, report_standing
from batch_offboard.results.results_file import results_files
from batch_offboard.results.results_xlsx import has_workbook
from batch_offboard.results.run_folder import NotBegunError, no_proof, read_run
from batch_offboard.results.runs_beside import Statement, runs_beside
from batch_offboard.results.standing import NEWEST, ResultsStanding, Standing

_PROVED = NEWEST | {"unproved"}
_WITH_LOOKS = frozenset({"as_recorded", "changed"})
"""A file that a run wrote looks as it was written; others may look like anything."""


@dataclass(frozen=True, slots=True)
class Filed:
    """Where the hash of a filed report stands in the journal.

    `line` is its number among the `lines`, or None if no line has it. `undos` are the records of
    undos after it.
    """

    line: int | None
    lines: int
    undos: tuple[RowsUndone, ...] = ()


@dataclass(frozen=True, slots=True)
class Edited:
    """What somebody changed in a results file, compared with what it said when it was written.

    `written_at` is that moment (UTC, ISO 8601), empty where it is what the journal says now. A file
    that is no results file any more has no `changes`, but the reason in `why_none`.
    """

    changes: Changes | None
    written_at: str = ""
    why_none: str = ""


@dataclass(frozen=True, slots=True)
class JournalState:
    """A journal whose hash chain is intact: its run, its lines, and how it ends.

    `last_hash` is that of its last line. `torn` is a line behind it that was not written to its
    end, `ended` whether the run's own end is recorded, `lacks_end` whether the line about the
    report is missing after it. `statements` are what the runs beside it record of the run.
    """

    run_id: str
    lines: int
    last_hash: str
    torn: bool
    ended: bool
    lacks_end: bool
    statements: tuple[Statement, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Whether nothing speaks against the journal having all its lines."""
        return self.ended and not (self.torn or self.lacks_end or self.contradicted)

    @property
    def contradicted(self) -> bool:
        """Whether another run's journal contradicts this one."""
        return any(each.contradicts for each in self.statements)


@dataclass(frozen=True, slots=True)
class Verified:
    """The result of checking a run folder whose hash chain is intact.

    `results` has results.csv and its numbered siblings by name, `workbooks` results.xlsx and its
    own; `recorded` are the names of the last ones that the journal records. `others` are results
    files with names that no run gives, `unchecked` all other files. `edited` is, by name, what
    somebody changed in a file, `looks` what else its reader sees. `filed` is where the hash of a
    filed report stands, if one was given. `put_back` has a sentence for each undo since a rerun, on
    who was put back according to an earlier run's journal; `files_show_it` says whether report,
    results and workbook show them.
    """

    journal: JournalState
    results: Mapping[str, Standing]
    workbooks: Mapping[str, Standing]
    recorded: frozenset[str]
    report: ReportStanding
    others: Mapping[str, Standing]
    unchecked: tuple[str, ...]
    edited: Mapping[str, Edited]
    looks: Mapping[str, tuple[Look, ...]]
    filed: Filed | None = None
    put_back: tuple[str, ...] = ()
    files_show_it: bool = False

    @property
    def holds(self) -> bool:
        """Whether the run wrote every file, and the newest ones match the journal."""
        journal = self.journal
        whole = not (journal.contradicted or journal.lacks_end or (journal.torn and journal.ended))
        found = self.filed is None or self.filed.line is not None
        files = self._hold(self.results) and (not self.workbooks or self._hold(self.workbooks))
        ours = (*self.results, *self.workbooks)
        seen = any(look.deceives for name in ours for look in self.looks.get(name, ()))
        return whole and found and files and not seen and self.report in _PROVED

    def _hold(self, files: Mapping[str, Standing]) -> bool:
        """Whether the run wrote every file, and the one that people open first is up to date.

        An older one may stay beside the newest, where the journal says that this has another name.
        """
        found = set(files.values())
        outdated = any(files.get(name) == "earlier" for name in self.recorded)
        return bool(NEWEST & found) and not outdated and not found & {"changed", "folder"}


def verify_run_folder(path: Path, filed: str = "") -> Verified:
    """Check the journal's hash chain, and results, workbook and report against the journal.

    `filed` is the last hash shown in a report that was filed earlier. Raises JournalError,
    naming the line, when the chain is broken, and UsageError for a file that cannot be read.
    """
    folder = RunFolder(path)
    gathered = _read(folder)
    view, *since = views = shown_views(folder, gathered)
    standing, shown = ResultsStanding(view, since), views[-1]
    journal = _journal(folder, gathered, view)
    report, shows_it = _report(folder, view, shown, journal.last_hash)
    files = {path: standing.of(path) for path in _files(folder, view)}
    others = {path: standing.of(path) for path in _others(folder) if path not in files}
    found = files | others
    return Verified(
        journal=journal,
        results=_of_kind(files, RESULTS_NAME),
        workbooks=_of_kind(files, WORKBOOK_NAME),
        recorded=frozenset(each[-1].name for each in (view.written, view.workbooks) if each),
        report=report,
        others={path.name: each for path, each in others.items()},
        unchecked=_unchecked(folder, found),
        edited=_edited(folder, shown, [path for path, each in files.items() if each == "changed"]),
        looks={
            path.name: looks
            for path, each in found.items()
            if each in _WITH_LOOKS and (looks := standing.looks(path))
        },
        filed=_filed(folder, filed) if filed else None,
        put_back=put_back_sentences(shown),
        files_show_it=shows_it and _show(folder, shown),
    )


def _read(folder: RunFolder) -> RunFold:
    """The run. Raises JournalError if the journal ends before the run began: it may be cut off."""
    try:
        return read_run(folder)
    except NotBegunError as error:
        raise no_proof(folder) from error


def _report(
    folder: RunFolder, view: RunView, shown: RunView, last: str
) -> tuple[ReportStanding, bool]:
    """How report.html compares with the journal, and whether it shows what was put back since."""
    if shown is not view:
        since = report_standing(folder, shown, last)
        if since == "as_recorded":
            return since, True
    return report_standing(folder, view, last), False


def _show(folder: RunFolder, shown: RunView) -> bool:
    """Whether results file and workbook show the run as it should be shown now."""
    standing = ResultsStanding(shown)
    names = (RESULTS_NAME, *((WORKBOOK_NAME,) if has_workbook(shown) else ()))
    return all(standing.newest(folder, name) for name in names)


def _journal(folder: RunFolder, gathered: RunFold, view: RunView) -> JournalState:
    return JournalState(
        run_id=view.started.run_id,
        lines=sum(1 for _ in line_hashes(folder.journal)),
        last_hash=last_hash(folder.journal),
        torn=is_torn(folder.journal),
        ended=view.finished is not None,
        lacks_end=lacks_end(view),
        statements=tuple(runs_beside(folder, gathered)),
    )


def _of_kind(files: Mapping[Path, Standing], name: str) -> dict[str, Standing]:
    kind = Path(name).suffix
    return {path.name: each for path, each in files.items() if path.suffix == kind}


def _files(folder: RunFolder, view: RunView) -> list[Path]:
    """The newest results files and any others found, sorted by name."""
    names = {path.name for path in results_files(folder)}
    names |= {each.name for each in (*view.written[-1:], *view.workbooks[-1:])}
    if not view.written:
        names.add(RESULTS_NAME)
    return [folder.path / name for name in sorted(names)]


def _others(folder: RunFolder) -> list[Path]:
    """Files with names like those of results files, such as a copy `results (1).csv`."""
    kinds = {Path(RESULTS_NAME).suffix, Path(WORKBOOK_NAME).suffix}
    stem = Path(RESULTS_NAME).stem
    found = (path for path in folder.path.iterdir() if path.suffix.lower() in kinds)
    return sorted(path for path in found if stem in path.stem.lower() and path.is_file())


def _unchecked(folder: RunFolder, checked: Collection[Path]) -> tuple[str, ...]:
    """The names of all else in the folder, except what systems and this program hide."""
    known = {folder.journal, folder.report, *checked}
    names = (each.name for each in folder.path.iterdir() if each not in known)
    return tuple(sorted(name for name in names if not _HIDDEN.fullmatch(name)))


_HIDDEN = re.compile(
    r"\.lock(-holder)?|\.(results|report|trial)-\w{8}\.tmp"
    r"|\.DS_Store|\._.*|Thumbs\.db|desktop\.ini|\.nfs\w+|\.fuse_hidden\w+"
    r"|~\$.*\.(csv|xlsx)|\.~lock\..*#"
)
"""What this program, systems and Office programs leave beside the files of a run."""


def _edited(folder: RunFolder, view: RunView, paths: Sequence[Path]) -> dict[str, Edited]:
    """What somebody changed in these results files, compared with the version nearest to each.

    A file may have been edited before an undo of the run changed what it should say.
    """
    if not paths:
        return {}
    sayings = [("", ResultsStanding(view))]
    sayings += [(at, ResultsStanding(each)) for at, each in _published(folder)]
    found: dict[str, Edited] = {}
    for path in paths:
        compared = [(each.changes(path), at) for at, each in sayings]
        edits = [(changes, at) for changes, at in compared if changes is not None]
        least = min(edits, key=lambda each: each[0].number, default=None)
        found[path.name] = (
            Edited(*least) if least else Edited(None, "", sayings[0][1].why_none(path))
        )
    return found


def _published(folder: RunFolder) -> list[tuple[str, RunView]]:
    """The run as it was whenever results and report had been written, the latest first."""
    run, found = RunFold(), list[tuple[str, RunView]]()
    for event in read_journal(folder.journal):
        run.apply(event)
        if isinstance(event, ResultsWritten) and event.name == REPORT_NAME:
            found.insert(0, (event.at, run.view()))
    return found


def _filed(folder: RunFolder, filed: str) -> Filed:
    hashes = list(line_hashes(folder.journal))
    if filed not in hashes:
        return Filed(None, len(hashes))
    line = hashes.index(filed) + 1
    later = list(read_journal(folder.journal))[line:]
    return Filed(line, len(hashes), tuple(each for each in later if isinstance(each, RowsUndone)))
