"""The encoding of a text file, by rule and not by guess; other kinds of file are refused."""

import codecs

from batch_offboard.errors import ListError

WINDOWS = "cp1252"

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

_SAVE_AS = "Save it in Excel as .xlsx or as CSV UTF-8."

_NOT_LISTS = (
    (b"%PDF", f"is a PDF. {_SAVE_AS}"),
    (
        bytes.fromhex("d0cf11e0a1b11ae1"),
        f"is an old Excel workbook (.xls) or one with a password. {_SAVE_AS[:-1]}, "
        "without a password.",
    ),
    (b"PK\x03\x04", f"is a ZIP archive or a document, not an Excel workbook. {_SAVE_AS}"),
    (b"{\\rtf", f"is a text document (RTF). {_SAVE_AS}"),
)


def encoding_of(data: bytes) -> str:
    """The encoding: a byte order mark decides, else strict UTF-8, else Windows-1252.

    Raises ListError for other kinds of file, NUL characters, and bytes invalid in all encodings.
    """
    _refuse_other_kinds(data)
    named = next((name for mark, name in _BYTE_ORDER_MARKS if data.startswith(mark)), None)
    if named != "utf-16" and (position := data.find(b"\0")) >= 0:
        line = data.count(b"\n", 0, position) + 1
        raise ListError(
            f"has NUL characters (the first one in line {line}), so it is a binary or damaged "
            f"file. {_SAVE_AS}"
        )
    for name in (named,) if named else ("utf-8", WINDOWS):
        if (text := _decoded(data, name)) is not None:
            if "\0" in text:
                raise ListError(f"has NUL characters, so it is a damaged file. {_SAVE_AS}")
            return name
    tried = f"{named} text, although it starts like it" if named else "UTF-8 or Windows-1252 text"
    raise ListError(f"cannot be read as {tried}. {_SAVE_AS}")


def _decoded(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _refuse_other_kinds(data: bytes) -> None:
    for start, sentence in _NOT_LISTS:
        if data.startswith(start):
            raise ListError(sentence)
    if data[:512].lstrip(b"\xef\xbb\xbf\r\n\t ").startswith(b"<"):
        raise ListError(f"is a web page or XML, whatever its name says. {_SAVE_AS}")
