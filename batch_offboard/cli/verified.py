"""What `report --verify` prints: how each file of a run compares with its journal."""

import unicodedata
from collections.abc import Iterator, Mapping
from pathlib import PurePath
from typing import TYPE_CHECKING

from batch_offboard.errors import ExitCode
from batch_offboard.wording import counted, printable, rows_named

if TYPE_CHECKING:
    from batch_offboard.commands.verify import Edited, Filed, JournalState, Verified
    from batch_offboard.record.events import RowsUndone
    from batch_offboard.results.changes import ChangedCell, Changes
    from batch_offboard.results.report_standing import ReportStanding
    from batch_offboard.results.standing import Standing

MOST_CELLS = 50
_MOST_NAMES = 3
_LONGEST_TEXT = 120


SHOWN_IN_FILES = "The report and the results files show this."


def verified_code(verified: "Verified") -> ExitCode:
    """The exit code of `report --verify`."""
    if verified.journal.contradicted:
        return ExitCode.USAGE
    return ExitCode.OK if verified.holds else ExitCode.ATTENTION


def verified_lines(verified: "Verified") -> Iterator[str]:
    """What was found, file by file."""
    yield from _journal_lines(verified.journal)
    yield from verified.put_back
    if verified.put_back and verified.files_show_it:
        yield SHOWN_IN_FILES
    elif verified.put_back:
        yield (
            "Not every file of this rerun shows this. To write them again, repeat this command "
            "without --verify."
        )
    if verified.filed is not None:
        yield from _filed_lines(verified.filed)
    else:
        yield (
            "The journal alone cannot show whether its end was cut off, or all of it rewritten. "
            "To check that, add --hash and the last hash of a report that was filed elsewhere."
        )
    files = {**verified.results, **verified.workbooks}
    for name, standing in (files | dict(verified.others)).items():
        words = _OTHER_WORDS if name in verified.others else _RESULTS_WORDS
        looks = verified.looks.get(name, ())
        if standing == "as_recorded" and any(each.deceives for each in looks):
            yield f"{printable(name)} {_DECEIVING}"
        else:
            yield f"{printable(name)} {words[standing]}"
        if standing == "earlier":
            yield from _newer_line(name, {**files, **verified.others})
        if name in verified.edited:
            yield from _edited_lines(verified.edited[name], whole=verified.journal.is_whole)
        yield from (f"  {each.text}" for each in looks)
    yield f"report.html {_REPORT_WORDS[verified.report]}"
    if verified.unchecked:
        names = ", ".join(map(printable, verified.unchecked))
        yield f"Only the run's own files were checked, not {names}."
        them = "it" if len(verified.unchecked) == 1 else "them"
        yield f"Ask whoever put {them} there before you rely on {them}."


def _newer_line(name: str, files: Mapping[str, "Standing"]) -> Iterator[str]:
    """The file of the same kind that says what the journal says now."""
    kind = PurePath(name).suffix
    for other, standing in files.items():
        if standing in _NEWEST and PurePath(other).suffix == kind:
            yield f"  The latest results are in {printable(other)}."


def _journal_lines(journal: "JournalState") -> Iterator[str]:
    """Whether the chain of hashes holds, and what the journal says of its end."""
    yield _WHOLE if journal.is_whole else _FITS
    yield f"Run {printable(journal.run_id)}, {counted(journal.lines, 'line')}."
    yield f"Last hash: {journal.last_hash}"
    yield from _end_lines(journal)
    for each in journal.statements:
        yield each.text


_WHOLE = "The journal is intact: no line within it was altered, added or removed."
_FITS = "The remaining lines of the journal fit together."


def _end_lines(journal: "JournalState") -> Iterator[str]:
    """Whether the journal has an end, and if not, what may have happened."""
    if journal.ended:
        yield "The journal records the end of the run."
        if journal.torn:
            yield (
                "After its last complete line there is part of another one. Something was cut off "
                "or added after the run had ended."
            )
    else:
        yield (
            "This journal has no end. The run was killed or is still going on, or lines were cut "
            "off. Only a hash filed elsewhere can tell which."
        )
        if journal.torn:
            yield (
                "Its last line is incomplete and is ignored. That is normal after a run was killed."
            )
    if journal.lacks_end:
        yield (
            "Its last line, about the report, is missing. Either somebody removed it, or the "
            "program was cut off before it wrote the report."
        )


