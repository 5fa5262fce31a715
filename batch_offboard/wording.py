"""Numbers as they are said in a sentence."""

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
