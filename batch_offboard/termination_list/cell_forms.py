"""Forms in which cells hold an identifier, such as quotation marks around it, and their removal.

Each form is removed only where what remains is certain: no character of the identifier itself is
guessed. What was removed is reported.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from urllib.parse import unquote

Form = tuple[str, Callable[[str], str]]
"""How a message describes a form, empty where it needs none, and what removes it from a text."""

_FULL_WIDTH = {0xFF01 + each: 0x21 + each for each in range(94)}
_DASHES = re.compile("[\u2010-\u2015\u2043\u2212\ufe58\ufe63]")
_QUOTES = "\"'`´‘’‚‛“”„‟«»‹›＂＇"
_BRACKETS = {"(": ")", "[": "]", "<": ">", "{": "}"}
_SEPARATORS = ";,|、；，"
_HEX = "[0-9a-f]"
_DASHED = rf"{_HEX}{{8}}-{_HEX}{{4}}-{_HEX}{{4}}-{_HEX}{{4}}-{_HEX}{{12}}"
_PERSON_PAGE = re.compile(
    rf"https?://\S*/(?:person|people|users?|agents?)/({_DASHED})(?:[/?#]\S*)?", re.IGNORECASE
)
"""The address of a person's page or resource in Genesys."""
_PREFIX = re.compile(r"(urn:)?(uuid|guid):\s*", re.IGNORECASE)
_MAIL_LINK = re.compile(r"(mailto|smtp):\s*", re.IGNORECASE)
_QUERY = re.compile(r"\?.*", re.DOTALL)
_NAMED = re.compile(r"[^<>()\[\]@]*[<(\[]\s*([^<>()\[\]\s]+@[^<>()\[\]\s]+)\s*[>)\]]")


def narrowed(text: str) -> str:
    """The text with full-width characters and the digits of other scripts replaced by ASCII."""
    if text.isascii():
        return text
    return "".join(map(_digit_narrowed, text.translate(_FULL_WIDTH)))


def _digit_narrowed(character: str) -> str:
    return str(unicodedata.decimal(character)) if character.isdecimal() else character


def hyphenated(text: str) -> str:
    """The text with every kind of dash, and the minus sign, as a hyphen."""
    return text if text.isascii() else _DASHES.sub("-", text)


def without_quotes(text: str) -> str:
    """The text without quotation marks or brackets around all of it."""
    if len(text) > 2 and text[0] in _QUOTES and text[-1] in _QUOTES:
        return text[1:-1].strip()
    if len(text) > 2 and _BRACKETS.get(text[0]) == text[-1]:
        return text[1:-1].strip()
    return text


def _unbraced(text: str) -> str:
    return text[1:-1].strip() if text.startswith("{") and text.endswith("}") else text


def ended(text: str) -> str:
    """The text without trailing separators, such as a semicolon left over from a series."""
    return text.rstrip(_SEPARATORS + " ")


def _without_prefix(text: str) -> str:
    return _PREFIX.sub("", text, count=1) if _PREFIX.match(text) else text


def _from_page(text: str) -> str:
    page = _PERSON_PAGE.fullmatch(text)
    return page[1] if page else text


def _joined(text: str) -> str:
    """An id with blanks inside; other texts unchanged."""
    joined = "".join(text.split())
    return joined if re.fullmatch(_DASHED, joined) else text


def _dashed(text: str) -> str:
    """An id of 32 digits with its dashes; other texts unchanged."""
    if not re.fullmatch(rf"{_HEX}{{32}}", text):
        return text
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


def _unlinked(text: str) -> str:
    link = _MAIL_LINK.match(text)
    return unquote(_QUERY.sub("", text[link.end() :])) if link else text


def _unnamed(text: str) -> str:
    named = _NAMED.fullmatch(text)
    return named[1] if named else text


_NARROWED: Form = (
    "full-width characters and digits of other scripts are read as ordinary ones",
    narrowed,
)
"""A cell that holds full-width characters or digits of another script."""
_HYPHENATED: Form = ("dashes that are not hyphens are read as hyphens", hyphenated)
"""A cell that holds dashes other than the hyphen."""
_ENDED: Form = ("separators at the end are ignored", ended)
"""A cell that ends with a separator."""
_UNQUOTED: Form = ("quotation marks and brackets around an identifier are ignored", without_quotes)
"""An identifier within quotation marks or brackets."""

USER_ID_FORMS: Sequence[Form] = (
    _NARROWED,
    _HYPHENATED,
    _ENDED,
    ("", _unbraced),
    _UNQUOTED,
    ("the user id is taken from a web address", _from_page),
    ('"uuid:" before the user id is ignored', _without_prefix),
    ("spaces inside the user id are ignored", _joined),
    ("a user id without dashes is read with them", _dashed),
)
"""Unusual ways of writing a user id, which are understood."""
ADDRESS_FORMS: Sequence[Form] = (
    _NARROWED,
    _HYPHENATED,
    _ENDED,
    ("the name beside the e-mail address is ignored", _unnamed),
    _UNQUOTED,
    ('"mailto:" before the e-mail address is ignored', _unlinked),
    ("the full stop after the e-mail address is ignored", lambda text: text.rstrip(".")),
)
"""Unusual ways of writing an e-mail address, which are understood."""
NUMBER_FORMS: Sequence[Form] = (_NARROWED, _ENDED, _UNQUOTED)


def without_forms(text: str, forms: Sequence[Form]) -> tuple[str, tuple[str, ...]]:
    """The text without any of these forms, and the descriptions of those that it had."""
    had: list[str] = []
    for name, free in forms:
        before, text = text, free(text)
        if name and text != before:
            had.append(name)
    return text, tuple(had)
