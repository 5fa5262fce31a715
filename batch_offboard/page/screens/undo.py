"""“Put people back”: the people that a run changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from batch_offboard.errors import OffboardError
from batch_offboard.page.reading import run_in
from batch_offboard.page.screens.runs import run_names
from batch_offboard.record.events import RunStarted
from batch_offboard.record.journal import JOURNAL_NAME
from batch_offboard.record.journal_lines import read_start
from batch_offboard.results.fold import RunFold
from batch_offboard.wording import counted

MOST_SHOWN = 200


@dataclass(frozen=True, slots=True)
class ChangedPerson:
    """A person that the run changed, and how."""

    row: int
    name: str
    what: str


def changed_people(gathered: RunFold) -> list[ChangedPerson]:
    """The people that this run itself changed, without those put back since."""
    found = []
    for result in gathered.view().results:
        record = gathered.records[result.row]
        if not record.changed or record.rare.undoings:
            continue
        did = ["set to inactive"] if record.state_changed else []
        left = len(record.queues_removed)
        did += [f"removed from {counted(left, 'queue')}"] if left else []
        found.append(ChangedPerson(result.row, result.user_name, ", ".join(did) or "other changes"))
    return found


@dataclass(frozen=True, slots=True)
class ChangedBefore:
    """An earlier run of the same list, and how many people it changed who were not put back."""

    run: str
    at: str
    people: int


def changed_before(runs: Path, started: RunStarted) -> list[ChangedBefore]:
    """The earlier runs of a rerun whose people are put back there, the latest first."""
    if not started.runs_before:
        return []
    begun = [(name, read_start(runs / name / JOURNAL_NAME)) for name in run_names(runs)]
    here = {each.run_id: (name, each.at) for name, each in begun if each is not None}
    found = [here[each.run_id] for each in started.runs_before if each.run_id in here]
    counts = [(name, at, _number_changed(runs / name)) for name, at in found]
    return [ChangedBefore(*each) for each in counts if each[2]]


def _number_changed(folder: Path) -> int:
    try:
        return len(changed_people(run_in(folder)))
    except OffboardError:
        return 0


def undo_values(
    people: Sequence[ChangedPerson], find: str, ticked: frozenset[int], tick: str = ""
) -> dict[str, Any]:
    """Values for the template: the people who fit `find`, and the rows that are ticked.

    `tick` ticks `all` or `none` of those who fit. Of more than `MOST_SHOWN` the first are shown; a
    tick stays with a person who is not.
    """
    wanted = find.casefold().strip()
    found = [each for each in people if wanted in f"{each.row} {each.name} {each.what}".casefold()]
    rows = frozenset(each.row for each in found)
    ticked = ticked.union(rows) if tick == "all" else ticked.difference(rows if tick else ())
    shown = found[:MOST_SHOWN]
    return {
        "people": shown,
        "found": len(found),
        "total": len(people),
        "find": find,
        "ticked": ticked,
        "unseen": sorted(ticked.difference(each.row for each in shown)),
    }
