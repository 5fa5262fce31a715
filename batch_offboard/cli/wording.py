"""How the command line words actions: as commands that work as printed, from this folder."""

import os
import re
import shlex
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from batch_offboard.errors import Action, ActionName, OffboardError
from batch_offboard.wording import pieces, printable

if TYPE_CHECKING:
    from batch_offboard.record.events import Warned

_SHARED = ("dry_run", "config_path", "columns")
"""Parameters that another command about the same list or run must have too."""

_ACCEPTED_NAME = re.compile(r"accept the name of row (\d+) in the (?:rerun|next run)")
"""What `CHECK_THE_NAME` of results/next_action says: the results file is for every shell."""

_NAMED_ROW = re.compile(r"\bname (?:row( \d+)|it|them|each row) in the rerun")
"""What `codes` and the plan of a rerun say of rows that it would not attempt."""

_PLAIN = re.compile(r"[\w%+=:./\\-]+")
"""What needs no quotes in cmd and PowerShell; in the latter a comma makes two words of one."""

_EXPANDED = re.compile(r"\$|%.+%", re.DOTALL)
"""Where PowerShell or cmd may put a variable's value, whatever quotation marks are around it."""

_BARE = re.compile(r"[%$]|[\w+=:./\\-]*[\w+=:./-](?=.)", re.DOTALL)
"""The beginning of a word that needs no quotes, as long as quotes may follow it."""


@dataclass(frozen=True, slots=True)
class Invocation:
    """A command with its parameters, from which other commands are built."""

    context: click.Context

    @property
    def parameters(self) -> Mapping[str, object]:
        """The values that were given, by parameter name."""
        return self.context.params

    def again(self, path: Path | None = None, **changed: object) -> str:
        """This command with some parameters changed, or for another file or folder."""
        name = self.context.info_name or ""
        return _text(name, self.context.command, {**self.parameters, **changed}, path)

    def other(self, name: str, path: Path | None, **parameters: object) -> str:
        """Another command, with those parameters of this one that it must share."""
        group = self.context.find_root().command
        command = group.get_command(self.context, name) if isinstance(group, click.Group) else None
        if command is None:
            raise LookupError(f"there is no command {name}")
        shared = {each: self.parameters.get(each) for each in _SHARED}
        return _text(name, command, {**shared, **parameters}, path)


def _text(
    name: str, command: click.Command, values: Mapping[str, object], path: Path | None
) -> str:
    """The command line: the argument first, then the options that have a value."""
    words = ["batch-offboard", name]
    for parameter in sorted(command.params, key=lambda each: each.param_type_name):
        if isinstance(parameter, click.Argument):
            words += map(quoted, _texts(path or values.get(parameter.name or "")))
        elif isinstance(parameter, click.Option):
            words += _option(parameter, values.get(parameter.name or ""))
    return " ".join(words)


def _option(option: click.Option, value: object) -> Iterator[str]:
    for text in _texts(value):
        yield option.opts[0]
        if not option.is_flag:
            yield quoted(text)


def _texts(value: object) -> list[str]:
    """A value as it is typed; several for an option given several times."""
    if not value:
        return []
    if isinstance(value, frozenset):
        return [",".join(pieces(sorted(value)))]
    if isinstance(value, tuple):
        return [text for each in value for text in _texts(each)]
    return [_from_here(value)] if isinstance(value, Path) else [str(value)]


