"""Isolated 429s do not hold queue calls far below what is granted."""

import pytest

from .recovery import Disturbed

#       granted a minute, tokens, Retry-After, seconds between calls before
ORGANISATIONS = [
    (60, 1, 1, 3),
    (120, 1, 1, 3),
    (200, 1, 10, 0),
    (600, 3, 1, 3),
    (None, 1, 10, 3),
]


@pytest.mark.parametrize(("granted", "tokens", "retry_after", "seconds_between"), ORGANISATIONS)
def test_three_isolated_429s_within_half_a_minute_are_made_up_for_in_two(
    granted: float | None, tokens: int, retry_after: float, seconds_between: float
) -> None:
    """From the second minute on most of what is granted is used, with few more 429s."""
    organisation = Disturbed(granted, tokens, retry_after, seconds_between, at=(30, 44, 58))
    shares, refused = organisation.shares(3)
    assert shares[0] >= 0.15
    assert min(shares[1:]) >= 0.7
    assert refused <= 10
