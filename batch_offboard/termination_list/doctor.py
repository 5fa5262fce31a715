"""The list doctor: what is odd about a list, told by row number before anything is sent.

What only lost formatting was repaired and is told. What lost information is held: the row is not
attempted. Everything else is a notice. Pure: the findings follow from the list as it was read.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches

from batch_offboard.termination_list.cleaning import cleaned, holds_hidden, is_blank
from batch_offboard.termination_list.columns import IDENTIFYING, MEANINGS, letter, plain
from batch_offboard.termination_list.dates import looks_like_day
from batch_offboard.termination_list.encoding import WINDOWS
from batch_offboard.termination_list.identifiers import (
    compared,
    employee_number_in,
    identifier_in,
)
from batch_offboard.termination_list.models import Finding, Termination, TerminationList
from batch_offboard.termination_list.wording import rows_shown

_MOST_SHOWN = 10
_CLOSE = 0.85
"""How alike two domains are when one is taken for a typing error of the other (difflib ratio)."""
_FAMILIAR_FROM = 3

_HELD = {
    "invalid_user_id": "the user id is not a Genesys user id",
    "damaged_id": "the employee number was damaged by a spreadsheet",
    "no_identifier": "there is neither a user id nor an e-mail address nor an employee number",
    "invalid_date": "there is no date that can be read",
    "malformed_row": "the cells do not fit the header",
}


def findings_in(termination_list: TerminationList) -> tuple[Finding, ...]:
    """Everything odd that the list itself shows, in the order in which it is told."""
    return (
        *_encoding(termination_list),
        *_header(termination_list),
        *_unused_days(termination_list),
        *_repairs(termination_list),
        *_held(termination_list.rows),
        *_addresses(termination_list.rows),
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
    if found.header_row > 1:
        yield Finding(
            "notice",
            "title_lines",
            f"The header is row {found.header_row}; what stands above it is not used.",
        )
    for column, header in enumerate(found.header):
        if plain(header) == "id" and column not in found.columns.values():
            yield Finding(
                "notice",
                "column_not_used",
                f'The column "{header.strip()}" ({letter(column)}) is not used: none of its values '
                "is a Genesys user id.",
            )


def _unused_days(found: TerminationList) -> Iterator[Finding]:
    """Days under a header that is not known: perhaps the very days on which people leave."""
    if {"effective_date", "last_day"} & set(found.columns):
        return
    rows = [row for row in found.rows if row.problem is None]
    for column, header in enumerate(found.header):
        texts = [cleaned(row.cells[column]) for row in rows if not is_blank(row.cells[column])]
        if texts and column not in found.columns.values() and all(map(looks_like_day, texts)):
            yield Finding(
                "notice",
                "days_not_used",
                f'The column "{header.strip()}" ({letter(column)}) holds days but is not used, so '
                "every row counts as due. If people leave on these days, add its header to "
                "list.columns.effective_date or list.columns.last_day in the configuration.",
            )


def _repairs(found: TerminationList) -> Iterator[Finding]:
    """What only lost its formatting, in rows whose cells stand in the right columns."""
    rows = [row for row in found.rows if row.problem is None or row.problem.code != "malformed_row"]
    yield from _repaired(
        "invisible_characters",
        "characters that nobody sees (no-break blanks, zero-width characters and the like) are "
        "left out",
        (
            row.row
            for row in rows
            if any(holds_hidden(row.cells[column]) for column in found.columns.values())
        ),
    )
    ids = [
        (row.row, field, cell)
        for row in rows
        for field in IDENTIFYING
        if field in found.columns
        and (cell := row.cells[found.columns[field]]) != getattr(row, field)
    ]
    yield from _repaired(
        "text_marks",
        'what only marks a value as text for Excel (an apostrophe or ="…") is left out',
        (row for row, _, cell in ids if cleaned(cell) != identifier_in(cell)),
    )
    yield from _repaired(
        "decimal_point",
        'the ".0" behind the employee number is left out',
        (
            row
            for row, field, cell in ids
            if field == "employee_id" and employee_number_in(cell) != identifier_in(cell)
        ),
    )


def _repaired(code: str, what: str, rows: Iterable[int]) -> Iterator[Finding]:
    if numbers := tuple(dict.fromkeys(rows)):
        yield Finding("repaired", code, f"{rows_shown(numbers)}: {what}.", numbers)


def _held(rows: Sequence[Termination]) -> Iterator[Finding]:
    """One finding per kind of problem; the row's own sentence where it is the only one."""
    by_code: Mapping[str, list[Termination]] = defaultdict(list)
    for row in rows:
        if row.problem:
            by_code[row.problem.code].append(row)
    for code, held in by_code.items():
        numbers = tuple(row.row for row in held)
        only = held[0].problem.message if len(held) == 1 and held[0].problem else f"{_HELD[code]}."
        yield Finding("held", code, f"{rows_shown(numbers)}: {only}", numbers)


def _addresses(rows: Sequence[Termination]) -> Iterator[Finding]:
    odd = tuple(row.row for row in rows if row.email and not _is_address(row.email))
    if odd:
        yield Finding(
            "notice",
            "odd_address",
            f"{rows_shown(odd)}: what stands in the e-mail column is not one e-mail address.",
            odd,
        )


def _is_address(text: str) -> bool:
    return text.count("@") == 1 and not text.startswith("@") and not set(text) & set(" ,;<>\n\r\t")


def _duplicates(rows: Sequence[Termination]) -> Iterator[Finding]:
    groups = _duplicate_rows(rows)
    if len(groups) > _MOST_SHOWN:
        together = tuple(sorted({row for numbers in groups for row in numbers}))
        yield Finding(
            "notice",
            "duplicates",
            f"{rows_shown(together)}: {len(groups)} people stand on the list more than once.",
            together,
        )
        return
    for numbers, meanings in groups.items():
        same = " and the same ".join(meanings)
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

    The rows are left as they are: they are looked up, and found or not, by what they hold.
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
                f"{rows_shown(numbers)}: the e-mail domain {domain} looks like a typing error of "
                f"{familiar}. It is looked up as it stands.",
                tuple(numbers),
            )
