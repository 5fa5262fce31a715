"""Files that look like Excel workbooks but are something else, each named for what it is."""

from collections.abc import Callable, Sequence
from zipfile import BadZipFile

from batch_offboard.errors import ListError
from batch_offboard.termination_list.workbook.package import opened_archive

_COMPOUND = bytes.fromhex("d0cf11e0a1b11ae1")
"""How compound files begin: Office documents from before 2007, and those with a password."""
_STREAMS = (
    (
        "EncryptedPackage",
        "has a password. Open it in Excel, remove the password (File > Info > Protect Workbook > "
        "Encrypt with Password) and save it again.",
    ),
    ("Workbook", "is an old Excel workbook (.xls). Save it in Excel as .xlsx, without a password."),
    ("Book", "is an old Excel workbook (.xls). Save it in Excel as .xlsx, without a password."),
    ("WordDocument", "is a Word document. Save the list in Excel as .xlsx."),
)
"""By the name of a stream in a compound file, what the file is and what to do."""

_Names = Sequence[str]
_ARCHIVES: Sequence[tuple[Callable[[_Names], bool], str]] = (
    (
        lambda names: any(name.endswith("workbook.bin") for name in names),
        "is a binary Excel workbook (.xlsb). Save it in Excel as .xlsx.",
    ),
    (
        lambda names: any(name.endswith(".iwa") or name == "index.zip" for name in names),
        "is a Numbers document. Export it in Numbers to Excel or CSV.",
    ),
    (
        lambda names: "mimetype" in names and "content.xml" in names,
        "is an OpenDocument file (.ods). Save it as .xlsx.",
    ),
    (
        lambda names: any(name.startswith("word/") for name in names),
        "is a Word document. Save the list in Excel as .xlsx.",
    ),
    (
        lambda names: any(name.startswith("ppt/") for name in names),
        "is a PowerPoint presentation. Save the list in Excel as .xlsx.",
    ),
)
"""By the names in a ZIP archive, what the file is and what to do."""


def refuse_no_workbook(data: bytes) -> None:
    """Raise ListError for a document of Office, OpenOffice or Apple that is no Excel workbook."""
    sentence = _of_compound(data) if data.startswith(_COMPOUND) else _of_archive(data)
    if sentence:
        raise ListError(sentence)


def _of_compound(data: bytes) -> str | None:
    return next((say for name, say in _STREAMS if name.encode("utf-16-le") in data), None)


def _of_archive(data: bytes) -> str | None:
    try:
        with opened_archive(data) as archive:
            names = [name.replace("\\", "/").lower() for name in archive.namelist()]
    except BadZipFile:
        return None
    return next((say for is_kind, say in _ARCHIVES if is_kind(names)), None)
