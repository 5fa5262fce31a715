"""The command line in the tests' own process: only signals, kills and streams need a new one.

What a command reads of its process is handed in for as long as it runs: working folder,
environment, streams and clock.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import chdir, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from batch_offboard.cli import main
from batch_offboard.genesys import Clock
from tests.virtual_time import TIME


@dataclass(frozen=True)
class Said:
    """What a command that has ended said, and its exit code."""

    code: int
    out: str
    err: str


def give_command(
    variables: Mapping[str, str],
    folder: Path,
    *arguments: str,
    stdin: TextIO | None = None,
    clock: Clock | None = None,
) -> Said:
    """`batch-offboard` with these arguments in `folder`, with just these variables.

    It goes by `clock`, else by the fast one.
    """
    out, err = _stream(), _stream()
    with (
        chdir(folder),
        _environment(variables),
        _reading(stdin),
        redirect_stdout(out),
        redirect_stderr(err),
    ):
        code = _exit_code(arguments, clock or TIME.clock())
    return Said(code, _text(out), _text(err))


def _exit_code(arguments: tuple[str, ...], clock: Clock) -> int:
    try:
        main(arguments, clock=clock)
    except SystemExit as ended:
        return int(ended.code or 0)


def _stream() -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="")


def _text(stream: io.TextIOWrapper) -> str:
    stream.flush()
    written = stream.buffer
    assert isinstance(written, io.BytesIO)
    return written.getvalue().decode()


@contextmanager
def _environment(variables: Mapping[str, str]) -> Iterator[None]:
    kept = dict(os.environ)
    os.environ.clear()
    os.environ.update(variables)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(kept)


@contextmanager
def _reading(stdin: TextIO | None) -> Iterator[None]:
    """Read from `stdin`, or find nothing to read."""
    kept = sys.stdin
    with Path(os.devnull).open(encoding="utf-8") as nothing:
        sys.stdin = stdin or nothing
        try:
            yield
        finally:
            sys.stdin = kept
