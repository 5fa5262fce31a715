"""What forgeries have in common: the case, and journals with a right chain of hashes."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from batch_offboard.commands.publish import publish
from batch_offboard.commands.recorder import written_at
from batch_offboard.genesys import Clock
from batch_offboard.record.events import Event
from batch_offboard.record.file_system import LOCAL
from batch_offboard.record.folder import RunFolder
from batch_offboard.record.journal import Journal
from batch_offboard.results.placing import Placing, Written
from batch_offboard.results.results_csv import write_results
from batch_offboard.results.run_folder import read_run

Line = dict[str, Any]


@dataclass(frozen=True)
class Case:
    """One forgery, or an honest edit: `code` is the exit code, `words` what must be said.

    `run` is the folder it is done to: `alone`, a run by itself; `undone`, one beside its undo and a
    rerun of it; `killed`, one without an end.
    """

    name: str
    run: str
    forge: Callable[[Path], None]
    code: int
    words: Sequence[str] = ()
    silent: Sequence[str] = ()
    """What must not be said."""


def lines_of(folder: Path) -> list[Line]:
    """The events of the journal as JSON."""
    journal = (folder / "journal.jsonl").read_bytes()
    return [json.loads(line)["event"] for line in journal.splitlines() if line.startswith(b"{")]


def chained(folder: Path, events: Sequence[Line]) -> None:
    """Write a journal of these events with a right chain of hashes."""
    previous, lines = "", list[bytes]()
    for event in events:
        line = json.dumps({"previous": previous, "event": event}, separators=(",", ":"))
        lines.append(line.encode() + b"\n")
        previous = hashlib.sha256(lines[-1]).hexdigest()
    (folder / "journal.jsonl").write_bytes(b"".join(lines))


def sealed(folder: Path) -> None:
    """Write results, workbook and report anew and record them, as a run does at its end."""
    for name in ("results.csv", "results.xlsx", "report.html"):
        (folder / name).unlink(missing_ok=True)
    place, now = RunFolder(folder), Clock().now()
    run = read_run(place)
    with closing(Journal(place.journal)) as journal:

        def record(event: Event) -> None:
            journal.append(event)
            run.apply(event)

        def announce(written: Written) -> None:
            record(written_at(written, now))

        def write() -> Written:
            return write_results(folder, run.view(), announce, Placing(LOCAL))

        publish(place, run, journal, write, announce, LOCAL)


def hash_of(folder: Path) -> str:
    """The hash of the journal's last line."""
    last = (folder / "journal.jsonl").read_bytes().splitlines(keepends=True)[-1]
    return hashlib.sha256(last).hexdigest()


def gone(name: str) -> Callable[[Path], None]:
    """A folder, or a file in the folder, is not there."""

    def forge(folder: Path) -> None:
        for each in (folder.parent / name, folder / name):
            if each.is_dir():
                shutil.rmtree(each)
            else:
                each.unlink(missing_ok=True)

    return forge


def as_bytes(data: bytes, name: str = "results.csv") -> Callable[[Path], None]:
    """The file has other bytes."""

    def forge(folder: Path) -> None:
        (folder / name).write_bytes(data)

    return forge


def both(*forges: Callable[[Path], None]) -> Callable[[Path], None]:
    """Do one after the other."""

    def forge(folder: Path) -> None:
        for each in forges:
            each(folder)

    return forge


def copied(name: str, target: str) -> Callable[[Path], None]:
    """Copy a file of the folder, or of the one around it."""

    def forge(folder: Path) -> None:
        shutil.copy(folder / name, folder / target)

    return forge


def a_folder_as(name: str) -> Callable[[Path], None]:
    """A folder stands for the file."""

    def forge(folder: Path) -> None:
        (folder / name).unlink()
        (folder / name).mkdir()

    return forge
