"""The configuration: config.yaml as checked values, and the credentials from the environment."""

from batch_offboard.config.credentials import LoadedCredentials, read_credentials
from batch_offboard.config.loading import load_config, settings_beside
from batch_offboard.config.models import (
    Columns,
    Config,
    Connection,
    Guards,
    ListReading,
    Rate,
    Retry,
    StepName,
)

__all__ = [
    "Columns",
    "Config",
    "Connection",
    "Guards",
    "ListReading",
    "LoadedCredentials",
    "Rate",
    "Retry",
    "StepName",
    "load_config",
    "read_credentials",
    "settings_beside",
]
