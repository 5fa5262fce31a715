"""The steps of offboarding, by the name under which `steps` of the configuration lists them."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from batch_offboard.offboarding.steps.base import Fact, Left, Permission, Step
from batch_offboard.offboarding.steps.deactivate import Deactivate
from batch_offboard.offboarding.steps.remove_from_queues import RemoveFromQueues

STEPS: Mapping[str, Step] = MappingProxyType(
    {step.name: step for step in (Deactivate(), RemoveFromQueues())}
)


def steps_named(names: Iterable[str]) -> tuple[Step, ...]:
    """The steps of these names, in this order."""
    return tuple(STEPS[name] for name in names)


__all__ = ["STEPS", "Fact", "Left", "Permission", "Step", "steps_named"]
