"""results.csv: exact cells, whole files, never over what a person holds or has edited."""

import csv
import errno
import hashlib
import io
import os
import stat
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batch_offboard.errors import StoppedError
from batch_offboard.record.events import ResultsWritten
from batch_offboard.results.models import COLUMNS
from batch_offboard.results.placing import Placing, Written
from batch_offboard.results.results_csv import results_bytes, write_results
from batch_offboard.termination_list import ListSettings, read_results_file, restored
from tests.file_systems import failing, open_in_excel
from tests.results.views import DONE, FAILED, result, view, with_list


def cells_of(raw: bytes, delimiter: str = ",") -> list[list[str]]:
    """The cells of a results file as any reader finds them."""
    text = raw.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))


def test_the_lists_columns_come_first_then_ours() -> None:
    """One row per row of the list, under the list's header and ours."""
    expected = [
        ["user_id", "name", "effective_date", *COLUMNS],
        [DONE.user_id, "Zoë Berg", "", *DONE.texts()],
        [FAILED.user_id, "Bo Chan", "", *FAILED.texts()],
    ]
    assert expected == cells_of(results_bytes(view(DONE, FAILED)))


def test_the_file_is_what_excel_on_windows_needs() -> None:
    """A byte order mark and CRLF line ends."""
    raw = results_bytes(view(DONE))
    assert raw[:16] == b"\xef\xbb\xbfuser_id,name,"
    assert raw.endswith(b"\r\n")
    assert raw.count(b"\n") == raw.count(b"\r\n") == 2


@pytest.mark.parametrize("delimiter, written", [(",", ","), (";", ";"), ("\t", "\t"), ("", ",")])
def test_the_lists_delimiter_is_kept(delimiter: str, written: str) -> None:
    """A workbook, which has none, gets commas."""
    whole = view(DONE, started=with_list(delimiter=delimiter))
    assert ["user_id", "name", "effective_date", *COLUMNS] == (
        cells_of(results_bytes(whole), written)[0]
    )


CELL = st.text(st.characters(exclude_categories=["Cs"]), max_size=12) | st.sampled_from(
    [
        "=1+1",
        "@x",
        "+49",
        "-1",
        "'=1",
        "''",
        " =1",
        "\t=1",
        "\r\n",
        '"',
        'a"b',
        "a,b;c\td",
        "\0",
        " ",
    ]
)


@given(
    header=st.lists(CELL, min_size=1, max_size=3),
    row=st.lists(CELL, min_size=3, max_size=3),
    delimiter=st.sampled_from([",", ";", "\t"]),
)
def test_every_cell_of_the_list_reads_back_exactly(
    header: list[str], row: list[str], delimiter: str
) -> None:
    """Whatever a header or cell holds, reading the file back restores it."""
    cells = tuple(row[: len(header)])
    whole = view(DONE, cells=(cells,), started=with_list(header=tuple(header), delimiter=delimiter))
    read = cells_of(results_bytes(whole), delimiter)
    own = [line[: len(header)] for line in read]
    assert [header, list(cells)] == [
        [restored(cell) for cell in own[0]],
        [restored(cell, identifying=number == 0) for number, cell in enumerate(own[1])],
    ]


def test_a_results_file_of_this_version_gives_the_lists_own_cells_back(tmp_path: Path) -> None:
    """What Excel would damage, and apostrophes that somebody typed: read as they were."""
    header = ("employee_id", "note", "=name", "place")
    rows = [("0012", "07", "=1+1", "'07"), ("'0013", "Mar 12", "'=1", "'Ulm'")]
    results = [replace(DONE, row=2), replace(FAILED, row=3, left_behind="still shown as logged in")]
    info = with_list(header=header, columns={"employee_id": 0})
    path = tmp_path / "results.csv"
    path.write_bytes(results_bytes(view(*results, cells=tuple(rows), started=info)))
    found = read_results_file(path, ListSettings(today=date(2026, 11, 23)))
    assert [row.cells for row in found.rows] == rows
    behind = [found.earlier[row]["offboard_left_behind"] for row in (2, 3)]
    assert behind == ["", "still shown as logged in"]


