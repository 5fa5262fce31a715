"""When a row is due, and what day it is in the configured time zone."""

from datetime import UTC, date, datetime

import pytest

from batch_offboard.errors import UsageError
from batch_offboard.termination_list import timezone_name, today_in

TODAY = date(2026, 4, 13)


@pytest.mark.parametrize(
    "timezone, today",
    [("UTC", date(2026, 4, 12)), ("Europe/Berlin", TODAY), ("America/New_York", date(2026, 4, 12))],
)
def test_today_in(timezone: str, today: date) -> None:
    """The same moment is another day elsewhere."""
    assert today == today_in(timezone, datetime(2026, 4, 12, 22, 30, tzinfo=UTC))


def test_today_in_local() -> None:
    """The local day is the one of this computer's clock."""
    now = datetime.now(UTC)

    assert now.astimezone().date() == today_in("local", now)


def test_timezone_name() -> None:
    """An IANA name stands for itself; the local zone is named by its offset."""
    now = datetime(2026, 4, 12, tzinfo=UTC)
    local = f"this computer's time zone, UTC{now.astimezone().isoformat()[-6:]}"

    assert ("Europe/Berlin", local) == (
        timezone_name("Europe/Berlin", now),
        timezone_name("local", now),
    )


@pytest.mark.parametrize("timezone", ["Mars/Olympus", "../etc", ""])
def test_unknown_timezone(timezone: str) -> None:
    """What is no time zone is an error that says what can be written."""
    with pytest.raises(UsageError, match="which is no time zone"):
        today_in(timezone, datetime.now(UTC))
