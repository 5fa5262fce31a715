"""How fast calls may go."""

import pytest

from batch_offboard.genesys.pace import AdaptivePace, Family, LastMinute, bucket, limited_family

#       limit key in the error, family, token has calls left, what it concerns
LIMITS = [
    ("", "other", True, "other"),
    ("", "other", False, "other"),
    ("", "queues", True, "queues"),
    ("", "queues", False, "other"),
    ("client.credentials.token.rate.per.minute", "queues", True, "other"),
    ("routing.queues.rate.per.minute", "queues", True, "queues"),
    ("routing.queues.rate.per.minute", "queues", False, "queues"),
    ("routing.queues.rate.per.minute", "other", True, "other"),
]


@pytest.mark.parametrize(("key", "family", "calls_left", "expected"), LIMITS)
def test_what_a_429_limits(key: str, family: Family, calls_left: bool, expected: Family) -> None:
    """The key that Genesys names decides; otherwise whether the token had calls left."""
    assert expected == limited_family(key, family, token_has_calls_left=calls_left)


def test_the_last_minute_forgets() -> None:
    """What is sixty seconds old does not count any more."""
    minute = LastMinute()
    for moment in (0.0, 30.0, 59.0):
        minute.add(moment)
    assert minute.count_since(0.0) == 2
    assert [minute.count(now) for now in (59.0, 60.0, 89.9, 90.0, 200.0)] == [3, 2, 2, 1, 0]


@pytest.mark.parametrize("per_minute", [1.0, 60.0, 285.0, 3000.0, 100_000.0])
def test_a_bucket_leaks_at_the_pace(per_minute: float) -> None:
    """The slack for late timers changes the capacity and not the rate."""
    for burst in (1, 100):
        capacity, period_seconds = bucket(per_minute, burst)
        assert capacity / period_seconds * 60 == pytest.approx(per_minute)
        assert capacity == pytest.approx(max(1.5, burst, 1 + 0.02 * per_minute / 60))


MOST = 285.0


def slots(pace: AdaptivePace, count: int, now: float) -> list[float]:
    """When so many calls go that all wait from `now` on."""
    times = []
    for _ in range(count):
        now = max(now, pace.opens_at)
        pace.take(now)
        times.append(now)
    return times


def granted(pace: AdaptivePace, count: int, start: float, end: float) -> None:
    """So many calls let through, evenly between two moments."""
    for number in range(count):
        at = start + (end - start) * number / count
        pace.take(at)
        pace.granted(at + 0.01)


def test_a_burst_is_allowed_before_the_first_429() -> None:
    """Nothing is known yet: five times the allowance, as each token has a pace of its own."""
    pace = AdaptivePace(MOST)
    assert slots(pace, 3, 5.0) == pytest.approx([5.0, 5.0 + 12 / MOST, 5.0 + 24 / MOST], abs=0.021)
    assert pace.per_minute(5.0) == MOST


def test_after_a_429_it_goes_on_just_under_what_was_granted() -> None:
    """100 calls for 20 seconds and a pause of 40 make 92 a minute, the first one well ahead."""
    pace = AdaptivePace(MOST)
    granted(pace, 100, 0.0, 20.0)
    assert pace.limited(20.0, sent_at=19.9, resume_at=60.0) == 60.0
    assert pace.per_minute(60.0) == pytest.approx(92)
    assert slots(pace, 3, 61.0) == pytest.approx([61.0, 61.98, 61.98 + 60 / 92], abs=0.01)


def test_calls_under_way_together_are_one_piece_of_news() -> None:
    """Eight 429s at once do not slow down eight times."""
    pace = AdaptivePace(MOST)
    granted(pace, 100, 0.0, 20.0)
    for _ in range(8):
        assert pace.limited(20.0, sent_at=19.9, resume_at=60.0) == 60.0
    assert pace.per_minute(60.0) == pytest.approx(92)


def test_a_429_at_the_very_start_teaches_nothing() -> None:
    """Somebody else may have used the minute up: only the pause counts."""
    pace = AdaptivePace(MOST)
    pace.take(0.0)
    pace.limited(1.0, sent_at=0.9, resume_at=40.0)
    assert [pace.per_minute(40.0), pace.opens_at] == [MOST, 40.0]


def test_more_is_looked_for_only_as_far_as_it_is_used() -> None:
    """After an hour with few calls it goes on at the level, not at a pace nobody has tried."""
    pace = AdaptivePace(MOST)
    granted(pace, 100, 0.0, 20.0)
    pace.limited(20.0, sent_at=19.9, resume_at=60.0)
    assert pace.per_minute(3600.0) == 100
    granted(pace, 70, 3600.0, 3655.0)
    assert pace.per_minute(3656.0) == 140


def test_a_break_of_a_minute_ends_a_stretch() -> None:
    """Ten calls in three seconds after an hour: that hour did not go well, it was empty."""
    pace = AdaptivePace(MOST)
    granted(pace, 20, 0.0, 5.0)
    granted(pace, 10, 3600.0, 3603.0)
    pace.limited(3603.0, sent_at=3602.9, resume_at=3605.0)
    assert pace.per_minute(3605.0) == pytest.approx(0.92 * 10 * 60 / 5)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [(0, [1, 2, 4, 8, 16, 30, 30]), (3, [3, 6, 12, 24, 30, 30, 30]), (42, [42] * 7)],
)
def test_429s_in_a_row_wait_longer_and_longer(asked: float, expected: list[float]) -> None:
    """With nothing granted in between, what Retry-After asks for is not enough."""
    pace, now, waits = AdaptivePace(MOST), 0.0, []
    for _ in range(7):
        pace.take(now)
        until = pace.limited(now + 0.1, sent_at=now, resume_at=now + 0.1 + asked)
        waits.append(until - now - 0.1)
        now = until
    assert waits == pytest.approx(expected)


def test_a_row_of_429s_is_one_piece_of_news() -> None:
    """100 calls, and then pauses of 1, 2, 4, 8, 16 and 30 seconds: less than 100 a minute."""
    pace, now = AdaptivePace(MOST), 20.0
    granted(pace, 100, 0.0, 20.0)
    for _ in range(6):
        now = pace.limited(now, sent_at=now, resume_at=now + 1)
    assert now == 81.0
    assert pace.per_minute(now) == pytest.approx(0.92 * 100 * 60 / 81)
