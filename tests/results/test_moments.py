"""Moments in words: in the zone of the run and in UTC, and times as people feel them."""

import re
from datetime import timedelta

import pytest

from batch_offboard.errors import UsageError
from batch_offboard.results.moments import (
    Clockface,
    Stamp,
    duration_in_words,
    is_zone,
    parse_day,
    parse_moment,
)
from tests.results.views import started, with_list


@pytest.mark.parametrize(
    "text", ["", "yesterday", "2026-13-01", "2026-02-30", "0001-01-01", "9999-12-31", "12"]
)
def test_a_forged_moment_is_named_with_what_to_do(text: str) -> None:
    """Somebody with an hour can make it fit into the hash chain; so with a day."""
    said = re.escape(f'The journal was altered: no run records "{text}" as a moment or a day.')
    for read, form in ((parse_moment, f"{text}T08:00:00+09:00"), (parse_day, text)):
        with pytest.raises(UsageError, match=said if form == text else "altered"):
            read(form)
    assert parse_moment("2026-06-23T19:38:59") == parse_moment("2026-06-23T21:38:59+02:00")


@pytest.mark.parametrize(
    ("zone", "stamp"),
    [
        ("CEST, UTC+02:00", Stamp("23 June 2026", "21:38 CEST", "19:38 UTC")),
        ("UTC-03:00", Stamp("23 June 2026", "16:38 UTC-03:00", "19:38 UTC")),
        ("NZST, UTC+12:00", Stamp("24 June 2026", "07:38 NZST", "23 June 2026, 19:38 UTC")),
        (
            "W. Europe Summer Time, UTC+02:00",
            Stamp("23 June 2026", "21:38 UTC+02:00", "19:38 UTC"),
        ),
        ("GMT, UTC+00:00", Stamp("23 June 2026", "19:38 UTC")),
        ("UTC", Stamp("23 June 2026", "19:38 UTC")),
    ],
)
def test_a_moment_is_told_in_the_zone_of_the_run(zone: str, stamp: Stamp) -> None:
    """With the day in words, which may be another one than in UTC."""
    assert stamp == Clockface(started(timezone=zone)).minute("2026-06-23T19:38:59.5Z")


@pytest.mark.parametrize(
    ("zone", "local"),
    [
        ("Europe/Berlin", "23 June 2026, 21:38:59 CEST"),
        ("America/Sao_Paulo", "23 June 2026, 16:38:59 UTC-03:00"),
        ("this computer's time zone, UTC+05:30", "24 June 2026, 01:08:59 UTC+05:30"),
        ("Moon/Base", "23 June 2026, 19:38:59 UTC"),
    ],
)
def test_an_older_journal_has_the_zone_of_the_list(zone: str, local: str) -> None:
    """By IANA name, or by the offset in words."""
    assert local == Clockface(with_list(timezone=zone)).second("2026-06-23T19:38:59Z").local


@pytest.mark.parametrize("text", ["24.11.2026 01:39", "", "0001-01-01T00:00:00+14:00"])
def test_what_is_no_moment_stays_as_it_is(text: str) -> None:
    """As a spreadsheet leaves it."""
    clock = Clockface(started(timezone="CEST, UTC+02:00"))
    assert Stamp(text) == clock.second_or_text(text)


@pytest.mark.parametrize(
    ("time", "words"),
    [
        (timedelta(hours=1374.6), "57 days"),
        (timedelta(hours=48), "2 days"),
        (timedelta(hours=47, minutes=59), "47 hours"),
        (timedelta(minutes=60), "1 hour"),
        (timedelta(minutes=59), "59 minutes"),
        (timedelta(seconds=59), "59 seconds"),
        (timedelta(days=-3), "3 days"),
        (timedelta(0), "0 seconds"),
    ],
)
def test_a_time_is_told_as_people_feel_it(time: timedelta, words: str) -> None:
    """In days, hours, minutes or seconds."""
    assert words == duration_in_words(time)


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("Europe/Berlin", True),
        ("UTC", True),
        ("local", True),
        ("this computer's time zone, UTC+05:30", True),
        ("Ann's zone, UTC+05:30", False),
        ("", False),
        ("../Ann", False),
    ],
)
def test_only_a_zone_and_nothing_else_is_one(text: str, *, known: bool) -> None:
    """Nothing else may be said by one in a report that is shared."""
    assert known == is_zone(text)
