from batch_offboard.simulator.lag import READ_KINDS, Lag


def test_a_lag_in_seconds_ends_when_they_are_over() -> None:
    """Until then reads show what was before."""
    now = [0.0]
    lag = Lag(lambda: now[0])
    lag.start(seconds=5, reads=None, kinds=READ_KINDS)
    lag.remember("users", "u", lambda: "before")
    now[0] = 4.9
    assert lag.shown("users", "u") == "before"
    now[0] = 5
    assert lag.shown("users", "u") is None


def test_a_lag_in_reads_ends_after_so_many_of_that_object() -> None:
    """Reads of other objects do not count."""
    lag = Lag(lambda: 0.0)
    lag.start(seconds=None, reads=2, kinds=READ_KINDS)
    lag.remember("users", "u", lambda: "before")
    lag.remember("users", "v", lambda: "before")
    shown = [lag.shown("users", name) for name in "uuuv"]
    assert shown == ["before", "before", None, "before"]


def test_only_the_chosen_reads_lag_and_only_while_started() -> None:
    """Members can lag while the user is read as it is."""
    lag = Lag(lambda: 0.0)
    lag.remember("members", "q", lambda: "too early")
    lag.start(seconds=1, reads=None, kinds=("members",))
    lag.remember("users", "u", lambda: "not chosen")
    lag.stop()
    lag.remember("members", "q", lambda: "too late")
    assert (lag.shown("users", "u"), lag.shown("members", "q")) == (None, None)
