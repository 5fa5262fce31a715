"""The time zone of a list, and the current day in it."""

from datetime import date, datetime, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from batch_offboard.errors import UsageError


def zone_of(timezone: str) -> tzinfo | None:
    """The configured time zone; None means this computer's own.

    Raises UsageError for a name that is no IANA time zone.
    """
    if timezone == "local":
        return None
    try:
        return ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise UsageError(
            f'list.timezone is "{timezone}", which is not a time zone. Use "local" or a name such '
            "as Europe/Berlin."
        ) from error


def today_in(timezone: str, now: datetime) -> date:
    """The calendar day of the moment `now` in the configured time zone."""
    return now.astimezone(zone_of(timezone)).date()


def timezone_name(timezone: str, now: datetime) -> str:
    """The configured time zone as named in the plan, "local" with this computer's offset."""
    if timezone != "local":
        return timezone
    return f"this computer's time zone, UTC{now.astimezone().isoformat()[-6:]}"


def zone_in_words(moment: datetime) -> str:
    """The time zone of an aware moment, such as `CEST, UTC+02:00` or `UTC-03:00`; UTC is "UTC"."""
    name, offset = moment.tzname() or "", f"UTC{moment.isoformat()[-6:]}"
    if name in {"UTC", "Coordinated Universal Time"}:
        return "UTC"
    return f"{name}, {offset}" if name[:1].isalpha() and not name.startswith("UTC") else offset
