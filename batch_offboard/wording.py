"""Numbers as they are said in a sentence."""

_PLURALS = {"person": "people"}


def counted(number: int, noun: str) -> str:
    """`1 row`, `12,000 rows`, `1 person`, `3 people`: the noun is given in the singular."""
    return f"{number:,} {noun if number == 1 else _PLURALS.get(noun, f'{noun}s')}"
