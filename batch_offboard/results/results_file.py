"""What the results files have in common: their names and their cells as text."""

from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from batch_offboard.record.folder import RESULTS_NAME, WORKBOOK_NAME, RunFolder
from batch_offboard.results.models import COLUMNS, RunView
from batch_offboard.results.placing import target_names


def results_files(folder: RunFolder) -> tuple[Path, ...]:
    """The results files in a run folder: results.csv, results.xlsx and their numbered siblings."""
    there = {path.name: path for path in folder.path.glob("*") if path.exists()}
    names = chain(target_names(RESULTS_NAME), target_names(WORKBOOK_NAME))
    return tuple(there[name] for name in names if name in there)


def exact_rows(view: RunView) -> Iterator[list[str]]:
    """The cells of the results as text: the header, and each row of the list followed by ours."""
    yield [*map(writable, view.started.list.header), *COLUMNS]
    for cells, result in zip(view.cells, view.results, strict=True):
        yield [*map(writable, cells), *map(writable, result.texts())]


def writable(text: str) -> str:
    """The text with `\\ud800` for a lone surrogate, which JSON can contain and a file cannot."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
