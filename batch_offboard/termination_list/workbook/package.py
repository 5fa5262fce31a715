"""The parts of a workbook file: a ZIP archive of XML files that refer to each other.

Read with the XML parser of Python itself. openpyxl drops cells that are stored in an odd order,
prints on standard output, and shows neither hidden columns nor formulas without a stored value.
"""

import io
import posixpath
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple
from xml.etree import ElementTree as ET
from xml.parsers import expat

from batch_offboard.errors import ListError

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
"""The namespace of spreadsheets, as the parser writes it before each name."""
STRICT = "{http://purl.oclc.org/ooxml/spreadsheetml/main}"
"""The same of a workbook saved as "Strict Open XML"."""

_RELATIONSHIPS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATIONSHIP_ID = f"{{{_RELATIONSHIPS}}}id"
_RELATIONSHIP = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_OVERRIDE = "{http://schemas.openxmlformats.org/package/2006/content-types}Override"
_WORKBOOK_TYPES = ("spreadsheetml", "ms-excel")
_WORKBOOK = "xl/workbook.xml"
_MOST_UNPACKED_BYTES = 100_000_000
_SIZE_IN_MEMORY = 5
"""How many times larger a part is as elements in memory, at the very least."""
_CHUNK = 4_096

_DAMAGES = (
    LookupError,
    ValueError,
    ET.ParseError,
    expat.ExpatError,
    OSError,
    EOFError,
    RuntimeError,  # a part with a password, or packed in a way that Python does not know
    zlib.error,
    zipfile.BadZipFile,
)
"""What zipfile and the parser raise for parts that are missing, cut off or corrupt."""


class DamageError(ValueError):
    """Something in a part that contradicts the file format. The text says what and where, if known.

    Raised only within `reporting_damage`, which turns it into a ListError.
    """


class Relationship(NamedTuple):
    """A reference to another part: its kind, such as `worksheet`, and the part's name."""

    kind: str
    part: str


@contextmanager
def reporting_damage() -> Iterator[None]:
    """A context in which errors of the archive and its parts become a ListError about damage."""
    try:
        yield
    except _DAMAGES as error:
        what = f": {error}" if isinstance(error, DamageError) and str(error) else ""
        raise ListError(
            f"is a damaged Excel workbook{what}. Open it in Excel and save it again."
        ) from error


def refuse_if_huge(size: int) -> None:
    """Raise ListError if so many bytes, or characters, are too many for a termination list."""
    if size > _MOST_UNPACKED_BYTES:
        raise ListError(
            f"is too large when unpacked: more than {_MOST_UNPACKED_BYTES / 1000000.0:,.0f} MB. "
            "Copy the rows of the list to a new workbook."
        )


def opened_archive(data: bytes) -> zipfile.ZipFile:
    """The archive in these bytes. Raises BadZipFile if it cannot be read, for whatever reason."""
    try:
        return zipfile.ZipFile(io.BytesIO(data))
    except _DAMAGES as error:
        raise zipfile.BadZipFile from error


