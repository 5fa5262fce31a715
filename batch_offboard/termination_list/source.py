"""The bytes of a list file, and the table in them, for any kind of file."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from batch_offboard.errors import ListError
from batch_offboard.termination_list.foreign_files import refuse_by_name
from batch_offboard.termination_list.known import KnownHeaders
from batch_offboard.termination_list.table import Table
from batch_offboard.termination_list.text_file import read_text_file
from batch_offboard.termination_list.workbook import (
    is_workbook,
    read_workbook,
    refuse_no_workbook,
)

_MOST_MEGABYTES = 96


def content_of(path: Path) -> bytes:
    """The bytes of the file. Raises ListError if it is missing, not a file, empty or too large."""
    try:
        if path.is_dir():
            raise ListError(f"{path} is a folder. Name the list file itself (.csv or .xlsx).")
        if path.exists() and not path.is_file():
            raise ListError(f"{path} is a device or a pipe. Save the list as a file first.")
        with named_in_errors(path.name):
            refuse_by_name(path.name, path.stat().st_size)
        megabytes = path.stat().st_size / 1e6
        if megabytes > _MOST_MEGABYTES:
            raise ListError(
                f"{path.name} is too large for a termination list: {megabytes:,.0f} MB. The limit "
                f"is {_MOST_MEGABYTES} MB."
            )
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise ListError(f"There is no file {path}.") from error
    except OSError as error:
        raise ListError(f"{path} cannot be read: {error.strerror or error}.") from error
    if not data.strip(b" \t\r\n\xef\xbb\xbf"):
        raise ListError(f"{path.name} is empty.")
    return data


@contextmanager
def named_in_errors(name: str) -> Iterator[None]:
    """Prefix the message of a ListError with the file's name."""
    try:
        yield
    except ListError as error:
        raise ListError(f"{name} {error}", *error.actions) from error


def table_of(data: bytes, known: KnownHeaders, sheet: str | None) -> Table:
    """The table in a text file or workbook, distinguished by content, not by the file's name."""
    if is_workbook(data):
        return read_workbook(data, sheet)
    refuse_no_workbook(data)
    if sheet is not None:
        raise ListError(f'is a text file and has no sheets; leave out the sheet "{sheet}".')
    return read_text_file(data, known)
