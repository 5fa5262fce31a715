"""Text as people see it: without invisible characters and odd blanks."""

import re

_UNSEEN = (
    r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"  # control characters, except tab and line breaks
    r"\xad\u034f\u061c\u180e\u2028\u2029"  # soft hyphen, grapheme joiner, separators
    r"\u200b-\u200f\u202a-\u202e\u2060-\u206f"  # zero width, direction marks
    r"\u3164\ufe00-\ufe0f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f"  # fillers, byte order mark, tags
)
_BREAKS = re.compile("[\x0b\x0c\x85\u2028\u2029]")
"""What Word and web pages put where a line breaks."""
_ODD_BLANKS = r"\xa0\u1680\u2000-\u200a\u202f\u205f\u3000"

_INVISIBLE = re.compile(f"[{_UNSEEN}]+")
_HIDDEN = re.compile(f"[{_UNSEEN}{_ODD_BLANKS}]+")
_ODD = re.compile(f"[{_ODD_BLANKS}]")
_BLANK = re.compile(rf"[{_UNSEEN}{_ODD_BLANKS}\s]*")


def cleaned(text: str) -> str:
    """A word or number without surrounding blanks and invisible characters.

    Invisible are zero-width characters, byte order marks, soft hyphens, direction marks and control
    characters. Blanks inside are kept (no-break spaces as ordinary ones): they separate values, and
    joining these would be a guess.
    """
    if text.isascii() and text.isprintable():
        return text.strip()
    return _ODD.sub(" ", _INVISIBLE.sub("", text)).strip()


def cleaned_name(text: str) -> str:
    """A person's name without invisible characters, every run of blanks as one blank."""
    return " ".join(_INVISIBLE.sub("", _BREAKS.sub(" ", text)).split())


def is_blank(text: str) -> bool:
    """Whether the cell looks empty to a person."""
    return _BLANK.fullmatch(text) is not None


def holds_hidden(text: str) -> bool:
    """Whether a cell holds something that looks like nothing but would spoil a comparison."""
    return not (text.isascii() and text.isprintable()) and _HIDDEN.search(text) is not None
