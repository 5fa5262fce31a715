"""What a workbook's file holds beside cells: parts, and the references between them.

Programs find a part by its reference, so the reference counts, not the part's name.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from xml.etree import ElementTree as ET

from batch_offboard.results.looks import Look
from batch_offboard.termination_list.workbook.package import Package, Relationship
from batch_offboard.wording import printable

_USUAL_PARTS = re.compile(
    r"\[content_types\]\.xml|_rels/\.rels|docprops/[^/]+|docmetadata/[^/]+|customxml/.+"
    r"|xl/(workbook|styles|sharedstrings|calcchain)\.xml|xl/_rels/workbook\.xml\.rels"
    r"|xl/theme/theme\d+\.xml|xl/worksheets/(_rels/)?sheet\d+\.xml(\.rels)?"
    r"|xl/(printersettings|tables|persons|threadedcomments)/.+|xl/(comments/)?comments?\d*\.xml"
    r"|xl/(drawings/)?(vmldrawing|commentsdrawing)\d+\.vml|xl/drawings/(_rels/)?drawing\d+.*|xl/media/.+"
)
"""What Excel and LibreOffice store beside cells; drawings are looked for in the sheet."""
_PLACES = {
    "officeDocument": r"xl/workbook\.xml",
    "worksheet": r"xl/worksheets/sheet\d+\.xml",
    "styles": r"xl/styles\.xml",
    "sharedStrings": r"xl/sharedstrings\.xml",
    "theme": r"xl/theme/theme\d+\.xml",
    "calcChain": r"xl/calcchain\.xml",
    "drawing": r"xl/drawings/drawing\d+\.xml",
    "vmlDrawing": r"xl/(drawings/)?(vmldrawing|commentsdrawing)\d+\.vml",
    "comments": r"xl/(comments/)?comments?\d*\.xml",
    "threadedComment": r"xl/threadedcomments/[^/]+",
    "person": r"xl/persons/[^/]+",
    "table": r"xl/tables/[^/]+\.xml",
    "printerSettings": r"xl/printersettings/[^/]+",
    "customXml": r"customxml/[^/]+\.xml",
    "classificationlabels": r"docmetadata/[^/]+",
    **dict.fromkeys(("core-properties", "extended-properties"), r"docprops/[^/]+"),
    **dict.fromkeys(("custom-properties", "thumbnail"), r"docprops/[^/]+"),
    "hyperlink": ".*",
}
"""The kinds of references that Excel and LibreOffice write, and the names of their parts."""
_TYPES = (
    "http://schemas.openxmlformats.org/",
    "http://purl.oclc.org/ooxml/",
    "http://schemas.microsoft.com/",
)
_SINGLE = ("officeDocument", "styles", "sharedStrings", "theme")
_Reference = tuple[ET.Element, Relationship]


def package_looks(package: Package, parts: Sequence[str]) -> Iterator[Look]:
    """What is unusual in the file; `parts` are those whose references count, such as the sheet."""
    for name in package.names():
        if not _USUAL_PARTS.fullmatch(name) or "%" in name:
            yield Look(f"It holds {_part_words(name)}.")
    twice = [name for name, n in Counter(package.stored()).items() if n > 1]
    for name in twice:
        yield Look(f"Its part {printable(name)} is stored more than once.")
    for part in parts:
        yield from _reference_looks(list(package.references(part)))


def _reference_looks(references: Sequence[_Reference]) -> Iterator[Look]:
    """What is unusual in the references between the file's parts."""
    for stored, read in references:
        known = read.kind in _PLACES and stored.get("Type", "").startswith(_TYPES)
        if not known:
            what = f"something that this program does not write ({printable(read.kind)})"
            yield Look(f"It is linked to {what}.")
        elif not re.fullmatch(_PLACES[read.kind], read.part):
            yield Look(f"One of its parts lies in an unusual place ({printable(read.part)}).")
    ids = Counter(stored.get("Id", "") for stored, _ in references)
    kinds = Counter(read.kind for _, read in references if read.kind in _SINGLE)
    for name in (name for name, n in (*ids.items(), *kinds.items()) if n > 1):
        yield Look(
            f"Two of its parts stand for the same thing ({printable(name)}). Programs differ in "
            "which one they show."
        )


def _part_words(name: str) -> str:
    """What an unusual part of the file is."""
    known = {"vbaproject": "a macro", "externallink": "links to other workbooks"}
    return next(
        (words for key, words in known.items() if key in name),
        f"a part that this program does not write ({printable(name)})",
    )
