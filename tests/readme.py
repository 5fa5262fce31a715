"""What of README.md is made from the program: `python -m tests.readme` writes it."""

import csv
import re
import textwrap
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

import click
from click.testing import CliRunner

from batch_offboard.cli import group
from batch_offboard.commands.check import FOR_ROLES, SEARCH
from batch_offboard.config import Config
from batch_offboard.offboarding.codes import CODES
from batch_offboard.offboarding.leftovers import LOOKING
from batch_offboard.offboarding.steps import STEPS, Step

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
SHOWN_ROWS = (3, 13, 26, 35, 42)
_SHOWN_COLUMNS = ("employee_name", "offboard_status", "offboard_retry", "offboard_next_action")
_PART = re.compile(r"(<!-- made: (.+?) -->\n).*?(<!-- /made -->)", re.DOTALL)


def made(text: str) -> str:
    """The README with every part between its marks made anew."""
    return _PART.sub(lambda found: f"{found[1]}{_MAKERS[found[2]]()}\n{found[3]}", text)


def help_text(*command: str) -> str:
    """What `batch-offboard COMMAND --help` prints."""
    arguments = [*command, "--help"]
    shown = CliRunner().invoke(group, arguments, prog_name="batch-offboard", terminal_width=80)
    assert shown.exit_code == 0, shown.output
    return f"$ {' '.join(['batch-offboard', *arguments])}\n{shown.stdout}".strip()


def commands() -> dict[str, click.Command]:
    """Every command by its name."""
    return {name: command_of(name) for name in group.list_commands(click.Context(group))}


def command_of(name: str) -> click.Command:
    """The command of this name."""
    command = group.get_command(click.Context(group), name)
    assert command, name
    return command


def _commands() -> str:
    lines = [("command", "what it does"), ("---",) * 2]
    for name, command in commands().items():
        arguments = [
            each.make_metavar(click.Context(command))
            for each in command.params
            if isinstance(each, click.Argument)
        ]
        lines.append((f"`{' '.join([name, *arguments])}`", command.get_short_help_str(100)))
    return _table(lines)


def _table(lines: Iterable[Sequence[str]]) -> str:
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _options() -> str:
    used: dict[tuple[str, str], list[str]] = {}
    for name, command in commands().items():
        for option in command.params:
            shown = option.get_help_record(click.Context(command))
            if shown and isinstance(option, click.Option):
                used.setdefault(shown, []).append(name)
    lines = [("option", "what it does", "of"), ("---",) * 3]
    lines += [
        (f"`{option}`", " ".join(what.split()).replace("|", "\\|"), ", ".join(names))
        for (option, what), names in used.items()
    ]
    return _table(lines)


def _help() -> str:
    """The help of the program and of each command, one after the other."""
    texts = "\n\n\n".join([help_text(), *map(help_text, commands())])
    return f"```text\n{texts}\n```"


def _config() -> str:
    return f"```yaml\n{(ROOT / 'config.yaml').read_text('utf-8').strip()}\n```"


def _sample() -> str:
    with (ROOT / "samples" / "results.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    shown = [row for row in rows if int(row["offboard_row"]) in SHOWN_ROWS]
    lines = [_SHOWN_COLUMNS, ("---",) * len(_SHOWN_COLUMNS)]
    lines += [tuple(row[column] for column in _SHOWN_COLUMNS) for row in shown]
    return _table(lines)


def _steps() -> str:
    lines = [("step", "what it does", "permission that it needs", "undo"), ("---",) * 4]
    for step in STEPS.values():
        alternatives = ([f"`{each}`" for each in one.any_of] for one in step.permissions)
        needed = ", and ".join(" or ".join(each) for each in alternatives)
        lines.append((f"`{step.name}`", step.does, needed or "none", _undo(step)))
    return _table(lines)


def _undo(step: Step) -> str:
    if step.not_undone:
        return f"no: {step.not_undone}"
    needed = " and ".join(f"`{each}`" for each in step.undo_permissions)
    return f"yes, with {needed}" if needed else "yes"


def _permissions() -> str:
    """Those of the default steps and leftovers; of two that serve the same, the first."""
    config = Config()
    needed = [each for name in config.steps for each in STEPS[name].permissions]
    needed += [SEARCH[0], *(each for each, _ in FOR_ROLES)]
    needed += [LOOKING[name] for name in config.leftovers if name in LOOKING]
    names = " ".join(sorted({each.any_of[0] for each in needed}))
    return f"```\n{textwrap.fill(names, 100, break_on_hyphens=False)}\n```"


def _codes() -> str:
    lines = [("code", "what it means"), ("---",) * 2]
    lines += [(f"`{code.name}`", code.words) for code in CODES.values() if "." not in code.name]
    return _table(lines)


_MAKERS: Mapping[str, Callable[[], str]] = {
    "commands": _commands,
    "options": _options,
    "help": _help,
    "config": _config,
    "sample": _sample,
    "steps": _steps,
    "permissions": _permissions,
    "codes": _codes,
}


if __name__ == "__main__":
    README.write_text(made(README.read_text("utf-8")), "utf-8", newline="\n")
