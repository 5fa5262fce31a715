"""What tests of chains of runs share: rerun and undo in one call, and what must hold after them."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from batch_offboard.commands.order import Options
from batch_offboard.commands.rerun import RerunRequest
from batch_offboard.commands.settings import list_settings
from batch_offboard.commands.undo import UndoRequest
from batch_offboard.config import Config
from batch_offboard.genesys import Clock, Stop
from batch_offboard.rerun.source import read_source
from batch_offboard.simulator import LoggedRequest, Org, Simulator
from tests.support import (
    Ended,
    Listening,
    config,
    credentials_of,
    go_on,
    id_of,
    member_queues,
    performed,
    state_of,
)

Row = dict[str, str]


def rerun_of(
    sim: Simulator,
    previous: Path,
    *,
    settings: Config | None = None,
    ask: Callable[[Any], bool] = go_on,
    clock: Clock | None = None,
    listener: Listening | None = None,
    **options: Any,
) -> Ended:
    """Rerun a results file or a run folder; `options` are those of Options."""
    settings = settings or config()
    listener = listener or Listening()
    source = read_source(previous, list_settings(settings))
    request = RerunRequest(source, settings, credentials_of(sim), _options(previous, options))
    return Ended(performed(request, listener, ask, clock), listener)


def undo_of(
    sim: Simulator,
    folder: Path,
    *,
    settings: Config | None = None,
    ask: Callable[[Any], bool] = go_on,
    clock: Clock | None = None,
    listener: Listening | None = None,
    stop: Stop | None = None,
    **options: Any,
) -> Ended:
    """Undo the run in `folder`; `options` are those of Options."""
    listener = listener or Listening()
    settings = settings or config()
    request = UndoRequest(folder, settings, credentials_of(sim), _options(folder, options))
    return Ended(performed(request, listener, ask, clock, stop), listener)


def _options(beside: Path, options: Mapping[str, Any]) -> Options:
    rows = frozenset(options.get("rows", ()))
    return Options(**{"working_folder": beside.parent, **options, "rows": rows})


# -- what was sent


def as_sent(requests: Iterable[LoggedRequest]) -> list[str]:
    """Writing requests as comparable text, without the order in which they happened to arrive."""
    return sorted(f"{each.method} {each.path} {each.query} {each.body}" for each in requests)


def is_offboarded(org: Org, name: str) -> bool:
    """Whether nobody can be routed a call to this person any more."""
    return state_of(org, name) == "inactive" and not member_queues(org, name)


# -- results files as spreadsheets leave them


def results_of(ended: Ended) -> Path:
    """The results file of a run."""
    return ended.folder / "results.csv"


def workbook_of(ended: Ended) -> Path:
    """The results of a run as a workbook."""
    return ended.folder / "results.xlsx"


def read_rows(path: Path) -> tuple[list[str], list[Row]]:
    """Header and rows of a results file as the program writes it."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file, delimiter=_delimiter(path))
        return list(reader.fieldnames or ()), list(reader)


def _delimiter(path: Path) -> str:
    first = path.read_text("utf-8-sig").splitlines()[0]
    return max(",;\t", key=first.count)


def write_rows(
    path: Path,
    header: Sequence[str],
    rows: Iterable[Row],
    *,
    delimiter: str = ",",
    encoding: str = "utf-8-sig",
) -> Path:
    """A results file with this header and these rows, as a spreadsheet could save it."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, header, delimiter=delimiter, restval="", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.getvalue().encode(encoding))
    return path


def edited(source: Path, target: Path, edit: Callable[[Row], Row | None], **saving: Any) -> Path:
    """A copy of a results file with each row edited, or left out where `edit` gives None."""
    header, rows = read_rows(source)
    kept = [changed for row in rows if (changed := edit(dict(row))) is not None]
    extra = list(dict.fromkeys(name for row in kept for name in row if name not in header))
    return write_rows(target, [*header, *extra], kept, **saving)


def resaved(source: Path, target: Path, change: Callable[[Any, Any], None] | None = None) -> Path:
    """A copy of a workbook as a spreadsheet saves it, after `change` of the workbook and sheet."""
    book = load_workbook(source)
    if change is not None:
        change(book, book.worksheets[0])
    target.parent.mkdir(parents=True, exist_ok=True)
    book.save(target)
    return target


def row_of(name: str, rows: Iterable[Row]) -> Row:
    """The one row about this person."""
    found = [row for row in rows if row["offboard_user_id"] == id_of(name)]
    assert len(found) == 1, found
    return found[0]
