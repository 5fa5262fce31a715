"""Termination lists: from a file to rows, with findings about what looks wrong."""

from batch_offboard.termination_list.cells import neutralised, restored
from batch_offboard.termination_list.choices import ColumnChoice, choices_made, parse_choices
from batch_offboard.termination_list.description import described
from batch_offboard.termination_list.reading import read_termination_list
from batch_offboard.termination_list.results_file import (
    read_results_file,
    results_list,
)
from batch_offboard.termination_list.results_table import RESULTS_SHEET
from batch_offboard.termination_list.settings import ListSettings
from batch_offboard.termination_list.wording import rows_shown
from batch_offboard.termination_list.zones import timezone_name, today_in, zone_in_words

__all__ = [
    "RESULTS_SHEET",
    "ColumnChoice",
    "ListSettings",
    "choices_made",
    "described",
    "neutralised",
    "parse_choices",
    "read_results_file",
    "read_termination_list",
    "restored",
    "results_list",
    "rows_shown",
    "timezone_name",
    "today_in",
    "zone_in_words",
]
