"""The terms that a report explains: every code that its rows have. Pure."""

from dataclasses import dataclass
from itertools import chain

from batch_offboard.offboarding.codes import CODES
from batch_offboard.results.models import RunView


@dataclass(frozen=True, slots=True)
class Term:
    """A code or status that the report uses, and what it means."""

    term: str
    meaning: str


def other_terms(view: RunView, *, shared: bool) -> tuple[Term, ...]:
    """The other words that the report uses, and what each means."""
    used = _used(view, shared=shared)
    return tuple(Term(word, meaning) for word, meaning in _TERMS.items() if word in used)


def _used(view: RunView, *, shared: bool) -> set[str]:
    """The terms that occur in this report."""
    losses = chain.from_iterable(view.taken(row.row) for row in view.results)
    taken = dict.fromkeys(("joined", "ring", "division"), False)
    for each in losses:
        taken["joined"] |= each.noun == "queue"
        taken["ring"] |= each.ring_number is not None or each.uses_rings
        taken["division"] |= each.division is not None
        if all(taken.values()):
            break
    occurs = {
        "verified": any(row.verified for row in view.results),
        "due day": view.started.command != "undo" and any(view.due),
        "on hold": any(row.status == "skipped" for row in view.results),
        "left behind": any(row.left_behind for row in view.results),
        "joined, not joined": taken["joined"],
        "ring": taken["ring"],
        "division": bool(view.queues) or taken["division"],
        "plan digest": view.plan is not None,
        "OAuth client": not shared,
        "correlation id": any(row.correlation_id for row in view.results),
    }
    return {word for word, is_used in occurs.items() if is_used}


_TERMS = {
    "verified": "the state after the change was read back from Genesys, and every division's "
    "queues could be seen",
    "due day": "the day on which the person should become inactive, from 00:00",
    "on hold": "not attempted until somebody has looked at the row",
    "left behind": "what this program does not end, but somebody should know about, such as a "
    "phone number or open callbacks",
    "joined, not joined": "whether the person was taking work from the queue when it was read",
    "ring": "the person's numbered group in the queue, which offers work ring by ring",
    "division": "a part of the organisation to which people and queues belong, and in which "
    "permissions are given",
    "plan digest": "the SHA-256 of the plan: it shows that what was agreed to is what was shown",
    "OAuth client": "the account with which this program logs in to Genesys",
    "correlation id": "identifies one request to Genesys; Genesys support asks for it",
}


def code_terms(view: RunView) -> tuple[Term, ...]:
    """Every error code of the run's rows, sorted, with its meaning."""
    codes = sorted({row.error_code for row in view.results if row.error_code})
    return tuple(Term(code, _meaning(code)) for code in codes)


def _meaning(code: str) -> str:
    """What a code means; Genesys' own codes come with their text in the rows."""
    known = CODES.get(code)
    return known.words if known else "a code from Genesys, explained in the row"
