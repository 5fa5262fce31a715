"""Whether a call is tried again, how long before, and when it is given up: pure decisions."""

from dataclasses import dataclass

from batch_offboard.genesys.errors import Failure

FIRST_WAIT_SECONDS = 0.5
LONGEST_WAIT_SECONDS = 30.0
UNTOLD_WAIT_SECONDS = 3.0
"""The wait after a 429 that does not say how long, as in Genesys' other SDKs."""


class WaitedTooLongError(Exception):
    """A call has waited for pauses as long as it may in all."""


@dataclass
class Patience:
    """How long one call may yet wait in all, in seconds."""

    left_seconds: float

    def spend(self, seconds: float) -> float:
        """Take `seconds`, or what is left; raises WaitedTooLongError when nothing is."""
        if self.left_seconds <= 0:
            raise WaitedTooLongError
        spent = min(seconds, self.left_seconds)
        self.left_seconds -= spent
        return spent


def is_worth_another_try(failure: Failure, *, writes: bool) -> bool:
    """A call that was not carried out is repeated; one that may have been only if it reads."""
    if failure.kind in ("limited", "retryable", "auth"):
        return True
    return failure.kind == "unknown" and not writes


def costs_an_attempt(failure: Failure) -> bool:
    """A 429 was not processed and a 401 only needs a new token: neither counts as a try."""
    return failure.kind not in ("limited", "auth")


def pause_seconds(failure: Failure) -> float:
    """How long a 429 asks to pause what it concerns."""
    asked = failure.retry_after_seconds
    return UNTOLD_WAIT_SECONDS if asked is None else asked


def backoff_seconds(tries: int, random: float) -> float:
    """The wait after so many tries: at most 0.5 s first, doubling, never above 30 s.

    All of it is jitter; `random` is from 0 to 1.
    """
    return random * min(LONGEST_WAIT_SECONDS, FIRST_WAIT_SECONDS * 2.0 ** (tries - 1))


def wait_seconds(failure: Failure, tries: int, random: float) -> float:
    """The wait of the call itself before its next try: never less than Retry-After.

    None after a 429, which pauses its token or routes instead, and none after a 401, which waits
    for a new token.
    """
    if not costs_an_attempt(failure):
        return 0.0
    return max(backoff_seconds(tries, random), failure.retry_after_seconds or 0.0)
