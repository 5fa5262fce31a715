"""Moments of a journal in words: in the time zone of the run, and in UTC. Pure."""

import re
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, UTC, date, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from batch_offboard.errors import UsageError
from batch_offboard.record.events import RunStarted
from batch_offboard.wording import counted

_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_OFFSET = re.compile(r"UTC([+-])(\d{2}):?(\d{2})")
_COMPUTERS = re.compile(rf"local|this computer's time zone, {_OFFSET.pattern}")
_SHORT_NAME = re.compile(r"[A-Z]{2,5}")
_HOURS_UP_TO = 48
"""Times of this many hours or more are in days."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """A moment in words: its day, its `time` with the zone, and `utc` unless that is the same."""

    day: str
    time: str = ""
    utc: str = ""

    @property
    def local(self) -> str:
        """`1 October 2026, 09:30 CEST`."""
        return f"{self.day}, {self.time}" if self.time else self.day


class Clockface:
    """Words for the moments of one run, in the time zone of the computer that it ran on.

    Versions that did not record that zone recorded the list's.
    """

    def __init__(self, started: RunStarted) -> None:
        recorded = started.timezone or started.list.timezone
        self._zone, self._name = recorded_zone(recorded), recorded.split(",")[0]
        # Of a long run, many rows end in the same hundredth of a second.
        self.second_or_text = lru_cache(maxsize=1_000)(self._second_or_text)

    def minute(self, text: str) -> Stamp:
        """A moment to the minute."""
        return self._stamp(text, "%H:%M")

    def second(self, text: str) -> Stamp:
        """A moment to the second."""
        return self._stamp(text, "%H:%M:%S")

    def _second_or_text(self, text: str) -> Stamp:
        """A moment to the second; any other text, as from a spreadsheet, is kept unchanged."""
        return self.second(text) if as_moment(text) else Stamp(text)

    def day(self, text: str) -> str:
        """The day of a moment: `23 November 2026`."""
        return day_in_words(parse_moment(text).astimezone(self._zone))

    def hour(self, at: datetime) -> str:
        """`09:30 CEST`."""
        local = at.astimezone(self._zone)
        return f"{local:%H:%M} {self._label(local)}"

    def _stamp(self, text: str, form: str) -> Stamp:
        """A moment in words in both zones; in UTC with its day, if that is another one."""
        at = parse_moment(text)
        local = at.astimezone(self._zone)
        day, time = day_in_words(local), f"{local.strftime(form)} {self._label(local)}"
        if not local.utcoffset():
            return Stamp(day, time)
        other_day = "" if at.date() == local.date() else f"{day_in_words(at)}, "
        return Stamp(day, time, f"{other_day}{at.strftime(form)} UTC")

    def _label(self, local: datetime) -> str:
        """`CEST`; `UTC+02:00` where the zone has no short name."""
        if not local.utcoffset():
            return "UTC"
        known = self._name if isinstance(self._zone, timezone) else local.tzname() or ""
        return known if _SHORT_NAME.fullmatch(known) else f"UTC{local.isoformat()[-6:]}"


def parse_moment(text: str) -> datetime:
    """A moment of the journal, in UTC; one without an offset is UTC already.

    Raises UsageError for one that no run can have recorded, as in a forged journal.
    """
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise _not_recorded(text) from error
    if not _is_within_reach(found):
        raise _not_recorded(text)
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)


def parse_day(text: str) -> date:
    """A day of the journal. Raises UsageError for one that no run can have recorded."""
    try:
        found = date.fromisoformat(text)
    except ValueError as error:
        raise _not_recorded(text) from error
    if not _is_within_reach(found):
        raise _not_recorded(text)
    return found


def _not_recorded(text: str) -> UsageError:
    return UsageError(
        f'The journal was altered: no run records "{text}" as a moment or a day. Look for another '
        "copy."
    )


def _is_within_reach(day: date) -> bool:
    """Whether there is room for another time zone, unlike in the first and the last year."""
    return MINYEAR < day.year < MAXYEAR


def as_moment(text: str) -> datetime | None:
    """A moment as this program writes it; None if a spreadsheet has changed its form."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo and _is_within_reach(found) else None


def day_in_words(day: date) -> str:
    """`23 November 2026`."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def duration_in_words(time: timedelta) -> str:
    """A duration in whole days, hours or less: `57 days`, `31 hours`, `12 minutes`, `9 seconds`."""
    seconds = int(abs(time).total_seconds())
    hours = seconds // 3600
    if hours >= _HOURS_UP_TO:
        return counted(hours // 24, "day")
    if hours:
        return counted(hours, "hour")
    return counted(seconds // 60, "minute") if seconds >= 60 else counted(seconds, "second")


def recorded_zone(name: str) -> tzinfo:
    """A time zone by its IANA name or an offset as in `CEST, UTC+02:00`; UTC for other texts."""
    return _zone_of(name) or UTC


def of_run(timezone: str) -> str:
    """A recorded time zone for readers elsewhere: "this computer's" is that of the run."""
    return timezone.replace(
        "this computer's time zone", "the time zone of the computer that made the run"
    )


def is_zone(name: str) -> bool:
    """Whether a text is an IANA name, or the words for a computer's time zone, and nothing else."""
    return _iana(name) is not None or bool(_COMPUTERS.fullmatch(name))


def _zone_of(name: str) -> tzinfo | None:
    if offset := _OFFSET.search(name):
        sign, hours, minutes = offset.groups()
        size = timedelta(hours=int(hours), minutes=int(minutes))
        return timezone(-size if sign == "-" else size)
    return _iana(name)


def _iana(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (LookupError, ValueError, OSError):
        return None
