"""The settings of each package, made from the configuration."""

from datetime import date

from batch_offboard.commands.order import Options
from batch_offboard.config import Config
from batch_offboard.genesys import Clock, Settings
from batch_offboard.offboarding.guards import Limits
from batch_offboard.offboarding.steps import steps_named
from batch_offboard.run.session import RunSettings
from batch_offboard.termination_list import ColumnChoice, ListSettings, today_in


def connection_settings(config: Config) -> Settings:
    """Pace, patience and network settings of the connection."""
    return Settings(
        per_minute=config.rate.per_minute,
        burst=config.rate.burst,
        tokens=config.rate.tokens,
        workers=config.rate.workers,
        attempts=config.retry.attempts,
        max_wait_seconds=config.retry.max_wait_seconds,
        timeout_seconds=config.genesys.timeout_seconds,
        proxy=config.genesys.proxy,
        ca_file=config.genesys.ca_file,
    )


def list_settings(
    config: Config, choices: tuple[ColumnChoice, ...] = (), clock: Clock | None = None
) -> ListSettings:
    """How lists are read today; `choices` are the columns that a person assigned for this run."""
    return ListSettings(
        today=today(config, clock or Clock()),
        columns=config.list.columns.by_meaning(),
        choices=choices,
        date_format=config.list.date_format,
        timezone=config.list.timezone,
    )


def with_date_format(config: Config, date_format: str | None) -> Config:
    """The configuration with a date format that a person chose for one list; None changes nothing.

    A run records it with its settings, so that a rerun reads the list in the same way.
    """
    if date_format is None:
        return config
    changed = config.list.model_copy(update={"date_format": date_format})
    return config.model_copy(update={"list": changed})


def run_settings(config: Config, options: Options, clock: Clock) -> RunSettings:
    """The settings of the phases of a run."""
    guards = config.guards
    max_rows = options.max_rows or guards.max_rows
    return RunSettings(
        steps=steps_named(config.steps),
        attempts=config.retry.attempts,
        workers=config.rate.workers,
        verify=config.verify,
        snapshot_roles=config.snapshot_roles,
        leftovers=frozenset(config.leftovers),
        snapshot_rings=config.snapshot_rings,
        limits=Limits(max_rows, guards.max_percent_of_org, guards.max_failure_percent),
        protected=frozenset(guards.protected),
        accepted_names=options.accepted_names,
        today=today(config, clock),
    )


def today(config: Config, clock: Clock) -> date:
    """Today in the time zone in which rows become due."""
    return today_in(config.list.timezone, clock.now())
