"""Saying what kind of list was read and what is odd about it."""

from batch_offboard.cli.terminal import Terminal
from batch_offboard.termination_list.models import Finding, TerminationList

_SHOWN_FINDINGS = 30
_SHOWN_ROWS = 12
_WORDS = {"repaired": "Repaired", "held": "Held", "notice": "Look"}


def tell_about(listed: TerminationList, terminal: Terminal) -> None:
    """Print the list's description and the doctor's findings."""
    if not terminal.quiet:
        from batch_offboard.termination_list import described

        for line in described(listed):
            terminal.say(line)
    for finding in listed.findings[:_SHOWN_FINDINGS]:
        terminal.say(_line(finding))
    if len(listed.findings) > _SHOWN_FINDINGS:
        terminal.say(f"… and {len(listed.findings) - _SHOWN_FINDINGS} more findings of this kind.")


def _line(finding: Finding) -> str:
    rows = ", ".join(map(str, finding.rows[:_SHOWN_ROWS]))
    more = " …" if len(finding.rows) > _SHOWN_ROWS else ""
    where = f" (row {rows}{more})" if len(finding.rows) == 1 else f" (rows {rows}{more})"
    return f"{_WORDS[finding.kind]}: {finding.message}{where if finding.rows else ''}"
