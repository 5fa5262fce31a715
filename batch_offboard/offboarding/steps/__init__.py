"""The steps of offboarding, by the name under which `steps` of the configuration lists them."""

from collections.abc import Collection, Iterable, Mapping
from types import MappingProxyType

from batch_offboard.offboarding.belongings import Belonging
from batch_offboard.offboarding.models import Snapshot
from batch_offboard.offboarding.steps.base import Permission, Remainder, Step
from batch_offboard.offboarding.steps.clear_languages import ClearLanguages
from batch_offboard.offboarding.steps.clear_profile_skills import ClearProfileSkills
from batch_offboard.offboarding.steps.clear_skills import ClearSkills
from batch_offboard.offboarding.steps.deactivate import Deactivate
from batch_offboard.offboarding.steps.hand_over_callbacks import HandOverCallbacks
from batch_offboard.offboarding.steps.leave_groups import LeaveGroups
from batch_offboard.offboarding.steps.leave_team import LeaveTeam
from batch_offboard.offboarding.steps.release_station import ReleaseStation
from batch_offboard.offboarding.steps.remove_from_queues import VIEW, RemoveFromQueues
from batch_offboard.offboarding.steps.revoke_tokens import RevokeTokens

_ALL: tuple[Step, ...] = (
    Deactivate(),
    HandOverCallbacks(),
    RemoveFromQueues(),
    RevokeTokens(),
    LeaveGroups(),
    LeaveTeam(),
    ClearSkills(),
    ClearLanguages(),
    ClearProfileSkills(),
    ReleaseStation(),
)
STEPS: Mapping[str, Step] = MappingProxyType({step.name: step for step in _ALL})

_WITH_COLUMNS = (Deactivate.name, RemoveFromQueues.name)
"""The steps whose outcome has columns of its own in results.csv: the state and the queues."""


def steps_named(names: Iterable[str]) -> tuple[Step, ...]:
    """The steps of these names, in this order."""
    return tuple(STEPS[name] for name in names)


def optional_steps(steps: Iterable[Step]) -> tuple[Step, ...]:
    """Those of the steps that results.csv has no columns of their own for."""
    return tuple(step for step in steps if step.name not in _WITH_COLUMNS)


def ended_by(names: Collection[str]) -> frozenset[Belonging]:
    """The belongings that the steps of these names end; unknown names are ignored."""
    return frozenset().union(*(STEPS[name].reads for name in names if name in STEPS))


def permissions_needed(steps: Collection[Step]) -> tuple[tuple[Permission, str], ...]:
    """The permissions without which no run begins, each with what it is for."""
    of_steps = [(each, step.name) for step in steps for each in step.permissions]
    if any(each == VIEW for each, _ in of_steps):
        return tuple(of_steps)
    return (*of_steps, (VIEW, "reading who is still in queues"))


def left_by(steps: Iterable[Step], person: Snapshot) -> tuple[tuple[Step, Remainder], ...]:
    """What these steps should have ended for a person but have not."""
    return tuple((step, left) for step in steps for left in step.left(person))


__all__ = [
    "STEPS",
    "Permission",
    "Remainder",
    "Step",
    "ended_by",
    "left_by",
    "optional_steps",
    "permissions_needed",
    "steps_named",
]
