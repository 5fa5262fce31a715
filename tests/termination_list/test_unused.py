"""What stands in a list and is not used: days to come hold it, the rest is named once."""

import csv
import io
from contextlib import AbstractContextManager, nullcontext, suppress
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from batch_offboard.errors import ListError
from batch_offboard.termination_list import read_termination_list
from batch_offboard.termination_list.headers import means_other_day
from batch_offboard.termination_list.models import TerminationList
from tests.termination_list.reading import codes, read
from tests.termination_list.settings import SETTINGS, TODAY

EXCEL_ZERO = TODAY.toordinal() - 46353
"""The day before Excel's first: 46353 is 2026-11-27."""


def listed(
    folder: Path, *cells: str, header: str = "Leaving date", choice: str = ""
) -> TerminationList:
    """A list of people, each with one of these cells under a header that is not known."""
    lines = (f'p{n}@x.example;"{cell}"' for n, cell in enumerate(cells))
    return read(folder, "\n".join([f'email;"{header}"', *lines]), *filter(None, [choice]))


def is_held(folder: Path, *cells: str, header: str = "Leaving date") -> bool:
    """Whether such a list is refused."""
    try:
        listed(folder, *cells, header=header)
    except ListError:
        return True
    return False


TO_COME = [
    "2026-11-28",
    "2026-12-24 00:00:00",
    "2026-12-24T08:00:00Z",
    "24/12/2026",
    "12/24/2026",
    "24.12.26",
    "1.2.2027",
    "24 December 2026",
    "24th December, 2026",
    "Thursday, 24 December 2026",
    "Dec 24, 2026",
    "24-Dec-26",
    "24. Dezember 2026",
    "Do, 24.12.2026",
    "1er janvier 2027",
    "24 déc. 2026",
    "24 de diciembre de 2026",
    "24 dicembre 2026",
    "24 de dezembro de 2026",
    "24 maart 2027",
    "December 2026",
    "01/2027",
    "until 24.12.2026",
    "2026-12-24 (to be confirmed)",
    "garden leave until 24 Dec 2026, then gone",
    "20261224",
    "46380",
    "46380.0",
    "2100-12-31",
    "24. 12. 2026",
    "24 12 2026",
    "24‑12‑2026",
    "２０２６-12-24",
    "2026年12月24日",
    "24122026",
    "12242026",
    "Dec-26",
    "Q1 2027",
    "2026-W52",
    "KW 52/2026",
    "24.12.2026-31.12.2026",
    "2026-12-24/2026-12-31",
    "20261224170000",
    "1798070400",
    "1798070400000",
    "134425440000000000",
]


@pytest.mark.parametrize("cell", TO_COME)
def test_a_day_to_come_holds_the_list(tmp_path: Path, cell: str) -> None:
    """However it is written, and whatever stands in the other rows."""
    assert is_held(tmp_path, cell)
    assert is_held(tmp_path, "TBC", cell, "", "n/a")


@pytest.mark.parametrize("cell", TO_COME)
def test_a_day_to_come_holds_the_list_whatever_its_column_is_about(
    tmp_path: Path, cell: str
) -> None:
    """A month, quarter or week alone by its first day."""
    assert is_held(tmp_path, cell, header="Remark")


@pytest.mark.parametrize("cell", TO_COME)
def test_it_holds_no_list_once_somebody_has_said_what_it_is(tmp_path: Path, cell: str) -> None:
    """By header or by letter."""
    for choice in ("Leaving date=unused", "B=unused"):
        assert not listed(tmp_path, cell, choice=choice).unused


