"""The limits on the harm of one run."""

from dataclasses import replace

import pytest

from batch_offboard.errors import Action
from batch_offboard.offboarding.guards import Limits, refusal, too_many_failed
from batch_offboard.offboarding.planning import plan_of
from batch_offboard.offboarding.steps import steps_named

PLAN = plan_of((), (), steps_named(["deactivate"]), {}, (), 300)
LIMITS = Limits(max_rows=500, max_percent_of_org=10, max_failure_percent=50)


@pytest.mark.parametrize(
    ("people", "to_inactive", "active", "words"),
    [
        (500, 100, 1000, None),
        (501, 100, 1000, "501 people, more than the limit of 500"),
        (500, 101, 1000, "10.1%"),
        (100, 0, 0, None),
        (1, 1, 0, "100.0%"),
        (1, 1, None, "could not be read"),
        (1, 0, None, None),
    ],
)
def test_refusal(people: int, to_inactive: int, active: int | None, words: str | None) -> None:
    """At the limit is allowed, one beyond is not; an unknown size is a refusal."""
    reason = refusal(replace(PLAN, people=people, to_inactive=to_inactive), LIMITS, active)
    assert (reason is None) is (words is None)
    assert words is None or words in str(reason)


@pytest.mark.parametrize(
    ("people", "to_inactive", "active", "action"),
    [
        (501, 1, 1000, Action("raise_max_rows", number=501)),
        (500, 101, 1000, Action("raise_max_percent_of_org", number=11)),
        (1, 1, 0, Action("raise_max_percent_of_org", number=100)),
        (1, 1, None, Action("raise_max_percent_of_org", number=100)),
    ],
)
def test_a_refusal_names_the_limit_that_lets_the_plan_through(
    people: int, to_inactive: int, active: int | None, action: Action
) -> None:
    """Each shell says how it is raised."""
    plan = replace(PLAN, people=people, to_inactive=to_inactive)
    refused = refusal(plan, LIMITS, active)
    assert refused is not None
    assert refused.actions == (action,)


def test_a_limit_of_a_hundred_percent_needs_no_size() -> None:
    """The way to go on where the organisation cannot be counted."""
    limits = replace(LIMITS, max_percent_of_org=100)
    assert refusal(replace(PLAN, people=9, to_inactive=9), limits, None) is None


@pytest.mark.parametrize(
    ("attempted", "failed", "percent", "trips"),
    [
        (19, 19, 50, False),
        (20, 10, 50, False),
        (20, 11, 50, True),
        (100, 51, 50, True),
        (20, 1, 0, True),
        (20, 0, 0, False),
        (20, 20, 100, False),
    ],
)
def test_the_breaker(attempted: int, failed: int, percent: float, trips: bool) -> None:
    """More than the share, of at least twenty."""
    assert too_many_failed(attempted, failed, percent) is trips


def test_waiting_rows_count_in_the_share_but_not_towards_the_twenty() -> None:
    """A rerun in which only hopeless rows need a call is not stopped before the next step."""
    assert too_many_failed(20, 20, 50, 19) is True
    assert too_many_failed(20, 20, 50, 20) is False
    assert too_many_failed(19, 19, 50, 1) is False
