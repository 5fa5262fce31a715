"""Short lists as text, and what reading them gives."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from batch_offboard.termination_list import parse_choices, read_termination_list
from batch_offboard.termination_list.models import TerminationList
from tests.termination_list.settings import SETTINGS

ANN = "11111111-1111-4111-8111-111111111111"
BOB = "22222222-2222-4222-8222-222222222222"


def read(folder: Path, text: str, *choices: str, **settings: Any) -> TerminationList:
    """The list in this text, with columns chosen as on the command line."""
    path = folder / "list.csv"
    path.write_text(text, "utf-8")
    how = replace(SETTINGS, choices=parse_choices(choices), **settings)
    return read_termination_list(path, how)


def used(found: TerminationList) -> dict[str, str]:
    """The field of each column that means something, by its header."""
    return {found.header[column].strip(): field for column, field in sorted(found.fields.items())}


def codes(found: TerminationList) -> Sequence[str | None]:
    """The problem of each row."""
    return [row.problem.code if row.problem else None for row in found.rows]
