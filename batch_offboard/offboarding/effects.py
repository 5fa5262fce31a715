"""What a snapshot is once a call has been carried out: the call's effect, as a pure function.

After a `done` answer this is what is known until the read-back confirms it. It also states the
property that every step must have: planning again after applying yields no call.
"""

from collections.abc import Mapping

from batch_offboard.offboarding.models import Call, Snapshot
from batch_offboard.offboarding.steps import STEPS
from batch_offboard.offboarding.steps.base import Effect

_EFFECTS: Mapping[str, Effect] = {
    operation: effect for step in STEPS.values() for operation, effect in step.effects.items()
}


def after(call: Call, person: Snapshot) -> Snapshot:
    """`person` as they are once `call` was carried out; unchanged when it does not serve them."""
    if person.row not in call.rows:
        return person
    return _EFFECTS[call.operation](call.arguments, person)
