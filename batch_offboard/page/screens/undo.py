"""“Put people back”: the people that a run changed."""

from dataclasses import dataclass

from batch_offboard.results.fold import RunFold
from batch_offboard.wording import counted


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
        if not record.changed or record.undoings:
            continue
        did = ["set to inactive"] if record.state_changed else []
        left = len(record.queues_removed)
        did += [f"out of {counted(left, 'queue')}"] if left else []
        found.append(
            ChangedPerson(result.row, result.user_name, ", ".join(did) or "changed otherwise")
        )
    return found
