"""Asking for agreement to the plan; plan and agreement are recorded before the first call."""

from collections.abc import Awaitable, Callable, Sequence

from batch_offboard.errors import CANCELLED, RefusedError
from batch_offboard.offboarding.agreement import Agreement, PlannedChanges, Proposal, digest_of
from batch_offboard.offboarding.planning import Plan
from batch_offboard.offboarding.undo import UndoPlan
from batch_offboard.record.events import PlanAgreed, PlanShown
from batch_offboard.run.session import Run

Ask = Callable[[Proposal], Awaitable[Agreement | None]]
"""Shows the plan and asks the person if there is anything to ask; None if they decline."""


async def agree(
    run: Run,
    ask: Ask,
    plan: Plan | UndoPlan,
    lines: Sequence[str],
    changes: PlannedChanges,
    *,
    dry_run: bool,
) -> None:
    """Record the plan, ask, and record the agreement; a dry run needs none.

    Raises RefusedError if the person declines, and StoppedError if a stop is requested meanwhile.
    """
    digest = digest_of(run.basis, changes)
    run.record(PlanShown(plan.people, changes.calls, tuple(lines), digest, run.now()))
    organisation = run.genesys.identity.organisation.name
    proposal = Proposal(plan, tuple(lines), changes, digest, organisation)
    agreement = await run.stop.unless(ask(proposal))
    run.stop.check()
    if agreement is None:
        raise RefusedError(f"{CANCELLED} Nothing was changed.")
    if plan.people and not dry_run:
        run.record(
            PlanAgreed(
                digest,
                run.os_user,
                run.now(),
                agreement.how,
                agreement.number,
                agreement.plan_run,
                agreement.plan_digest,
            )
        )