@pytest.mark.parametrize(
    "cell",
    [
        "2026-11-27",
        "27.11.2026",
        "1 November 2026",
        "20261101",
        "46353",
        "2019-03-01",
        "2101-01-01",
        "9999-12-31",
        "TBC",
        "HR-2026-1224",
        "CHG-2026-12-24-7",
        "10.0.12.26.1",
        "Mar-12",
        "October 2026",
        "10/2026",
        "1-Nov",
        "20.11.",
        "end of October",
        "Q3 2026",
        "Q3/26",
        "2026-W47",
        "2026",
        "37.5",
        "0.8",
        "1234567.89",
        "07",
        "1224",
        "+49 431 555 01 24",
    ],
)
def test_what_is_no_day_to_come_holds_nothing(tmp_path: Path, cell: str) -> None:
    """Days that have come, years that nobody means, and what only resembles a day."""
    assert not is_held(tmp_path, cell)


VAGUE = [
    "1-Dec",
    "31.12.",
    "31.12",
    "12/31",
    "Thu 24 Dec",
    "1er janvier",
    "1.1.",
    "November 2026",
    "11/2026",
    "Q4 2026",
    "Q1/27",
    "2026-W48",
    "end of December",
    "mid-January 2027",
    "fin décembre",
    "Ende Dezember 2026",
    "a finales de diciembre",
    "fine dicembre",
    "Ende 2026",
    "EOM December",
]


@pytest.mark.parametrize("cell", VAGUE)
@pytest.mark.parametrize("header", ["Leaving date", "Ausscheiden", "Vertragsende", "bis"])
def test_a_vague_day_holds_the_list_under_a_header_of_leaving(
    tmp_path: Path, cell: str, header: str
) -> None:
    """Without a year the nearest such day is meant, and of a month it may be the last day."""
    assert is_held(tmp_path, "TBC", cell, header=header)


@pytest.mark.parametrize(
    "cell", ["1-Dec", "31.12", "Q4 2026", "Mar 12", "November 2026", "December", "7.5", "1/2"]
)
@pytest.mark.parametrize("header", ["Bin", "FTE", "Hours", "Start date"])
def test_vague_days_hold_nothing_elsewhere(tmp_path: Path, cell: str, header: str) -> None:
    """A part number, hours and fractions look the same."""
    assert not is_held(tmp_path, cell, header=header)


@pytest.mark.parametrize(
    "cell", ["may return", "set aside", "moved out", "3 weeks ago", "resigned", "1st warning"]
)
def test_words_that_are_months_elsewhere_are_no_days(tmp_path: Path, cell: str) -> None:
    """May, set (Italian), out (Portuguese), ago (Spanish)."""
    assert not is_held(tmp_path, cell, header="Leaving reason")


@pytest.mark.parametrize(
    "header",
    [
        "Date of birth",
        "Geburtsdatum",
        "Hire date",
        "employeeHireDate",
        "Eintrittsdatum",
        "Start date",
        "Probation end date",
        "Ende der Probezeit",
        "Work permit until",
        "Visa expiry",
        "Next review",
        "Pension date",
        "Created",
        "Last changed on",
        "Fecha de alta",
        "Date d'entrée",
        "CreatedDateTime",
    ],
)
def test_headers_that_mean_other_days_are_only_named(tmp_path: Path, header: str) -> None:
    """They say nothing about when somebody leaves."""
    found = listed(tmp_path, "2027-03-01", header=header)

    assert [f'Not used, though it looks like a day: column B, "{header}".'] == [
        each.message for each in found.findings
    ]


@pytest.mark.parametrize(
    "header",
    [
        "Exit review date",
        "Termination created",
        "Kündigung in der Probezeit zum",
        "Leave start",
        "Modified end date",
        "Updated: valid until",
        "Start of inactivity",
        "Access removal (start)",
        "Login disabled from",
        "Date de fin modifiée",
    ],
)
def test_a_word_of_leaving_makes_it_a_guard_all_the_same(tmp_path: Path, header: str) -> None:
    """Rather held once too often."""
    assert is_held(tmp_path, "2027-03-01", header=header)


