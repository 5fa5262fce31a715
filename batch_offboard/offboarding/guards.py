"""The limits on the harm that one run can do; all decided before the first writing call."""

from dataclasses import dataclass

from batch_offboard.offboarding.planning import Plan

FEWEST_ATTEMPTED = 20
"""The breaker judges no share of failures among fewer attempted rows than this."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The guards of the configuration."""

    max_rows: int
    max_percent_of_org: float
    max_failure_percent: float


def refusal(plan: Plan, limits: Limits, active_users: int | None) -> str | None:
    """Why this plan goes beyond a limit, with number, limit and how to raise it, or None.

    `active_users` is None when the organisation's size could not be read; the share then cannot be
    judged, and that is a refusal too unless the limit is 100 percent.
    """
    if (reason := too_many(plan.people, limits)) is not None:
        return reason
    if not plan.to_inactive or limits.max_percent_of_org >= 100:
        return None
    if active_users is None:
        return (
            "The number of active users could not be read, so the limit "
            "guards.max_percent_of_org cannot be checked. Nothing was changed. To go on without "
            "this limit, set it to 100 in config.yaml."
        )
    percent = 100 * plan.to_inactive / max(active_users, 1)
    if percent <= limits.max_percent_of_org:
        return None
    return (
        f"This run would set {plan.to_inactive} of the organisation's {active_users} active users "
        f"to inactive: {percent:.1f} %, more than the limit of {limits.max_percent_of_org:g} % "
        "(guards.max_percent_of_org). Nothing was changed. If that is what you want, raise the "
        "limit in config.yaml."
    )


def too_many(people: int, limits: Limits) -> str | None:
    """Why so many people are more than one run may change, or None."""
    if people <= limits.max_rows:
        return None
    return (
        f"This run would change {people} people, more than the limit of {limits.max_rows} "
        f"(guards.max_rows). Nothing was changed. If that is what you want, run again with "
        f"--max-rows {people}."
    )


def breaker_trips(attempted: int, failed: int, max_failure_percent: float) -> bool:
    """Whether so many of the attempted rows failed that the run must stop."""
    return attempted >= FEWEST_ATTEMPTED and 100 * failed > max_failure_percent * attempted
