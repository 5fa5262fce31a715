"""How fast calls may go."""

import pytest

from batch_offboard.genesys.pace import AdaptivePace, Family, LastMinute, bucket, limited_family
from batch_offboard.offboarding.limits import usable_of

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
    for moment in (200.0, 260.0):
        minute.add(moment)
    assert minute.count_since(0.0) == 1


@pytest.mark.parametrize("per_minute", [1.0, 60.0, 285.0, 3000.0, 100_000.0])
def test_a_bucket_leaks_at_the_pace(per_minute: float) -> None:
    """The slack for late timers changes the capacity and not the rate."""
    for burst in (1, 100):
        capacity, period_seconds = bucket(per_minute, burst)
        assert capacity / period_seconds * 60 == pytest.approx(per_minute)
        assert capacity == pytest.approx(max(1.5, burst, 1 + 0.02 * per_minute / 60))


def test_an_allowance_of_any_size_makes_a_bucket() -> None:
    """An organisation without a limit may say so with many digits."""
    assert usable_of(10**400) == 990_000
    assert bucket(usable_of(10**400), 1) == (331.0, pytest.approx(0.02, abs=0.001))


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
    times = slots(pace, 3, 5.0)
    assert times == pytest.approx([5.0, 5.0 + 12 / MOST, 5.0 + 24 / MOST], abs=0.021)
    assert times[2] - times[1] == pytest.approx(12 / MOST)
    assert pace.per_minute(5.0) == MOST
    assert not pace.grants_nothing


def test_after_a_429_it_goes_on_just_under_what_was_granted() -> None:
    """100 calls for 20 seconds and a pause of 40 make 92 a minute, the first one well ahead."""
    pace = AdaptivePace(MOST)
    granted(pace, 100, 0.0, 20.0)
    assert pace.limited(20.0, sent_at=19.9, resume_at=60.0) == 60.0
    assert pace.per_minute(60.0) == pytest.approx(92)
    times = slots(pace, 3, 61.0)
    assert times == pytest.approx([61.0, 61.98, 61.98 + 60 / 92], abs=0.01)
    assert times[2] - times[1] == pytest.approx(60 / pace.per_minute(times[1]))


def test_a_429_that_comes_long_after_the_last_answer_counts_too() -> None:
    """Nothing granted in the last ten seconds is not nothing granted."""
    pace = AdaptivePace(MOST)
    granted(pace, 100, 0.0, 20.0)
    pace.limited(35.0, sent_at=19.9, resume_at=60.0)
    assert pace.per_minute(60.0) == pytest.approx(92)


def test_a_probe_is_no_earlier_than_the_pace() -> None:
    """At ten a minute the call after it waits for more than a second."""
    pace = AdaptivePace(MOST)
    granted(pace, 10, 0.0, 20.0)
    pace.limited(20.0, sent_at=19.9, resume_at=60.0)
    assert slots(pace, 2, 60.0) == pytest.approx([60.0, 60.0 + 60 / 9.2])


def test_a_limit_that_genesys_names_is_kept_from_the_first_429_on() -> None:
    """Three hundredths below it, without bursts and however long ago that was."""
    pace = AdaptivePace(MOST)
    slots(pace, 1, 0.0)
    pace.set_named_limit(100)
    pace.limited(61.0, sent_at=60.9, resume_at=62.0)
    probe, *times = slots(pace, 3, 62.0)
    assert [times[0] - probe, times[1] - times[0]] == pytest.approx([1.0, 60 / 97])
    granted(pace, 90, 70.0, 125.0)
    pace.limited(125.0, sent_at=124.9, resume_at=126.0)
    granted(pace, 90, 3600.0, 3655.0)
    assert pace.per_minute(3656.0) == pytest.approx(97)


def test_the_allowance_is_the_most_and_there_is_no_burst_once_a_429_has_come() -> None:
    """Twice what was granted in the last minute would be more."""
    pace = AdaptivePace(MOST)
    granted(pace, 100, 0.0, 20.0)
    pace.limited(20.0, sent_at=19.9, resume_at=60.0)
    granted(pace, 200, 3600.0, 3655.0)
    assert pace.per_minute(3656.0) == MOST
    times = slots(pace, 3, 3656.0)
    assert times[2] - times[1] == pytest.approx(60 / MOST)


def test_calls_under_way_together_are_one_piece_of_news() -> None:
    """Eight 429s at once do not slow down eight times."""
    pace = AdaptivePace(MOST)
    granted(pace, 100, 0.0, 20.0)
    for _ in range(8):
        assert pace.limited(20.0, sent_at=19.9, resume_at=60.0) == 60.0
    assert pace.per_minute(60.0) == pytest.approx(92)


def test_a_429_for_a_call_sent_before_another_came_only_pauses() -> None:
    """Its pause is kept and nothing is learnt; one for a later call is the second in a row."""
    pace = AdaptivePace(MOST)
    granted(pace, 100, 0.0, 20.0)
    assert pace.limited(20.0, sent_at=19.9, resume_at=21.0) == 21.0
    begun = pace.per_minute(21.0)
    assert [pace.limited(20.5, sent_at, 25.0) for sent_at in (19.0, 20.0)] == [25.0, 25.0]
    assert [pace.per_minute(21.0), pace.opens_at] == [begun, 21.0]
    assert pace.limited(21.5, sent_at=21.0, resume_at=22.5) == 23.5


