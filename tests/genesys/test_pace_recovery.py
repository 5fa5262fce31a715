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


@pytest.mark.parametrize("granted", [60, None])
def test_an_organisation_that_was_busy_before_is_back_at_its_pace_in_three(
    granted: float | None,
) -> None:
    """Three 429s do not lower the pace for longer, though it was well known."""
    shares, refused = Disturbed(granted).shares(4)
    assert shares[0] >= 0.65
    assert min(shares[2:]) >= 0.9
    assert refused <= 12
