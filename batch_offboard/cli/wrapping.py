"""Wrapping lines at the width of the terminal, between words."""

import os
import textwrap
from collections.abc import Iterator
from typing import TextIO

import click

_BEFORE_COMMAND = ": batch-offboard "
_WITH_PATH = ("Results: ", "Excel: ", "Report: ", "Rows on hold, and why: ")
"""How a line begins that is a path; there may be blanks in it."""


def columns_of(stream: TextIO) -> int:
    """The width of the terminal; 0 for a pipe, a file, or a terminal of unknown width."""
    try:
        return os.get_terminal_size(stream.fileno()).columns
    except (OSError, ValueError):
        return 0


def echo(text: str, stream: TextIO) -> None:
    """Print `text`, wrapped at the width of the terminal."""
    click.echo(wrapped(text, columns_of(stream)), file=stream)


def wrapped(text: str, columns: int) -> str:
    """`text` with long lines wrapped and indented; unchanged if `columns` is 0.

    Paths are never broken, and a command at the end of a line goes on its own line, so that both
    can be copied.
    """
    if not columns:
        return text
    return "\n".join(part for line in text.split("\n") for part in _parts(line, columns))


def _parts(line: str, columns: int) -> Iterator[str]:
    if len(line) <= columns or line.startswith(_WITH_PATH):
        yield line
        return
    indent = " " * (len(line) - len(line.lstrip()) + 2)
    words, before, command = line.partition(_BEFORE_COMMAND)
    yield from textwrap.wrap(
        f"{words}:" if before else line,
        columns,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
    if before:
        yield f"{indent}{before.removeprefix(': ')}{command}"
