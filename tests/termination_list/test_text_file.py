"""Any cells, in any dialect and encoding, come through byte for byte."""

import csv
import io
from pathlib import Path

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from batch_offboard.termination_list import read_termination_list
from batch_offboard.termination_list.misread import decoded_twice
from tests.termination_list.settings import SETTINGS

USER_ID = "11111111-1111-4111-8111-111111111111"
PRINTABLE = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
CELLS = st.text(PRINTABLE, max_size=12) | st.text("\",;\t\r\n '=a", max_size=8)
LINE_ENDS = [("\r\n", csv.QUOTE_MINIMAL), *((end, csv.QUOTE_ALL) for end in ("\r\n", "\n", "\r"))]
DIALECTS = st.tuples(st.sampled_from(",;\t"), st.sampled_from(LINE_ENDS))


@st.composite
def tables(draw: st.DrawFn, cells: st.SearchStrategy[str] = CELLS) -> list[list[str]]:
    """A header and rows of arbitrary cells beside a user id."""
    width = draw(st.integers(1, 4))
    rows = draw(st.lists(st.lists(cells, min_size=width, max_size=width), min_size=1, max_size=6))
    return [["user_id", *(f"column {n}" for n in range(width))], *([USER_ID, *row] for row in rows)]


Dialect = tuple[str, tuple[str, int]]


def written(table: list[list[str]], dialect: Dialect) -> str:
    """The table as the csv module writes it."""
    delimiter, (end, quoting) = dialect
    stream = io.StringIO(newline="")
    csv.writer(stream, delimiter=delimiter, lineterminator=end, quoting=quoting).writerows(table)
    return stream.getvalue()


def cells_read(folder: Path, content: bytes) -> list[list[str]]:
    """Header and rows as they are read from a file with this content."""
    path = folder / "list.csv"
    path.write_bytes(content)
    found = read_termination_list(path, SETTINGS)
    return [list(found.header), *(list(row.cells) for row in found.rows)]


@settings(max_examples=75, deadline=None)
@given(tables(), DIALECTS, st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
def test_cells_come_through(
    tmp_path_factory, table: list[list[str]], dialect: Dialect, encoding: str
) -> None:
    """Every cell of a Unicode file is read exactly, quoted line breaks and all."""
    text = written(table, dialect)
    assume(decoded_twice(text) is None)

    assert table == cells_read(tmp_path_factory.mktemp("list"), text.encode(encoding))


@settings(max_examples=40, deadline=None)
@given(
    tables(st.text(st.characters(codec="cp1252", exclude_characters="\0"), max_size=8)), DIALECTS
)
def test_windows_cells_come_through(
    tmp_path_factory, table: list[list[str]], dialect: Dialect
) -> None:
    """Every cell of a Windows-1252 file that is not by chance UTF-8 is read exactly."""
    content = written(table, dialect).encode("cp1252")
    try:
        content.decode("utf-8")
        assume(content.isascii())
    except UnicodeDecodeError:
        pass

    assert table == cells_read(tmp_path_factory.mktemp("list"), content)


def test_names_the_row_of_every_record(tmp_path: Path) -> None:
    """A record is one row whatever line breaks its cells hold; blank lines count as rows."""
    path = tmp_path / "list.csv"
    path.write_text(f'user_id,note\n{USER_ID},"a\n\nb"\n\n{USER_ID},c\n', "utf-8", newline="")

    rows = read_termination_list(path, SETTINGS).rows

    expected = [(2, "a\n\nb"), (4, "c")]
    assert expected == [(row.row, row.cells[1]) for row in rows]


def test_a_file_may_begin_with_an_empty_line_of_an_old_mac(tmp_path: Path) -> None:
    """A carriage return alone ends a line, the first one too."""
    content = f"\ruser_id,note\r{USER_ID},a\r".encode()

    assert cells_read(tmp_path, content) == [["user_id", "note"], [USER_ID, "a"]]
