"""Excel's number formats: digits as they are shown, and numbers shown as days or durations."""

import operator
import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

_PIECE = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.|.', re.DOTALL)
_CONDITION = re.compile(r"\[(<=|>=|<>|<|>|=)(-?[0-9]+(?:\.[0-9]+)?)\]")
_PLACES = frozenset("0#?")
_UNDERSTOOD = frozenset('0#?- \\"[_*')
"""The first characters of pieces that only place digits or show fixed characters."""
_OF_A_DAY = frozenset("dmyhs")
_OF_AN_ERA = frozenset("eg")
_ELAPSED = re.compile(r"\[(h+|m+|s+)\]", re.IGNORECASE)
_COMPARISONS: Mapping[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
    "<>": operator.ne,
}


def in_format(digits: str, number_format: str) -> str:
    """The digits as the format shows them: 123 as `00000` is 00123, as `"E"00000` E00123.

    They are returned unchanged for a format without `0`, and for one with anything but places for
    digits and fixed characters, such as a decimal point.
    """
    section = _section_for(int(digits), _sections(number_format))
    if "0" not in section or any(piece[0] not in _UNDERSTOOD for piece in section):
        return digits
    return _filled(section, digits)


def is_of_day(value: float, number_format: str) -> bool:
    """Whether a format shows this number as a day or a time of day."""
    pieces = [piece.lower() for piece in _section_for(value, _sections(number_format))]
    if not _OF_A_DAY.isdisjoint(pieces):
        return True
    # An e is the year of an era, unless it stands in General or behind digits, as in 0.00E+00.
    is_number = not _PLACES.isdisjoint(pieces) or "".join(pieces) == "general"
    return not is_number and not _OF_AN_ERA.isdisjoint(pieces)


def is_of_elapsed_time(value: float, number_format: str) -> bool:
    """Whether a format shows this number as a duration, such as `[h]:mm` with hours above 24."""
    return any(map(_ELAPSED.fullmatch, _section_for(value, _sections(number_format))))


@lru_cache(maxsize=256)
def _sections(number_format: str) -> tuple[tuple[str, ...], ...]:
    """The pieces of each section of a format."""
    sections: list[list[str]] = [[]]
    for piece in _PIECE.findall(number_format):
        if piece == ";":
            sections.append([])
        else:
            sections[-1].append(piece)
    return tuple(map(tuple, sections))


def _section_for(value: float, sections: Sequence[Sequence[str]]) -> Sequence[str]:
    """The section that shows a value: the first whose condition holds, or that has none."""
    return next((each for each in sections if _holds(value, each)), ())


def _holds(value: float, section: Sequence[str]) -> bool:
    conditions = (match for piece in section if (match := _CONDITION.fullmatch(piece)))
    return all(_COMPARISONS[sign](value, float(limit)) for sign, limit in map(_parts, conditions))


def _parts(condition: re.Match[str]) -> tuple[str, str]:
    return condition[1], condition[2]


def _filled(section: Sequence[str], digits: str) -> str:
    """The section with its places taken by the digits from the right, all others at the first."""
    rest, places = list(digits), sum(piece in _PLACES for piece in section)
    shown: list[str] = []
    for piece in reversed(section):
        if piece not in _PLACES:
            shown.append(_fixed(piece))
            continue
        places -= 1
        taken = rest if not places else rest[-1:]
        shown.append("".join(taken) or ("0" if piece == "0" else ""))
        del rest[len(rest) - len(taken) :]
    return "".join(reversed(shown))


def _fixed(piece: str) -> str:
    """What a piece always shows; colours, conditions, languages and fillers show nothing."""
    if piece.startswith("[$"):
        return piece[2:-1].partition("-")[0]
    if piece[0] in "[_*":
        return ""
    return piece.strip('"') if piece[0] == '"' else piece.removeprefix("\\")
