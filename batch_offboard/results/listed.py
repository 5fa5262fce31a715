"""What the list itself says about a person, for rows in which Genesys names nobody. Pure."""

from collections.abc import Mapping

from batch_offboard.results.models import RowResult, RunView

NOT_IDENTIFIED = "person not identified"


class Listed:
    """The cells of the rows without a name from Genesys, by row number."""

    def __init__(self, view: RunView) -> None:
        self._columns: Mapping[str, int] = view.started.list.columns
        self._cells = {
            result.row: cells
            for result, cells in zip(view.results, view.cells, strict=True)
            if not result.user_name
        }

    def name(self, result: RowResult) -> str:
        """The person's name by Genesys, else by the list, else that there is none."""
        return result.user_name or self._told(result, "name") or NOT_IDENTIFIED

    def identifiers(self, result: RowResult) -> str:
        """The list's identifiers of a person whom Genesys does not name; empty for others."""
        return self._told(result, "email", "employee_id", "user_id")

    def _told(self, result: RowResult, *meanings: str) -> str:
        cells = self._cells.get(result.row, ())
        at = [self._columns[meaning] for meaning in meanings if meaning in self._columns]
        found = [cells[number].strip() for number in at if number < len(cells)]
        return " · ".join(each for each in found if each)
