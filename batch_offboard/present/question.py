"""The question before a run or an undo: what a person agrees to."""

from batch_offboard.offboarding.agreement import Proposal
from batch_offboard.offboarding.planning import Plan
from batch_offboard.wording import printable


def purpose_of(proposal: Proposal) -> str:
    """What a person agrees to: `set these 37 people in Acme GmbH to inactive`, `put back …`."""
    plan, people = proposal.plan, proposal.plan.people
    whom = f"{f'these {people:,} people' if people > 1 else 'this person'} in "
    whom += printable(proposal.organisation)
    if not isinstance(plan, Plan):
        return f"put back {whom}"
    return f"set {whom} to inactive" if plan.to_inactive else f"finish offboarding {whom}"