def test_a_429_at_the_very_start_teaches_nothing() -> None:
    """Somebody else may have used the minute up: only the pause counts."""
    pace = AdaptivePace(MOST)
    pace.take(0.0)
    pace.limited(1.0, sent_at=0.9, resume_at=40.0)
    assert [pace.per_minute(40.0), pace.opens_at] == [MOST, 40.0]
    before_any_call = AdaptivePace(MOST)
    assert before_any_call.limited(1.0, sent_at=0.9, resume_at=40.0) == 40.0
    assert before_any_call.opens_at == 40.0


def test_more_is_looked_for_only_as_far_as_it_is_used() -> None:
    """After an hour with few calls it goes on at the level, not at a pace nobody has tried."""
    pace = AdaptivePace(MOST)
    granted(pace, 100, 0.0, 20.0)
    pace.limited(20.0, sent_at=19.9, resume_at=60.0)
    assert pace.per_minute(3600.0) == 100
    granted(pace, 70, 3600.0, 3655.0)
    assert pace.per_minute(3656.0) == 140


#       when calls were wanted (begin, end, calls), up to a 429 with a pause of two seconds; level
WANTED = [
    ([(0.0, 10.0, 20), (40.0, 50.0, 20)], 111.5),  # 40 calls in 9.5 + 10 + 2 seconds
    ([(0.0, 10.0, 20), (11.9, 21.9, 20)], 111.5),
    ([(0.0, 10.0, 20), (11.3, 21.3, 20)], 103.0),  # less than two seconds between them
    ([(0.0, 10.0, 20), (50.0, 150.0, 100)], 60.0),  # none in the last minute
]


@pytest.mark.parametrize(("spans", "level"), WANTED)
def test_breaks_of_two_seconds_are_left_out(
    spans: list[tuple[float, float, int]], level: float
) -> None:
    """The time in which no call was waiting says nothing of what is granted."""
    pace = AdaptivePace(MOST)
    for begin, end, count in spans:
        granted(pace, count, begin, end)
    end = spans[-1][1]
    pace.limited(end, sent_at=end - 0.1, resume_at=end + 2)
    assert pace.per_minute(end + 2) == pytest.approx(0.92 * level, abs=0.1)


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


def test_a_night_of_429s_in_a_row_never_waits_for_more_than_half_a_minute() -> None:
    """Then one call is let through, and the next 429 is the first of a row again."""
    pace, now = AdaptivePace(MOST), 0.0
    waits, nothing = [], []
    for _ in range(1100):
        pace.take(now)
        waits.append(pace.limited(now, sent_at=now, resume_at=now + 1) - now)
        nothing.append(pace.grants_nothing)
        now = pace.opens_at
    assert (max(waits), nothing[:3], all(nothing[1:])) == (30.0, [False, True, True], True)
    granted(pace, 1, now, now + 1)
    assert pace.limited(now + 2, sent_at=now + 1.9, resume_at=now + 3) == now + 3
    assert not pace.grants_nothing


#       seconds with calls, how many of them are granted, pause after the 429 at the end
Ended = tuple[float, int, float]
ISOLATED: list[Ended] = [(10, 12, 10), (10, 12, 18), (10, 12, 30)]
#       stretches before, usual pace that they lead to
USUAL: list[tuple[list[Ended], float]] = [
    ([], MOST),
    ([(20, 150, 40)], 150),  # a minute's window
    ([*ISOLATED, (40, 150, 20)], 150),
    ([(60, 150, 5)], MOST),  # there were no more calls
    ([*ISOLATED, (60, 150, 5)], 150),  # granted for a minute, after a steep rise
    ([(20, 150, 40), (70, 100, 1)], 150),
]


def after(pace: AdaptivePace, now: float, stretch: Ended) -> float:
    """When the pause after such a stretch ends."""
    seconds, count, pause = stretch
    granted(pace, count, now, now + seconds)
    end = now + seconds
    return pace.limited(end, sent_at=end - 0.1, resume_at=end + pause)


@pytest.mark.parametrize(("before", "usual"), USUAL)
def test_the_usual_pace_is_tried_again_after_three_isolated_429s(
    before: list[tuple[float, int, float]], usual: float
) -> None:
    """Not after a fourth; a pace that is beyond doubt begins the count anew."""
    pace, now, paces = AdaptivePace(MOST), 0.0, []
    for stretch in [*before, *ISOLATED, (10, 12, 45)]:
        now = after(pace, now, stretch)
        paces.append(pace.per_minute(now + 50))
    assert paces[-4:] == pytest.approx([usual, usual, usual, 12 * 60 / 55], rel=0.01)


def test_the_usual_pace_is_not_tried_again_after_four_429s_in_a_row() -> None:
    """With nothing granted in between, it is no accident."""
    pace = AdaptivePace(MOST)
    now, paces = 10.0, []
    granted(pace, 12, 0.0, 10.0)
    for _ in range(4):
        now = pace.limited(now, sent_at=now, resume_at=now + 3)
        paces.append(pace.per_minute(now + 50))
    assert paces == pytest.approx([MOST, MOST, MOST, 12 * 60 / 55], rel=0.01)
