"""What a person changed in a list since a run read it, told from the cells alone."""

from collections.abc import Collection
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from batch_offboard.record.events import CellCorrected, RunStarted
from batch_offboard.rerun.corrections import corrections
from batch_offboard.rerun.decisions import Decisions
from batch_offboard.rerun.edited import edited_rows, not_attempted
from batch_offboard.rerun.source import Source
from batch_offboard.results.models import RowResult
from batch_offboard.results.row_record import RowRecord
from batch_offboard.termination_list.models import FileFormat, Termination, TerminationList
from tests.results.views import STARTED, with_list

HEADER = ("user_id", "name", "note")
CELLS = ("u2", "Anna", "")
Cells = tuple[str, ...]
CSV = FileFormat("csv", "utf-8", ",")


def read(header: Cells, *cells: Cells, due: date | None = None) -> TerminationList:
    """A list with these rows, from row 2 on; the first two columns and the last are used."""
    rows = tuple(Termination(row, each, due=due) for row, each in enumerate(cells, 2))
    fields = {0: "user_id", 1: "name", 2: "unused", 3: "last_day"}
    return TerminationList("list.csv", "", CSV, header, {}, rows, fields=fields)


@pytest.mark.parametrize(
    ("header", "cells", "found"),
    [
        (HEADER, CELLS, ()),
        (HEADER, ("u2", "Anne", ""), (CellCorrected(2, "B", "name", "Anna", "Anne"),)),
        (HEADER, ("u3", "Anna", "x"), (
            CellCorrected(2, "A", "user_id", "u2", "u3"),
            CellCorrected(2, "C", "note", "", "x"),
        )),
        (HEADER, ("u2",), (CellCorrected(2, "B", "name", "Anna", ""),)),
        (("name", "user_id"), ("Anna", "u2"), ()),
        (("name", "user_id"), ("Anne", "u2"), (CellCorrected(2, "A", "name", "Anna", "Anne"),)),
        ((*HEADER, "remark"), (*CELLS, "seen"), ()),
        (("user_id", "", "note"), ("u2", "Anne", ""), ()),
    ],
)  # fmt: skip
def test_cells_that_differ_are_named(
    header: Cells, cells: Cells, found: tuple[CellCorrected, ...]
) -> None:
    """By the header of their column, wherever it stands now; new columns correct nothing."""
    assert corrections(HEADER, [RowRecord(2, CELLS)], read(header, cells)) == found


def test_columns_with_equal_headers_are_told_apart_by_their_order() -> None:
    """The second mail is compared with the second mail; without a header nothing is."""
    header = ("mail", "", "mail")
    now = read(("mail", "mail", ""), ("c@x.example", "d@x.example", "new"))
    found = corrections(header, [RowRecord(2, ("a@x.example", "old", "b@x.example"))], now)
    assert found == (
        CellCorrected(2, "A", "mail", "a@x.example", "c@x.example"),
        CellCorrected(2, "B", "mail", "b@x.example", "d@x.example"),
    )


def test_rows_of_which_only_one_side_is_known_are_not_compared() -> None:
    """Rows that were deleted, or typed in."""
    records = [RowRecord(row, CELLS) for row in (2, 9)]
    found = corrections(HEADER, records, read(HEADER, ("u2", "Anne", ""), ("u3", "Ben", "")))
    assert [each.row for each in found] == [2]


RUN: RunStarted = with_list(header=HEADER)
FAILED = RowResult("failed", True, "", 2, run_id=STARTED.run_id)
DAY = date(2026, 11, 20)


def source(listed: TerminationList, *results: RowResult) -> Source:
    """A results file with this list and these results."""
    earlier = {
        each.row: {"offboard_status": each.status, "offboard_run_id": each.run_id}
        for each in results
    }
    return Source(Path("r.csv"), replace(listed, earlier=earlier), None, None)


def edited(
    listed: TerminationList, *results: RowResult, due: str | None = "2026-11-20"
) -> set[int]:
    """The edited rows among those that the run has on record with these cells."""
    records = [RowRecord(row, CELLS, due) for row in (2, 3)]
    return set(edited_rows(records, RUN, source(listed, *results)))


