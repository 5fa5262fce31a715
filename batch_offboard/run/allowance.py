"""The organisation's own limits: where they are lower than usual, the plan says so. Read only."""

from collections.abc import Iterator

from batch_offboard.offboarding.limits import (
    CALLS_PER_MINUTE,
    QUEUE_RATE,
    QUEUE_RATES_IN,
    TOKEN_RATE,
    TOKEN_RATES_IN,
)
from batch_offboard.offboarding.models import ApiError
from batch_offboard.run.concurrency import together
from batch_offboard.run.session import Run


async def low_limits(run: Run) -> tuple[str, ...]:
    """A sentence for each limit that is lower than usual, from two requests.

    A limit that cannot be read, or is not named there, counts as usual.
    """
    found = await together(*map(run.genesys.limits, (TOKEN_RATES_IN, QUEUE_RATES_IN)))
    by_key = {
        key: value
        for each in found
        if not isinstance(each, ApiError)
        for key, value in each.items()
    }
    return tuple(_sentences(by_key.get(TOKEN_RATE), by_key.get(QUEUE_RATE), run.genesys.allowance))


def _sentences(token: int | None, queues: int | None, allowance: float) -> Iterator[str]:
    if token is not None and token < CALLS_PER_MINUTE:
        yield (
            f"Genesys allows this organisation {token:,} requests a minute for each token, fewer "
            f"than the usual {CALLS_PER_MINUTE}."
        )
    if queues is not None and queues < allowance:
        yield (
            f"Genesys allows this organisation {queues:,} queue requests a minute, fewer than this "
            f"run could make ({allowance:,.0f})."
        )