@pytest.mark.parametrize(
    "header",
    ["Post code", "PLZ", "Kostenstelle", "Cost centre", "Room", "Extension", "ID", "Phone no."],
)
def test_known_numbers_are_no_days(tmp_path: Path, header: str) -> None:
    """46380 is Christmas Eve in Excel, and a post code elsewhere."""
    assert not is_held(tmp_path, "46380", "46381", header=header)
    assert is_held(tmp_path, "46380", "46381", header="Site")
    assert is_held(tmp_path, "46380", "46381", header="ID valid until")


def test_an_account_that_never_expires_is_no_day(tmp_path: Path) -> None:
    """Nor does it keep the other numbers of its column from being days."""
    never = str(2**63 - 1)
    assert not is_held(tmp_path, never, "0", header="accountExpires")
    assert is_held(tmp_path, never, "0", "134425440000000000", header="accountExpires")


def test_numbers_are_days_only_if_all_of_them_are(tmp_path: Path) -> None:
    """And within five years of today."""
    assert not is_held(tmp_path, "46380", "123")
    assert not is_held(tmp_path, "46380", "20990101")
    assert is_held(tmp_path, "46380", "20261224", "TBC")


@given(st.integers(-1900, 1900))
@settings(max_examples=40, deadline=None)
def test_days_as_numbers(tmp_path_factory: pytest.TempPathFactory, days: int) -> None:
    """A day after today, and only such a day, holds the list, in either way of writing."""
    day = TODAY + timedelta(days=days)
    within = abs(days) <= 5 * 366
    for text in (f"{day:%Y%m%d}", str(day.toordinal() - EXCEL_ZERO)):
        assert (within and days > 0) is is_held(tmp_path_factory.mktemp("x"), text)


def test_the_order_of_day_and_month_is_that_of_the_list(tmp_path: Path) -> None:
    """A contract that ended on 12 January holds nothing, where other days show the order."""
    text = "email,last_day,Contract end\na@x.example,18/11/2026,12/01/2026\n"

    assert 1 == len(read(tmp_path, text).rows)
    with pytest.raises(ListError, match="12/01/2026"):
        read(tmp_path, text.replace("18/11/2026", "11/18/2026"))
    with pytest.raises(ListError, match="12/01/2026"):
        read(tmp_path, text.replace("18/11/2026", "2026-11-18"))


@pytest.mark.parametrize(
    "used, unused, held",
    [
        ("18.11.2026", "12/01/2026", True),
        ("18.11.2026", "until 12/01/2026", True),
        ("18.11.2026", "12.01.2026", False),
        ("18.11.2026", "until 12.01.2026", False),
        ("18/11/2026", "until 12/01/2026", False),
        ("18/11/2026", "12-01-2026", True),
        ("18.11.2026", "01/12/2026", True),
        ("18.11.2026", "12/11/2026", True),
        ("18.11.2026", "11/10/2026", False),
        ("18.11.2026", "12 Jan 2026", False),
    ],
)
def test_the_order_is_known_for_the_spelling_that_shows_it(
    tmp_path: Path, used: str, unused: str, held: bool
) -> None:
    """Of a day in another spelling the later reading counts."""
    text = f"email,last_day,Contract end\na@x.example,{used},{unused}\n"

    held_for = f'row 2 holds "{unused}"'
    expected: AbstractContextManager[object] = nullcontext()
    if held:
        expected = pytest.raises(ListError, match=held_for)
    with expected:
        read(tmp_path, text)


def test_columns_that_the_configuration_declares_unused(tmp_path: Path) -> None:
    """They hold nothing and are not named."""
    text = "email,Leaving Date\na@x.example,2026-12-24\n"
    found = read(tmp_path, text, columns={"unused": ("leaving date",)})

    assert ((), ()) == (found.unused, found.findings)


