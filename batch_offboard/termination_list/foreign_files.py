"""Refusal of files that are not lists, by name or content, each with what to do instead.

The errors continue a sentence that begins with the file's name.
"""

import json
import re
from pathlib import PurePath

from batch_offboard.errors import ListError

SAVE_AS = "Save it in Excel as .xlsx or as CSV UTF-8."
"""What to do with a file that Excel, or another program, can save as a list."""

_UNPACK = "Unpack it and use the list inside."
"""What to do with an archive."""
_NO_TABLE = "Use the list itself, as .xlsx or CSV UTF-8."
"""What to do with a file that cannot hold a list."""

_STARTS = (
    (b"%PDF", f"is a PDF. {SAVE_AS}"),
    (
        bytes.fromhex("d0cf11e0a1b11ae1"),
        f"is an old Excel workbook (.xls) or one with a password. {SAVE_AS[:-1]}, "
        "without a password.",
    ),
    (b"PK\x03\x04", f"is a ZIP archive or a document, not an Excel workbook. {SAVE_AS}"),
    (b"{\\rtf", f"is a text document (RTF). {SAVE_AS}"),
    (b"\x1f\x8b", f"is compressed (gzip). {_UNPACK}"),
    (b"7z\xbc\xaf", f"is a 7z archive. {_UNPACK}"),
    (b"Rar!", f"is a RAR archive. {_UNPACK}"),
    (b"\x89PNG", f"is a picture. {_NO_TABLE}"),
    (b"\xff\xd8\xff", f"is a picture. {_NO_TABLE}"),
    (b"GIF8", f"is a picture. {_NO_TABLE}"),
    (b"\x00\x05\x16\x07", f"is a companion file that macOS keeps beside another one. {_NO_TABLE}"),
    (b"SQLite format 3\x00", f"is a database (SQLite). {_NO_TABLE}"),
    (b"PAR1", f"is a Parquet file. {_NO_TABLE}"),
    (b"L\x00\x00\x00\x01\x14\x02\x00", f"is only a shortcut to a file. {_NO_TABLE}"),
    (b"bplist", f"is only a shortcut or a settings file of macOS. {_NO_TABLE}"),
    (b"[InternetShortcut]", "is only a link to a web page. Download the list and use that file."),
    (b"MIME-Version:", f"is a web archive (MHTML), despite its name. {SAVE_AS}"),
)
"""How files begin that are no lists, with what each of them is and what to do."""
_GOOGLE = (
    "is only a link to a document in Google Drive. Open it there, choose File > Download > "
    "Microsoft Excel (.xlsx), and use that file."
)
"""What is said of a link to a document in Google Drive."""
_GOOGLE_NAMES = frozenset({".gsheet", ".gdoc", ".gslides", ".gform", ".gtable"})
_GOOGLE_KEYS = frozenset({"doc_id", "resource_id", "resource_key"})
_OWNER_FILE = re.compile(r"~\$(.+)|\.~lock\.(.+)#|\._(.+)")
_UTF_7 = re.compile(rb"\+[A-Za-z0-9/]{2,}-")
_READABLE_IN_EBCDIC = 0.95


def refuse_by_name(name: str, size: int) -> None:
    """Raise ListError for a file whose name shows that it is no list; `size` is in bytes."""
    if PurePath(name).suffix.lower() in _GOOGLE_NAMES:
        raise ListError(_GOOGLE)
    found = _OWNER_FILE.fullmatch(name)
    if found and size < 10_000:
        of = next(filter(None, found.groups()))
        raise ListError(f"is not a list: it is a helper file that belongs to {of}. Use {of}.")


def refuse_no_list(data: bytes) -> None:
    """Raise ListError for a file whose content shows that it is no list."""
    for start, sentence in _STARTS:
        if data.startswith(start):
            raise ListError(sentence)
    top = data[:512].lstrip(b"\xef\xbb\xbf\r\n\t ")
    if top.startswith(b"<"):
        raise ListError(f"is a web page or XML, despite its name. {SAVE_AS}")
    if top.startswith((b"{", b"[")):
        _refuse_json(data)
    if _is_ebcdic(data):
        raise ListError(
            "is mainframe text (EBCDIC). Ask for it as CSV UTF-8 or as an Excel workbook."
        )
    if example := _utf_7_example(data):
        raise ListError(f'is UTF-7 text: it holds "{example[0]}" for "{example[1]}". {SAVE_AS}')


def _refuse_json(data: bytes) -> None:
    """Raise ListError for JSON."""
    try:
        content = json.loads(data)
    except (ValueError, RecursionError):
        return
    if isinstance(content, dict) and (
        _GOOGLE_KEYS & set(content) or "docs.google.com" in str(content.get("url"))
    ):
        raise ListError(_GOOGLE)
    if isinstance(content, dict | list):
        raise ListError(f"is JSON, not a table. {_NO_TABLE}")


def _is_ebcdic(data: bytes) -> bool:
    """Whether nearly all bytes are letters, digits and signs as mainframes write them.

    Their blank is @ and their letters lie above ASCII.
    """
    top = data[:4096]
    if len(top.decode("ascii", "ignore")) > len(top) // 2:
        return False
    text = top.decode("cp037")
    plain = sum(each.isascii() and (each.isprintable() or each in "\r\n\t\x85") for each in text)
    return plain + text.count("\x85") > _READABLE_IN_EBCDIC * len(text)


def _utf_7_example(data: bytes) -> tuple[str, str] | None:
    """A piece of UTF-7, and the letters or the @ that it stands for; None for other text."""
    if not data.isascii():
        return None
    for match in _UTF_7.finditer(data):
        try:
            meant = match[0].decode("utf-7")
        except UnicodeDecodeError:
            continue
        if meant == "@" or (meant.isalpha() and not meant.isascii() and max(meant) < "\u0250"):
            return match[0].decode(), meant
    return None
