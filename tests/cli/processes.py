"""Giving commands in a folder of their own, as a person at a terminal does."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from tests.in_process import Said, give_command
from tests.samples.make import SAMPLES

NONE: Mapping[str, str] = {}


def program(
    *arguments: str,
    folder: Path,
    credentials: Mapping[str, str] = NONE,
    stdin: TextIO | None = None,
) -> Said:
    """The program in `folder` until it ends, in this process; by default with nothing to read."""
    return give_command(environment(**credentials), folder, *arguments, stdin=stdin)


def environment(**credentials: str) -> dict[str, str]:
    """This process's environment with just these credentials, finding the package as tests do."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GENESYS_")}
    return kept | {"PYTHONPATH": str(SAMPLES.parent), "PYTHONUTF8": "1"} | credentials


@contextmanager
def simulating(folder: Path) -> Iterator[str]:
    """`batch-offboard simulate` while this lasts; what it prints for the .env file."""
    process = subprocess.Popen(
        [sys.executable, "-m", "batch_offboard", "simulate", "--port", "0"],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env=environment(),
    )
    assert process.stdout is not None
    try:
        yield "".join(process.stdout.readline() for _ in range(4))
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def only_folder(folder: Path, number: int) -> Path:
    """The newest run folder, of so many."""
    found = sorted((folder / "runs").iterdir(), key=lambda each: each.stat().st_mtime_ns)
    assert len(found) == number
    return found[-1]
