"""Looking for what still reaches, or depends on, people who leave: read only, before the plan."""

from collections.abc import Sequence

from batch_offboard.offboarding.leftovers import (
    PHONES,
    STATIONS_SEEN,
    Findings,
    sessions_of,
    unfinished_work,
)
from batch_offboard.offboarding.models import Call
from batch_offboard.run.progress import Progress
from batch_offboard.run.session import Run
from batch_offboard.run.unseen import unseen_of


async def look_before(run: Run, progress: Progress, calls: Sequence[Call]) -> Findings:
    """What is found of the people whom these calls change, as far as `leftovers` asks for it."""
    touched = {row for call in calls for row in call.rows}
    people = [person for row, person in progress.people.items() if row in touched]
    wanted, unseen = run.settings.leftovers, list(progress.unseen)
    if "numbers" in wanted and run.settings.verify:
        phones = await unseen_of(run, PHONES, STATIONS_SEEN, people)
        unseen += [phones] if phones else []
    return Findings(
        sessions=sessions_of(people) if "sessions" in wanted else None,
        work=unfinished_work(people),
        unseen=tuple(unseen) if people else (),
    )
