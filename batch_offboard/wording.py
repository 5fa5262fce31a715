"""Numbers as they are said in a sentence."""

from collections.abc import Sequence

_MOST_SPANS = 60
_PLURALS = {"person": "people"}


def counted(number: int, noun: str) -> str:
    """`1 row`, `12,000 rows`, `1 person`, `3 people`: the noun is given in the singular."""
    return f"{number:,} {noun if number == 1 else plural(noun)}"


def counted_of(number: int, total: int, noun: str) -> str:
    """`2 of 3 rows`, and where it is all of them just `3 rows`."""
    whole = counted(total, noun)
    return whole if number == total else f"{number:,} of {whole}"


def plural(noun: str) -> str:
    """`rows`, `people`."""
    return _PLURALS.get(noun, f"{noun}s")


def spans(numbers: Sequence[int]) -> str:
    """`2-5, 8, 11-12`: ascending numbers, neighbours drawn together; a very long text is cut."""
    told: list[tuple[int, int]] = []
    for number in numbers:
        if told and number == told[-1][1] + 1:
            told[-1] = (told[-1][0], number)
        else:
            told.append((number, number))
    shown = (f"{a}" if a == b else f"{a}-{b}" for a, b in told[:_MOST_SPANS])
    return ", ".join(shown) + (", …" if len(told) > _MOST_SPANS else "")


def printable(text: str) -> str:
    """The text on one line, without characters that could play tricks on a terminal."""
    return "".join(each if each.isprintable() else " " for each in text)