def test_only_rows_that_would_be_attempted_today_count(tmp_path: Path) -> None:
    """A row that is not due yet, or that is held, loses nothing by a second day."""
    text = (
        "email,last_day,Contract end\na@x.example,2026-11-01,\nb@x.example,2026-12-01,2026-12-31\n"
        ",2026-11-01,2026-12-31\nc@x.example,soon,2026-12-31\n"
    )
    assert 4 == len(read(tmp_path, text).rows)
    with pytest.raises(ListError, match='row 2 holds "2026-12-31", but would be run today'):
        read(tmp_path, text.replace("2026-11-01,\n", "2026-11-01,2026-12-31\n"))


def test_the_message_says_what_to_do(tmp_path: Path) -> None:
    """Column, header, example, and both options by the column's letter."""
    with pytest.raises(ListError) as raised:
        listed(tmp_path, "TBC", "2026-12-24")

    assert (
        'list.csv has a future date in an unused column (column B, "Leaving date"): row 3 holds '
        '"2026-12-24", but would be run today. If people leave on these dates, use the column as '
        "last_day. If they should be inactive from that day, use it as effective_date. If the "
        "dates mean something else, declare it unused. Nothing was changed."
    ) == str(raised.value)
    assert [(each.column, each.field) for each in raised.value.actions] == [
        ("B", "last_day"),
        ("B", "unused"),
    ]


def test_the_option_that_the_message_gives_works_as_printed(tmp_path: Path) -> None:
    """The day then holds its row, not the list."""
    found = listed(tmp_path, "TBC", "2026-12-24", choice="B=last_day")

    assert ["invalid_date", None] == codes(found)
    assert "2026-12-25" == str(found.rows[1].due)


@pytest.mark.parametrize("field", ["last_day", "unused"])
@pytest.mark.parametrize("headers", ["email;C;Leaving", "email;c.;Leaving", "C;email;C"])
def test_it_works_too_where_a_header_is_the_letter_of_another_column(
    tmp_path: Path, headers: str, field: str
) -> None:
    """A header wins over a letter, so the column of the days is named by its header then."""
    cells = "a@x.example;x" if headers.startswith("email") else "x;a@x.example"
    text = f"{headers}\n{cells};2026-12-24\n"
    with pytest.raises(ListError) as raised:
        read(tmp_path, text)
    (action,) = (each for each in raised.value.actions if each.field == field)
    assert field == read(tmp_path, text, f"{action.column}={field}").fields[2]


def test_a_date_format_is_tried_too(tmp_path: Path) -> None:
    """As in the columns that are used."""
    text = "email,x\na@x.example,24|12|2026\n"

    assert 1 == len(read(tmp_path, text).rows)
    with pytest.raises(ListError, match=r"24\|12\|2026"):
        read(tmp_path, text, date_format="%d|%m|%Y")


def test_the_rest_is_named_once_by_kind(tmp_path: Path) -> None:
    """Names, days of the past, addresses, identifiers, and statuses with their few values."""
    text = (
        "email,Kin name,Manager,Hire date,Contract end,Home mail,Badge number,Rescinded,Team,FTE\n"
        "a@x.example,Ann Lee,Bob Roy,2019-01-02,2026-01-31,ann@home.example,7,Yes,Red,0.8\n"
        "b@x.example,Cid Fox,Bob Roy,2019-01-03,,cid@home.example,8,No,Red,0.8\n"
        "c@x.example,Dan Kim,Bob Roy,2019-01-04,,dan@home.example,9,No,Blue,1.0\n"
    )
    assert [
        'Not used, though they look like names: column B, "Kin name"; column C, "Manager".',
        'Not used, though they look like days: column D, "Hire date"; column E, "Contract end".',
        'Not used, though it looks like an address: column F, "Home mail".',
        'Not used, though it looks like an identifier: column G, "Badge number".',
        'Not used, though it looks like a status: column H, "Rescinded" (No: 2, Yes: 1).',
        'Row 2: "Yes" was found in column H, "Rescinded", which is not used. Check that these '
        "people are leaving.",
    ] == [each.message for each in read(tmp_path, text).findings]


