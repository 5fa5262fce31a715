"""Saying what kind of list was read and what is odd about it."""

from batch_offboard.cli.terminal import Terminal
from batch_offboard.termination_list.models import TerminationList

_SHOWN_FINDINGS = 30
_WORDS = {"repaired": "Repaired", "held": "Held", "notice": "Please check"}


def tell_about(listed: TerminationList, terminal: Terminal) -> None:
    """Print the list's description and the doctor's findings."""
    if not terminal.quiet:
        from batch_offboard.termination_list import described

        for line in described(listed):
            terminal.say(line)
    for finding in listed.findings[:_SHOWN_FINDINGS]:
        terminal.say(f"{_WORDS[finding.kind]}: {finding.message}")
    if len(listed.findings) > _SHOWN_FINDINGS:
        terminal.say(f"… and {len(listed.findings) - _SHOWN_FINDINGS} more findings.")