class Package:
    """The parts of an archive by name: lower-case and with slashes, however they were stored."""

    def __init__(self, data: bytes) -> None:
        """Raise BadZipFile for other files, and ListError for one that is too large unpacked."""
        self._archive = opened_archive(data)
        entries = self._archive.infolist()
        size = sum(entry.file_size for entry in entries)
        refuse_if_huge(size)
        self._entries = {_name(entry.filename): entry for entry in entries}
        self._count = Counter(_name(entry.filename) for entry in entries)

    def __contains__(self, part: str) -> bool:
        return part in self._entries

    def names(self) -> tuple[str, ...]:
        """The names of all parts."""
        return tuple(self._entries)

    def stored(self) -> Iterator[str]:
        """The name of every entry of the archive, of a part stored twice both times."""
        return self._count.elements()

    def content(self, part: str) -> bytes:
        """The bytes of a part.

        Raises ListError if it defines entities, DamageError if it is stored twice, and what zipfile
        raises if it is missing or damaged.
        """
        if self._count[part] > 1:
            raise DamageError(f"{part} is stored {self._count[part]} times")
        data = self._archive.read(self._entries[part])
        _refuse_document_type(part, data)
        return data

    def element(self, part: str) -> ET.Element:
        """The root element of a small part. Raises as `content`, and ListError for a large one."""
        refuse_if_huge(self._entries[part].file_size * _SIZE_IN_MEMORY)
        return ET.fromstring(self.content(part))

    def parse(self, part: str, target: Any) -> None:
        """Parse a part into `target`, an `ET.XMLParser` target. Raises as `content`."""
        parser = ET.XMLParser(target=target)
        parser.feed(self.content(part))
        parser.close()

    def relationships(self, part: str) -> Mapping[str, Relationship]:
        """By id, the parts that a part refers to; links out of the archive are left out."""
        return {
            each.get("Id", ""): relationship
            for each, relationship in self.references(part)
            if each.get("TargetMode") != "External"
        }

    def references(self, part: str) -> Iterator[tuple[ET.Element, Relationship]]:
        """Every reference of a part, as it is stored and as it is read, out of the archive too."""
        folder, name = posixpath.split(part)
        listed = posixpath.join(folder, "_rels", f"{name}.rels")
        if listed in self:
            for each in self.element(listed).iter(_RELATIONSHIP):
                kind, target = each.get("Type", "").rpartition("/")[2], each.get("Target", "")
                yield each, Relationship(kind, _resolved(folder, target))

    def workbook(self) -> str | None:
        """The name of the part that lists the sheets; None if the archive is no workbook."""
        with reporting_damage():
            typed = self._typed_as_workbook()
            main = [each.part for each in self.relationships("").values() if _is_main(each)]
        candidates = [part for part in main if part in typed or _looks_like_workbook(part)]
        return next((part for part in (*candidates, *typed, _WORKBOOK) if part in self), None)

    def _typed_as_workbook(self) -> tuple[str, ...]:
        listed = "[content_types].xml"
        if listed not in self:
            return ()
        return tuple(
            _name(each.get("PartName", ""))
            for each in self.element(listed).iter(_OVERRIDE)
            if (kind := each.get("ContentType", "").lower()).endswith("main+xml")
            and any(name in kind for name in _WORKBOOK_TYPES)
        )


def index(digits: str) -> int:
    """The position that a part refers to in a list. Raises DamageError if it is not a number."""
    text = digits.strip()
    if not (text.isascii() and text.isdigit()):
        raise DamageError
    return int(text)


def _name(stored: str) -> str:
    return stored.replace("\\", "/").lstrip("/").lower()


def _resolved(folder: str, target: str) -> str:
    """The name of the part at `target`, a path from the root or relative to `folder`."""
    path = target.replace("\\", "/")
    return _name(posixpath.normpath(posixpath.join("/", folder, path)))


def _is_main(relationship: Relationship) -> bool:
    return relationship.kind == "officeDocument"


def _looks_like_workbook(part: str) -> bool:
    return part.startswith("xl/") and part.endswith(".xml")


def _refuse_document_type(part: str, data: bytes) -> None:
    """Raise ListError for an XML file with a document type definition, the only place for entities.

    They can grow without end, or ask for other files. No more than the prolog is parsed.
    """

    def refuse(*_: object) -> None:
        """Raise ListError for a part with a DOCTYPE."""
        raise ListError(
            f"was not read: its part {part} defines XML entities (DOCTYPE). Excel never "
            "writes these, and they can be harmful. Copy the rows of the list to a new workbook."
        )

    elements: list[object] = []
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = lambda *element: elements.append(element)
    for start in range(0, len(data), _CHUNK):
        parser.Parse(data[start : start + _CHUNK], False)
        if elements:
            return
