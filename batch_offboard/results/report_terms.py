"""The terms that a report explains: every code that its rows have. Pure."""

from dataclasses import dataclass

from batch_offboard.offboarding.codes import CODES
from batch_offboard.results.models import RunView


@dataclass(frozen=True, slots=True)
class Term:
    """A code or status that the report uses, and what it means."""

    term: str
    meaning: str


def code_terms(view: RunView) -> tuple[Term, ...]:
    """Every error code of the run's rows, sorted, with its meaning."""
    codes = sorted({row.error_code for row in view.results if row.error_code})
    return tuple(Term(code, _meaning(code)) for code in codes)


def _meaning(code: str) -> str:
    """What a code means; Genesys' own codes come with their text in the rows."""
    known = CODES.get(code)
    return known.words if known else "a code from Genesys, explained in the row"
