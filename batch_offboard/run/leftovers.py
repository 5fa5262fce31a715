"""Looking for what still reaches, or depends on, people who leave: read only, before the plan."""

from collections.abc import Sequence

from batch_offboard.offboarding.leftovers import (
    PHONES,
    STATIONS_SEEN,
    Findings,
    Unseen,
    needed_by_others,
    sessions_of,
)
from batch_offboard.offboarding.models import Call, Snapshot
from batch_offboard.record.events import LeftoversRead
from batch_offboard.run.dependents import find_dependents
from batch_offboard.run.directory import find_directory
from batch_offboard.run.progress import Progress
from batch_offboard.run.session import Run
from batch_offboard.run.unseen import unseen_of


async def look_before(run: Run, progress: Progress, calls: Sequence[Call]) -> Findings:
    """What the people these calls change would leave behind, as far as `leftovers` asks for it."""
    await find_dependents(run, progress)
    for person in needed_by_others(progress.people.values()):
        record_leftovers(run, person)
    touched = {row for call in calls for row in call.rows}
    people = [person for row, person in progress.people.items() if row in touched]
    wanted, unseen = run.settings.leftovers, list(progress.unseen)
    directory = await find_directory(run) if people and "directory" in wanted else False
    unseen += [directory] if isinstance(directory, Unseen) else []
    if "numbers" in wanted and run.settings.verify:
        phones = await unseen_of(run, PHONES, STATIONS_SEEN, people)
        unseen += [phones] if phones else []
    return Findings(
        sessions=sessions_of(people) if "sessions" in wanted else None,
        people=needed_by_others(people),
        doubtful_roles=progress.doubtful_roles,
        ownerless=progress.ownerless,
        has_directory=directory is True,
        unseen=tuple(unseen) if people else (),
    )


def record_leftovers(run: Run, person: Snapshot) -> None:
    """Record what depends on a person, if that was read."""
    if person.leftovers is not None:
        run.record(LeftoversRead(person.row, person.leftovers, run.now()))
