"""Comments on the cells of a sheet: people write there what they do not want in a column."""

import re
from collections.abc import Iterator, Mapping
from xml.etree import ElementTree as ET

from batch_offboard.termination_list.workbook.package import MAIN, Package
from batch_offboard.termination_list.workbook.texts import unescaped

_THREADS = "{http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments}"
_PLACE = re.compile(r"[A-Za-z]{1,3}([0-9]{1,7})")


def comments_by_row(package: Package, sheet: str) -> Mapping[int, str]:
    """What the comments on each row of a sheet say, on one line; `sheet` is the name of its part.

    Of a thread with replies, the part for older versions of Excel only says that there is one.
    """
    by_place: dict[str, list[str]] = {}
    related = {each.kind: each.part for each in package.relationships(sheet).values()}
    for kind, comment, text in (
        ("threadedComment", f"{_THREADS}threadedComment", f"{_THREADS}text"),
        ("comments", f"{MAIN}comment", f"{MAIN}t"),
    ):
        part = related.get(kind, "")
        found = _texts(package.element(part), comment, text) if part in package else ()
        threads = set(by_place)
        for place, said in found:
            if place not in threads:
                by_place.setdefault(place, []).append(said)
    by_row: dict[int, list[str]] = {}
    for place, texts in by_place.items():
        if match := _PLACE.fullmatch(place):
            by_row.setdefault(int(match[1]), []).extend(texts)
    return {row: " · ".join(texts) for row, texts in sorted(by_row.items())}


def _texts(root: ET.Element, comment: str, text: str) -> Iterator[tuple[str, str]]:
    """The place and the text of each comment that says something."""
    for each in root.iter(comment):
        said = unescaped("".join(piece.text or "" for piece in each.iter(text)))
        if line := " ".join(said.split()):
            yield each.get("ref", ""), line
