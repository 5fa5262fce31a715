"""The source of a rerun: a run folder or a results file, with the earlier result of every row."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from batch_offboard.errors import Action, UsageError
from batch_offboard.record.events import ListFile, ListInfo, Predecessor, RunStarted
from batch_offboard.record.folder import RESULTS_NAME, RunFolder
from batch_offboard.record.journal import JOURNAL_NAME
from batch_offboard.record.journal_lines import read_start
from batch_offboard.results.fold import RunFold
from batch_offboard.results.models import RowResult, RunView, parse_result
from batch_offboard.results.put_back import shown_views
from batch_offboard.results.results_csv import results_bytes
from batch_offboard.results.results_file import results_files
from batch_offboard.results.run_folder import read_run
from batch_offboard.results.standing import ResultsStanding
from batch_offboard.termination_list import ListSettings, read_results_file, results_list
from batch_offboard.termination_list.choices import ColumnChoice, choices_made
from batch_offboard.termination_list.models import CHOICES, TerminationList
from batch_offboard.termination_list.results_table import most_named_run


@dataclass(frozen=True)
class Source:
    """What a rerun starts from: the rows with their earlier results, and the run they are from.

    `path` is that run's folder, or a results file without a journal beside it: then there is no
    `organisation_id`. `accepted_names` are the rows whose differing name a person accepted in that
    run, and that were not edited since. `timezone` is that of the run's dates, if its journal was
    found. `original` is the termination list with which the chain began, if a journal records it.

    These are empty until `with_chain` fills them in: `confirmed` are the rows whose user id some
    run of the chain has read for the same cells, `logged_out` those whose person it logged out,
    `edited` the unfinished ones whose person or day was edited since.
    """

    path: Path
    listed: TerminationList
    run: Predecessor | None
    organisation_id: str | None
    timezone: str | None = None
    accepted_names: frozenset[int] = frozenset()
    confirmed: frozenset[int] = frozenset()
    logged_out: frozenset[int] = frozenset()
    edited: frozenset[int] = frozenset()
    original: ListFile | None = None

    @cached_property
    def results(self) -> dict[int, RowResult]:
        """The earlier results by row number; a row that was added since has none."""
        return {row: parse_result(row, cells) for row, cells in self.listed.earlier.items()}


def read_source(path: Path, settings: ListSettings) -> Source:
    """The source at `path`: a run folder, even that of a killed run, or a results file.

    Raises UsageError for an undo's folder, for a folder in which another results file was edited,
    and for a run that never began; JournalError for a damaged journal; ListError for another kind
    of file.
    """
    if path.is_dir():
        return _of_folder(RunFolder(path), settings)
    beside = RunFolder(path.parent)
    if beside.journal.exists():
        run = read_run(beside)
        view = run.view()
        _check_unedited(beside, run, path)
        listed = read_results_file(path, with_run_settings(view.started, settings))
        return _of_run(beside, view, _as_delimited(listed, view.started.list))
    started = _run_of(path)
    if started is None:
        return _of_moved_file(path, read_results_file(path, settings))
    source = _of_moved_file(path, read_results_file(path, with_run_settings(started, settings)))
    return replace(source, timezone=_timezone(started), original=_original(started))


def corrected_source(path: Path, data: bytes, settings: ListSettings) -> Source:
    """The source of the run in the folder `path` whose results file a person has corrected.

    `data` are the bytes of the corrected file. Raises as `read_source`.
    """
    folder = RunFolder(path)
    view = read_run(folder).view()
    as_then = with_run_settings(view.started, settings)
    return _of_run(folder, view, results_list(RESULTS_NAME, data, as_then))


def with_run_settings(started: RunStarted, settings: ListSettings) -> ListSettings:
    """`settings`, but with the columns, date format and time zone with which a run read its list.

    Columns chosen in `settings` take precedence.
    """
    own = started.settings.get("list")
    date_format = own.get("date_format") if isinstance(own, Mapping) else None
    return replace(
        settings,
        choices=(*settings.choices, *_choices(started.list)),
        date_format=date_format if isinstance(date_format, str) else None,
        timezone=_timezone(started) or settings.timezone,
    )


def _timezone(started: RunStarted) -> str | None:
    own = started.settings.get("list")
    timezone = own.get("timezone") if isinstance(own, Mapping) else None
    return timezone if isinstance(timezone, str) else None


def _choices(info: ListInfo) -> tuple[ColumnChoice, ...]:
    """The columns that a run used; version 0.1.0 recorded one for each field."""
    if info.uses:
        return tuple(
            ColumnChoice(each.header, each.field, each.occurrence)
            for each in info.uses
            if each.field in CHOICES
        )
    return choices_made(info.header, {column: field for field, column in info.columns.items()})


def _run_of(path: Path) -> RunStarted | None:
    """The RunStarted of the run that most rows of a moved results file name; None if not found.

    The journal is looked for beside the file and below `runs`, there and in the working folder.
    """
    run_id = most_named_run(path)
    if not run_id or Path(run_id).name != run_id:
        return None
    beside = path.resolve().parent
    for folder in (beside, beside / "runs", Path.cwd() / "runs"):
        started = read_start(folder / run_id / JOURNAL_NAME)
        if started is not None and started.run_id == run_id:
            return started
    return None


def _of_folder(folder: RunFolder, settings: ListSettings) -> Source:
    run = read_run(folder)
    view = run.view()
    _check_unedited(folder, run)
    as_then = with_run_settings(view.started, settings)
    listed = results_list(view.started.list.name, results_bytes(view), as_then)
    return _of_run(folder, view, listed)


def _of_run(folder: RunFolder, view: RunView, listed: TerminationList) -> Source:
    """The source that a run folder is. Raises UsageError for that of an undo."""
    if view.started.command == "undo":
        raise UsageError(
            f"{folder.path} is the folder of an undo, and an undo cannot be rerun. To put back "
            "the rest, undo the original run again.",
            *_undo_again(view.started.previous),
        )
    run = Predecessor(view.started.run_id, str(folder.path.resolve()))
    cells = {result.row: each for result, each in zip(view.results, view.cells, strict=True)}
    unedited = {row.row for row in listed.rows if cells.get(row.row) == row.cells}
    accepted = unedited.intersection(view.accepted_names)
    organisation_id = view.started.organisation.id
    timezone = _timezone(view.started)
    return Source(
        folder.path,
        listed,
        run,
        organisation_id,
        timezone,
        frozenset(accepted),
        original=_original(view.started),
    )


def _original(started: RunStarted) -> ListFile | None:
    """The termination list behind a run; None after a rerun that did not record it."""
    is_recorded = started.list.original is not None or started.command != "rerun"
    return started.list.termination_list if is_recorded else None


def _undo_again(undone: Predecessor | None) -> tuple[Action, ...]:
    """The action that undoes the same run again; empty where that run is unknown."""
    return (Action("undo_run", path=Path(undone.folder)),) if undone else ()


def _of_moved_file(path: Path, listed: TerminationList) -> Source:
    """A results file without its journal: its run is the one that most rows name."""
    source = Source(path, listed, None, None)
    named = Counter(result.run_id for result in source.results.values() if result.run_id)
    run = Predecessor(named.most_common(1)[0][0], "") if named else None
    return Source(path, listed, run, None)


def _as_delimited(listed: TerminationList, info: ListInfo) -> TerminationList:
    """The list with the run's delimiter, if it was read from a workbook, which has none."""
    if listed.format.kind != "xlsx" or not info.delimiter:
        return listed
    return replace(listed, format=replace(listed.format, delimiter=info.delimiter))


def _views_since(folder: RunFolder, run: RunFold) -> Iterator[RunView]:
    """The run with the rows that undos of earlier runs have put back since."""
    yield from shown_views(folder, run)[1:]


def _check_unedited(folder: RunFolder, run: RunFold, given: Path | None = None) -> None:
    """Raise UsageError if a person edited a results file in the folder other than `given`."""
    standing = ResultsStanding(run.view(), _views_since(folder, run))
    for path in results_files(folder):
        if given is not None and path.samefile(given):
            continue
        if standing.is_edited(path):
            instead = f" To use {given.name} instead, move that file away." if given else ""
            raise UsageError(
                f"{path} was edited after the run.{instead}",
                Action("rerun_edited", path=path),
            )
