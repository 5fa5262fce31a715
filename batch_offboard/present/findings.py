"""The findings of the list doctor as lines of text, shown before a run."""

from collections.abc import Iterator

from batch_offboard.termination_list.models import TerminationList
from batch_offboard.wording import counted

MOST_SHOWN = 30
"""At most this many findings are shown; the others are only counted."""

_WORDS = {"repaired": "Repaired", "held": "On hold", "notice": "Please check"}


def finding_lines(listed: TerminationList) -> Iterator[str]:
    """A line for each finding, and a line with the number of findings left out."""
    for finding in listed.findings[:MOST_SHOWN]:
        yield f"{_WORDS[finding.kind]}: {finding.message}"
    rest = len(listed.findings) - MOST_SHOWN
    if rest > 0:
        yield f"… and {counted(rest, 'more finding')}."
