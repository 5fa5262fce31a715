"""The list doctor: what is odd about a list, told before anything is sent."""

from batch_offboard.termination_list.models import Finding, TerminationList


def findings_in(termination_list: TerminationList) -> tuple[Finding, ...]:
    """What the rows of the list show to be odd."""
    return ()
