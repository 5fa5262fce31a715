"""Numbers, and texts from outside, in the form used in sentences."""

from collections.abc import Iterable, Sequence

_MOST_SPANS = 60
_PLURALS = {"person": "people"}


def counted(number: int, noun: str) -> str:
    """`1 row`, `12,000 rows`, `1 person`, `3 people`: the noun is given in the singular."""
    return f"{number:,} {noun if number == 1 else plural(noun)}"


def counted_of(number: int, total: int, noun: str) -> str:
    """`2 of 3 rows`, or just `3 rows` if it is all of them."""
    whole = counted(total, noun)
    return whole if number == total else f"{number:,} of {whole}"


def enumerated(texts: Iterable[str]) -> str:
    """The texts in one line with semicolons in between, without their own full stops."""
    return "; ".join(each.removesuffix(".") for each in texts)


def plural(noun: str) -> str:
    """`rows`, `people`."""
    return _PLURALS.get(noun, f"{noun}s")


def spans(numbers: Sequence[int]) -> str:
    """`2-5, 8, 11-12`: the pieces of ascending numbers; a very long text is cut."""
    found = pieces(numbers)
    return ", ".join(found[:_MOST_SPANS]) + (", …" if len(found) > _MOST_SPANS else "")


def rows_named(numbers: Sequence[int]) -> str:
    """`row 3`, or `rows 2-5, 8`."""
    return f"row {numbers[0]}" if len(numbers) == 1 else f"rows {spans(numbers)}"


def pieces(numbers: Sequence[int]) -> list[str]:
    """`2-5`, `8`, `11-12`: ascending numbers, consecutive ones joined."""
    found: list[tuple[int, int]] = []
    for number in numbers:
        if found and number == found[-1][1] + 1:
            found[-1] = (found[-1][0], number)
        else:
            found.append((number, number))
    return [f"{first}" if first == last else f"{first}-{last}" for first, last in found]


def printable(text: str) -> str:
    """The text on one line, without characters that could play tricks on a terminal."""
    return "".join(each if each.isprintable() else " " for each in text)
