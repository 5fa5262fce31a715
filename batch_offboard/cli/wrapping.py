"""Wrapping lines at the width of the terminal, between words."""

import os
import re
import textwrap
from collections.abc import Iterator
from typing import TextIO

import click

_COMMAND = re.compile(r"(?:^|(?<=: ))batch-offboard .*")
"""The command with which a line ends."""
_BEFORE_PATH = re.compile(r"(Results|Excel|Report|Rows on hold, and why|To share): +")
"""How a line begins that ends with a path; there may be blanks in it."""
_WORD = re.compile(r"""(?:'[^']*'|"[^"]*"|[^\s'"])+""")
"""A word of a command, with what is in quotes."""
_NUMBERS = re.compile(r"\d[\d,-]*")
_GOES_ON = " \\"
_GAP = re.compile(r"(?<=\S)  +(?=\S)")
"""What is between two columns of a table."""


def columns_of(stream: TextIO) -> int:
    """The width of the terminal; 0 for a pipe, a file, or a terminal of unknown width."""
    try:
        return os.get_terminal_size(stream.fileno()).columns
    except (OSError, ValueError):
        return 0


def echo(text: str, stream: TextIO) -> None:
    """Print `text`, wrapped at the width of the terminal."""
    click.echo(wrapped(text, columns_of(stream)), file=stream)


def wrapped(text: str, columns: int, *, windows: bool = os.name == "nt") -> str:
    """`text` with long lines wrapped and indented; unchanged if `columns` is 0.

    A path or command at the end of a line goes on its own line, so that it can be copied. Paths are
    never broken. A long command is continued on the next line the way shells want it; on `windows`,
    whose shells differ in this, it is not broken.
    """
    if not columns:
        return text
    lines = text.split("\n")
    return "\n".join(part for line in lines for part in _parts(line, columns, windows=windows))


def _parts(line: str, columns: int, *, windows: bool) -> Iterator[str]:
    if len(line) <= columns:
        yield line
        return
    margin = " " * (len(line) - len(line.lstrip()))
    indent, text = f"{margin}  ", line.lstrip()
    if path := _BEFORE_PATH.match(text):
        yield f"{margin}{path[0].rstrip()}"
        yield f"{indent}{text[path.end() :]}"
    elif command := _COMMAND.search(text):
        before = text[: command.start()].rstrip()
        if before:
            yield from _filled(f"{margin}{before}", columns, indent)
        own = indent if before else margin
        yield from [f"{own}{command[0]}"] if windows else _broken(command[0], columns, own)
    else:
        yield from _filled(line, columns, _below_text(line, columns) or indent)


def _below_text(line: str, columns: int) -> str:
    """The indent that keeps the text of a table's last column together; empty if there is none."""
    gaps = [gap.end() for gap in _GAP.finditer(line) if gap.end() <= columns // 2]
    return " " * gaps[-1] if gaps else ""


def _filled(line: str, columns: int, indent: str) -> list[str]:
    return textwrap.wrap(
        line, columns, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )


def _broken(command: str, columns: int, indent: str) -> Iterator[str]:
    """The lines of a command, each but the last ending so that the shell goes on reading."""
    room = columns - len(_GOES_ON)
    line = indent
    for word in _with_values(_WORD.findall(command), room - len(indent) - 2):
        for piece in _pieces(word, room - len(indent) - 2):
            fits = len(line) + 1 + len(piece) <= room
            if line.strip() and not fits:
                yield f"{line}{_GOES_ON}"
                line = f"{indent}  "
            line += piece if not line.strip() else f" {piece}"
    yield line


def _with_values(words: list[str], room: int) -> Iterator[str]:
    """The words, each option together with its value if there is room for both."""
    waiting = ""
    for word in words:
        if waiting and (word.startswith("--") or len(waiting) + 1 + len(word) > room):
            yield waiting
            waiting = ""
        if word.startswith("--"):
            waiting = word
        else:
            yield f"{waiting} {word}".strip()
            waiting = ""
    if waiting:
        yield waiting


def _pieces(word: str, room: int) -> list[str]:
    """The word; long row numbers in several pieces and quotes: blanks in them do no harm."""
    if len(word) <= room or not _NUMBERS.fullmatch(word):
        return [word]
    return textwrap.wrap(f'"{word}"'.replace(",", ", "), room, break_on_hyphens=False)