def test_no_cell_is_run_as_a_formula() -> None:
    """Neither the list's cells nor texts that came from Genesys begin like a formula."""
    evil = replace(FAILED, user_name="=cmd|' /C calc'!A0", error="@SUM(1)", left_because="-2+3")
    whole = view(evil, cells=(("=1+1", "+1", "@x"),), started=with_list(header=("=h", "b", "c")))
    cells = [cell for line in cells_of(results_bytes(whole)) for cell in line]
    assert [cell for cell in cells if cell[:1] in {"=", "+", "-", "@", "\t", "\r"}] == []


def test_a_text_that_is_no_unicode_does_not_cost_the_file() -> None:
    """A lone surrogate in Genesys' message is written as its escape."""
    assert b"\\ud800" in results_bytes(view(replace(FAILED, error="\ud800")))


def test_what_is_written_is_told_with_its_digest(tmp_path: Path) -> None:
    """The file has the bytes of the view, and nothing else is left in the folder."""
    whole = view(DONE, FAILED)
    expected = Written("results.csv", hashlib.sha256(results_bytes(whole)).hexdigest())
    assert expected == write_results(tmp_path, whole)
    assert results_bytes(whole) == (tmp_path / "results.csv").read_bytes()
    assert [path.name for path in tmp_path.iterdir()] == ["results.csv"]


def test_the_digest_is_announced_before_the_file_appears(tmp_path: Path) -> None:
    """A journal can hold every digest of ours even if the program dies in between."""
    seen: list[tuple[Written, bool]] = []

    def announce(written: Written) -> None:
        seen.append((written, (tmp_path / written.name).exists()))

    written = write_results(tmp_path, view(DONE), announce=announce)
    assert [(written, False)] == seen


def test_a_file_of_this_run_is_replaced(tmp_path: Path) -> None:
    """The results are rewritten under the same name as long as nobody has touched them."""
    first = write_results(tmp_path, view(DONE))
    known = (ResultsWritten(first.name, first.sha256, "2026-11-23T19:40:00Z"),)
    assert write_results(tmp_path, view(FAILED, written=known)).name == "results.csv"
    assert results_bytes(view(FAILED)) == (tmp_path / "results.csv").read_bytes()


def test_a_file_that_a_person_has_edited_is_left_alone(tmp_path: Path) -> None:
    """A numbered sibling is written and named."""
    first = write_results(tmp_path, view(DONE))
    known = (ResultsWritten(first.name, first.sha256, "2026-11-23T19:40:00Z"),)
    (tmp_path / "results.csv").write_text("edited", encoding="utf-8")
    (tmp_path / "results-2.csv").write_text("edited too", encoding="utf-8")
    assert write_results(tmp_path, view(DONE, written=known)).name == "results-3.csv"
    assert (tmp_path / "results.csv").read_text(encoding="utf-8") == "edited"


def test_a_locked_file_gets_a_numbered_sibling(tmp_path: Path) -> None:
    """Excel on Windows lets nobody replace a file that it has open."""

    written = write_results(tmp_path, view(DONE), how=Placing(open_in_excel("results.csv")))
    assert written.name == "results-2.csv"
    assert results_bytes(view(DONE)) == (tmp_path / "results-2.csv").read_bytes()


def test_a_full_disk_is_told_and_leaves_what_was_there(tmp_path: Path) -> None:
    """The old results stay, no temporary file does, and it is said what to do."""

    with pytest.raises(StoppedError) as raised:
        write_results(tmp_path, view(DONE), how=Placing(failing(replace=errno.ENOSPC)))
    expected = (
        f"The results could not be written to {tmp_path}: No space left on device. Everything "
        "recorded so far is in the journal."
    )
    assert expected == str(raised.value)
    names = [each.name for each in raised.value.actions]
    assert names == ["make_room", "make_writable", "write_report"]
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_gone_is_told(tmp_path: Path) -> None:
    """A missing folder is a sentence, not a traceback."""
    with pytest.raises(StoppedError, match="No such file or directory"):
        write_results(tmp_path / "gone", view(DONE))


@pytest.mark.skipif(os.name != "posix", reason="POSIX permissions")
def test_only_the_owner_can_read_the_results(tmp_path: Path) -> None:
    """Names and addresses of leavers are nobody else's business."""
    name = write_results(tmp_path, view(DONE)).name
    assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600


def test_many_rows_are_all_there() -> None:
    """Rows beyond one chunk are written in order."""
    rows = [result(number) for number in range(2, 2503)]
    read = cells_of(results_bytes(view(*rows)))
    assert [str(row.row) for row in rows] == [
        line[3 + COLUMNS.index("offboard_row")] for line in read[1:]
    ]