def from_here(path: Path) -> Path:
    """The path relative to the working folder, if it is in it."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


def _from_here(path: Path) -> str:
    """The path from here, written so that a leading hyphen is no option."""
    text = str(from_here(path))
    return f".{os.sep}{text}" if text.startswith("-") else text


def _path(action: Action) -> str:
    return _from_here(action.path) if action.path else ""


def quoted(text: str, *, windows: bool = os.name == "nt") -> str:
    """The text as one word for the shell.

    On Windows, it is one word in both cmd and PowerShell. A program that is started takes a
    backslash before a quotation mark as an escape, so backslashes there are doubled.
    """
    if not windows:
        return shlex.quote(text)
    if _EXPANDED.search(text) and _BARE.match(text):
        return _unexpanded(text)
    if _PLAIN.fullmatch(text):
        return text
    return '"' + re.sub(r"(\\+)\Z", r"\1\1", _escaped(text)) + '"'


def _escaped(text: str) -> str:
    return re.sub(r'(\\*)"', r'\1\1\\"', text)


def _unexpanded(text: str) -> str:
    """The word with quotation marks behind each `%` and `$`, as `a%"TEMP"%`.

    cmd replaces variables within quotation marks too, but no variable's name has such a mark.
    PowerShell makes one word of such pieces if the first has no quotation marks.
    """
    first = re.split("[%$]", text, maxsplit=1)[0]
    plain = _PLAIN.fullmatch(first) or _BARE.match(first)
    bare = plain[0] if plain else ""
    rest = _in_quotes(first[len(bare) :]) if bare != first else ""
    pieces = re.findall("([%$])([^%$]*)", text[len(first) :])
    return bare + rest + "".join(sign + _in_quotes(piece) for sign, piece in pieces)


def _in_quotes(piece: str) -> str:
    """A piece of a word in quotation marks; backslashes at its end come after the closing mark."""
    inside = piece.rstrip("\\")
    return f'"{_escaped(inside)}"{piece[len(inside) :]}'


def with_options_named(line: str) -> str:
    """A line about rows, in which accepting a name and naming a row name the option for it."""
    accepted = _ACCEPTED_NAME.sub(r"\g<0> (--accept-names \1)", line)
    return _NAMED_ROW.sub(r"\g<0> (--rows\1)", accepted)


def sentences(error: OffboardError, invocation: Invocation) -> str:
    """What happened, then what to do, one line each."""
    said = map(printable, str(error).split("\n"))
    return "\n".join((*said, *worded(error.actions, invocation)))


def warned(warning: "Warned", invocation: Invocation, between: str = "\n") -> "Warned":
    """The warning with its actions in its message, on lines of their own by default."""
    parts = (printable(warning.message), *worded(warning.actions, invocation))
    return replace(warning, message=between.join(parts))


def worded(actions: Iterable[Action], invocation: Invocation) -> Iterator[str]:
    """Each action as a sentence, or as a command with its purpose."""
    for action in actions:
        yield _WORDS[action.name](action, invocation)


def _raise_percent(action: Action, given: Invocation) -> str:
    """For a plan beyond `max_percent_of_org`."""
    file = given.parameters.get("config_path") or "config.yaml"
    return (
        f"If that is what you want, set guards.max_percent_of_org to {action.number} in {file}. "
        f"Then: {given.again()}"
    )


def _choose_folder(_: Action, given: Invocation) -> str:
    """For a run folder that cannot be written."""
    if "run_dir" not in given.parameters:
        return f"Go to a folder that you can write to. Then: {given.again()}"
    if given.parameters["run_dir"]:
        return (
            "Choose another folder with --run-dir, or leave it out for a new one in ./runs: "
            f"{given.again(run_dir=None)}"
        )
    return f"Choose a folder that you can write to: {given.again(run_dir='FOLDER')}"


def _use_local_disk(action: Action, given: Invocation) -> str:
    """For a disk that cannot record safely."""
    if "run_dir" in given.parameters:
        return f"Choose a folder on a local disk: {given.again(run_dir='FOLDER')}"
    return f"Copy {_path(action)} to a local disk. Then: {given.again(Path('COPY'))}"


def _make_room(action: Action, given: Invocation) -> str:
    """For a disk that is full."""
    where = _path(action)
    room = f"Free some space on the disk of {'this folder' if where == '.' else where}"
    other = ", or choose a folder on another one with --run-dir"
    return f"{room}{other if 'run_dir' in given.parameters else ''}."


def _repeat(action: Action, given: Invocation) -> str:
    """The same command; without its run folder if that cannot be used again."""
    used_up = action.path is not None and given.parameters.get("run_dir") == action.path
    return f"Then: {given.again(run_dir=None) if used_up else given.again()}"


def _rerun(action: Action, given: Invocation) -> str:
    """For rows that are open, or that an undo has put back."""
    which = "these rows after all" if action.rows else "the open rows"
    return f"To rerun {which}: {given.other('rerun', action.path, rows=frozenset(action.rows))}"


def _undo(action: Action, given: Invocation) -> str:
    return given.other("undo", action.path, rows=frozenset(action.rows))


def _assign(action: Action, given: Invocation) -> str:
    """For a column that may be understood in two ways."""
    columns = given.parameters.get("columns") or ()
    earlier = columns if isinstance(columns, tuple) else ()
    assigned = (*earlier, f"{action.column}={action.field}")
    column = f"column {action.column}"
    use = f"leave out {column}" if action.field == "unused" else f"use {column} as {action.field}"
    return f"To {use}: {given.again(columns=assigned)}"


_WORDS: Mapping[ActionName, Callable[[Action, Invocation], str]] = {
    "raise_max_rows": lambda action, given: (
        f"If that is what you want: {given.again(max_rows=action.number)}"
    ),
    "raise_max_percent_of_org": _raise_percent,
    "choose_run_folder": _choose_folder,
    "use_local_disk": _use_local_disk,
    "make_room": _make_room,
    "make_writable": lambda action, _: f"Make sure that you can write to {_path(action)}.",
    "close_file": lambda action, _: (
        f"Close {_path(action)} in other programs, and make sure that you can read it."
    ),
    "repeat": _repeat,
    "wait": lambda _, given: f"Wait until it has ended. Then: {given.again()}",
    "start_over": lambda _, given: (
        f"Start again with the original command, such as: {given.other('run', Path('LIST'))}"
    ),
    "run_for_real": lambda _, given: (
        f"To make these changes: {given.again(dry_run=False, run_dir=None)}"
    ),
    "rerun_here": _rerun,
    "rerun_corrected": lambda action, given: (
        f"Once the rows are corrected in this file: {given.other('rerun', action.path)}"
    ),
    "rerun_later": lambda action, given: (
        f"{f'On {action.day} or later' if action.day else 'Once they are due'}: "
        f"{given.other('rerun', action.path)}"
    ),
    "rerun_edited": lambda action, given: f"To use the edited file: {given.again(action.path)}",
    "write_report": lambda action, given: (
        f"To rebuild results and report: {given.other('report', action.path)}"
    ),
    "undo_run": lambda action, given: f"To put that back: {_undo(action, given)}",
    "undo_rest": lambda action, given: f"To put back the rest: {_undo(action, given)}",
    "repeat_undo": lambda action, given: (
        f"If that undo was cut short, repeat it: {_undo(action, given)}"
    ),
    "correct_rows": lambda *_: "Correct the row numbers in --rows.",
    "correct_accepted_names": lambda *_: "Correct the row numbers in --accept-names.",
    "assign_column": _assign,
}
"""By action: what to do next, where a sentence says it all."""
