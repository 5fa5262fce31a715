"""The organisation's own limit of queue requests: where it is low, the plan says so. Read only."""

from batch_offboard.offboarding.limits import QUEUE_RATE
from batch_offboard.offboarding.models import ApiError
from batch_offboard.run.session import Run


async def low_limits(run: Run) -> tuple[str, ...]:
    """A sentence if queue requests are limited below this run's pace, from one request.

    A limit that cannot be read, or is not named there, counts as none.
    """
    found = await run.genesys.queue_limits()
    queues = None if isinstance(found, ApiError) else found.get(QUEUE_RATE)
    in_all = run.genesys.allowance.in_all
    if queues is None or queues >= in_all:
        return ()
    return (
        f"Genesys allows this organisation {queues:,} queue requests a minute. Without that limit, "
        f"this run could send {in_all:,.0f}.",
    )
