"""The command `report`: results file, workbook and report, made again from the journal.

The journal is only read.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from batch_offboard.commands.publish import kept_report, kept_results, outdated_results
from batch_offboard.errors import Action, OffboardError
from batch_offboard.record.events import Warned
from batch_offboard.record.file_system import LOCAL, FileSystem
from batch_offboard.record.folder import RESULTS_NAME, WORKBOOK_NAME, RunFolder, remove_unfinished
from batch_offboard.record.journal_lines import last_hash, read_start
from batch_offboard.record.lock import locked
from batch_offboard.results.models import RunView
from batch_offboard.results.placing import Placing
from batch_offboard.results.put_back import put_back_since, shown_views
from batch_offboard.results.report import write_report, write_shared_report
from batch_offboard.results.report_facts import put_back_sentences
from batch_offboard.results.report_standing import keep_edited, report_standing
from batch_offboard.results.results_csv import write_results
from batch_offboard.results.results_file import results_files
from batch_offboard.results.results_xlsx import has_workbook, write_workbook
from batch_offboard.results.run_folder import NotBegunError, read_run
from batch_offboard.results.standing import NEWEST, ResultsStanding
from batch_offboard.wording import printable

RERUN_OUTDATED = "rerun_outdated"
"""The code of the warning about a run or rerun whose files still show people as done."""


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """The names of the results file and workbook that now match the journal.

    `workbook` is empty for a list too long for one. `put_back` has a sentence for each undo since a
    rerun that an earlier run's journal records. `kept` is the new name of a report that somebody
    had edited or replaced, `edited` the names of such results files, which stay. `outdated` are
    older results files that stay, as another program has them open.
    """

    results: str
    workbook: str
    put_back: tuple[str, ...] = ()
    kept: str = ""
    edited: tuple[str, ...] = ()
    outdated: tuple[str, ...] = ()

    def newest(self, name: str) -> str:
        """The name of the file that replaces this results file or workbook."""
        is_workbook = Path(name).suffix == Path(WORKBOOK_NAME).suffix
        return self.workbook if is_workbook else self.results


def rebuild(path: Path, files: FileSystem = LOCAL) -> Rebuilt:
    """Rebuild results and report of a run folder from its journal.

    A file that matches the journal is left alone. Beside one that a person has edited, a numbered
    sibling is written.

    Raises JournalError if the journal was altered, RefusedError if a run is using the folder, and
    StoppedError if one of the files cannot be written.
    """
    folder = RunFolder(path)
    last_hash(folder.journal)  # without a journal, locking would leave a file there
    with locked(folder, files):
        run, last = read_run(folder), last_hash(folder.journal)
        remove_unfinished(folder, files)
        *before, shown = shown_views(folder, run)
        rebuilt, kept = _results(folder, shown, before, files), ""
        if report_standing(folder, shown, last) not in NEWEST:
            kept = keep_edited(folder, files, (*before, shown))
            write_report(folder.path, shown, journal_hash=last, files=files)
    return replace(rebuilt, put_back=put_back_sentences(shown), kept=kept)


@dataclass(frozen=True, slots=True)
class Refreshed:
    """The files of a run as last written: who is shown as put back, and their `looks`.

    `looks` has the size, time and inode of each file by name; see `looks_of`.
    """

    put_back: Mapping[int, str]
    looks: Mapping[str, tuple[int, ...]]


def refresh_reruns(
    reruns: Iterable[RunFolder], shown: dict[Path, Refreshed | None], files: FileSystem
) -> Iterator[Warned]:
    """Rebuild the files of reruns of which somebody was put back, and which may still say "done".

    `shown` has the files of each folder as they were last written; None if some of them could not
    be. It is updated here: an undo may be withdrawn, and a spreadsheet that has a file open may
    save an older state of it. Yields a warning for each file that was edited or is out of date, and
    for each rerun whose files stay as they are; a rerun of which nobody was put back is not
    touched.
    """
    for rerun in reruns:
        try:
            put_back = put_back_since(rerun, read_run(rerun))
            if _must_refresh(rerun, put_back, shown):
                shown[rerun.path] = None
                warnings = tuple(_staying_in(rerun, rebuild(rerun.path, files)))
                shown[rerun.path] = None if warnings else Refreshed(put_back, looks_of(rerun))
                yield from warnings
        except NotBegunError:
            continue  # it has no files
        except OffboardError as error:
            started = read_start(rerun.journal)
            kind = started.command if started else "run"
            yield Warned(
                RERUN_OUTDATED,
                f"The files of the {kind} {printable(rerun.path.name)} could not be written again. "
                f"They may show people as done who have been put back. {error}",
                (rerun.path.name,),
                (Action("write_report", path=rerun.path),),
            )


def _must_refresh(
    rerun: RunFolder, put_back: Mapping[int, str], shown: Mapping[Path, Refreshed | None]
) -> bool:
    """Whether the rerun's files may show other people as put back than these."""
    if rerun.path not in shown:
        return bool(put_back)
    return shown[rerun.path] != Refreshed(put_back, looks_of(rerun))


def looks_of(folder: RunFolder) -> dict[str, tuple[int, ...]]:
    """The size, modification time and inode of each results file and the report, by name.

    They change when another program saves the file. The files are not read: those of a long list
    are large.
    """
    looks = dict[str, tuple[int, ...]]()
    for path in (*results_files(folder), folder.report):
        with suppress(OSError):  # it may be gone
            found = path.stat()
            looks[path.name] = (found.st_size, found.st_mtime_ns, found.st_ino)
    return looks


def _staying_in(folder: RunFolder, rebuilt: Rebuilt) -> Iterator[Warned]:
    """A warning for each file of the folder that stays and is not what the program writes now."""
    if rebuilt.kept:
        yield kept_report(folder, rebuilt.kept)
    for name in rebuilt.edited:
        yield kept_results(folder, name, rebuilt.newest(name))
    for name in rebuilt.outdated:
        yield outdated_results(folder, name, rebuilt.newest(name))


def share(path: Path, target: Path) -> None:
    """Write the report of a run folder without names to the new file `target`, and nothing else.

    Raises JournalError if the journal was altered, UsageError if `target` cannot be made.
    """
    folder = RunFolder(path)
    view = shown_views(folder, read_run(folder))[-1]
    write_shared_report(target, view, journal_hash=last_hash(folder.journal))


def _results(
    folder: RunFolder, view: RunView, before: Sequence[RunView], files: FileSystem
) -> Rebuilt:
    """Results file and workbook of the run as `view`; `before` is what they may have shown."""
    standing, how = ResultsStanding(view, before), Placing(files)
    results = standing.newest(folder, RESULTS_NAME)
    workbook = standing.newest(folder, WORKBOOK_NAME) if has_workbook(view) else ""
    known = standing.unedited(folder)
    edited = {path.name for path in results_files(folder)} - {each.name for each in known}
    outdated: list[str] = []
    if not results:
        written = write_results(folder.path, view, how=how, known=known)
        results = written.name
        outdated += written.outdated
    if not workbook and (made := write_workbook(folder.path, view, how=how, known=known)):
        workbook = made.name
        outdated += made.outdated
    return Rebuilt(results, workbook, edited=tuple(sorted(edited)), outdated=tuple(outdated))
