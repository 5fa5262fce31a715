"""Looking for what still reaches, or depends on, people who leave: read only, before the plan."""

from collections.abc import Iterator, Sequence

from batch_offboard.offboarding.lacking import Lack, is_held
from batch_offboard.offboarding.leftovers import (
    STATIONS_SEEN,
    Findings,
    Unseen,
    sessions_of,
)
from batch_offboard.offboarding.models import Call, Snapshot
from batch_offboard.offboarding.steps import Permission
from batch_offboard.run.progress import Progress
from batch_offboard.run.session import Run


async def look_before(run: Run, progress: Progress, calls: Sequence[Call]) -> Findings:
    """What is found of the people whom these calls change, as far as `leftovers` asks for it."""
    touched = {row for call in calls for row in call.rows}
    people = [person for row, person in progress.people.items() if row in touched]
    wanted = run.settings.leftovers
    unseen: list[Unseen] = []
    if people and "numbers" in wanted and run.settings.verify:
        unseen += await _unseen(run, "desk phones", STATIONS_SEEN, people)
    sessions = sessions_of(people) if "sessions" in wanted else None
    return Findings(sessions, tuple(unseen))


async def _unseen(
    run: Run, what: str, permission: Permission, people: Sequence[Snapshot]
) -> Iterator[Unseen]:
    """What cannot be seen of these people, or perhaps cannot, for want of a permission."""
    permitted = await run.permissions.permitted((permission,))
    answers = {
        person.user.division: is_held(permission, person.user.division.id, permitted)
        for person in people
    }
    lacks = tuple(Lack(permission, each) for each, held in answers.items() if held is False)
    doubtful = bool(lacks) or None in answers.values()
    return iter((Unseen(what, permission, lacks),) if doubtful else ())
