"""A folder of lists as HR really has them, each with the outcome that cases.json says."""

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from batch_offboard.errors import UsageError
from batch_offboard.termination_list import parse_choices, read_termination_list
from batch_offboard.termination_list.models import Finding, Termination
from tests.termination_list.settings import SETTINGS

LISTS = Path(__file__).parent.parent / "lists"
FILES = LISTS / "files"
CASES: Mapping[str, Mapping[str, Any]] = json.loads((LISTS / "cases.json").read_text("utf-8"))


def outcome(path: Path, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """What reading a file gives, in the words of cases.json."""
    settings = replace(
        SETTINGS,
        columns=given.get("columns", {}),
        choices=parse_choices(given.get("choices", ())),
        date_format=given.get("date_format"),
        timezone=given.get("timezone", "UTC"),
    )
    try:
        found = read_termination_list(path, settings, given.get("sheet"))
    except UsageError as error:
        return {"error": str(error).replace(str(path), path.name)}
    return {
        "format": str(found.format),
        "header": list(found.header),
        "rows": [_row(row) for row in found.rows],
        "findings": [_finding(finding) for finding in found.findings],
    }


def _row(row: Termination) -> str:
    who = row.user_id or row.email or row.employee_id or "nobody"
    due = f" from {row.due}" if row.due else ""
    held = f" held {row.problem.code}" if row.problem else ""
    return f"{row.row} {_shortened(who)}{due}{held}"


def _shortened(text: str) -> str:
    return re.sub(r"(\d)\1{7}-\1{4}-4\1{3}-8\1{3}-\1{12}", r"U\1", text)


def _finding(finding: Finding) -> str:
    return f"{finding.kind} {finding.code}: {_shortened(finding.message)}"


@pytest.mark.parametrize("case", CASES)
def test_gives_the_outcome_of_its_case(case: str) -> None:
    """Every list file gives the format, rows, findings or error that cases.json says."""
    expected = CASES[case]

    actual = outcome(FILES / expected.get("file", case), expected.get("given", {}))

    assert {key: value for key, value in expected.items() if key not in ("file", "given")} == {
        key: value for key, value in actual.items() if key in expected or key == "error"
    }


def test_every_file_has_a_case() -> None:
    """No list file lies there without an outcome, and there are at least sixty."""
    files = {path.name for path in FILES.iterdir() if path.name != ".gitattributes"}

    assert files == {case.get("file", name) for name, case in CASES.items()}
    assert len(files) >= 60
