"""The README says what the program does today."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from importlib.metadata import version
from itertools import chain
from pathlib import Path
from typing import get_args, get_type_hints

import click
import pytest
import yaml

from batch_offboard.cli import group
from batch_offboard.commands.check import FOR_ROLES, SEARCH
from batch_offboard.config import Config
from batch_offboard.config.credentials import VARIABLES
from batch_offboard.errors import ExitCode
from batch_offboard.offboarding.agreement import Agreement
from batch_offboard.offboarding.codes import CODES
from batch_offboard.offboarding.leftovers import LEFTOVERS, LOOKING
from batch_offboard.offboarding.steps import STEPS, Permission
from batch_offboard.results.models import COLUMNS
from batch_offboard.results.run_verdict import OUTCOMES, STATUSES
from tests.markdown import code, commands, first_cells, section, without_section, words_of
from tests.readme import README, ROOT, command_of, help_text, made
from tests.support import org_of, run_command, simulator, write_list

WHOLE = README.read_text("utf-8")
TEXT = without_section(WHOLE, "### Help texts")
USERS = without_section(without_section(TEXT, "## How fast it is"), "## For developers")
"""The README for people who use the program."""

OTHERS_OPTIONS = {"--force", "--force-reinstall", "--no-deps", "--user"}
"""Options of pip, pipx and uv."""
KEYS_INSIDE = {"plan_run", "user_id", "user_name", "error_code", "next_action", "correlation_id"}
"""Keys of the JSON object that are not on top, and in which an underscore stands."""


def test_what_is_made_from_the_program_is_up_to_date() -> None:
    """Commands, options, settings, sample rows, steps and codes: `python -m tests.readme`."""
    assert made(WHOLE) == WHOLE


def test_every_help_text_is_there() -> None:
    """That of the program, and that of each command."""
    shown = section(WHOLE, "### Help texts")
    assert [name for name in help_commands() if help_text(name) not in shown] == []
    assert help_text() in shown


def test_the_two_commands_are_there() -> None:
    """The first thing that a newcomer types."""
    assert "\n```\npip install .\nbatch-offboard demo\n```\n" in section(
        TEXT, "## Try it now, without an account"
    )
    assert 'pip install ".[test]" && pytest\n' in section(TEXT, "## For developers")


def test_the_wheel_has_the_name_of_today() -> None:
    """pip, pipx and uv take no other."""
    named = set(re.findall(r"batch_offboard-[\w.]+-py3-none-any\.whl", TEXT))
    assert named == {f"batch_offboard-{version('batch-offboard')}-py3-none-any.whl"}


def test_the_exit_codes_are_those_of_the_program() -> None:
    """All of them, in the table and in the program's help."""
    expected = [str(int(code)) for code in ExitCode]
    assert expected == first_cells(section(TEXT, "## Scheduler: run it unattended"))[1:]
    assert expected == re.findall(r"^    (\d+) ", help_text(), re.MULTILINE)


@pytest.mark.skipif(shutil.which("flock") is None, reason="flock is of Linux")
def test_the_line_for_cron_leaves_a_run_that_goes_on_alone(tmp_path: Path) -> None:
    """A second one at the time says 75, and does not empty the files of the first."""
    line = re.search(r"^15 6 \* \* 1-5  (.+)$", TEXT, re.MULTILINE)
    assert line
    work, program = tmp_path / "offboarding", tmp_path / ".local/bin/batch-offboard"
    program.parent.mkdir(parents=True)
    work.mkdir()
    program.write_text("#!/bin/sh\necho begun\necho told >&2\ncat go\nexit 3\n")
    program.chmod(0o700)
    os.mkfifo(work / "go")

    def start() -> subprocess.Popen[str]:
        env = {"HOME": str(tmp_path), "PATH": os.environ["PATH"]}
        return subprocess.Popen(["sh", "-c", line[1]], env=env, stdout=subprocess.PIPE, text=True)

    first = start()
    with (work / "go").open("w") as go:  # opens once the first is at work
        refused, _ = start().communicate(timeout=60)
        assert refused == "batch-offboard: exit code 75\n"
        assert (work / "last.json").read_text() == "begun\n"
        assert (work / "last.log").read_text() == "told\n"
        go.write("ended\n")
    assert first.communicate(timeout=60)[0] == "batch-offboard: exit code 3\n"
    assert (work / "last.json").read_text() == "begun\nended\n"


def test_every_key_of_the_json_objects_is_explained(tmp_path: Path) -> None:
    """Those of a run's summary and those of a check, and no others."""
    path = write_list(tmp_path / "leavers.csv", "Anna")
    with simulator(org_of(["Anna"])) as sim:
        run = run_command(sim, tmp_path, "run", path.name, "--yes", "--json")
        check = run_command(sim, tmp_path, "check", path.name, "--json")
    keys = {**json.loads(run.out), **json.loads(check.out)}
    assert set(keys) == set(first_cells(section(TEXT, "### JSON"))[1:])


def test_the_columns_are_those_of_the_results_file() -> None:
    """In the same order."""
    named = first_cells(section(TEXT, "### Results"))
    assert list(COLUMNS) == [cell for cell in named if cell.startswith("offboard_")]


def test_every_status_is_explained() -> None:
    """One line each."""
    table = section(TEXT, "### Results").split("| status |")[1].split("\n\n")[0]
    assert set(STATUSES) == set(first_cells(table))


