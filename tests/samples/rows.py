"""The termination list of the samples: what HR sends, with all that goes wrong in real ones."""

import csv
import io
import random
from collections.abc import Iterator

from batch_offboard.simulator.models import User
from tests.samples.cast import Cast

HEADER = (
    "employee_name",
    "department",
    "user_id",
    "work_email",
    "employee_number",
    "termination_date",
    "line_manager",
    "hr_ticket",
)
LAST_DAYS = ("2026-09-27", "2026-09-30", "2026-09-30", "2026-09-30")
NOT_DUE = "2099-12-30"
UNKNOWN_ID = "5f0c8e0e-3d1b-4a34-9c55-0d6c1e7a4b21"

Row = dict[str, str]


def list_bytes(cast: Cast) -> bytes:
    """terminations.csv as a spreadsheet with semicolons saves it: byte order mark, CRLF."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, HEADER, delimiter=";", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(_in_order(cast))
    return text.getvalue().encode("utf-8-sig")


def _in_order(cast: Cast) -> list[Row]:
    """The rows mixed as a real list is, each with a manager and a ticket."""
    mixed = random.Random(10)
    rows = [*_leavers(cast), *_special(cast)]
    mixed.shuffle(rows)
    for number, row in enumerate(rows):
        row["line_manager"] = mixed.choice(cast.managers).name
        row["hr_ticket"] = f"HR-2026-{411 + 3 * number:04d}"
    return rows


def _leavers(cast: Cast) -> Iterator[Row]:
    """People with whom all goes well, known by id, by e-mail address or by employee number."""
    for number, user in enumerate(cast.leavers):
        row = _row(user, date=LAST_DAYS[number % len(LAST_DAYS)])
        if number >= 29:
            row |= {"user_id": "", "work_email": ""}
        elif number >= 26:
            row |= {"user_id": "", "employee_number": ""}
        elif number % 3:
            row |= {"work_email": ""}
        yield row | _odd_spelling(number, row)


def _odd_spelling(number: int, row: Row) -> Row:
    """What people and programs do to identifiers without harm."""
    odd = {
        3: {"user_id": row["user_id"].upper()},
        8: {"user_id": "{" + row["user_id"] + "}"},
        14: {"user_id": f" {row['user_id']} "},
        27: {"work_email": row["work_email"].title()},
    }
    return odd.get(number, {})


def _special(cast: Cast) -> Iterator[Row]:
    yield from (_row(user) for user in (cast.inactive_in_queues, *cast.inactive, cast.deleted))
    yield from (_row(user) for user in (cast.in_group, cast.in_team, cast.in_wrap_up))
    yield from _failing(cast)
    yield from _skipped(cast)


def _failing(cast: Cast) -> Iterator[Row]:
    yield _row(cast.in_other_division)
    yield _row(cast.shares_an_address) | {"user_id": "", "employee_number": ""}
    yield _new("Pia Lindqvist", user_id=UNKNOWN_ID)
    yield _new("Marco Deluca", user_id=cast.managers[0].id[:-4])
    yield _new("Dora Steinfeld", work_email="dora.steinfeld@practice.example")
    yield _new("Tomasz Zieliński", employee_number="1.00E+05")
    yield _new("Ines Carvalho")


def _skipped(cast: Cast) -> Iterator[Row]:
    again, disputed, early, undated, married, mixed_up = cast.leavers[0], *cast.managers[3:8]
    yield _row(again, date=LAST_DAYS[0]) | {"work_email": ""}
    yield _row(disputed)
    yield _row(disputed, date=NOT_DUE)
    yield _row(cast.protected)
    yield _row(early, date=NOT_DUE)
    yield _row(undated, date="end of quarter")
    yield _row(married) | {"employee_name": "Theodora Papadakis", "work_email": ""}
    yield _row(mixed_up) | {"work_email": cast.managers[0].email or ""}


def _row(user: User, date: str = "2026-09-30") -> Row:
    return {
        "employee_name": user.name,
        "department": user.department or "",
        "user_id": user.id,
        "work_email": user.email or "",
        "employee_number": user.employee_id or "",
        "termination_date": date,
    }


def _new(name: str, **cells: str) -> Row:
    """A row for somebody whom Genesys does not know."""
    empty = {"user_id": "", "work_email": "", "employee_number": ""}
    return {"employee_name": name, "department": "Sales", "termination_date": "2026-09-30"} | (
        empty | cells
    )