@pytest.mark.parametrize(
    ("header", "cells", "is_edited"),
    [
        (HEADER, CELLS, False),
        (HEADER, ("u2", " Anna\xa0", ""), False),
        (HEADER, ("u2", "Anne", ""), True),
        (HEADER, ("u3", "Anna", ""), True),
        (HEADER, ("u2", "Anna", "seen"), False),
        ((*HEADER, "day"), (*CELLS, "20.11.2026"), False),
        (("user_id", "full name", "note"), CELLS, True),
    ],
)
def test_a_row_is_edited_whose_person_is(header: Cells, cells: Cells, is_edited: bool) -> None:
    """By the columns that are used; blanks and how a day is written do not count."""
    assert edited(read(header, cells, due=DAY), FAILED) == ({2} if is_edited else set())


@pytest.mark.parametrize("cells", [("x", "b", ""), ("a", "x", ""), ("b", "a", "")])
def test_each_of_two_columns_with_one_header_is_compared_with_itself(cells: Cells) -> None:
    """As in a list with two columns of addresses."""
    header = ("mail", "mail", "note")
    records = [RowRecord(2, ("a", "b", ""))]
    found = edited_rows(records, with_list(header=header), source(read(header, cells), FAILED))
    assert found == {2}


@pytest.mark.parametrize(
    ("now", "then", "is_edited"),
    [
        (DAY, "2026-11-20", False),
        (DAY, "2026-11-21", True),
        (DAY, None, True),
        (None, "2026-11-20", True),
        (None, None, False),
    ],
)
def test_a_row_is_edited_whose_day_is(now: date | None, then: str | None, is_edited: bool) -> None:
    """By its meaning."""
    assert edited(read(HEADER, CELLS, due=now), FAILED, due=then) == ({2} if is_edited else set())


@pytest.mark.parametrize(
    ("result", "is_edited"),
    [
        (FAILED, True),
        (replace(FAILED, status="skipped"), True),
        (replace(FAILED, status="done"), False),
        (replace(FAILED, status="already_done"), False),
        (replace(FAILED, run_id="another"), False),
        (replace(FAILED, row=3), False),
    ],
)
def test_only_unfinished_rows_that_the_run_decided_are_edited(
    result: RowResult, is_edited: bool
) -> None:
    """A finished one stands; of one that an earlier run decided, that run's cells count."""
    assert (2 in edited(read(HEADER, ("u2", "Anne", ""), due=DAY), result)) is is_edited


HELD = RowResult("skipped", False, "", 2, error_code="protected")


def decisions(
    attempt: Collection[int] = (), hold: Collection[int] = (), **results: RowResult
) -> Decisions:
    """Decisions about rows 2 and 3, which are held but for these."""
    both = {
        2: HELD,
        3: replace(HELD, row=3),
        **{int(row[1:]): each for row, each in results.items()},
    }
    rows = {row: Termination(row, ()) for row in both}
    return Decisions(
        tuple(rows[row] for row in attempt), tuple(rows[row] for row in hold), (), (), both
    )


@pytest.mark.parametrize(
    ("edits", "decided", "words"),
    [
        ((), decisions(), ""),
        ((2,), decisions(), "Row 2 was edited but is not attempted: enter yes in offboard_retry."),
        (
            (3, 2),
            decisions(),
            "Rows 2-3 were edited but are not attempted: enter yes in offboard_retry.",
        ),
        ((2,), decisions(attempt=[2]), ""),
        ((2,), decisions(hold=[2]), ""),
        (
            (2, 3),
            decisions(attempt=[2]),
            "Row 3 was edited but is not attempted: enter yes in offboard_retry.",
        ),
        ((2,), decisions(r2=replace(HELD, retry=True)), ""),
    ],
)
def test_edited_rows_that_are_left_out_are_named(
    edits: Collection[int], decided: Decisions, words: str
) -> None:
    """Not those that are attempted, held, or only left out because others were named."""
    assert not_attempted(edits, decided) == words
