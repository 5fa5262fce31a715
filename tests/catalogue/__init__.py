"""Every text that people can see, found in the sources: `python -m tests.catalogue` writes it."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from itertools import groupby
from pathlib import Path

import batch_offboard
from tests.catalogue.message import Message
from tests.catalogue.python_texts import constants_in, messages_in
from tests.catalogue.template_texts import messages_in_script, messages_in_template

ROOT = Path(batch_offboard.__file__).parent
MESSAGES = Path(__file__).parents[1] / "messages.md"
_NO_MESSAGES = (
    "simulator",  # its server answers developers, in Genesys' own words
    "config/__init__.py",  # names of what it exports
    "genesys/__init__.py",  # the same
    "genesys/region_names.py",  # names of places
    "genesys/sdk_import.py",  # settings of the SDK
    "termination_list/cells.py",  # months, as patterns
    "termination_list/day_words.py",  # words within dates
    "termination_list/last_lines.py",  # words below a list; its one message stands in codes too
    "termination_list/number_format.py",  # Excel's number formats
    "termination_list/vague_days.py",  # words within dates
)
_WITH_MESSAGES = ("simulator/__main__.py", "simulator/org_file.py")
"""Modules within `_NO_MESSAGES` that have messages after all."""
_SECTIONS = (
    ("The list", ("termination_list",)),
    ("The plan", ("offboarding", "present/question.py", "commands/plan_notes.py")),
    ("The run", ("run", "rerun", "commands/run_list.py", "commands/rerun.py", "cli/terminal.py")),
    (
        "The result columns and the end of a run",
        ("results/row", "results/next", "results/summary", "offboarding/codes"),
    ),
    ("The undo", ("commands/undo", "commands/restores", "results/undo_verdict.py")),
    ("The report", ("results",)),
    ("The page", ("page",)),
    ("Setup and check", ("cli/setup", "cli/region", "cli/check", "cli/permission", "present/perm")),
    ("Settings", ("config", "commands/setup.py", "commands/check.py")),
    ("Genesys and the network", ("genesys",)),
    ("Files, folders and the journal", ("record", "commands", "present")),
    ("Help and the command line", ("cli", "simulator", "errors.py", "wording.py")),
)
"""The sections, with the beginnings of their sources' names; the longest that fits decides."""


@cache
def messages() -> tuple[Message, ...]:
    """All messages of the package, each text once, by section, then by source."""
    found: dict[str, Message] = {}
    for each in sorted(_all(), key=lambda message: _section(message.source)):
        found.setdefault(each.text, each)
    return tuple(found.values())


def rendered() -> str:
    """The content of tests/messages.md."""
    lines = ["# Every text that people can see", "", _INTRODUCTION]
    for section, within in groupby(messages(), key=lambda each: _section(each.source)):
        lines += ["", f"## {_SECTIONS[section][0]}"]
        for source, of_one in groupby(within, key=lambda each: each.source):
            lines += ["", f"### {source}", "", *_of_source(tuple(of_one))][:-1]
    return "\n".join(lines) + "\n"


_INTRODUCTION = (
    "Made from the sources by `python -m tests.catalogue`. `{row}` stands for a value, `[a|b]` for "
    "one of several texts, `[a]` for a text that may be left out."
)


def _all() -> Iterator[Message]:
    modules = {_source(each): each for each in sorted(ROOT.rglob("*.py"))}
    constants = {source: constants_in(path) for source, path in modules.items()}
    everywhere = _unambiguous(constants)
    for source, path in modules.items():
        if source in _WITH_MESSAGES or not source.startswith(_NO_MESSAGES):
            yield from messages_in(path, source, everywhere | constants[source])
    for path in sorted(ROOT.rglob("*.html.j2")):
        yield from messages_in_template(path, _source(path))
    for path in sorted(ROOT.rglob("*.js")):
        yield from messages_in_script(path, _source(path))


def _unambiguous(constants: dict[str, dict[str, ast.expr]]) -> dict[str, ast.expr]:
    """Public constants of a name that no two modules have."""
    names = [name for each in constants.values() for name in each]
    everywhere = {name: value for each in constants.values() for name, value in each.items()}
    return {
        name: value
        for name, value in everywhere.items()
        if names.count(name) == 1 and not name.startswith("_")
    }


def _source(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _section(source: str) -> int:
    fits = (
        (len(start), number)
        for number, (_, starts) in enumerate(_SECTIONS)
        for start in starts
        if source.startswith(start)
    )
    return max(fits, default=(0, len(_SECTIONS) - 1))[1]


def _of_source(found: tuple[Message, ...]) -> Iterator[str]:
    sentences = [each for each in found if each.kind == "sentence"]
    for place, group in groupby(sentences, key=lambda each: each.place):
        if place:
            yield f"*{_one_line(place)}*"
        for each in group:
            when = f"`{_short(each.when)}`: " if each.when else ""
            yield f"- {when}{_one_line(each.text)}"
        yield ""
    labels = [each.text for each in found if each.kind == "label"]
    if labels:
        yield f"Labels: {'; '.join(map(_one_line, labels))}"
        yield ""


def _one_line(text: str) -> str:
    return re.sub(r"\s*\n\s*", " ⏎ ", text.replace("\b", ""))


def _short(text: str) -> str:
    plain = " ".join(text.replace("`", "'").split())
    return plain if len(plain) <= 70 else f"{plain[:69]}…"
