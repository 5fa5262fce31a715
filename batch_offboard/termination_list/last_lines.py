"""Lines of a list that are not people: totals, and notes below the last row."""

import re
from collections.abc import Mapping, Sequence

from batch_offboard.termination_list.cleaning import cleaned, is_blank
from batch_offboard.termination_list.identifiers import looks_identifying
from batch_offboard.termination_list.models import DAYS, IDENTIFYING, UNUSED, Problem
from batch_offboard.termination_list.table import Record

NOT_A_PERSON = Problem("not_a_person", "This line is below the last person and is not a person.")

_MOST_CELLS = 2

_TOTAL = re.compile(
    r"((grand |sub-?)?totals?|sum|count|headcount|number|gesamt(summe|zahl)?|summe|anzahl|somme"
    r"|totale|suma|subtotal|totaal|aantal|nombre total|total général|total geral|total general)"
    r"( (of |number of |de |der |di |van )?(leavers|people|persons|employees|users|rows|records"
    r"|terminations|mitarbeiter(innen)?|personen|zeilen|austritte|employés|salariés|personnes"
    r"|empleados|personas|dipendenti|persone|funcionários|colaboradores|pessoas|medewerkers))?"
    r"\s*[:=]?\s*[0-9.,]*",
    re.IGNORECASE,
)
_NOTE = re.compile(
    r"[*†—–-]*\s*(printed|generated|created|exported|downloaded|run|report|prepared|page \d|end of"
    r"|confidential|internal|strictly|source|notes?\b|legend|disclaimer|as of|data as of"
    r"|gedruckt|erstellt|exportiert|seite \d|ende der|vertraulich|quelle|hinweis|stand\b|druckdatum"
    r"|imprimé|édité|généré|exporté|page \d|fin de|confidentiel|source|remarque"
    r"|impreso|generado|exportado|página \d|fin de|confidencial|fuente|nota\b"
    r"|stampato|generato|esportato|pagina \d|fine|riservato|fonte"
    r"|impresso|gerado|fim|fonte|afgedrukt|gegenereerd|einde|vertrouwelijk|bron|opmerking)\b.*"
    r"|\d+ (of|von|de|di|van) \d+"
    r"|\d+ (rows?|records?|people|persons|employees|leavers|zeilen|personen|mitarbeiter|lignes"
    r"|filas|righe|linhas|rijen)( .*)?",
    re.IGNORECASE | re.DOTALL,
)
_FIGURE = re.compile(r"[\d\s.,:/+%-]+(am|pm|utc|z)?", re.IGNORECASE)


def is_total(cells: Sequence[str], fields: Mapping[int, str]) -> bool:
    """Whether a row is labelled as a total and its only identifier is a number: the total itself.

    A person called Total has an address or a user id.
    """
    return not _is_certain(cells, fields) and any(_TOTAL.fullmatch(cleaned(cell)) for cell in cells)


def last_person(records: Sequence[Record], fields: Mapping[int, str]) -> int:
    """The position of the last record that identifies somebody; -1 where none does."""
    for position in range(len(records) - 1, -1, -1):
        cells = records[position].cells
        identified = any(
            field in IDENTIFYING and not is_blank(cells[column]) for column, field in fields.items()
        )
        if identified and not _is_total_or_note(cells, fields):
            return position
    return -1


def is_nobody(cells: Sequence[str], fields: Mapping[int, str]) -> bool:
    """Whether a line below the last person is not a person.

    True if at most two cells are filled and none in a used column, or if it only has a total or a
    note.
    """
    used = any(field != UNUSED and not is_blank(cells[column]) for column, field in fields.items())
    filled = sum(not is_blank(cell) for cell in cells)
    return (not used and filled <= _MOST_CELLS) or _is_total_or_note(cells, fields)


def _is_total_or_note(cells: Sequence[str], fields: Mapping[int, str]) -> bool:
    """Whether all that a line holds is a total or a note, with figures beside it.

    The figure of a total may be in the column of employee numbers. But a line with a number beside
    a note, or with a day beside a total, is a person: Fine and Total are names too.
    """
    if _is_certain(cells, fields):
        return False
    texts = {column: text for column, cell in enumerate(cells) if (text := cleaned(cell))}
    totals = {column for column, text in texts.items() if _TOTAL.fullmatch(text)}
    notes = {column for column, text in texts.items() if _NOTE.fullmatch(text)} - totals
    others = texts.keys() - totals - notes
    of_a_person = IDENTIFYING if notes else DAYS
    if not (totals or notes) or any(fields.get(column) in of_a_person for column in others):
        return False
    return all(_FIGURE.fullmatch(texts[column]) for column in others)


def _is_certain(cells: Sequence[str], fields: Mapping[int, str]) -> bool:
    """Whether a row has an address or a user id, which no total has."""
    return any(
        field in ("user_id", "email") and looks_identifying(field, cells[column])
        for column, field in fields.items()
    )
