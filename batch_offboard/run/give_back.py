"""The writing phases of an undo: people come back into their queues, then active, then the rest."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial

from batch_offboard.offboarding.belongings import QUEUES
from batch_offboard.offboarding.models import ApiError, Call, Snapshot
from batch_offboard.offboarding.steps import Step
from batch_offboard.offboarding.steps.deactivate import Deactivate
from batch_offboard.offboarding.steps.remove_from_queues import RemoveFromQueues
from batch_offboard.offboarding.undo import MOST_ROUNDS, Restore, calls_to_undo, undo_calls
from batch_offboard.run.memberships import read_memberships
from batch_offboard.run.progress import Progress
from batch_offboard.run.session import Run
from batch_offboard.run.write import StepCalls, make_calls

_QUEUES = RemoveFromQueues.name
_FINAL = frozenset({403, 404})
"""A queue that refuses an inactive person with one of these refuses an active one too."""


async def give_back(run: Run, progress: Progress, wanted: Mapping[int, Restore]) -> None:
    """Put back queue by queue while nobody can be offered a call yet, then all the rest.

    If Genesys refuses to add inactive people to queues [assumed that it accepts them], or only
    appears to add them, this is tried again once they are active. Each queue is then switched off
    right after it was joined.
    """
    steps = run.settings.steps
    queues = [step for step in steps if QUEUES in step.reads]
    inactive = [row for row, each in progress.people.items() if each.user.state == "inactive"]
    waiting = [progress.people[row] for row in inactive]
    changed = {row for call in calls_to_undo(queues, wanted, waiting) for row in call.rows}
    await _repeat(run, progress, wanted, queues)
    unread = await refresh_memberships(run, progress, sorted(changed), wanted)
    for (row, operation, target_id), error in list(progress.refused.items()):
        final = operation == "add_members" and error.status in _FINAL
        if wanted[row].active and not final:
            del progress.refused[row, operation, target_id]
    await _repeat(run, progress, wanted, steps)
    through = {
        row
        for row in progress.people
        if any(each.by == "group" for each in wanted[row].memberships)
    }
    if late := sorted(through | unread.keys()):
        # Whoever is back in a group is in its queues again, which only reading shows.
        await refresh_memberships(run, progress, late, wanted)
        await _repeat(run, progress, wanted, queues)


async def _repeat(
    run: Run, progress: Progress, wanted: Mapping[int, Restore], steps: Sequence[Step]
) -> None:
    """Make the calls that the steps can make now, and repeat until they have none left."""
    lines = [each for step in steps for each in _step_calls(progress, step, wanted)]
    # Queues that could not be switched off before come right after the state.
    lines.sort(key=lambda each: (each.title != Deactivate.undo_title, each.name != _QUEUES))
    for _ in range(MOST_ROUNDS):
        needed = False
        for step_calls in lines:
            rows = list(progress.people)
            needed = needed or any(step_calls.calls(progress.people.values()))
            await make_calls(run, progress, step_calls, rows)
        if not needed:
            return


def _step_calls(
    progress: Progress, step: Step, wanted: Mapping[int, Restore]
) -> Iterator[StepCalls]:
    """A step's undo in one or more lines of progress; what was refused is not asked for again."""

    def titled(title: str, people: Iterable[Snapshot]) -> Iterator[Call]:
        calls = progress.not_refused(undo_calls(step, wanted, people))
        return (
            call for call in calls if step.undo_titles.get(call.operation, step.undo_title) == title
        )

    for title in dict.fromkeys((step.undo_title, *step.undo_titles.values())):
        yield StepCalls(step.name, title, step.unit, partial(titled, title), by_target=True)


async def refresh_memberships(
    run: Run, progress: Progress, rows: Iterable[int], wanted: Mapping[int, Restore]
) -> dict[int, ApiError]:
    """Read the memberships that matter to these rows again; by row why they could not be read."""
    errors: dict[int, ApiError] = {}
    people, queues = progress.people, progress.queues
    queue_ids = queue_ids_of(wanted)
    members = [people[row] for row in rows if queue_ids[row]]
    ids = {queue_id for person in members for queue_id in queue_ids[person.row]}
    concerned = [queue for queue_id, queue in queues.items() if queue_id in ids]
    readings = await read_memberships(run, queues, members, concerned, in_full=True)
    for row, listed in readings.items():
        if isinstance(listed, ApiError):
            errors[row] = listed
        else:
            people[row] = people[row].with_memberships(listed)
    return errors


def queue_ids_of(wanted: Mapping[int, Restore]) -> dict[int, frozenset[str]]:
    """By row: the queues in which its person's membership matters."""
    return {row: each.queue_ids for row, each in wanted.items()}