def _filed_lines(filed: "Filed") -> Iterator[str]:
    """With --hash: where the hash of a filed report stands, and what was recorded after it."""
    if filed.line is None:
        yield (
            f"The given hash is not in this journal of {counted(filed.lines, 'line')}. Either the "
            "journal was cut off or rewritten, or the report is of another run."
        )
        return
    yield f"The given hash is that of line {filed.line:,} of {filed.lines:,}."
    yield "Up to that line, the journal is unchanged since that report was written."
    later = filed.lines - filed.line
    if not later:
        yield "Nothing was recorded after it."
        return
    yield f"After it, {counted(later, 'line')} {'was' if later == 1 else 'were'} recorded:"
    yield from map(_undo_line, filed.undos)
    if not filed.undos:
        yield "  The run continued or wrote its files. No undo was recorded."


def _moment(at: str) -> str:
    """A moment as `2026-11-23 19:38:00 UTC`."""
    return at.replace("T", " ").removesuffix("Z") + " UTC"


def _undo_line(undone: "RowsUndone") -> str:
    """An undo recorded after the report was filed."""
    rows, at = rows_named(undone.rows), _moment(undone.at)
    if not undone.by_run:
        return f"  {at}: the undo changed nothing for {rows} after all."
    return f"  {at}: an undo of {rows}, run {undone.by_run}."


def _edited_lines(edited: "Edited", *, whole: bool) -> Iterator[str]:
    """What differs in a file that does not match the journal."""
    if edited.changes is None:
        yield "  It is no longer a results file."
        yield f"  {edited.why_none}"
        return
    if edited.written_at:
        yield f"  Compared with what was written at {_moment(edited.written_at)}:"
    yield from _change_lines(edited.changes, whole=whole)


def _change_lines(changes: "Changes", *, whole: bool) -> Iterator[str]:
    """The changed cells, rows and columns of a results file."""
    yield from (_cell_line(each, whole=whole) for each in changes.cells[:MOST_CELLS])
    if (more := len(changes.cells) - MOST_CELLS) > 0:
        yield f"  … and {counted(more, 'more changed cell')}."
    if changes.missing_rows:
        yield f"  Missing: {rows_named(changes.missing_rows)}."
    if changes.more_rows:
        yield f"  Added: {counted(changes.more_rows, 'row')}."
    if changes.missing_columns:
        yield f"  Missing columns: {_listed(changes.missing_columns)}."
    if changes.more_columns:
        yield f"  Added columns: {_listed(changes.more_columns)}."
    if changes.above:
        yield f"  {counted(changes.above, 'line')} added above the headers."
    if changes.moved:
        yield "  Its rows are in a different order, as after sorting."
    if changes.columns_moved:
        yield "  Its columns are in a different order."
    yield f"  {_verdict(changes, whole=whole)}"


def _verdict(changes: "Changes", *, whole: bool) -> str:
    """Whether the program's own columns were changed."""
    if not changes.number:
        if changes.moved or changes.columns_moved:
            return "No cell has a different value. Only the order is different."
        return "No cell has a different value. Only blank rows or columns were added or removed."
    if changes.only_own:
        return _own_verdict(changes)
    if not changes.ours:
        return "The cells that remain in the program's columns are as it wrote them."
    names = ", ".join(changes.ours)
    if not whole:
        return f"These columns differ: {names}. The file was edited, or the journal lost lines."
    return f"The program's columns were changed: {names}."


def _own_verdict(changes: "Changes") -> str:
    """That the program's columns are untouched, and which other columns were changed."""
    headers = {cell.header for cell in changes.cells if cell.header.strip()}
    of_list = sorted(headers - set(changes.more_columns))
    as_written = "The program's columns are as it wrote them."
    if of_list:
        return f"Columns of the list were changed: {_listed(tuple(of_list))}. {as_written}"
    return f"Only columns that were added differ. {as_written}"


