"""The parts of README.md that are made from the program: `python -m tests.readme` writes them."""

import csv
import re
from collections.abc import Callable, Mapping
from pathlib import Path

from click.testing import CliRunner

from batch_offboard.cli import group
from batch_offboard.offboarding.codes import CODES
from batch_offboard.offboarding.steps import STEPS, Step

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
SHOWN_ROWS = (3, 13, 26, 35, 42)
_SHOWN_COLUMNS = ("employee_name", "offboard_status", "offboard_retry", "offboard_next_action")
_PART = re.compile(r"(<!-- made: (.+?) -->\n).*?(<!-- /made -->)", re.DOTALL)


def made(text: str) -> str:
    """The README with every part between its marks made anew."""
    return _PART.sub(lambda found: f"{found[1]}{_part(found[2])}\n{found[3]}", text)


def parts(text: str) -> tuple[str, ...]:
    """The names of the parts that the README has marks for."""
    return tuple(found[2] for found in _PART.finditer(text))


def help_text(*command: str) -> str:
    """What `batch-offboard COMMAND --help` prints."""
    arguments = [*command, "--help"]
    shown = CliRunner().invoke(group, arguments, prog_name="batch-offboard", terminal_width=80)
    assert shown.exit_code == 0, shown.output
    return f"$ {' '.join(['batch-offboard', *arguments])}\n{shown.stdout}".strip()


def _part(name: str) -> str:
    kind, *arguments = name.split()
    return _MAKERS[kind](*arguments)


def _help(*command: str) -> str:
    return f"```text\n{help_text(*command)}\n```"


def _config() -> str:
    return f"```yaml\n{(ROOT / 'config.yaml').read_text('utf-8').strip()}\n```"


def _sample() -> str:
    with (ROOT / "samples" / "results.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    shown = [row for row in rows if int(row["offboard_row"]) in SHOWN_ROWS]
    lines = [_SHOWN_COLUMNS, ("---",) * len(_SHOWN_COLUMNS)]
    lines += [tuple(row[column] for column in _SHOWN_COLUMNS) for row in shown]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _steps() -> str:
    lines = [("step", "what it does", "permission that it needs", "undo"), ("---",) * 4]
    for step in STEPS.values():
        alternatives = ([f"`{each}`" for each in one.any_of] for one in step.permissions)
        needed = ", and ".join(" or ".join(each) for each in alternatives)
        lines.append((f"`{step.name}`", step.does, needed or "none", _undo(step)))
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _undo(step: Step) -> str:
    if step.not_undone:
        return f"no: {step.not_undone}"
    needed = " and ".join(f"`{each}`" for each in step.undo_permissions)
    return f"yes, with {needed}" if needed else "yes"


def _codes() -> str:
    lines = [("code", "what it means"), ("---",) * 2]
    lines += [(f"`{code.name}`", code.words) for code in CODES.values() if "." not in code.name]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


_MAKERS: Mapping[str, Callable[..., str]] = {
    "help": _help,
    "config": _config,
    "sample": _sample,
    "steps": _steps,
    "codes": _codes,
}


if __name__ == "__main__":
    README.write_text(made(README.read_text("utf-8")), "utf-8", newline="\n")
