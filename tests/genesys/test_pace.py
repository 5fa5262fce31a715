"""How fast calls may go."""

import pytest

from batch_offboard.genesys.pace import (
    AdaptivePace,
    Family,
    LastMinute,
    bucket,
    limit_concerns,
    pace_after,
)

#       limit key in the error, family, calls of the token in the last minute, what it concerns
LIMITS = [
    ("", "other", 0, "other"),
    ("", "other", 299, "other"),
    ("", "queues", 40, "queues"),
    ("", "queues", 285, "queues"),
    ("", "queues", 300, "other"),
    ("client.credentials.token.rate.per.minute", "queues", 40, "other"),
    ("routing.queues.rate.per.minute", "queues", 40, "queues"),
    ("routing.queues.rate.per.minute", "queues", 300, "queues"),
]


@pytest.mark.parametrize(("key", "family", "calls", "expected"), LIMITS)
def test_what_a_429_limits(key: str, family: Family, calls: int, expected: Family) -> None:
    """The key that Genesys names decides; otherwise whether the token had calls left."""
    assert expected == limit_concerns(key, family, calls)


def test_the_last_minute_forgets() -> None:
    """What is sixty seconds old does not count any more."""
    minute = LastMinute()
    for moment in (0.0, 30.0, 59.0):
        minute.add(moment)
    assert [minute.count(now) for now in (59.0, 60.0, 89.9, 90.0, 200.0)] == [3, 2, 2, 1, 0]


@pytest.mark.parametrize("per_minute", [1.0, 60.0, 285.0, 3000.0, 100_000.0])
def test_a_bucket_leaks_at_the_pace(per_minute: float) -> None:
    """The slack for late timers changes the capacity and not the rate."""
    capacity, period_seconds = bucket(per_minute)
    assert capacity / period_seconds * 60 == pytest.approx(per_minute)
    assert capacity == pytest.approx(max(1.5, 1 + 0.02 * per_minute / 60))


def granted(pace: AdaptivePace, count: int, start: float = 0.0, end: float = 60.0) -> None:
    """So many calls let through, evenly between two moments."""
    for number in range(count):
        pace.granted(start + (end - start) * (number + 1) / count)


def test_there_is_no_limit_before_the_first_429() -> None:
    """Nothing is known, so every call may go at once."""
    pace = AdaptivePace()
    assert [pace.reserve(5.0), pace.reserve(5.0), pace.per_minute(5.0)] == [5.0, 5.0, None]


def test_after_a_429_it_goes_on_just_under_what_was_granted() -> None:
    """100 calls in the last minute make 92 a minute, one by one from the moment allowed."""
    pace = AdaptivePace()
    granted(pace, 100)
    assert pace.limited(60.0, left_at=59.9, resume_at=70.0) == 70.0
    assert pace.per_minute(70.0) == pytest.approx(92)
    assert [pace.reserve(61.0), pace.reserve(61.0)] == pytest.approx([70.0, 70.0 + 60 / 92])


def test_calls_under_way_together_are_one_piece_of_news() -> None:
    """Eight 429s at once do not slow down eight times."""
    pace = AdaptivePace()
    granted(pace, 100)
    for _ in range(8):
        pace.limited(60.0, left_at=59.9, resume_at=70.0)
    assert pace.per_minute(70.0) == pytest.approx(92)


def test_a_429_at_the_very_start_teaches_nothing() -> None:
    """Somebody else may have used the minute up: only the pause counts."""
    pace = AdaptivePace()
    granted(pace, 3, end=1.0)
    pace.limited(1.0, left_at=0.9, resume_at=40.0)
    assert pace.per_minute(40.0) is None


def test_one_429_never_cuts_deeply() -> None:
    """A pause within the last minute makes the count too small to go by."""
    pace = AdaptivePace()
    granted(pace, 100)
    pace.limited(60.0, left_at=59.9, resume_at=100.0)
    granted(pace, 20, 160.0, 170.0)
    before = pace.per_minute(170.0) or 0.0
    pace.limited(170.0, left_at=169.9, resume_at=170.0)
    assert pace.per_minute(170.0) == pytest.approx(before * 0.7 * 0.92, rel=0.01)


def test_429s_in_a_row_wait_longer_and_longer() -> None:
    """With nothing granted in between, Retry-After of a second each is not enough."""
    pace, now, waits = AdaptivePace(), 0.0, []
    for _ in range(8):
        until = pace.limited(now, left_at=now, resume_at=now + 1)
        waits.append(until - now)
        now = until + 0.1
    assert waits == pytest.approx([1, 1, 2, 4, 8, 15, 15, 15])


def test_the_pace_returns_stays_and_then_looks_for_more() -> None:
    """Near the level for some minutes, then ever faster: CUBIC's curve."""
    paces = [pace_after(60.0 * minute, 100) for minute in (0, 2, 5, 8, 10, 15, 20)]
    assert paces == pytest.approx([92, 98.3, 100, 101.7, 108, 164, 316], abs=0.1)
