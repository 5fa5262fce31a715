"""Recognising text that was read in another encoding than it was written in.

A byte above ASCII means another letter in each encoding, and nearly any bytes are valid
Windows-1252. So what was misread shows only in the letters: a capital or a sign within a word.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

_LATIN = "\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f"
_OTHERS = (
    ("Mac Roman", "mac_roman", _LATIN),
    ("Central European, Windows-1250", "cp1250", _LATIN),
    ("DOS, code page 850", "cp850", _LATIN),
    ("Turkish, Windows-1254", "cp1254", _LATIN),
    ("Baltic, Windows-1257", "cp1257", _LATIN),
    ("Cyrillic, Windows-1251", "cp1251", "\u0400-\u04ff"),
    ("Cyrillic, KOI8", "koi8_u", "\u0400-\u04ff"),
    ("Greek, Windows-1253", "cp1253", "\u0370-\u03ff"),
    ("Hebrew, Windows-1255", "cp1255", "\u05d0-\u05ea"),
    ("Arabic, Windows-1256", "cp1256", "\u0620-\u06ff"),
    ("Korean, EUC-KR", "cp949", "\uac00-\ud7a3"),
    ("Japanese, Shift-JIS", "cp932", "\u3005\u3041-\u30ff\u4e00-\u9fff"),
    ("Chinese, GBK", "gbk", "\u4e00-\u9fff"),
    ("Chinese, Big5", "big5", "\u4e00-\u9fff"),
)
"""Encodings: what people call them, Python's name, and the letters above ASCII of names."""

_TWICE = "UTF-8, encoded twice"
"""The name of the encoding of a file that was converted to UTF-8 twice."""
_MOST_TIMES = 3
_PARTED = re.compile(r"[\s,;/()\[\]|’‘´`·–—-]+")
_EDGES = "\"'“”„‘’‚´`«»‹›…–—•·.¡¿-"
_ORDINALS = "ªº"
_LONG_RUN = re.compile("[\u0080-\uffff]{3}")
_LOST = re.compile("\ufffd|(?<=\\w)[?](?=\\w)|[?]{2,}")


@dataclass(frozen=True, slots=True)
class Reading:
    """The name of an encoding, and a text decoded with it."""

    name: str
    sample: str


def is_misread(text: str) -> bool:
    """Whether a name that was decoded as Windows-1252 was evidently written in another encoding."""
    if text.isascii():
        return False
    return has_long_run(text) or any(map(_is_misread_word, _words(text)))


def has_long_run(text: str) -> bool:
    """Whether a word has three non-ASCII characters in a row, as no Western European word has."""
    return any(_LONG_RUN.search(word.strip(_EDGES)) for word in text.split())


def _is_misread_word(word: str) -> bool:
    return (
        any(map(_is_sign, word))
        or any(one in _ORDINALS and other.isalpha() for one, other in pairwise(word))
        or not _is_cased(word)
        or decoded_twice(word) is not None
    )


def _is_sign(character: str) -> bool:
    """Whether this is a non-ASCII character other than a letter; ª counts as one, as in Mª José."""
    return not (character.isascii() or character.isalpha())


def _words(text: str) -> Iterator[str]:
    for word in _PARTED.split(text):
        yield word.strip(_EDGES)


def decoded_twice(text: str) -> str | None:
    """What was meant by a text that was encoded as UTF-8 twice: Müller for MÃ¼ller.

    None for any other text: every non-ASCII character must have been encoded twice, and one of them
    must be a letter.
    """
    meant = None
    for _ in range(_MOST_TIMES):
        raw = _written(text)
        if text.isascii() or raw is None:
            return meant
        try:
            text = raw.decode("utf-8").removeprefix("\ufeff")
        except UnicodeDecodeError:
            return meant
        beyond = [each for each in text if not each.isascii()]
        if all(map(str.isprintable, beyond)) and any(map(str.isalpha, beyond)):
            meant = text
    return meant


def _written(text: str) -> bytes | None:
    """The bytes that were read as this text in Windows-1252; None if they were not."""
    try:
        return text.encode("cp1252")
    except UnicodeEncodeError:
        pass
    try:
        # Five bytes mean nothing in Windows-1252 and are read as control characters.
        return b"".join(
            each.encode("latin-1" if "\x80" <= each < "\xa0" else "cp1252") for each in text
        )
    except UnicodeEncodeError:
        return None


def rereadings(text: str) -> Iterator[Reading]:
    """A text that was decoded as Windows-1252, decoded with each other encoding that can."""
    if text.isascii():
        return
    meant = " ".join(decoded_twice(word) or word for word in text.split())
    if meant != " ".join(text.split()):
        yield Reading(_TWICE, meant)
    raw = _written(text)
    for name, encoding, _ in _OTHERS if raw is not None else ():
        try:
            yield Reading(name, (raw or b"").decode(encoding))
        except UnicodeDecodeError:
            continue


def probable_reading(texts: Sequence[bytes]) -> Reading | None:
    """The first encoding in which all these bytes are plausible words of one script, or None."""
    for name, encoding, letters in _OTHERS:
        try:
            decoded = [text.decode(encoding) for text in texts]
        except UnicodeDecodeError:
            continue
        if all(_fits(text, letters) for text in decoded):
            sample = next((text for text in decoded if not text.isascii()), "")
            return Reading(name, " ".join(sample.split())[:60])
    return None


def reading_of_names(names: Iterable[str]) -> Reading | None:
    """The probable encoding of names that were read as Windows-1252."""
    raw = [written for name in names if (written := _written(name)) is not None]
    return probable_reading(raw) if raw else None


def _fits(text: str, letters: str) -> bool:
    """Whether the text has no non-ASCII characters but these `letters`, plausibly capitalised."""
    if not re.fullmatch(rf"[\x00-\x7f{letters}]*", text):
        return False
    is_latin = letters == _LATIN
    return all(map(_is_cased, _words(text))) and not (is_latin and _LONG_RUN.search(text))


def _is_cased(word: str) -> bool:
    """Whether no non-ASCII capital follows a letter, unless the whole word is in capitals."""
    if word.isascii() or word == word.upper():
        return True
    return not any(
        one.isalpha() and other.isupper() and not other.isascii() for one, other in pairwise(word)
    )


def has_lost_letters(text: str) -> bool:
    """Whether letters were replaced by question marks when the text was saved."""
    return _LOST.search(text) is not None
