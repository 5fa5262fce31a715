"""The list doctor: findings about a list, by row number, before anything is sent.

Cells that lost only formatting are repaired and reported. Rows that lost information are held.
Everything else is a notice. Pure: the findings follow from the list as it was read.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches

from batch_offboard.termination_list.choices import column_named
from batch_offboard.termination_list.cleaning import cleaned, holds_hidden, is_blank
from batch_offboard.termination_list.dates import has_short_year
from batch_offboard.termination_list.encoding import WINDOWS
from batch_offboard.termination_list.form_findings import form_findings, placeholder_findings
from batch_offboard.termination_list.identifiers import (
    compared,
    employee_number_in,
    identifier_in,
)
from batch_offboard.termination_list.known import MEANINGS
from batch_offboard.termination_list.models import (
    DAYS,
    IDENTIFYING,
    Finding,
    Termination,
    TerminationList,
)
from batch_offboard.termination_list.unused import staying_findings, unused_findings
from batch_offboard.termination_list.wording import rows_shown

_MOST_SHOWN = 10
_CLOSE = 0.85
"""How alike two domains are when one is taken for a typing error of the other (difflib ratio)."""
_FAMILIAR_FROM = 3

_NO_ROWS = ("malformed_row", "not_a_person")
_HELD = {
    "invalid_user_id": "the user id is not a Genesys user id",
    "invalid_email": "the e-mail cell does not hold one e-mail address",
    "damaged_id": "the employee number was damaged by a spreadsheet",
    "no_identifier": "there is no user id, e-mail address or employee number",
    "invalid_date": "there is no valid date",
    "malformed_row": "the cells do not fit the header",
}
"""By code: what is wrong with rows on hold, for several rows at once."""


def findings_in(termination_list: TerminationList) -> tuple[Finding, ...]:
    """All findings that the list itself gives, in the order in which they are shown."""
    return (
        *_encoding(termination_list),
        *_header(termination_list),
        *_short_years(termination_list),
        *unused_findings(termination_list),
        *staying_findings(termination_list),
        *_repairs(termination_list),
        *form_findings(termination_list),
        *placeholder_findings(termination_list),
        *_held(termination_list.rows),
        *_nobody(termination_list.rows),
        *_duplicates(termination_list.rows),
        *_domains(termination_list.rows),
    )


def _encoding(found: TerminationList) -> Iterator[Finding]:
    """Windows-1252 fits nearly any bytes, so a person must see whether the names came out right."""
    if found.format.encoding != WINDOWS:
        return
    names = [row.name for row in found.rows if row.name and not row.name.isascii()]
    cells = (cell for row in found.rows for cell in row.cells if not cell.isascii())
    sample = names[0] if names else next(cells, "")
    shown = f' It holds, for example: "{sample.strip()[:60]}".' if sample else ""
    yield Finding(
        "notice", "encoding", f"The file is not UTF-8 and was read as Windows-1252.{shown}"
    )


def _header(found: TerminationList) -> Iterator[Finding]:
    """A notice if the header is not in the first row."""
    if found.header_row > 1:
        yield Finding(
            "notice",
            "title_lines",
            f"The header is in row {found.header_row}; anything above it is "
            f"ignored{_quoted(found.title)}.",
        )


def _quoted(title: str) -> str:
    return f': "{title[:100]}"' if title else ""


def _short_years(found: TerminationList) -> Iterator[Finding]:
    """A notice that years of two digits are read as 20xx, if there are any."""
    for column, field in found.fields.items():
        if field not in DAYS:
            continue
        rows = [row for row in found.rows if has_short_year(cleaned(row.cells[column]))]
        if rows:
            text = cleaned(rows[0].cells[column])
            yield Finding(
                "notice",
                "two_digit_years",
                f"Two-digit years are read as 20xx in {column_named(found.header, column)}: for "
                f"example {text}.",
                tuple(row.row for row in rows),
            )


def _repairs(found: TerminationList) -> Iterator[Finding]:
    """What only lost its formatting, in rows whose cells stand in the right columns."""
    rows = [row for row in found.rows if row.problem is None or row.problem.code not in _NO_ROWS]
    yield from _repaired(
        "invisible_characters",
        "invisible characters (no-break spaces, zero-width characters and the like) are ignored",
        (
            row.row
            for row in rows
            if any(holds_hidden(row.cells[column]) for column in found.columns.values())
        ),
    )
    ids = [
        (row.row, field, cell)
        for row in rows
        for column, field in sorted(found.fields.items())
        if field in IDENTIFYING and (cell := row.cells[column]) != getattr(row, field)
    ]
    yield from _repaired(
        "text_marks",
        'Excel\'s text marker (an apostrophe or ="…") is ignored',
        (row for row, _, cell in ids if cleaned(cell) != identifier_in(cell)),
    )
    yield from _repaired(
        "decimal_point",
        'the ".0" after the employee number is ignored',
        (
            row
            for row, field, cell in ids
            if field == "employee_id" and f"{employee_number_in(cell)}.0" in cell
        ),
    )


def _repaired(code: str, what: str, rows: Iterable[int]) -> Iterator[Finding]:
    if numbers := tuple(dict.fromkeys(rows)):
        yield Finding("repaired", code, f"{rows_shown(numbers)}: {what}.", numbers)


def _held(rows: Sequence[Termination]) -> Iterator[Finding]:
    """One finding per kind of problem; the row's own sentence where it is the only one."""
    by_code: Mapping[str, list[Termination]] = defaultdict(list)
    for row in rows:
        if row.problem and row.problem.code != "not_a_person":
            by_code[row.problem.code].append(row)
    for code, held in by_code.items():
        numbers = tuple(row.row for row in held)
        only = held[0].problem.message if len(held) == 1 and held[0].problem else f"{_HELD[code]}."
        yield Finding("held", code, f"{rows_shown(numbers)}: {only}", numbers)


