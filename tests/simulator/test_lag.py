from batch_offboard.simulator import ALWAYS, Fault, Org, Simulator
from batch_offboard.simulator.lag import READ_KINDS, Lag

from .small import ANNA, BEN, CHAT, NIGHT_SHIFT, Http


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


def test_a_users_groups_skills_and_station_can_be_seen_late(org: Org) -> None:
    """One reading of the user still shows what was before, the next what is."""
    expand = {"expand": "groups,skills,station"}
    lag = Fault(action="lag", method="DELETE", reads=1, times=ALWAYS)
    with Simulator(org, faults=[lag]) as sim:
        http = Http(sim)
        http.delete(f"/users/{ANNA}/routingskills/{CHAT}")
        http.delete(f"/users/{ANNA}/station/associatedstation")
        http.delete(f"/groups/{NIGHT_SHIFT}/members", ids=BEN)
        anna = [http.get(f"/users/{ANNA}", **expand).json for _ in range(2)]
        ben = [http.get(f"/users/{BEN}", **expand).json for _ in range(2)]
    assert [len(each["groups"]) for each in ben] == [1, 0]
    assert ["associatedStation" in each["station"] for each in anna] == [True, False]
