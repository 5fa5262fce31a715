"""Texts of a workbook: runs of different formats, `_xHHHH_` escapes, shared strings."""

import re
from collections.abc import Mapping
from typing import NamedTuple

from batch_offboard.termination_list.workbook.package import MAIN, Package

_ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")
_ITEM, _RUN, _LOOK, _TEXT = (f"{MAIN}{name}" for name in ("si", "r", "rPr", "t"))
_STRIKE, _PHONETIC = f"{MAIN}strike", f"{MAIN}rPh"
_YES = frozenset({"1", "true", "on"})


class RichText(NamedTuple):
    """A text, and whether any of its characters are struck out."""

    text: str
    struck: bool = False


def unescaped(text: str) -> str:
    """The text with each `_xHHHH_` replaced by its character (ISO/IEC 29500-1, 22.9.2.19).

    `_x005F_` is the underscore of a text that only looks like an escape. A NUL is left out: no
    text file that is to be read again can have one.
    """
    if "_x" not in text:
        return text
    shown = _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text).replace("\0", "")
    return shown.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def is_yes(attribute: str | None) -> bool:
    """Whether an attribute is true in one of the spellings of XML."""
    return attribute is not None and attribute.strip().lower() in _YES


class TextCollector:
    """Gathers one text from the elements of a parser: all runs, but no phonetic hints."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._open = False
        self._phonetic = False
        self._run_struck = False
        self._struck = False

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Take note of an element that begins."""
        if tag == _TEXT:
            self._open = not self._phonetic
        elif tag == _PHONETIC:
            self._phonetic = True
        elif tag == _RUN:
            self._run_struck = False
        elif tag == _STRIKE:
            self._run_struck = is_yes(attributes.get("val", "1"))

    def end(self, tag: str) -> None:
        """Take note of an element that ends."""
        if tag == _TEXT:
            self._open = False
        elif tag == _PHONETIC:
            self._phonetic = False
        elif tag == _RUN:
            self._run_struck = False

    def data(self, piece: str) -> None:
        """Add characters if they are part of the text."""
        if self._open:
            self._pieces.append(piece)
            self._struck = self._struck or (self._run_struck and not piece.isspace())

    def text(self) -> RichText:
        """The text gathered so far."""
        return RichText(unescaped("".join(self._pieces)), self._struck)


class _SharedStrings:
    """The target of a parser that reads the part with the shared strings."""

    def __init__(self) -> None:
        self.found: list[RichText] = []
        self._collector = TextCollector()

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == _ITEM:
            self._collector = TextCollector()
        self._collector.start(tag, attributes)

    def end(self, tag: str) -> None:
        if tag == _ITEM:
            self.found.append(self._collector.text())
        self._collector.end(tag)

    def data(self, piece: str) -> None:
        self._collector.data(piece)

    def close(self) -> None:
        """Nothing is left to do at the end."""


def shared_strings(package: Package, part: str | None) -> list[RichText]:
    """The texts to which cells refer by number; none where the workbook has no such part."""
    target = _SharedStrings()
    if part is not None:
        package.parse(part, target)
    return target.found
