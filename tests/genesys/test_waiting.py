"""Whether a call is tried again, and how long before."""

import pytest

from batch_offboard.genesys.errors import Failure, Kind
from batch_offboard.genesys.waiting import (
    Patience,
    WaitedTooLongError,
    backoff_seconds,
    costs_an_attempt,
    is_worth_another_try,
    limited_seconds,
    pause_seconds,
    wait_seconds,
)
from batch_offboard.offboarding.models import ApiError


def failure(kind: Kind, retry_after_seconds: float | None = None) -> Failure:
    """A failure of that kind."""
    return Failure(kind, ApiError(None, "code", "message"), retry_after_seconds)


#        kind         read again  write again  costs a try
TABLE = {
    "retryable": (True, True, True),
    "limited": (True, True, False),
    "auth": (True, True, False),
    "unknown": (True, False, True),
    "refused": (False, False, True),
    "conflict": (False, False, True),
}


@pytest.mark.parametrize("kind", TABLE)
def test_what_is_repeated(kind: Kind) -> None:
    """A writing call is repeated only when it was surely not carried out."""
    found = failure(kind)
    assert TABLE[kind] == (
        is_worth_another_try(found, writes=False),
        is_worth_another_try(found, writes=True),
        costs_an_attempt(found),
    )


def test_the_longest_waits_double_up_to_half_a_minute() -> None:
    """First at most 0.5 s, then twice as much, never above 30 s."""
    assert [backoff_seconds(tries, 1.0) for tries in range(1, 9)] == [
        0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0,
    ]  # fmt: skip


def test_jitter_is_full() -> None:
    """The wait is anything between nothing and the longest."""
    assert [backoff_seconds(3, chance) for chance in (0.0, 0.25, 1.0)] == [0.0, 0.5, 2.0]


def test_a_wait_is_never_shorter_than_retry_after() -> None:
    """And longer where the back-off asks for more."""
    assert [wait_seconds(failure("unknown", 7.0), tries, 0, 1.0) for tries in (1, 5)] == [7.0, 8.0]


def test_every_429_costs_a_wait_that_grows() -> None:
    """Whatever Retry-After says: a gateway may answer with 0 for ever."""
    expected = [1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0]
    assert [limited_seconds(times) for times in range(1, 8)] == expected
    assert limited_seconds(10_000) == 30.0
    assert [wait_seconds(failure("limited", 0.0), 1, times, 0.0) for times in (1, 3)] == [1.0, 4.0]


def test_a_401_waits_for_a_new_token_instead() -> None:
    """Renewing it takes the time that it takes."""
    assert wait_seconds(failure("auth", 9.0), 1, 0, 1.0) == 0.0


def test_a_429_that_does_not_say_how_long_pauses_for_three_seconds() -> None:
    """As Genesys' other SDKs do; 0 is an answer, though."""
    asked = (None, 0.0, 42.0)
    assert [pause_seconds(failure("limited", each)) for each in asked] == [3.0, 0.0, 42.0]


def test_patience_comes_to_an_end() -> None:
    """Waits are cut at what is left, and then there are no more."""
    patience = Patience(10.0)
    assert [patience.spend(6.0), patience.spend(3.5), patience.spend(6.0)] == [6.0, 3.5, 0.5]
    with pytest.raises(WaitedTooLongError):
        patience.spend(1.0)
