"""Rows grouped by cause, so that a cause that many rows share is said once. Pure."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from batch_offboard.offboarding.codes import CODES, cause
from batch_offboard.results.models import RowOutcome, RowResult
from batch_offboard.results.run_verdict import label
from batch_offboard.wording import printable


@dataclass(frozen=True, slots=True)
class SharedCause:
    """Rows with the same outcome, cause and next action, in the order in which they were given.

    `words` say the cause, `next_action` what to do about all of these rows.
    """

    outcome: RowOutcome
    words: str
    next_action: str
    rows: tuple[RowResult, ...]

    @property
    def status_label(self) -> str:
        """The outcome as it is written in a sentence."""
        return label(self.outcome)


def shared_causes(rows: Iterable[RowResult]) -> tuple[SharedCause, ...]:
    """The causes of these rows, in the order of the first row of each."""
    alike: defaultdict[tuple[object, ...], list[RowResult]] = defaultdict(list)
    for row in rows:
        # A code of ours says it all: a person may be unknown with or without a 404.
        http_status = None if row.error_code in CODES else row.http_status
        alike[row.status, row.error_code, http_status, action_for_several(row)].append(row)
    return tuple(map(_shared, alike.values()))


def _shared(rows: Sequence[RowResult]) -> SharedCause:
    first, alone = rows[0], len(rows) == 1
    words = {cause_of(row) for row in rows}
    return SharedCause(
        first.outcome,
        words.pop() if len(words) == 1 else cause(first.error_code) if first.error_code else "",
        printable(first.next_action).strip() if alone else action_for_several(first),
        tuple(rows),
    )


def cause_of(row: RowResult) -> str:
    """The cause of one row in words; may be empty."""
    error = row.error or row.error_code
    left = "" if row.left_because == error else row.left_because
    if error:  # said once, not again for each queue
        left = left.replace(f": {error.removesuffix('.')}", "")
    between = " " if error.endswith(".") else "; "
    return printable(between.join(text for text in (error, left) if text)).strip()


_PLURAL = {"is": "are", "was": "were", "has": "have", "stays": "stay"}
_SINGULAR = re.compile(rf"these people ({'|'.join(_PLURAL)})\b")


def action_for_several(row: RowResult) -> str:
    """The next action worded for several rows: without this row's number and its person's name."""
    said = re.sub(rf"\brow {row.row}\b", "each row", row.next_action)
    if row.user_name.strip():
        said = re.sub(rf"(?<!\w){re.escape(row.user_name)}(?!\w)", "these people", said)
    said = said.replace("this person's", "each person's").replace("this person", "these people")
    said = said.replace("undo this row again", "undo these rows again")
    said = said.replace("This row was", "These rows were")
    said = said.replace("before this row", "before these rows").replace("this row", "each row")
    said = _SINGULAR.sub(lambda found: f"these people {_PLURAL[found[1]]}", said)
    said = said.replace("each row means these people", "each row means the right person")
    return printable(said).strip()
