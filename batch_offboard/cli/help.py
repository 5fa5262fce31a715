"""Help texts with examples first, for every command, and the command `help`."""

from collections.abc import Sequence
from inspect import cleandoc
from typing import Any

import click

Examples = Sequence[tuple[str, str]]
"""Command lines without the program's name, and what each does."""

_WIDEST_BESIDE_WORDS = 44


class TooManyArgumentsError(click.UsageError):
    """More arguments than the command takes; `words` are those that are too many."""

    def __init__(self, words: Sequence[str], context: click.Context) -> None:
        self.words = words
        noun = "argument" if len(words) == 1 else "arguments"
        said = f"Unexpected {noun}: {' '.join(words)}. The command {_taken_by(context)}."
        super().__init__(said, context)


def _taken_by(context: click.Context) -> str:
    """What the command takes: `run takes one LIST`, `runs takes no file`."""
    command = context.command
    arguments = [each for each in command.params if isinstance(each, click.Argument)]
    what = f"one {arguments[0].make_metavar(context).strip('[]')}" if arguments else "no file"
    return f"{context.info_name} takes {what}"


class Number(click.IntRange):
    """The type of an option that is a whole number within limits."""

    name = "whole number"

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        """`NUMBER`, which stands for the value in help texts."""
        return "NUMBER"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """The value as a number, or click's usage error for anything else."""
        try:
            int(value)
        except ValueError:
            self.fail(f"{value!r} is not a whole number.", param, ctx)
        return int(super().convert(value, param, ctx))


class Command(click.Command):
    """A click command whose help has its first sentence, then `examples`, then the details."""

    def __init__(self, *args: Any, examples: Examples = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.examples = examples

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse as click does, but raise TooManyArgumentsError for surplus arguments."""
        ctx.allow_extra_args = True
        rest = super().parse_args(ctx, args)
        if rest and not ctx.resilient_parsing:
            raise TooManyArgumentsError(rest, ctx)
        return rest

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the sentence, the examples and the details."""
        write_help_text(self.help or "", self.examples, formatter)


def write_help_text(text: str, examples: Examples, formatter: click.HelpFormatter) -> None:
    """Write the first paragraph of `text`, the examples, and the rest of it."""
    sentence, _, details = cleandoc(text).partition("\n\n")
    _write_paragraph(sentence, formatter)
    if examples:
        with formatter.section("Examples"):
            _write_examples(examples, formatter)
    if details:
        _write_paragraph(details, formatter)


def _write_examples(examples: Examples, formatter: click.HelpFormatter) -> None:
    """One line each, or two if a command line would leave no room for the words beside it."""
    lines = [(f"batch-offboard {line}", what) for line, what in examples]
    if max(len(line) for line, _ in lines) <= _WIDEST_BESIDE_WORDS:
        formatter.write_dl(lines, col_max=_WIDEST_BESIDE_WORDS)
        return
    for line, what in lines:
        formatter.write_text(what)
        formatter.write_text(f"\b\n  {line}")


def _write_paragraph(text: str, formatter: click.HelpFormatter) -> None:
    formatter.write_paragraph()
    with formatter.indentation():
        formatter.write_text(text)


@click.command(
    cls=Command,
    short_help="Show the help of a command.",
    examples=(("help run", "See how to run a list."),),
)
@click.argument("name", metavar="[COMMAND]", required=False)
@click.pass_context
def command(context: click.Context, name: str | None) -> None:
    """Show the help of a command, like its option --help.

    Without COMMAND, list all commands.
    """
    root = context.find_root()
    if name is None:
        click.echo(root.get_help())
        return
    group = root.command
    found = group.get_command(root, name) if isinstance(group, click.Group) else None
    if found is None:
        raise click.exceptions.NoSuchCommand(name, ctx=context)
    click.echo(found.get_help(click.Context(found, info_name=name, parent=root)))
