"""Files that are no list at all."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from batch_offboard.errors import ListError
from batch_offboard.termination_list import read_termination_list
from tests.termination_list.settings import SETTINGS


def error_of(path: Path) -> str:
    """The sentence with which a file is refused."""
    with pytest.raises(ListError) as caught:
        read_termination_list(path, SETTINGS)
    return str(caught.value)


def test_missing_file(tmp_path: Path) -> None:
    """A file that is not there is named with its whole path."""
    path = tmp_path / "leavers.csv"

    assert f"There is no file {path}." == error_of(path)


def test_folder(tmp_path: Path) -> None:
    """A folder is not opened."""
    expected = f"{tmp_path} is a folder. Name the list file itself (.csv or .xlsx)."

    assert expected == error_of(tmp_path)


def test_huge_file(tmp_path: Path) -> None:
    """A file of 100 MB is refused by its size, without being read."""
    path = tmp_path / "export.csv"
    with path.open("wb") as file:
        file.truncate(100_000_000)

    expected = "export.csv is too large for a termination list: 100 MB. The limit is 96 MB."

    assert expected == error_of(path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_named_pipe(tmp_path: Path) -> None:
    """A pipe, from which nothing may ever come, is refused and not waited for."""
    path = tmp_path / "list.csv"
    os.mkfifo(path)

    assert f"{path} is a device or a pipe. Save the list as a file first." == error_of(path)


def test_name_that_no_file_can_have(tmp_path: Path) -> None:
    """A name that is too long for the disk is told like any other that cannot be read."""
    path = tmp_path / ("x" * 300)

    assert error_of(path).startswith(f"{path} cannot be read: ")


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="needs a file it may not read")
def test_unreadable_file(tmp_path: Path) -> None:
    """A file without permission to read is told in a sentence."""
    path = tmp_path / "list.csv"
    path.touch(0o000)

    assert f"{path} cannot be read: Permission denied." == error_of(path)


def test_importing_the_room_loads_no_table_library() -> None:
    """pandas and openpyxl are loaded when a list is read, so that `--help` stays fast."""
    program = (
        "import sys, batch_offboard.termination_list\n"
        "print(sorted({'pandas', 'openpyxl', 'numpy'} & set(sys.modules)))"
    )

    printed = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)

    assert printed.stdout.strip() == b"[]"
