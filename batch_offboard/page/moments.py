"""Moments in the words of a person at this computer: `today 14:02`, `3 October 2026, 09:15`."""

from datetime import datetime, timedelta, tzinfo


def moment_in_words(text: str, now: datetime, zone: tzinfo | None = None) -> str:
    """A moment (ISO 8601) to the minute, in `zone` or the computer's; other texts unchanged."""
    at = _local(text, zone)
    if at is None:
        return text
    day = _near_day(at, now.astimezone(zone))
    return f"{day} {at:%H:%M}" if day else f"{at.day} {at:%B %Y, %H:%M}"


def on_day(text: str, now: datetime, zone: tzinfo | None = None) -> str:
    """The day of a moment: `today`, `yesterday`, `on 3 October`, `on 3 October 2025`."""
    at, today = _local(text, zone), now.astimezone(zone)
    if at is None:
        return f"on {text}"
    year = "" if at.year == today.year else f" {at.year}"
    return _near_day(at, today) or f"on {at.day} {at:%B}{year}"


def clock_time(text: str, zone: tzinfo | None = None) -> str:
    """The time of a moment without its day: `14:05:10`."""
    at = _local(text, zone)
    return text if at is None else f"{at:%H:%M:%S}"


def _local(text: str, zone: tzinfo | None) -> datetime | None:
    """The moment in the zone; None if the text is not one, or is beyond the calendar's range."""
    try:
        return datetime.fromisoformat(text).astimezone(zone)
    except (ValueError, OverflowError, OSError):
        return None


def _near_day(at: datetime, now: datetime) -> str:
    if at.date() == now.date():
        return "today"
    return "yesterday" if at.date() == now.date() - timedelta(days=1) else ""
