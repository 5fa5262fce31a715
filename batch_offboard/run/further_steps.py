"""What the further steps have left for a person: told of every row once all its calls are made.

The state and the queues have columns of their own in the results; what every other step should
have ended is told in words, by the step itself.
"""

from dataclasses import replace

from batch_offboard.offboarding.models import Snapshot, User
from batch_offboard.offboarding.steps import Step, further, left_by
from batch_offboard.record.events import StepsReadBack
from batch_offboard.run.session import Run


def shows_what_ended(run: Run, person: Snapshot, user: User) -> bool:
    """Whether `user`, as just read, no longer has anything that ended as far as is known."""
    return _whats(run, replace(person, user=user)) <= _whats(run, person)


def _whats(run: Run, person: Snapshot) -> set[str]:
    return {left.what for _, left in left_by(further(run.settings.steps), person)}


def record_left(run: Run, person: Snapshot) -> None:
    """Record what the further steps have left for this person, if the run has any such step."""
    steps = further(run.settings.steps)
    if not steps:
        return
    found = left_by(steps, person)
    left = tuple(f"{each.what}: {each.why or _why(run, step, person)}" for step, each in found)
    groups = tuple(each.what for _, each in found if each.by_group)
    run.record(StepsReadBack(person.row, left, run.now(), groups))


def _why(run: Run, step: Step, person: Snapshot) -> str:
    if person.row in run.not_inactive:
        return "left alone: still active"
    error = run.given_up.get(step.name, {}).get(person.row)
    return f"not ended: {error.message}" if error else "still there after the call that ends it"
