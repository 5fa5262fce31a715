"""Row numbers in words."""

from collections.abc import Sequence

_MOST_SHOWN = 10


def rows_shown(rows: Sequence[int]) -> str:
    """Row numbers as a person reads them: "Row 3", "Rows 3, 7-9 and 12", at most ten pieces."""
    pieces: list[list[int]] = []
    for row in sorted(rows):
        if pieces and row == pieces[-1][-1] + 1:
            pieces[-1][1:] = [row]
        else:
            pieces.append([row])
    texts = ["-".join(map(str, piece)) for piece in pieces]
    if len(texts) > _MOST_SHOWN:
        texts = [*texts[:_MOST_SHOWN], f"{len(texts) - _MOST_SHOWN} more"]
    listed = " and ".join(part for part in (", ".join(texts[:-1]), texts[-1]) if part)
    return f"{'Row' if len(rows) == 1 else 'Rows'} {listed}"
