"""`template`: an empty list with headers and made-up example rows."""

from collections.abc import Callable, Mapping
from pathlib import Path

from batch_offboard.errors import UsageError
from batch_offboard.termination_list.template import template_csv, template_workbook

_MAKERS: Mapping[str, Callable[[], bytes]] = {".xlsx": template_workbook, ".csv": template_csv}


def write_template(path: Path) -> None:
    """Write the template to `path`, of the kind that the end of its name says.

    Raises UsageError for another ending, for an existing file, and for a folder that cannot be
    written.
    """
    make = _MAKERS.get(path.suffix.lower())
    if make is None:
        raise UsageError(
            f"{path} was not written. Its name must end in .xlsx or .csv, such as leavers.xlsx."
        )
    content = make()
    try:
        with path.open("xb") as file:
            file.write(content)
    except FileExistsError as error:
        raise UsageError(
            f"{path} exists already and was not changed. Choose another name, or move that file "
            "away."
        ) from error
    except OSError as error:
        raise UsageError(f"{path} cannot be written ({error.strerror or error}).") from error
