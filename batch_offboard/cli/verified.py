"""What `report --verify` prints: how each file of a run compares with its journal."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from batch_offboard.wording import counted, printable, rows_named

if TYPE_CHECKING:
    from batch_offboard.commands.verify import Edited, Filed, Verified
    from batch_offboard.record.events import RowsUndone
    from batch_offboard.results.changes import ChangedCell, Changes
    from batch_offboard.results.standing import ReportStanding, Standing

MOST_CELLS = 50
_LONGEST_TEXT = 120


def verified_lines(verified: "Verified") -> Iterator[str]:
    """What was found, file by file."""
    yield "The journal is intact: each line carries the hash of the line before it."
    yield f"Last hash: {verified.last_hash}"
    yield from _end_lines(verified)
    if verified.filed is not None:
        yield from _filed_lines(verified.filed)
    for name, standing in (verified.results | verified.workbooks).items():
        yield f"{name} {_RESULTS_WORDS[standing]}"
        if name in verified.edited:
            yield from _edited_lines(verified.edited[name])
    yield f"report.html {_REPORT_WORDS[verified.report]}"


def _end_lines(verified: "Verified") -> Iterator[str]:
    if verified.torn:
        yield "Its last line is ignored: it was cut off while it was being written."
    elif not verified.ended:
        yield (
            "It has no closing line: the run is still going on, or was cut off, or somebody "
            "removed the end."
        )
    if verified.lacks_end:
        yield (
            "Its last line, about the report, is missing: somebody removed the end, or the program "
            "was cut off before it wrote the report."
        )


def _filed_lines(filed: "Filed") -> Iterator[str]:
    if filed.line is None:
        yield (
            f"The hash you gave is not in this journal of {counted(filed.lines, 'line')}: the end "
            "of the journal was removed, or the report is of another run."
        )
        return
    yield f"The hash you gave is that of line {filed.line:,} of {filed.lines:,}."
    later = filed.lines - filed.line
    if not later:
        yield "Nothing was recorded after it."
        return
    yield f"After it, {counted(later, 'line')} {'was' if later == 1 else 'were'} recorded:"
    yield from map(_undo_line, filed.undos)
    if not filed.undos:
        yield "  The run itself went on. No undo was recorded."


def _moment(at: str) -> str:
    return at.replace("T", " ").removesuffix("Z") + " UTC"


def _undo_line(undone: "RowsUndone") -> str:
    rows, at = rows_named(undone.rows), _moment(undone.at)
    if not undone.by_run:
        return f"  {at}: the undo changed nothing for {rows} after all."
    return f"  {at}: an undo of {rows}, run {undone.by_run}."


def _edited_lines(edited: "Edited | None") -> Iterator[str]:
    if edited is None:
        yield "  It is not a results file any more."
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
    if changes.moved:
        yield "  Its rows are in another order."
    yield f"  {_verdict(changes)}"


def _verdict(changes: "Changes") -> str:
    if not changes.number:
        return "No cell was changed."
    if changes.only_own:
        return "Only columns of your own were changed; those of the program are as written."
    if not changes.ours:
        return "Cells of the program's columns that are still there are as written."
    return f"Columns of the program were changed: {', '.join(changes.ours)}."


def _cell_line(cell: "ChangedCell") -> str:
    header = f" ({_shown(cell.header)})" if cell.header.strip() else ""
    was, now = _shown(cell.was), _shown(cell.now)
    return f'  Row {cell.row}, column {cell.letter}{header}: was "{was}", is "{now}"'


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
    "changed": "does not match the journal: it was edited or replaced, or the end of the "
    "journal is missing.",
    "missing": "is missing. To write it, give this command without --verify.",
}
_REPORT_WORDS: Mapping["ReportStanding", str] = {
    "as_recorded": "shows the same last hash. Its content matches the journal.",
    "other_version": "shows the same last hash. Its content is as another version of the program "
    "wrote it, by the digest in the journal's last line.",
    "unproved": "shows the same last hash. Its content cannot be checked: version 0.1.0 recorded "
    "no digest of it. To write one that can be checked, give this command without --verify.",
    "rewritten": "shows the same last hash, but its content does not match the journal: it was "
    "edited or replaced. To write it again, give this command without --verify.",
    "changed": "does not show this last hash: one of the two was changed, or more was recorded "
    "since.",
    "missing": "is missing. To write it, give this command without --verify.",
}