def _nobody(rows: Sequence[Termination]) -> Iterator[Finding]:
    """A finding for each line below the last person that is no person, with what it holds."""
    for row in rows:
        if row.problem and row.problem.code == "not_a_person":
            held = " · ".join(cell.strip() for cell in row.cells if not is_blank(cell))
            yield Finding(
                "notice",
                "not_a_person",
                f'Row {row.row}, below the last person, is not a person: "{held[:60]}".',
                (row.row,),
            )


def _duplicates(rows: Sequence[Termination]) -> Iterator[Finding]:
    """Notices about people and identifiers that are on the list more than once."""
    groups = _duplicate_rows(rows)
    if len(groups) > _MOST_SHOWN:
        together = tuple(sorted({row for numbers in groups for row in numbers}))
        yield Finding(
            "notice",
            "duplicates",
            f"{rows_shown(together)}: {len(groups)} people are on the list more than once.",
            together,
        )
        return
    for numbers, meanings in groups.items():
        same = " and ".join(filter(None, (", ".join(meanings[:-1]), meanings[-1])))
        yield Finding(
            "notice", "duplicates", f"{rows_shown(numbers)} have the same {same}.", numbers
        )


def _duplicate_rows(rows: Sequence[Termination]) -> Mapping[tuple[int, ...], Sequence[str]]:
    """The rows that share an identifier, and which identifiers they share."""
    shared: dict[tuple[int, ...], list[str]] = {}
    for field in IDENTIFYING:
        values = [compared(getattr(row, field) or "") for row in rows]
        counts = Counter(values)
        by_value: Mapping[str, list[int]] = defaultdict(list)
        for row, value in zip(rows, values, strict=True):
            if value and counts[value] > 1:
                by_value[value].append(row.row)
        for numbers in by_value.values():
            shared.setdefault(tuple(numbers), []).append(MEANINGS[field])
    return shared


def _domains(rows: Sequence[Termination]) -> Iterator[Finding]:
    """E-mail addresses whose domain looks like a typing error of the list's most frequent one.

    The rows are not changed: they are looked up by the address as it is.
    """
    by_domain: Mapping[str, list[int]] = defaultdict(list)
    for row in rows:
        if row.email and "@" in row.email:
            by_domain[row.email.rpartition("@")[2].casefold()].append(row.row)
    counts = Counter({domain: len(numbers) for domain, numbers in by_domain.items()})
    familiar = next((domain for domain, _ in counts.most_common(1)), "")
    if counts[familiar] < _FAMILIAR_FROM:
        return
    for domain, numbers in by_domain.items():
        close = get_close_matches(domain, [familiar], 1, _CLOSE)
        if close and domain != familiar and len(numbers) <= counts[familiar] // 3:
            yield Finding(
                "notice",
                "address_typo",
                f"{rows_shown(numbers)}: the e-mail domain {domain} looks like a typing error for "
                f"{familiar}. It is looked up as written.",
                tuple(numbers),
            )
