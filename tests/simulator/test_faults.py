import pytest

from batch_offboard.simulator import ALWAYS, Fault, Faults, LoggedRequest, fault_mix
from batch_offboard.simulator.faults import KINDS


def request(number: int, method: str = "GET", path: str = "/api/v2/users") -> LoggedRequest:
    """A request as the log has it."""
    return LoggedRequest(
        number=number,
        at=0.0,
        method=method,
        path=path,
        query={},
        body=None,
        token=None,
        correlation_id="",
    )


def struck(faults: Faults, count: int) -> list[int]:
    """The numbers of the requests that meet a fault."""
    return [n for n in range(1, count + 1) if faults.strike(request(n))]


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (Fault(action="reset"), [1]),
        (Fault(action="reset", times=3), [1, 2, 3]),
        (Fault(action="reset", nth=4), [4]),
        (Fault(action="reset", nth=4, times=2), [4, 5]),
        (Fault(action="reset", nth=3, times=ALWAYS), [3, 4, 5, 6]),
        (Fault(action="reset", method="PATCH"), []),
        (Fault(action="reset", path="/users$"), [1]),
        (Fault(action="reset", path="/queues"), []),
        (Fault(action="reset", where=lambda r: r.number == 2, times=9), [2]),
        (Fault(action="reset", probability=1.0), [1, 2, 3, 4, 5, 6]),
        (Fault(action="reset", probability=1.0, times=2), [1, 2]),
        (Fault(action="reset", probability=0.0), []),
    ],
)
def test_which_requests_a_fault_meets(fault: Fault, expected: list[int]) -> None:
    """By method, path, anything, from the n-th on, so many times."""
    assert expected == struck(Faults([fault]), 6)


def test_the_first_fault_that_strikes_is_the_one() -> None:
    """Later ones keep their turn."""
    faults = Faults([Fault(action="reset"), Fault(action="hang")])
    found = [faults.strike(request(n)) for n in range(3)]
    assert [f.action if f else None for f in found] == ["reset", "hang", None]


def test_random_faults_follow_the_seed_and_not_the_order_of_arrival() -> None:
    """Two clients' requests may overtake each other."""

    def hits(paths: list[str]) -> set[str]:
        faults = Faults([Fault(action="reset", probability=0.5)], seed=3)
        return {p for p in paths if faults.strike(request(1, path=p))}

    paths = [f"/api/v2/users/{n}" for n in range(100)]
    assert hits(paths) == hits(paths[::-1])
    assert 30 < len(hits(paths)) < 70


def test_the_same_request_repeated_draws_again() -> None:
    """So a retry can succeed."""
    faults = Faults([Fault(action="reset", probability=0.5)], seed=1)
    assert 20 < len(struck(faults, 100)) < 80


def test_a_mix_meets_about_its_share_with_all_kinds() -> None:
    """Also when there are many kinds."""
    faults = Faults(fault_mix(0.2), seed=5)
    found = [faults.strike(request(n, path=f"/api/v2/users/{n}")) for n in range(4000)]
    hits = [f for f in found if f]
    assert 0.17 < len(hits) / 4000 < 0.23
    assert {k.action for k in KINDS} == {f.action for f in hits}
    assert len(KINDS) == len(
        {(f.action, f.status, f.applied, f.latin1, f.retry_after) for f in hits}
    )


def test_a_mix_leaves_the_login_alone() -> None:
    """Unless it is asked for."""
    faults = Faults(fault_mix(1.0))
    assert faults.strike(request(1, "POST", "/oauth/token")) is None


def test_cleared_faults_strike_nobody() -> None:
    """The weather clears up."""
    faults = Faults([Fault(action="reset", times=ALWAYS)])
    faults.clear()
    assert struck(faults, 3) == []
