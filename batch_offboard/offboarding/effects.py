"""The effect of a call on a snapshot, as a pure function.

After a `done` answer, the result is what is known until the read-back confirms it. Every step must
have this property: once its calls are applied, planning again yields no call.
"""

from collections.abc import Mapping

from batch_offboard.offboarding.models import Call, Snapshot
from batch_offboard.offboarding.steps import STEPS
from batch_offboard.offboarding.steps.base import Effect

_EFFECTS: Mapping[str, Effect] = {
    operation: effect for step in STEPS.values() for operation, effect in step.effects.items()
}


def after(call: Call, person: Snapshot) -> Snapshot:
    """`person` after `call` was carried out; unchanged if the call does not serve them."""
    return effect_on(person, call) if person.row in call.rows else person


def effect_on(person: Snapshot, call: Call) -> Snapshot:
    """`person` after `call`, which serves them, was carried out."""
    return _EFFECTS[call.operation](call.arguments, person)
