"""The rooms of the README's "How it is built": which may import which, and who knows what."""

import ast
import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

import pytest

import batch_offboard
from tests.readme import README

ROOT = Path(batch_offboard.__file__).parent

EARLIER_ROOMS = {
    "errors": set(),
    "wording": set(),
    "termination_list": {"errors", "wording"},
    "offboarding": {"errors", "wording", "termination_list"},
    "config": {"errors", "offboarding", "termination_list"},
    "record": {"errors", "offboarding"},
    "genesys": {"errors", "offboarding"},
    "results": {"errors", "wording", "termination_list", "offboarding", "record"},
    "run": {"errors", "wording", "termination_list", "offboarding", "record", "genesys"},
    "rerun": {
        "errors",
        "wording",
        "termination_list",
        "offboarding",
        "record",
        "genesys",
        "results",
        "run",
    },
    "commands": {
        "errors",
        "wording",
        "termination_list",
        "offboarding",
        "config",
        "record",
        "genesys",
        "results",
        "run",
        "rerun",
        "simulator",
    },
    "present": {
        "errors",
        "wording",
        "termination_list",
        "offboarding",
        "record",
        "results",
        "commands",
    },
    "page": {
        "errors",
        "wording",
        "termination_list",
        "offboarding",
        "config",
        "record",
        "genesys",
        "results",
        "run",
        "rerun",
        "commands",
        "present",
        "simulator",
    },
    "simulator": set(),
}
"""What each room may import of the others; the command line may import any.

The simulator imports nothing: a witness that shared code with the program would share its mistakes.
"""

ONLY_IN = {
    "PureCloudPlatformClientV2": {"genesys"},
    "urllib3": {"genesys"},
    "pandas": {"termination_list"},
    "openpyxl": {"results", "termination_list"},
    "yaml": {"config"},
    "filelock": {"record"},
    "jinja2": {"page", "results"},
    "tqdm": {"cli"},
    "starlette": {"page", "simulator"},
    "uvicorn": {"page", "simulator"},
    "click": {"cli", "simulator"},
    "asyncio": {"commands", "genesys", "page", "run", "simulator"},
}
"""The rooms that may import what is not ours."""


def room(path: Path) -> str:
    """The room that a module lies in; a module beside the rooms is one of its own."""
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


def imports(path: Path) -> Iterator[str]:
    """Every module that a module imports, anywhere in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            yield node.module or ""
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


COMMAND_LINE = re.compile(r"(?<![\w-])--[a-z]|batch-offboard [a-z]")
"""An option, or a command."""

MODULES = sorted(ROOT.rglob("*.py"))


@cache
def imported() -> Sequence[tuple[Path, Sequence[str]]]:
    """Every module with each module that it imports, in its parts."""
    return [(path, name.split(".")) for path in MODULES for name in imports(path)]


@pytest.mark.parametrize("name", EARLIER_ROOMS)
def test_a_room_imports_only_those_before_it(name: str) -> None:
    """Values go one way; a module that looks back makes two rooms one."""
    found = {
        parts[1]
        for path, parts in imported()
        if room(path) == name and parts[0] == "batch_offboard" and len(parts) > 1
    }
    assert set() == found - EARLIER_ROOMS[name] - {name}


def test_the_readme_names_every_room() -> None:
    """And no other: a newcomer finds the tree as it is told."""
    told = README.read_text("utf-8").partition("\nbatch_offboard/\n")[2].partition("\nsamples/")[0]
    names = {line.split()[0].rstrip("/") for line in told.splitlines() if line[2] != " "}
    there = {path.name for path in ROOT.iterdir() if (path / "__init__.py").exists()}
    modules = {path.name for path in ROOT.glob("*.py")} - {"__init__.py", "__main__.py"}
    assert names == there | modules


def test_only_the_command_line_imports_itself() -> None:
    """What a command does needs no terminal."""
    found = {room(path) for path, parts in imported() if parts[:2] == ["batch_offboard", "cli"]}
    assert found == {"cli", "__main__"}


def test_only_two_commands_import_the_page() -> None:
    """The others start without it."""
    found = {
        path.relative_to(ROOT).as_posix() for path, parts in imported() if "page" in parts[1:2]
    }
    outside = {each for each in found if not each.startswith("page/")}
    assert outside == {"cli/open.py", "cli/shortcut.py"}


@pytest.mark.parametrize("package", ONLY_IN)
def test_one_room_knows_what_is_not_ours(package: str) -> None:
    """So that it can be exchanged, and its mistakes stay in one place."""
    found = {room(path) for path, parts in imported() if parts[0] == package}
    assert ONLY_IN[package] == found


def test_only_one_module_imports_the_sdk() -> None:
    """It is made safe there before anything else sees it."""
    sdk = [path.name for path, parts in imported() if parts[0] == "PureCloudPlatformClientV2"]
    assert {"sdk.py"} == set(sdk)


WORDS_OF_FILES = {
    "results/report_facts.py",
    "results/report_page.py",
}
"""What the report says is kept with the run, for people who use the command line."""


def option_texts(path: Path) -> Iterator[str]:
    """The texts of a module that name an option or a command, but for docstrings."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    described = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    texts = (each for each in ast.walk(tree) if isinstance(each, ast.Constant))
    for each in texts:
        text = each.value if isinstance(each.value, str) and id(each) not in described else ""
        if COMMAND_LINE.search(text):
            yield text


def test_only_the_command_line_knows_its_options() -> None:
    """What lies below names actions, so that each shell words them in its own terms."""
    rooms = {*EARLIER_ROOMS} - {"simulator", "page"}
    found = {
        str(path.relative_to(ROOT).as_posix())
        for path in MODULES
        if room(path) in rooms and any(option_texts(path))
    }
    assert found <= WORDS_OF_FILES


def test_the_page_speaks_of_no_options() -> None:
    """It is a shell with a voice of its own, for people who use no terminal."""
    pages = [path for path in MODULES if room(path) == "page"]
    assert [path.name for path in pages if any("--" in text for text in option_texts(path))] == []
