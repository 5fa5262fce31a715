"""Row numbers in words."""

from collections.abc import Sequence

from batch_offboard.wording import pieces

_MOST_SHOWN = 10


def rows_shown(rows: Sequence[int]) -> str:
    """Row numbers as a person reads them: "Row 3", "Rows 3, 7-9 and 12", at most ten pieces."""
    texts = pieces(sorted(rows))
    if len(texts) > _MOST_SHOWN:
        texts = [*texts[:_MOST_SHOWN], f"{len(texts) - _MOST_SHOWN} more"]
    listed = " and ".join(part for part in (", ".join(texts[:-1]), texts[-1]) if part)
    return f"{'Row' if len(rows) == 1 else 'Rows'} {listed}"