def _cell_line(cell: "ChangedCell", *, whole: bool) -> str:
    """One changed cell; of a journal that may have lost lines, both texts without a verdict."""
    header = f" ({_shown(cell.header)})" if cell.header.strip() else ""
    was, now = _shown(cell.was), _shown(cell.now)
    alike = _unlike_letters(cell.was, cell.now)
    both = f'was "{was}", now "{now}"' if whole else _LEADS_TO.format(was=was, now=now)
    return f"  Row {cell.row}, column {cell.letter}{header}: {both}{alike}"


_LEADS_TO = 'the journal gives "{was}", the file says "{now}"'


def _unlike_letters(was: str, now: str) -> str:
    """The names of characters that look like others, or like nothing, and that were not there."""
    names = {each: unicodedata.name(each, "a control character") for each in now if each not in was}
    unlike = [name for each, name in names.items() if _is_unlike(each, name)]
    return f" (with {', '.join(unlike[:_MOST_NAMES])})" if unlike else ""


def _is_unlike(character: str, name: str) -> bool:
    return not character.isprintable() or (character.isalpha() and not name.startswith("LATIN "))


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(map(_shown, names))


def _shown(text: str) -> str:
    shown = printable(text)
    return shown if len(shown) <= _LONGEST_TEXT else f"{shown[:_LONGEST_TEXT]}…"


_RESULTS_WORDS: Mapping["Standing", str] = {
    "as_recorded": "matches the journal.",
    "other_version": "is as the run wrote it. This version of the program would word it slightly "
    "differently.",
    "earlier": "is as the run wrote it, but more was recorded since. To update it, repeat this "
    "command without --verify.",
    "changed": "does not match the journal. It was edited, saved in another form or replaced, or "
    "the end of the journal is missing.",
    "missing": "is missing. To write it, repeat this command without --verify.",
    "folder": "is a folder, not a file. Move it away. Then repeat this command without --verify.",
}
"""By what a results file is, compared with the journal: the words after its name."""
_DECEIVING = "has the values of the journal, but was changed so that a reader may see others:"
"""The words after the name of a file that shows other values than it holds."""
_OTHER_WORDS: Mapping["Standing", str] = {
    "as_recorded": "has a name that the program did not give it. Its cells match the journal.",
    "other_version": "has a name that the program did not give it. It is as the run wrote it.",
    "earlier": "has a name that the program did not give it. It is as the run wrote it, but more "
    "was recorded since.",
    "changed": "has a name that the program did not give it. It does not match the journal.",
}
"""The same for a results file that somebody named or added."""
_NEWEST = ("as_recorded", "other_version")
_REPORT_WORDS: Mapping["ReportStanding", str] = {
    "as_recorded": "shows the same last hash, and its content matches the journal.",
    "other_version": "shows the same last hash, and its rows match the journal. Another version of "
    "the program wrote it, so the rest cannot be compared. Its digest matches the journal's last "
    "line, which only a filed hash can confirm.",
    "unproved": "shows the same last hash, and its rows match the journal. The rest cannot be "
    "checked, as version 0.1.0 recorded no digest of it. To write one that can be checked, repeat "
    "this command without --verify.",
    "rewritten": "shows the same last hash, but its content does not match the journal. It was "
    "edited or replaced. Keep this file as evidence: copy the folder first. To write a "
    "new report, repeat this command without --verify. This one is then kept under another name.",
    "changed": "does not show this last hash. The report or the journal was changed, or more was "
    "recorded since. Keep this file as evidence: copy the folder first. To write a new "
    "report, repeat this command without --verify. An edited one is then kept under another name.",
    "missing": "is missing. To write it, repeat this command without --verify.",
    "folder": "is a folder, not a file. Move it away. Then repeat this command without --verify.",
}
"""By what the report is, compared with the journal: the words after its name."""
