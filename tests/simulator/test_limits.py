from batch_offboard.simulator import Limits
from batch_offboard.simulator.limits import Meter


def allowed(meter: Meter, times: list[float]) -> list[int]:
    """The waits of one token's calls at these times."""
    return [meter.token_wait_seconds("a", now) for now in times]


def test_a_fixed_window_allows_again_when_it_is_over() -> None:
    """Three a minute: the fourth waits until the minute that the first one opened is over."""
    meter = Meter(Limits(per_minute=3))
    assert allowed(meter, [0, 10, 19, 20, 59.5, 60]) == [0, 0, 0, 40, 1, 0]


def test_a_sliding_window_allows_one_for_each_that_leaves_it() -> None:
    """The first call leaves after a minute, the second ten seconds later."""
    meter = Meter(Limits(per_minute=2, window="sliding"))
    assert allowed(meter, [0, 10, 20, 60, 61, 70]) == [0, 0, 40, 0, 9, 0]


def test_tokens_do_not_share_their_allowance() -> None:
    """Each has its own."""
    meter = Meter(Limits(per_minute=1))
    assert [meter.token_wait_seconds(token, 0) for token in "ab"] == [0, 0]
    assert meter.token_wait_seconds("a", 0) == 60


def test_refused_calls_do_not_count() -> None:
    """A client that keeps knocking gets in when the window is over."""
    meter = Meter(Limits(per_minute=1))
    allowed(meter, [0, *range(1, 60)])
    assert meter.token_wait_seconds("a", 60) == 0


def test_without_a_limit_nothing_waits() -> None:
    """None allows everything."""
    meter = Meter(Limits(per_minute=None))
    assert allowed(meter, [0.0] * 1000) == [0] * 1000
    assert meter.queue_wait_seconds(0) == 0
    assert meter.login_wait_seconds(0) == 0


def test_another_integration_eats_of_the_queue_routes_limit() -> None:
    """And gives it back when it stops, while the simulator runs."""
    limits = Limits(queue_routes_per_minute=3, other_integration_per_minute=2)
    meter = Meter(limits)
    assert [meter.queue_wait_seconds(0) for _ in range(2)] == [0, 60]
    limits.other_integration_per_minute = 0
    assert [meter.queue_wait_seconds(0) for _ in range(3)] == [0, 0, 60]


def test_an_allowance_eaten_up_still_says_when_to_come_back() -> None:
    """Nothing is left for us at all."""
    meter = Meter(Limits(queue_routes_per_minute=3, other_integration_per_minute=5))
    assert meter.queue_wait_seconds(0) == 60


def test_a_shorter_window_has_its_share_of_the_minute() -> None:
    """60 a minute in windows of two seconds are two a window."""
    meter = Meter(Limits(per_minute=60, window_seconds=2))
    assert allowed(meter, [0, 0, 0, 2]) == [0, 0, 2, 0]


def test_a_call_that_another_limit_refused_is_given_back() -> None:
    """It counts against neither."""
    meter = Meter(Limits(per_minute=1))
    assert meter.token_wait_seconds("a", 0) == 0
    meter.uncount("a")
    assert meter.token_wait_seconds("a", 0) == 0
