"""Texts of a workbook: rich text, characters written as `_xHHHH_`, shared strings."""

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

    `_x005F_` is the underscore of a literal `_xHHHH_`, written so to protect it. NULs are left out:
    the results could not be read again with one.
    """
    if "_x" not in text:
        return text
    shown = _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text).replace("\0", "")
    return shown.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def is_yes(attribute: str | None) -> bool:
    """Whether an attribute has one of the values that mean true."""
    return attribute is not None and attribute.strip().lower() in _YES


class TextCollector:
    """Gathers one text from what a parser passes on: all its runs, but no phonetic hints."""

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
    """An `ET.XMLParser` target that gathers the shared strings."""

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
        """Do nothing; the parser requires this method."""


def shared_strings(package: Package, part: str | None) -> list[RichText]:
    """The texts to which cells refer by number; empty without `part`."""
    target = _SharedStrings()
    if part is not None:
        package.parse(part, target)
    return target.found
