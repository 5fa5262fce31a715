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


def verified_code(verified: "Verified") -> ExitCode:
    """The exit code of `report --verify`."""
    if verified.journal.contradicted:
        return ExitCode.USAGE
    return ExitCode.OK if verified.holds else ExitCode.ATTENTION


def verified_lines(verified: "Verified") -> Iterator[str]:
    """What was found, file by file."""
    yield from _journal_lines(verified.journal)
    if verified.filed is not None:
        yield from _filed_lines(verified.filed)
    else:
        yield (
            "This alone cannot show whether the end of the journal was cut off, or all of it was "
            "written anew. The last hash of a report that was filed elsewhere can: add --hash and "
            "that hash."
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
            yield from _edited_lines(verified.edited[name])
        yield from (f"  {each.text}" for each in looks)
    yield f"report.html {_REPORT_WORDS[verified.report]}"
    if verified.unchecked:
        names = ", ".join(map(printable, verified.unchecked))
        yield f"Not checked, as the program writes no such file: {names}."


def _newer_line(name: str, files: Mapping[str, "Standing"]) -> Iterator[str]:
    """The file of the same kind that says what the journal says now."""
    kind = PurePath(name).suffix
    for other, standing in files.items():
        if standing in _NEWEST and PurePath(other).suffix == kind:
            yield f"  The newest results are in {printable(other)}."


def _journal_lines(journal: "JournalState") -> Iterator[str]:
    yield "The journal is intact: no line was changed, or removed or added between others."
    yield f"Run {printable(journal.run_id)}, {counted(journal.lines, 'line')}."
    yield f"Last hash: {journal.last_hash}"
    yield from _end_lines(journal)
    for each in journal.statements:
        yield each.text


def _end_lines(journal: "JournalState") -> Iterator[str]:
    if journal.ended:
        yield "The run ended by itself."
        if journal.torn:
            yield (
                "Behind its last whole line there is a piece of another one: something was cut "
                "off or added after the run had ended."
            )
    else:
        yield (
            "This journal has no end: the run was killed or goes on, or lines were cut off. Only a "
            "hash filed elsewhere tells which."
        )
        if journal.torn:
            yield (
                "Its last line is ignored: it was cut off while it was being written. That is "
                "usual where a run was killed."
            )
    if journal.lacks_end:
        yield (
            "Its last line, about the report, is missing: somebody removed the end, or the program "
            "was cut off before it wrote the report."
        )


def _filed_lines(filed: "Filed") -> Iterator[str]:
    if filed.line is None:
        yield (
            f"The hash you gave is not in this journal of {counted(filed.lines, 'line')}: its "
            "end was removed, it was written anew, or the report is of another run."
        )
        return
    yield f"The hash you gave is that of line {filed.line:,} of {filed.lines:,}."
    yield "Up to that line, the journal is as it was when that report was written."
    later = filed.lines - filed.line
    if not later:
        yield "Nothing was recorded after it."
        return
    yield f"After it, {counted(later, 'line')} {'was' if later == 1 else 'were'} recorded:"
    yield from map(_undo_line, filed.undos)
    if not filed.undos:
        yield "  The run itself went on, or its files were written. No undo was recorded."


def _moment(at: str) -> str:
    return at.replace("T", " ").removesuffix("Z") + " UTC"


def _undo_line(undone: "RowsUndone") -> str:
    rows, at = rows_named(undone.rows), _moment(undone.at)
    if not undone.by_run:
        return f"  {at}: the undo changed nothing for {rows} after all."
    return f"  {at}: an undo of {rows}, run {undone.by_run}."


def _edited_lines(edited: "Edited") -> Iterator[str]:
    if edited.changes is None:
        yield "  It is not a results file any more."
        yield f"  {edited.why_none}"
        return
    if edited.written_at:
        yield f"  Compared with what was written at {_moment(edited.written_at)}:"
    yield from _change_lines(edited.changes)


def _change_lines(changes: "Changes") -> Iterator[str]:
    yield from map(_cell_line, changes.cells[:MOST_CELLS])
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
        yield f"  {counted(changes.above, 'line')} above the headers."
    if changes.moved:
        yield "  Its rows are in another order, as after sorting."
    if changes.columns_moved:
        yield "  Its columns are in another order."
    yield f"  {_verdict(changes)}"


def _verdict(changes: "Changes") -> str:
    if not changes.number:
        if changes.moved or changes.columns_moved:
            return "Every cell says what it said. Only the order is different."
        return "Every cell says what it said. There are only blank rows or columns more or less."
    if changes.only_own:
        return "Only columns of your own were changed; those of the program are as written."
    if not changes.ours:
        return "Cells of the program's columns that are still there are as written."
    return f"Columns of the program were changed: {', '.join(changes.ours)}."


def _cell_line(cell: "ChangedCell") -> str:
    header = f" ({_shown(cell.header)})" if cell.header.strip() else ""
    was, now = _shown(cell.was), _shown(cell.now)
    alike = _unlike_letters(cell.was, cell.now)
    return f'  Row {cell.row}, column {cell.letter}{header}: was "{was}", is "{now}"{alike}'


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
    "earlier": "is as the run wrote it, but more was recorded since. To update it, give this "
    "command without --verify.",
    "changed": "does not match the journal: it was edited, saved in another form or replaced, or "
    "the end of the journal is missing.",
    "missing": "is missing. To write it, give this command without --verify.",
    "folder": "is a folder, not a file. Move it away, and give this command without --verify.",
}
_DECEIVING = (
    "has the values of the journal, but it was changed, so that a reader may see something else:"
)
_OTHER_WORDS: Mapping["Standing", str] = {
    "as_recorded": "was not named by the program. Its cells match the journal.",
    "other_version": "was not named by the program. It is as the run wrote it.",
    "earlier": "was not named by the program. It is as the run wrote it, but more was "
    "recorded since.",
    "changed": "was not named by the program, and does not match the journal.",
}
_NEWEST = ("as_recorded", "other_version")
_REPORT_WORDS: Mapping["ReportStanding", str] = {
    "as_recorded": "shows the same last hash. Its content matches the journal.",
    "other_version": "shows the same last hash, and each row as the journal has it. The rest of "
    "its content cannot be rendered again: another version of the program wrote it. It has the "
    "digest in the journal's last line, which only a filed hash confirms.",
    "unproved": "shows the same last hash, and each row as the journal has it. The rest of its "
    "content cannot be checked: version 0.1.0 recorded no digest of it. To write one that can be "
    "checked, give this command without --verify.",
    "rewritten": "shows the same last hash, but its content does not match the journal: it was "
    "edited or replaced. To write it again, give this command without --verify.",
    "changed": "does not show this last hash: the report or the journal was changed, or more was "
    "recorded since. To write it again, give this command without --verify.",
    "missing": "is missing. To write it, give this command without --verify.",
    "folder": "is a folder, not a file. Move it away, and give this command without --verify.",
}
