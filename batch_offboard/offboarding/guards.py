"""The limits on the harm that one run can do; all decided before the first writing call."""

import math
from dataclasses import dataclass

from batch_offboard.errors import Action, RefusedError
from batch_offboard.offboarding.planning import Plan

FEWEST_ATTEMPTED = 20
"""The breaker judges no share of failures among fewer attempted rows than this."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The guards of the configuration."""

    max_rows: int
    max_percent_of_org: float
    max_failure_percent: float


def refusal(plan: Plan, limits: Limits, active_users: int | None) -> RefusedError | None:
    """The refusal of a plan that goes beyond a limit, with number and limit, or None.

    `active_users` is None if the organisation's size could not be read. The share is then unknown,
    which is a refusal too unless the limit is 100 percent.
    """
    if (beyond := too_many(plan.people, limits)) is not None:
        return beyond
    if not plan.to_inactive or limits.max_percent_of_org >= 100:
        return None
    if active_users is None:
        return RefusedError(
            "The number of active users could not be read, so the limit "
            "guards.max_percent_of_org cannot be checked. Nothing was changed.",
            Action("raise_max_percent_of_org", number=100),
        )
    percent = 100 * plan.to_inactive / max(active_users, 1)
    if percent <= limits.max_percent_of_org:
        return None
    return RefusedError(
        f"This run would set {plan.to_inactive} of the organisation's {active_users} active users "
        f"to inactive. That is {percent:.1f}%; the limit is {limits.max_percent_of_org:g}% "
        "(guards.max_percent_of_org). Nothing was changed.",
        Action("raise_max_percent_of_org", number=min(math.ceil(percent), 100)),
    )


def too_many(people: int, limits: Limits) -> RefusedError | None:
    """The refusal of a run that would change more people than the limit, or None."""
    if people <= limits.max_rows:
        return None
    return RefusedError(
        f"This run would change {people} people, more than the limit of {limits.max_rows} "
        "(guards.max_rows). Nothing was changed.",
        Action("raise_max_rows", number=people),
    )


def too_many_failed(
    attempted: int, failed: int, max_failure_percent: float, waiting: int = 0
) -> bool:
    """Whether so many of the attempted rows failed that the run must stop.

    `waiting` rows need nothing in this phase, but calls of other steps. They count in the share as
    rows that did not fail: where only hopeless rows are left in a phase, a stop would keep all the
    others from the next one.
    """
    share_of = attempted + waiting
    return attempted >= FEWEST_ATTEMPTED and 100 * failed > max_failure_percent * share_of
