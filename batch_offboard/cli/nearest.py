"""The command line that was probably meant by one with a mistyped command or option."""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from pathlib import Path
from unicodedata import category

import click

from batch_offboard.cli.usage import NothingGivenError
from batch_offboard.cli.wording import quoted

_CLOSE = 0.6
"""The least similarity (a difflib ratio) of a word and what it may be a typing error of."""


def with_proposal(error: click.UsageError, arguments: Sequence[str]) -> click.UsageError:
    """The error with the corrected command line in its message, where something is near."""
    if error.ctx is None or isinstance(error, click.BadParameter | NothingGivenError):
        return error
    match error:
        case click.exceptions.NoSuchCommand(command_name=word):
            near = _replaced(arguments, word, _nearest(word, _commands(error.ctx)))
            return _with(error.message, _run_of(arguments) or near, error.ctx)
        case click.exceptions.NoSuchOption():
            return _unknown_option(_as_given(error.option_name, arguments), arguments, error.ctx)
    command, *rest = arguments
    meant = _with_hyphens(rest, _options(error.ctx.command)) or _with_whole_name(rest)
    return _with(error.message, meant and [command, *meant], error.ctx)


def _with(message: str, meant: Sequence[str] | None, context: click.Context) -> click.UsageError:
    """A usage error, with the command line that was probably meant."""
    if meant is not None:
        words = " ".join(map(quoted, ("batch-offboard", *meant)))
        message = f"{message}\nDid you mean: {words}"
    return click.UsageError(message, context)


def _unknown_option(
    option: str, arguments: Sequence[str], context: click.Context
) -> click.UsageError:
    """What to say of an option that the command does not have."""
    message = f"No such option '{option}'."
    owners = _owners(option, context)
    if owners and context.command is context.find_root().command:
        name = next((each for each in arguments if each in owners), owners[0])
        meant = [name, *(each for each in arguments if each != name)]
        return _with(message, meant, context)
    if owners:
        return _with(f"{message} It is an option of {_joined(owners)}.", None, context)
    known = _nearest(option, _options(context.command))
    return _with(message, _replaced(arguments, option, known), context)


def _joined(names: Sequence[str]) -> str:
    """`run, rerun and undo`."""
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def _owners(option: str, context: click.Context) -> Sequence[str]:
    """The commands that have exactly this option."""
    root = context.find_root()
    group = root.command
    found = {
        name: isinstance(group, click.Group) and group.get_command(root, name)
        for name in _commands(context)
    }
    return [name for name, command in found.items() if command and option in _options(command)]


def _commands(context: click.Context) -> Sequence[str]:
    root = context.find_root()
    return root.command.list_commands(root) if isinstance(root.command, click.Group) else ()


def _options(command: click.Command) -> Sequence[str]:
    """The long options of a command, such as `--dry-run`."""
    found = (name for parameter in command.params for name in parameter.opts)
    return [*(name for name in found if name.startswith("--")), "--help"]


def _as_given(option: str, arguments: Sequence[str]) -> str:
    """The option as it was typed, of which click may name only the beginning."""
    within = (each.partition("=")[0] for each in arguments if each.startswith(option))
    return next(within, option)


def _nearest(word: str, known: Iterable[str]) -> str | None:
    by_letters = {_letters(each): each for each in known}
    found = get_close_matches(_letters(word), by_letters, 1, _CLOSE)
    return by_letters[found[0]] if found else None


def _letters(word: str) -> str:
    """The word without dashes of any kind and underscores, in lower case: all often mistyped."""
    kept = (each for each in word.casefold() if each != "_" and category(each) != "Pd")
    return "".join(kept)


def _replaced(arguments: Sequence[str], wrong: str, right: str | None) -> list[str] | None:
    """The arguments with `right` for the first `wrong`, keeping a value after `=`; None if none."""
    if right is None:
        return None
    for place, each in enumerate(arguments):
        name, equals, value = each.partition("=")
        if wrong in (each, name):
            whole = right if each == wrong else f"{right}{equals}{value}"
            return [*arguments[:place], whole, *arguments[place + 1 :]]
    return None


def _with_hyphens(arguments: Sequence[str], known: Iterable[str]) -> list[str] | None:
    """The arguments with `--` restored in an option such as `–dry-run` or `dry-run`, or None."""
    by_letters = {_letters(each): each for each in known}
    for each in arguments:
        name = each.partition("=")[0]
        if name not in by_letters.values() and _letters(name) in by_letters:
            return _replaced(arguments, name, by_letters[_letters(name)])
    return None


def _run_of(arguments: Sequence[str]) -> list[str] | None:
    """The dry run of a file that was given without a command, or None if there is no such file."""
    whole = _with_whole_name(arguments) or list(arguments)
    if not Path(whole[0]).is_file():
        return None
    return ["run", *whole, *(["--dry-run"] if "--dry-run" not in whole else [])]


def _with_whole_name(arguments: Sequence[str]) -> list[str] | None:
    """The arguments with a file's name as one that its blanks made several, or None."""
    for first in range(len(arguments)):
        for end in range(len(arguments), first + 1, -1):
            name = " ".join(arguments[first:end])
            if Path(name).exists():
                return [*arguments[:first], name, *arguments[end:]]
    return None
