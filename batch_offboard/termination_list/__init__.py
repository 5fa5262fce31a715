"""Lists of people who leave: from a file to rows, and what is odd about them."""

from batch_offboard.termination_list.cells import neutralised, restored
from batch_offboard.termination_list.dates import due_state, timezone_name, today_in
from batch_offboard.termination_list.reading import read_termination_list
from batch_offboard.termination_list.settings import ListSettings

__all__ = [
    "ListSettings",
    "due_state",
    "neutralised",
    "read_termination_list",
    "restored",
    "timezone_name",
    "today_in",
]