@pytest.mark.parametrize(
    ("header", "cells", "is_named"),
    [
        ("ФИО", ["Ann Lee", "Bob Roy"], True),
        ("Who", ["Lee, Ann", ""], True),
        ("氏名", ["王 伟", "李 雷"], True),
        ("Team", ["Back Office", "Back Office"], False),
        ("Note", ["back office", "moved desks"], False),
        ("Room", ["B 12", "B 13"], False),
    ],
)
def test_a_column_of_names_is_named_if_none_is_compared(
    tmp_path: Path, header: str, cells: list[str], is_named: bool
) -> None:
    """By its cells: its header may be in any language."""
    found = listed(tmp_path, *cells, header=header)
    notice = f'Not used, though it looks like a name: column B, "{header}".'
    assert (notice in [each.message for each in found.findings]) is is_named
    rows = (f"p{n}@x.example;Eve Ito;{each}\n" for n, each in enumerate(cells))
    text = f"email;name;{header}\n{''.join(rows)}"
    assert "column_not_used" not in [each.code for each in read(tmp_path, text).findings]


@given(
    st.lists(
        st.text("0123456789-/. QWqwTtdezmbrMai:,年月日²①\u0661\U00010a40'=()[]", max_size=14)
        | st.from_regex("[0-9]{1,40}", fullmatch=True)
        | st.text(max_size=8),
        min_size=1,
        max_size=4,
    ),
    st.sampled_from(["last_day", "Leaving date", "name", "Employee #", "Vorname", "x"]),
)
@settings(max_examples=200, deadline=None)
def test_whatever_stands_in_a_list_is_read_or_refused_in_words(
    tmp_path_factory: pytest.TempPathFactory, cells: list[str], header: str
) -> None:
    """No cell makes the reading fail otherwise."""
    path = tmp_path_factory.mktemp("x") / "list.csv"
    stream = io.StringIO(newline="")
    rows = [(f"p{number}@x.example", cell) for number, cell in enumerate(cells)]
    csv.writer(stream).writerows([("email", header), *rows])
    path.write_text(stream.getvalue(), "utf-8", "surrogatepass", newline="")
    with suppress(ListError):
        read_termination_list(path, SETTINGS)


HEADERS = ["last_day", "Termination Date", "letzter Arbeitstag", "date de sortie", "fecha de baja"]
DECORATIONS = [
    "{}",
    " {} ",
    "{}*",
    "{} [Required]",
    "{} (optional)",
    '""{}""',
    "{}:",
    "\u200b{}",
    "x{}",
]


@given(
    header=st.sampled_from(HEADERS)
    # "added" and the like say that their days are no leaving dates
    | st.text("abcdefgh ", min_size=1, max_size=8).filter(lambda text: not means_other_day(text)),
    decoration=st.sampled_from(DECORATIONS),
    upper=st.booleans(),
    order=st.permutations(range(3)),
    spaced=st.booleans(),
)
@settings(max_examples=150, deadline=None)
def test_a_guard_is_never_lost_by_its_header(
    tmp_path_factory: pytest.TempPathFactory,
    header: str,
    decoration: str,
    upper: bool,
    order: list[int],
    spaced: bool,
) -> None:
    """Renamed, quoted, decorated or moved: a person whose day has not come is not due."""
    day = decoration.format(header.upper() if upper else header)
    cells = [["email", "name", day], ["a@x.example", "Ann Lee", "2026-12-24"]]
    comma = ', "' if spaced else ',"'
    lines = ['"' + f'"{comma}'.join(line[n] for n in order) + '"' for line in cells]
    try:
        found = read(tmp_path_factory.mktemp("x"), "\n".join(lines))
    except ListError:
        return
    (row,) = found.rows
    if row.problem is None:  # a day without a header, behind all that have one, is out of place
        assert row.due is not None
        assert row.due > TODAY
        assert ("Ann Lee",) == row.names
