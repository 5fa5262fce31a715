"""Text as people see it: without invisible characters and odd blanks."""

import unicodedata

_INNER_BREAKS = "\t\n\r"


def cleaned(text: str) -> str:
    """A word or number without surrounding blanks, invisible characters and odd blanks.

    Invisible are zero-width characters, byte order marks, soft hyphens, direction marks and
    control characters. Odd blanks are no-break spaces and their like. Ordinary blanks and line
    breaks inside stay: they separate two values, and joining these would be a guess.
    """
    stripped = text.strip()
    if stripped.isascii() and stripped.isprintable():
        return stripped
    return "".join(char for char in stripped if not _hides(char)).strip()


def cleaned_name(text: str) -> str:
    """A person's name without invisible characters, every run of blanks as one blank."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    return " ".join("".join(char for char in text if not _is_invisible(char)).split())


def is_blank(text: str) -> bool:
    """Whether a person sees nothing in the cell."""
    return not cleaned(text)


def holds_invisible(text: str) -> bool:
    """Whether a cell holds something that looks like nothing but would spoil a comparison."""
    if text.isascii() and text.isprintable():
        return False
    return any(_hides(char) for char in text)


def _hides(char: str) -> bool:
    return _is_invisible(char) or (char != " " and unicodedata.category(char) == "Zs")


def _is_invisible(char: str) -> bool:
    return char not in _INNER_BREAKS and unicodedata.category(char) in ("Cc", "Cf")
