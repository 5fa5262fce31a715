"""A working folder of an earlier version, copied, and its organisation served as it was then."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from batch_offboard.simulator import Simulator, load_org
from tests.released.make import AFTER, BEFORE
from tests.support import Said, run_command

HERE = Path(__file__).parent
VERSIONS = sorted(path.parent.name for path in HERE.glob("*/run"))

Row = dict[str, str]


@dataclass(frozen=True)
class Kept:
    """A scenario's working folder: `sim` serves what the scenario left of the organisation."""

    folder: Path
    sim: Simulator
    before: dict[str, Any]

    def say(self, *arguments: str) -> Said:
        """Give a command of this version in the folder."""
        return run_command(self.sim, self.folder, *arguments)

    def rows(self, run: str) -> dict[str, Row]:
        """The results of a run, by the first name in the list."""
        return rows_of(self.folder / run / "results.csv")

    def now(self) -> dict[str, Any]:
        """The organisation as it is now."""
        return comparable(self.sim.org.snapshot())


@contextmanager
def kept(version: str, scenario: str, place: Path) -> Iterator[Kept]:
    """A copy of what a version left, under `place`."""
    folder = place / scenario
    shutil.copytree(HERE / version / scenario, folder)
    before = comparable(load_org(folder / BEFORE).snapshot())
    with Simulator(load_org(folder / AFTER)) as sim:
        yield Kept(folder, sim, before)


def after(version: str, scenario: str) -> dict[str, Any]:
    """The organisation as a version left it."""
    return comparable(load_org(HERE / version / scenario / AFTER).snapshot())


def comparable(snapshot: dict[str, Any]) -> dict[str, Any]:
    """A snapshot without what no undo can give back: who is logged in."""
    for user in snapshot["users"].values():
        user.pop("logged_in")
    return snapshot


def rows_of(path: Path) -> dict[str, Row]:
    """A results file's rows, by the first name in the list."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    return {row["name"].split()[0]: row for row in rows}


class Told(NamedTuple):
    """What a row says of its person: status and code; state and queues before and after."""

    status: str
    code: str
    state: str
    queues: str


def told(rows: dict[str, Row]) -> dict[str, Told]:
    """What each row of a run says, in short."""
    return {name: _told(row) for name, row in rows.items()}


def _told(row: Row) -> Told:
    states = (row["offboard_state_before"], row["offboard_state_after"])
    counts = (row[f"offboard_queues_{each}"] for each in ("before", "removed", "left"))
    return Told(
        row["offboard_status"],
        row["offboard_error_code"],
        " ".join(states).strip(),
        " ".join(counts).strip(),
    )
