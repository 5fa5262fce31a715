"""The encoding of a text file, by rule and not by guess; other kinds of file are refused."""

import codecs
import re

from batch_offboard.errors import ListError
from batch_offboard.termination_list.foreign_files import SAVE_AS, refuse_no_list
from batch_offboard.termination_list.misread import probable_reading

WINDOWS = "cp1252"

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

_OTHERWISE = re.compile("[\\0\u0a0d\u0d0a]|[^\r\n]\ufeff")
"""Signs that bytes are no UTF-16: NUL, line ends of single bytes, a mark within a line."""
_NAMES = {"utf-8-sig": "UTF-8", "utf-16": "UTF-16", "utf-32": "UTF-32"}


def encoding_of(data: bytes) -> str:
    """The encoding: a byte order mark decides, else strict UTF-8, else Windows-1252.

    UTF-16 without a mark is seen by its NUL bytes, every other one. Raises ListError for other
    kinds of file, NUL characters, and bytes invalid in all encodings.
    """
    refuse_no_list(data)
    named = next((name for mark, name in _BYTE_ORDER_MARKS if data.startswith(mark)), None)
    wide = named or _unmarked_utf_16(data)
    if wide in (None, "utf-8-sig") and (position := data.find(b"\0")) >= 0:
        line = data.count(b"\n", 0, position) + 1
        raise ListError(
            f"has NUL characters (the first one in line {line}), so it is a binary or damaged "
            f"file. {SAVE_AS}"
        )
    for name in (wide,) if wide else ("utf-8", WINDOWS):
        if (text := _decoded(data, name)) is not None:
            if "\0" in text:
                raise ListError(f"has NUL characters, so it is a damaged file. {SAVE_AS}")
            return name
    raise ListError(_undecodable(data, named))


def _unmarked_utf_16(data: bytes) -> str | None:
    """UTF-16 without a byte order mark, if that is certain: read as such, it is mostly ASCII."""
    if b"\0" not in data[:256] or len(data) % 2:
        return None
    for name in ("utf-16-le", "utf-16-be"):
        text = _decoded(data, name)
        if text and not _OTHERWISE.search(text) and 2 * sum(map(str.isascii, text)) > len(text):
            return name
    return None


def _undecodable(data: bytes, named: str | None) -> str:
    """The error for bytes that are text in no encoding that is read."""
    if named:
        return f"starts like {_NAMES[named]} text, but cannot be read as such. {SAVE_AS}"
    line = next((each for each in data.splitlines() if _decoded(each, WINDOWS) is None), b"")
    said = f"cannot be read as UTF-8 or Windows-1252 text. {SAVE_AS}"
    found = probable_reading([line])
    if found is None:
        return said
    return f'{said} It is probably {found.name}; then it holds, for example: "{found.sample}".'


def _decoded(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None