def test_every_leftover_is_explained() -> None:
    """With the permission that looking for it takes, if it takes one."""
    rows = section(TEXT, "### Leftovers").splitlines()
    told = {cells[1].strip(" `"): cells[3] for row in rows if len(cells := row.split("|")) == 5}
    assert list(told)[2:] == list(LEFTOVERS)
    for name in LEFTOVERS:
        wanted = set(LOOKING[name].any_of) if name in LOOKING else set()
        assert set(re.findall(r"`(.+?)`", told[name])) == wanted, name


def test_the_settings_are_the_defaults() -> None:
    """config.yaml, which the README shows, holds what holds without it."""
    written = yaml.safe_load((ROOT / "config.yaml").read_text("utf-8"))
    assert Config().model_dump(mode="json") == written


def test_every_permission_of_the_main_job_is_named() -> None:
    """What a Genesys admin must grant before the first run, and what more is worth having."""
    named = first_cells(section(TEXT, "### The OAuth client"))[1:]
    main = [STEPS[name] for name in Config().steps]
    needed = [permission for step in main for permission in step.permissions]
    needed += [permission for permission, _ in (SEARCH, *FOR_ROLES)]
    wanted = [" or ".join(f"`{each}`" for each in one.any_of) for one in needed]
    assert sorted(named) == sorted(each.strip("`") for each in wanted)


def permissions() -> set[str]:
    """Every permission that the program asks for."""
    steps = ((*step.permissions, *step.undo_permissions) for step in STEPS.values())
    looking: list[Permission] = [*LOOKING.values(), *(one for one, _ in (SEARCH, *FOR_ROLES))]
    return {each for one in chain(*steps, looking) for each in one.any_of}


def test_every_permission_is_named_and_no_other() -> None:
    """In tables and in sentences."""
    assert set(re.findall(r"`([a-zA-Z]+(?::[a-zA-Z]+){2})`", TEXT)) == permissions()


def settings(values: object, path: str = "") -> Iterator[str]:
    """The names of all settings, with dots between their parts."""
    if isinstance(values, dict):
        for name, value in values.items():
            yield f"{path}{name}"
            yield from settings(value, f"{path}{name}.")


def known_names() -> set[str]:
    """Every name with an underscore that a user of the program may meet."""
    config = yaml.safe_load((ROOT / "config.yaml").read_text("utf-8"))
    names = {part for setting in settings(config) for part in setting.split(".")}
    names |= set(chain.from_iterable(config["list"]["columns"].values()))
    names |= {*COLUMNS, *OUTCOMES, *CODES, *STEPS, *LEFTOVERS, *KEYS_INSIDE}
    names |= set(get_args(get_type_hints(Agreement)["how"]))
    return names | set(first_cells(section(TEXT, "### JSON")))


def test_every_name_in_the_readme_exists() -> None:
    """Columns, codes, statuses, settings, steps and keys, wherever a sentence has one."""
    named = {each for each in code(USERS) if re.fullmatch(r"[a-z]+(_[a-z]+)+", each)}
    assert named - known_names() == set()


def test_every_setting_in_a_sentence_exists() -> None:
    """Written with dots, as `guards.max_rows`."""
    there = set(settings(yaml.safe_load((ROOT / "config.yaml").read_text("utf-8"))))
    sections = "|".join({each.split(".")[0] for each in there if "." in each})
    named = {each for each in code(USERS) if re.fullmatch(rf"({sections})\.[a-z_]+", each)}
    assert named
    assert named - there == set()


def test_the_variables_are_those_of_the_program() -> None:
    """In the example of a .env."""
    assert set(re.findall(r"\bGENESYS_\w+", TEXT)) == set(VARIABLES)


@pytest.mark.parametrize("shown", sorted(commands(USERS)))
def test_the_commands_shown_work_as_printed(shown: str) -> None:
    """The program takes them; cmd and PowerShell take the quotes, and no comma apart."""
    name, *arguments = words_of(shown.replace("HASH", "0" * 64))
    # Without its group, a command would keep a --help that has no -h.
    root = click.Context(group, **group.context_settings)
    context = command_of(name).make_context(name, arguments, root)
    assert isinstance(context, click.Context)
    assert "'" not in shown
    assert "," not in re.sub(r'"[^"]*"', "", shown)


def test_every_command_is_shown() -> None:
    """Somewhere in a sentence, a table or an example, other than the table of all commands."""
    there = {words_of(each)[0] for each in commands(USERS)}
    assert there == set(help_commands())


def help_commands() -> list[str]:
    """The names of the commands, as the program's help lists them."""
    listed = help_text().partition("\nCommands:\n")[2].partition("\n\n")[0]
    return re.findall(r"^  (\w+) ", listed, re.MULTILINE)


def test_every_option_in_the_readme_exists() -> None:
    """Wherever a sentence has one."""
    taken = {
        option
        for name in help_commands()
        for parameter in command_of(name).params
        for option in parameter.opts
    }
    named = set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", "\n".join(code(USERS))))
    assert named - taken - {"--help", "--version"} == OTHERS_OPTIONS


def test_every_room_is_named() -> None:
    """The folders of the package, as the tree shows them."""
    tree = section(TEXT, "### How it is built")
    rooms = [path.parent.name for path in sorted((ROOT / "batch_offboard").glob("*/__init__.py"))]
    assert [room for room in rooms if f"\n  {room}/ " not in tree] == []
