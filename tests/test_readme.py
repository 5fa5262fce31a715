"""The README says what the program does today."""

import json
import re
from itertools import chain
from pathlib import Path

import pytest
import yaml

from batch_offboard.cli import group
from batch_offboard.config import Config
from batch_offboard.errors import ExitCode
from batch_offboard.offboarding.steps import STEPS
from batch_offboard.results.models import COLUMNS
from batch_offboard.results.run_verdict import STATUSES
from tests.readme import README, ROOT, help_text, made, parts
from tests.support import org_of, run_command, simulator, write_list

TEXT = README.read_text("utf-8")


def section(heading: str) -> str:
    """The text under a heading, up to the next one of its level or above."""
    level = heading.split(" ", maxsplit=1)[0]
    _, rest = TEXT.split(f"\n{heading}\n")
    pieces = re.split(r"(```.*?```)", rest, flags=re.DOTALL)
    for number, piece in enumerate(pieces[::2]):  # a "#" between fences is no heading
        if end := re.search(rf"^#{{1,{len(level)}}} ", piece, re.MULTILINE):
            return "".join(pieces[: 2 * number]) + piece[: end.start()]
    return rest


def first_cells(text: str) -> list[str]:
    """The first cells of the tables in a text, without headers and backticks."""
    cells = re.findall(r"^\| (.+?) \|", text, re.MULTILINE)
    return [cell.strip("`") for cell in cells if not cell.startswith("---")]


def test_what_is_made_from_the_program_is_up_to_date() -> None:
    """Help texts, settings, sample rows, steps, codes; `python -m tests.readme` makes them anew."""
    assert made(TEXT) == TEXT


def test_every_help_text_is_there() -> None:
    """That of the program, and that of each command."""
    wanted = {"help", *(f"help {name}" for name in group.list_commands(None))}
    assert wanted == {part for part in parts(TEXT) if part.startswith("help")}


def test_the_two_commands_are_there() -> None:
    """The first thing that a newcomer types."""
    assert "\n```\npip install .\nbatch-offboard demo\n```\n" in section(
        "## Try it now, without an account"
    )
    assert 'pip install ".[test]" && pytest\n' in section("## For developers")


def test_the_exit_codes_are_those_of_the_program() -> None:
    """All of them, in the table and in the program's help."""
    expected = [str(int(code)) for code in ExitCode]
    assert expected == first_cells(section("### Exit codes"))[1:]
    assert expected == re.findall(r"^    (\d+) ", help_text(), re.MULTILINE)


def test_every_key_of_the_json_objects_is_explained(tmp_path: Path) -> None:
    """Those of a run's summary and those of a check, and no others."""
    path = write_list(tmp_path / "leavers.csv", "Anna")
    with simulator(org_of(["Anna"])) as sim:
        run = run_command(sim, tmp_path, "run", path.name, "--yes", "--json")
        check = run_command(sim, tmp_path, "check", path.name, "--json")
    keys = {**json.loads(run.out), **json.loads(check.out)}
    assert set(keys) == set(first_cells(section("### For a scheduler"))[1:])


def test_the_columns_are_those_of_the_results_file() -> None:
    """In the same order."""
    named = first_cells(section("## The results file"))
    assert list(COLUMNS) == [cell for cell in named if cell.startswith("offboard_")]


def test_every_status_is_explained() -> None:
    """One line each."""
    table = section("## The results file").split("| status |")[1].split("\n\n")[0]
    assert set(STATUSES) == set(first_cells(table))


def test_the_settings_are_the_defaults() -> None:
    """config.yaml, which the README shows, holds what holds without it."""
    written = yaml.safe_load((ROOT / "config.yaml").read_text("utf-8"))
    assert Config().model_dump(mode="json") == written


def test_every_permission_of_the_main_job_is_named() -> None:
    """What a Genesys admin must grant before the first run."""
    named = section("### 1. Create the OAuth client (Genesys admin)")
    main = [STEPS[name] for name in Config().steps]
    needed = chain.from_iterable(p.any_of for step in main for p in step.permissions)
    assert [each for each in needed if f"`{each}`" not in named] == []


def test_every_room_is_named() -> None:
    """The folders of the package, as the tree shows them."""
    tree = section("### How it is built")
    rooms = [path.parent.name for path in sorted((ROOT / "batch_offboard").glob("*/__init__.py"))]
    assert [room for room in rooms if f"\n  {room}/ " not in tree] == []


@pytest.mark.parametrize("target", sorted(set(re.findall(r"\]\(([^)#:]+)\)", TEXT))))
def test_links_lead_somewhere(target: str) -> None:
    """Files of the project that the README refers to."""
    assert (ROOT / target).exists()


def test_the_commands_shown_are_commands() -> None:
    """Whatever stands after the program's name in a line of its own."""
    shown = re.findall(r"^batch-offboard (\w+)", TEXT, re.MULTILINE)
    assert set() == set(shown) - set(group.list_commands(None))
