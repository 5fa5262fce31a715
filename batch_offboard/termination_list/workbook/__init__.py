"""Excel workbooks (.xlsx): the package, its parts, and one sheet as a table."""

from batch_offboard.termination_list.workbook.other_files import refuse_no_workbook
from batch_offboard.termination_list.workbook.reading import (
    is_workbook,
    read_workbook,
    sheet_titles,
)

__all__ = ["is_workbook", "read_workbook", "refuse_no_workbook", "sheet_titles"]
