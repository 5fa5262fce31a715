"""When a row is due, and what day it is in the configured time zone."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from openpyxl import Workbook

from batch_offboard.errors import ListError, UsageError
from batch_offboard.termination_list import read_termination_list, timezone_name, today_in
from batch_offboard.termination_list.dates import days_in
from tests.termination_list.reading import read
from tests.termination_list.settings import SETTINGS

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
    with pytest.raises(UsageError, match="which is not a time zone"):
        today_in(timezone, datetime.now(UTC))


@pytest.mark.parametrize(
    "text, day",
    [
        ("24. Dezember 2026", "2026-12-24"),
        ("Do., 24. Dez. 2026", "2026-12-24"),
        ("24 décembre 2026", "2026-12-24"),
        ("1er août 2026", "2026-08-01"),
        ("24 de diciembre de 2026", "2026-12-24"),
        ("24 dicembre 2026", "2026-12-24"),
        ("24 de dezembro de 2026", "2026-12-24"),
        ("24 mei 2026", "2026-05-24"),
        ("Thursday, December 24th, 2026", "2026-12-24"),
        ("2026-Dec-24", "2026-12-24"),
        ("20261224", "2026-12-24"),
        ("24 Dec 2026 23:59", "2026-12-24"),
        ("31 February 2026", None),
        ("24 Smarch 2026", None),
        ("20261324", None),
        ("Dec 2026", None),
    ],
)
def test_months_in_words_and_days_without_separators(text: str, day: str | None) -> None:
    """In the languages of the built-in headers."""
    found = days_in("x", [(2, text)], None, None)

    assert day == (found[text].isoformat() if text in found else None)


@pytest.mark.parametrize(
    "text, said",
    [
        ("1999-12-31", "is outside 2000–2100"),
        ("31.12.1999", "is outside 2000–2100"),
        ("31 December 1999", "is outside 2000–2100"),
        ("2101-01-01", "is outside 2000–2100"),
        ("29.02.1999", "is outside 2000–2100"),
        ("2026-13-01", "is not a valid date"),
        ("2026-02-29", "is not a valid date"),
        ("29.02.2026", "is not a valid date"),
        ("2/29/2026", "is not a valid date"),
        ("29 February 2026", "is not a valid date"),
        ("Room 1999", "is not a valid date"),
    ],
)
def test_years_that_nobody_means(tmp_path: Path, text: str, said: str) -> None:
    """A slip of the year is named as one; a leap day in another year is none."""
    problem = read(tmp_path, f"email,last_day\na@x.example,{text}\n").rows[0].problem

    assert problem is not None
    assert said in problem.message


SWAPPED = {
    "Excel read month first": ([datetime(2026, 5, 12), "13/12/2026"], True),
    "Excel read day first": ([datetime(2026, 5, 12), "12/13/2026"], True),
    "a day above 12 among the real dates": (
        [datetime(2026, 5, 12), datetime(2026, 5, 31), "13/12/2026"],
        False,
    ),
    "only real dates": ([datetime(2026, 5, 12), datetime(2026, 6, 1)], False),
    "no text that needs its order": ([datetime(2026, 5, 12), "12/12/2026"], False),
    "only texts": (["13/12/2026", "05/12/2026"], False),
    "texts that are no days": ([datetime(2026, 5, 12), "TBC"], False),
}


@pytest.mark.parametrize("case", SWAPPED)
def test_days_that_excel_has_swapped(tmp_path: Path, case: str) -> None:
    """Refused, naming one real date and one text; a date format of the settings proves nothing."""
    cells, swapped = SWAPPED[case]
    book = Workbook()
    book.active.append(["email", "last_day"])
    for number, cell in enumerate(cells):
        book.active.append([f"p{number}@x.example", cell])
    book.save(tmp_path / "list.xlsx")

    def read_it(date_format: str | None) -> None:
        read_termination_list(tmp_path / "list.xlsx", replace(SETTINGS, date_format=date_format))

    if not swapped:
        read_it(None)
        return
    for date_format in (None, "%d/%m/%Y"):
        with pytest.raises(ListError, match=r"Excel seems to have swapped.*2026-05-12 \(row 2\)"):
            read_it(date_format)


def test_the_century_of_a_short_year_is_said(tmp_path: Path) -> None:
    """It is a rule, not something that the list says."""
    found = read(tmp_path, "email,last_day\na@x.example,24.12.26\n", date_format="%d.%m.%y")

    assert ['Two-digit years are read as 20xx in column B, "last_day": for example 24.12.26.'] == [
        each.message for each in found.findings if each.code == "two_digit_years"
    ]


ASKED = {
    "slashes beside dots": ["20.11.2026", "12/01/2026"],
    "dots beside slashes": ["20/11/2026", "12.01.2026"],
    "dashes beside slashes": ["20/11/2026", "12-01-2026"],
    "month first beside day first": ["11/20/2026", "01.12.2026"],
    "another year": ["20/11/2026", "12/01/26"],
    "another year with dots": ["20.11.2026", "4.3.26"],
    "another padding": ["20/01/2026", "3/4/2026"],
    "padded beside unpadded": ["20/1/2026", "03/04/2026"],
    "a time of day": ["20/11/2026", "12/01/2026 00:00"],
    "one text beside ISO": ["2026-11-20", "12/01/2026"],
    "one text beside ISO with slashes": ["2026/11/20", "12/01/2026"],
    "one text beside a month as a word": ["20 November 2026", "12/01/2026"],
    "three spellings": ["20.11.2026", "20/11/2026", "12-01-2026"],
}


@pytest.mark.parametrize("case", ASKED)
def test_one_spelling_proves_nothing_for_another(case: str) -> None:
    """A list joined from two exports may hold day first and month first side by side."""
    texts = ASKED[case]

    with pytest.raises(ListError, match="can be read two ways") as error:
        days_in("last_day", list(enumerate(texts, 2)), None, None)
    assert f"row {len(texts) + 1} holds {texts[-1]}, which could be" in str(error.value)
    assert "Write them as year-month-day in the list (2026-10-31). Or set" in str(error.value)


UNDERSTOOD = {
    "one spelling": (["20/11/2026", "12/01/2026"], "2026-01-12"),
    "month first": (["11/20/2026", "12/01/2026"], "2026-12-01"),
    "each spelling shows it": (["20.11.2026", "20/11/2026", "12/01/2026"], "2026-01-12"),
    "the same day either way": (["20.11.2026", "12/12/2026"], "2026-12-12"),
    "above 12 itself": (["20.11.2026", "30/01/2026"], "2026-01-30"),
    "two digits that leave one order": (["20.11.2026", "24.12.26"], "2026-12-24"),
    "no padding seen": (["20/11/2026", "3/4/2026"], "2026-04-03"),
    "no padding needed": (["20/04/2026", "12/11/2026"], "2026-11-12"),
    "dots, typed by hand": (["20.04.2026", "3.4.2026"], "2026-04-03"),
    "dots, one with a time": (["20.04.2026", "03.04.2026 17:00"], "2026-04-03"),
    "a word": (["20.11.2026", "12 Jan 2026"], "2026-01-12"),
    "ISO": (["20.11.2026", "2026-01-12"], "2026-01-12"),
    "ISO with slashes": (["20.11.2026", "2026/01/12"], "2026-01-12"),
    "a slip of the day": (["29.02.27"], None),
    "no day at all": (["20.11.2026", "12/01/2026?"], None),
}


@pytest.mark.parametrize("case", UNDERSTOOD)
def test_spellings_side_by_side_that_are_understood(case: str) -> None:
    """Nothing is asked where each spelling shows its order, or needs none."""
    texts, day = UNDERSTOOD[case]

    found = days_in("last_day", list(enumerate(texts, 2)), None, None)
    assert day == (found[texts[-1]].isoformat() if texts[-1] in found else None)


def test_of_mixed_dates_those_are_named_that_contradict_each_other() -> None:
    """Not those that could be read either way, wherever they stand."""
    texts = ["03/04/2026", "20/11/2026", "11/20/2026", "04/03/2026"]
    with pytest.raises(ListError) as error:
        days_in("last_day", list(enumerate(texts, 2)), None, None)
    named = ": 20/11/2026 (row 3) and 11/20/2026 (row 4). Enter"
    assert f'mixes date formats in the column "last_day"{named}' in str(error.value)


def test_a_date_format_answers_for_every_spelling() -> None:
    """Nothing is asked then: a text in another spelling is no date, and its row is held."""
    found = days_in("last_day", [(2, "20.11.2026"), (3, "12/01/2026")], "%d/%m/%Y", None)

    assert {"12/01/2026": date(2026, 1, 12)} == found
