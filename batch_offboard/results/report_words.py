"""The codes that occur in a report, explained. Pure."""

from dataclasses import dataclass

from batch_offboard.offboarding.codes import CODES
from batch_offboard.results.models import RunView


@dataclass(frozen=True, slots=True)
class Word:
    """A code, and what it means."""

    word: str
    meaning: str


def words_of(view: RunView) -> tuple[Word, ...]:
    """Every code of the run's rows with its meaning, by name."""
    codes = sorted({row.error_code for row in view.results if row.error_code})
    return tuple(Word(code, _meaning(code)) for code in codes)


def _meaning(code: str) -> str:
    """What a code means; Genesys' own are explained in their rows."""
    known = CODES.get(code)
    return known.words if known else "a code from Genesys, explained in the row"
